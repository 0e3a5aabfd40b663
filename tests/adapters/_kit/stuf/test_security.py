"""Credentials: made, checked, and refused when they are not ours or not fresh."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from adapters._kit.stuf.names import STUF, WSSE, q
from adapters._kit.stuf.security import (
    basic,
    is_basic,
    is_token,
    put_in_header,
    username_token,
)
from adapters._kit.stuf.soap import envelope, open_envelope
from schemas.xml import parse_xml

NOW = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)


def header(*, digest: bool) -> etree._Element:
    root = etree.Element("header")
    root.append(username_token("hub", "geheim", digest=digest, nonce=b"0" * 16, now=NOW))
    return root


def test_basic_is_as_rfc_7617_says() -> None:
    assert basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@pytest.mark.parametrize("header", [None, "", "Basic ", "Bearer x", basic("hub", "anders")])
def test_any_other_basic_credential_is_refused(header: str | None) -> None:
    assert not is_basic(header, "hub", "geheim")
    assert is_basic(basic("hub", "geheim"), "hub", "geheim")
    assert is_basic(basic("hub", "geheim").replace("Basic ", "basic  "), "hub", "geheim")


@pytest.mark.parametrize("digest", [True, False])
def test_a_token_proves_its_user(*, digest: bool) -> None:
    assert is_token(header(digest=digest), "hub", "geheim", now=NOW)
    assert not is_token(header(digest=digest), "hub", "anders", now=NOW)
    assert not is_token(header(digest=digest), "ander", "geheim", now=NOW)


def test_a_digest_does_not_show_the_password() -> None:
    assert b"geheim" not in etree.tostring(header(digest=True))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_token_and_one_from_the_future_are_refused(minutes: int) -> None:
    later = NOW + timedelta(minutes=minutes)

    assert not is_token(header(digest=True), "hub", "geheim", now=later)


def test_a_token_that_is_incomplete_is_refused() -> None:
    for name in ("Password", "UsernameToken"):
        block = header(digest=True)
        [part] = block.iter(q(WSSE, name))
        parent = part.getparent()
        assert parent is not None
        parent.remove(part)
        assert not is_token(block, "hub", "geheim", now=NOW)
    assert not is_token(None, "hub", "geheim", now=NOW)


def test_a_digest_without_a_nonce_is_refused() -> None:
    block = header(digest=True)
    [nonce] = block.iter(q(WSSE, "Nonce"))
    nonce.text = "geen base64!"

    assert not is_token(block, "hub", "geheim", now=NOW)


def test_a_token_goes_into_a_stored_envelope_and_leaves_the_message_as_it_was() -> None:
    stored = envelope(etree.Element(q(STUF, "Bv03Bericht")))
    block = header(digest=True)[0]

    signed = put_in_header(stored, block)

    assert signed.partition(b"<soap:Body>")[2] == stored.partition(b"<soap:Body>")[2]
    assert is_token(open_envelope(parse_xml(signed)).header, "hub", "geheim", now=NOW)
    with pytest.raises(ValueError, match="no empty Header"):
        put_in_header(signed, block)
