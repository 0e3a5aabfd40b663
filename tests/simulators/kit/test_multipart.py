from __future__ import annotations

from email.message import EmailMessage
from email.policy import HTTP

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.kit import Form, form_for
from simulators.kit.multipart import IN_MEMORY

LOCK = "0123456789abcdef"


def encoded(content: bytes, boundary: str = "grens") -> bytes:
    """As httpx writes it: another's idea of the form."""
    request = httpx.Request(
        "PUT",
        "http://x",
        files={"inhoud": ("a.bin", content, "application/octet-stream")},
        data={"lock": LOCK},
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    return request.read()


def taken(body: bytes, step: int) -> Form:
    form = Form("grens", "inhoud")
    for start in range(0, len(body), step):
        form.feed(body[start : start + step])
    return form


@given(content=st.binary(max_size=300), step=st.integers(1, 400))
def test_a_form_is_the_same_in_whatever_pieces_it_comes(content: bytes, step: int) -> None:
    form = taken(encoded(content), step)

    assert form.file is not None
    assert b"".join(form.file.slices()) == content
    assert form.fields == {"lock": LOCK.encode()}


@pytest.mark.parametrize("content", [b"\r\n--gren", b"--grens", b"\r\n--", b"", b"\r\n" * 99])
def test_content_that_looks_like_a_boundary_is_content(content: bytes) -> None:
    for step in (1, 2, 3, 7, 1_000):
        form = taken(encoded(content), step)
        assert form.file is not None
        assert b"".join(form.file.slices()) == content


def test_a_large_file_is_on_disk_and_can_be_read_twice() -> None:
    content = bytes(range(256)) * (IN_MEMORY // 100)
    form = taken(encoded(content), 65_536)

    assert form.file is not None
    assert len(form.file) == len(content)
    for _ in range(2):
        assert b"".join(form.file.slices()) == content


def test_a_form_without_the_file_has_none() -> None:
    body = b'--grens\r\nContent-Disposition: form-data; name="lock"\r\n\r\n1\r\n--grens--\r\n'

    form = taken(body, 5)

    assert (form.file, form.fields) == (None, {"lock": b"1"})


@given(body=st.binary(max_size=300), step=st.integers(1, 50))
def test_no_bytes_break_it(body: bytes, step: int) -> None:
    taken(b"--grens\r\n" + body, step)


def test_only_a_form_with_a_boundary_is_taken_in_pieces() -> None:
    message = EmailMessage(policy=HTTP)
    message["Content-Type"] = 'multipart/form-data; boundary="a b"'
    assert form_for(dict(message.items()), "inhoud") is not None
    assert form_for({"Content-Type": "multipart/form-data"}, "inhoud") is None
    assert form_for({"Content-Type": "application/json"}, "inhoud") is None
    assert form_for({}, "inhoud") is None
