"""Documents inside messages: cut out, checked, decoded in pieces."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf import contents

LARGE = b"0123456789" * 30_000
TEXT = base64.b64encode(LARGE).decode()


def message(text: str, name: str = "z:inhoud") -> bytes:
    return f'<a xmlns:z="urn:z"><{name} x="1">{text}</{name}></a>'.encode()


def test_a_long_content_is_cut_out_and_found_again() -> None:
    cut = contents.cut_out(message(TEXT))
    assert len(cut.body) < 200
    inhoud = etree.fromstring(cut.body)[0]
    assert b"".join(contents.content_of(inhoud, cut).decoded()) == LARGE


def test_two_contents_keep_their_places() -> None:
    other = base64.b64encode(b"other" * 40_000).decode()
    cut = contents.cut_out(message(f"{TEXT}</z:inhoud><z:inhoud>{other}"))
    first, second = etree.fromstring(cut.body)
    assert b"".join(contents.content_of(first, cut).decoded()) == LARGE
    assert b"".join(contents.content_of(second, cut).decoded()) == b"other" * 40_000


@pytest.mark.parametrize("body", [message("QUJD"), message(TEXT, "z:anders"), b"no xml", b""])
def test_what_is_short_or_something_else_stays(body: bytes) -> None:
    assert contents.cut_out(body) == contents.Cut(body, ())


def test_a_mark_that_somebody_wrote_is_no_content() -> None:
    cut = contents.cut_out(message("schakel-inhoud-0"))
    with pytest.raises(contents.Damaged):
        contents.content_of(etree.fromstring(cut.body)[0], cut).check()


def test_where_lines_are_broken_does_not_make_another_message() -> None:
    broken = "\n".join(TEXT[start : start + 76] for start in range(0, len(TEXT), 76))
    digests = []
    for text in (TEXT, broken):
        cut = contents.cut_out(message(text))
        digests.append(contents.digest_of(etree.fromstring(cut.body), cut))
    assert digests[0] == digests[1]


def test_a_line_end_written_as_a_reference_is_white_space() -> None:
    lines = (TEXT[start : start + 76] for start in range(0, len(TEXT), 76))
    digests = set()
    for text in (TEXT, "&#13;\n".join(lines)):
        cut = contents.cut_out(message(text))
        found = contents.content_of(etree.fromstring(cut.body)[0], cut)
        assert b"".join(found.decoded()) == LARGE
        digests.add(found.digest())
    digests.add(contents.Inhoud(memoryview(LARGE), raw=True).digest())
    assert len(digests) == 1


@given(st.binary(max_size=2000), st.integers(min_value=1, max_value=80))
def test_base64_with_white_space_anywhere_is_decoded(data: bytes, width: int) -> None:
    text = base64.b64encode(data)
    spaced = b" \r\n".join(text[start : start + width] for start in range(0, len(text), width))
    assert b"".join(contents.Inhoud(memoryview(spaced)).decoded()) == data


@pytest.mark.parametrize("text", [b"A", b"AA", b"AAA", b"A===", b"AA*=", b"\xff\xff\xff\xff"])
def test_what_is_no_base64_is_damaged(text: bytes) -> None:
    with pytest.raises(contents.Damaged):
        contents.Inhoud(memoryview(text)).check()


def test_padding_in_the_middle_of_a_large_content_is_damaged() -> None:
    padded = base64.b64encode(b"x" * (256 * 1024 * 3 // 4 - 1))
    with pytest.raises(contents.Damaged):
        contents.Inhoud(memoryview(padded + TEXT.encode())).check()
