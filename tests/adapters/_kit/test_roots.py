"""The hub calls nothing that is not under a configured root."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit import ForeignUrl, Roots
from adapters._kit.roots import check_root

ROOT = "https://zaken.example.nl/zaken/api/v1"
ROOTS = Roots([ROOT, "http://127.0.0.1:8000/api/"])


@pytest.mark.parametrize(
    "url",
    [
        ROOT,
        ROOT + "/",
        ROOT + "/zaken/8aa0f5a9",
        ROOT + "/zaken?page=2&identificatie=A%2FB",
        "HTTPS://ZAKEN.example.NL:443/zaken/api/v1/zaken",
        "http://127.0.0.1:8000/api/v1",
    ],
)
def test_what_is_under_a_root_is_ours(url: str) -> None:
    assert ROOTS.require(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/zaken/api/v1/zaken",
        "//zaken.example.nl/zaken/api/v1",
        "http://zaken.example.nl/zaken/api/v1/zaken",
        "https://zaken.example.nl:8443/zaken/api/v1/zaken",
        "https://zaken.example.nl.kwaad.example/zaken/api/v1",
        "https://zaken.example.nl@kwaad.example/zaken/api/v1",
        "https://kwaad.example\\@zaken.example.nl/zaken/api/v1",
        "https://zaken.example.nl/zaken/api/v10/zaken",
        "https://zaken.example.nl/zaken/api/v1/../../geheim",
        "https://zaken.example.nl/zaken/api/v1/%2e%2e/geheim",
        "https://zaken.example.nl/zaken/api/v1/zaken#x",
        "https://zaken.example.nl/zaken/api/v1/za ken",
        "https://zakén.example.nl/zaken/api/v1",
        "file:///etc/passwd",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1/zaken",
        "https://zaken.example.nl:99999999/zaken/api/v1",
    ],
)
def test_what_is_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(ForeignUrl):
        ROOTS.require(url)


@given(st.text(max_size=80))
def test_any_text_is_judged_without_another_error(url: str) -> None:
    assert ROOTS.covers(url) in {True, False}


@given(st.from_regex(r"https://[a-z0-9.:@%-]{1,30}/zaken/api/v1", fullmatch=True))
def test_no_other_host_passes(url: str) -> None:
    allowed = {ROOT, ROOT.replace(".nl/", ".nl:443/"), ROOT.replace(".nl/", ".nl:/")}
    assert not ROOTS.covers(url) or url in allowed


@pytest.mark.parametrize(
    ("root", "why"),
    [
        ("zaken.example.nl/api", "https://"),
        ("ftp://zaken.example.nl", "https://"),
        ("https:///api", "scheme, a host and a path"),
        ("https://zaken.example.nl/api?x=1", "without a query"),
        ("https://user:pw@zaken.example.nl/api", "no user"),
        ("https://zaken.example.nl/api/../x", r"\. or \.\."),
        ("http://zaken.example.nl/api", "unencrypted"),
    ],
)
def test_a_root_that_cannot_be_is_refused_with_the_reason(root: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_root(root, allow_http=False)


@pytest.mark.parametrize("root", ["https://zaken.example.nl/api/", "http://localhost:1/api/"])
def test_a_sound_root_loses_the_slash_at_its_end(root: str) -> None:
    assert check_root(root, allow_http=False) == root.removesuffix("/")


def test_plain_http_elsewhere_must_be_allowed_by_name() -> None:
    assert check_root("http://zaken.intern/api", allow_http=True) == "http://zaken.intern/api"
