"""What is written can be read by a system with an older charset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf.charset import charset_of, clean, encode, fit, redeclared
from schemas.xml import parse_xml


@pytest.mark.parametrize(
    ("text", "charset", "fitted"),
    [
        ("Ćuković", "iso-8859-1", "Cukovic"),
        ("café", "iso-8859-1", "café"),
        ("café", "us-ascii", "cafe"),
        ("“ja” – nee…", "iso-8859-1", '"ja" - nee...'),
        ("€ 5", "iso-8859-1", "EUR 5"),
        ("€ 5", "iso-8859-15", "€ 5"),
        ("Łódź", "iso-8859-1", "Lódz"),
        ("ok 👍", "iso-8859-1", "ok ?"),
    ],
)
def test_letters_become_the_nearest_that_the_charset_has(
    text: str, charset: str, fitted: str
) -> None:
    assert fit(text, charset) == fitted


def test_control_characters_are_taken_out_and_letters_composed() -> None:
    assert clean("a\x00b\x0bc\ufffe e\u0301\n") == "abc é\n"


@given(st.text())
def test_whatever_was_typed_can_be_sent_in_every_charset(text: str) -> None:
    for charset in ("utf-8", "iso-8859-1", "us-ascii"):
        root = etree.Element("a", b=clean(text).replace("\r", ""))
        root.text = clean(text)
        written = encode(root, charset, transliterate=True)

        assert parse_xml(written).tag == "a"
        assert b"&#" not in written.replace(b"&#13;", b"").replace(b"&#10;", b"").replace(
            b"&#9;", b""
        )


def test_without_transliteration_nothing_is_lost() -> None:
    root = etree.Element("a")
    root.text = "Ćuković 👍"

    assert parse_xml(encode(root, "iso-8859-1")).text == "Ćuković 👍"


def test_emoji_can_be_kept_out_of_utf_8() -> None:
    root = etree.Element("a")
    root.text = "Ćuković 👍"

    assert parse_xml(encode(root, transliterate=True)).text == "Ćuković ?"


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/xml; charset=ISO-8859-1", "iso8859-1"),
        ('application/soap+xml; action="x"; charset="utf-8"', "utf-8"),
        ("text/xml", None),
        ("text/xml; charset=klingon", None),
    ],
)
def test_the_charset_of_a_content_type_is_found(header: str, charset: str | None) -> None:
    assert charset_of(header) == charset


def test_a_document_without_declaration_is_read_in_the_charset_of_its_header() -> None:
    latin = "<a>café</a>".encode("iso-8859-1")

    assert parse_xml(redeclared(latin, "iso8859-1")).text == "café"


def test_a_declaration_counts_for_more_than_the_header() -> None:
    declared = '<?xml version="1.0" encoding="UTF-8"?><a>café</a>'.encode()

    assert redeclared(declared, "iso8859-1") == declared
