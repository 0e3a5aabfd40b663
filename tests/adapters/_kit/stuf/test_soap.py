"""Envelopes of both versions, round trip and as others send them."""

import pytest
from lxml import etree

from adapters._kit.stuf.names import PREFIXES, SOAP11, SOAP12, STUF, ZKN, q
from adapters._kit.stuf.soap import SoapVersion, content_type, envelope, open_envelope
from schemas.xml import parse_xml


def wrapped(content: str) -> str:
    return f'<e:Envelope xmlns:e="{SOAP11}"><e:Body>{content}</e:Body></e:Envelope>'


BV03 = '<Bv03Bericht xmlns="http://www.egem.nl/StUF/StUF0301"/>'


def body() -> etree._Element:
    element = etree.Element(q(ZKN, "zakLk01"), nsmap=dict(PREFIXES))
    etree.SubElement(element, q(STUF, "iets")).text = "café"
    return element


@pytest.mark.parametrize(("version", "ns"), [("1.1", SOAP11), ("1.2", SOAP12)])
def test_what_is_put_in_an_envelope_comes_out(version: SoapVersion, ns: str) -> None:
    root = parse_xml(envelope(body(), version=version))
    opened = open_envelope(root)

    assert etree.QName(root).namespace == ns
    assert opened.version == version
    assert [part.tag for part in opened.body_children] == [q(ZKN, "zakLk01")]
    assert opened.fault is None


def test_namespaces_are_declared_once_on_the_envelope() -> None:
    written = envelope(body())

    assert written.count(b"xmlns:StUF=") == written.count(b"xmlns:ZKN=") == 1
    assert written.index(b"xmlns:ZKN") < written.index(b":Header")


def test_a_header_block_is_put_into_the_header() -> None:
    opened = open_envelope(parse_xml(envelope(body(), header=etree.Element("{urn:x}Security"))))

    assert opened.header is not None
    assert opened.header[0].tag == "{urn:x}Security"


def test_the_envelope_is_in_the_charset_asked_for() -> None:
    assert "café".encode("iso-8859-1") in envelope(body(), charset="iso-8859-1")


def test_the_content_type_belongs_to_the_envelope() -> None:
    assert content_type("1.1", "urn:a") == "text/xml; charset=utf-8"
    assert content_type("1.2", "urn:a") == 'application/soap+xml; charset=utf-8; action="urn:a"'


@pytest.mark.parametrize(
    "document",
    [
        BV03,
        f'<Lk01Response xmlns="http://tempuri.org/">{BV03}</Lk01Response>',
        wrapped(f'<Lk01Response xmlns="http://tempuri.org/">{BV03}</Lk01Response>'),
    ],
)
def test_a_bare_body_and_a_foreign_wrapper_are_taken_off(document: str) -> None:
    opened = open_envelope(parse_xml(document.encode()))

    assert [part.tag for part in opened.body_children] == [q(STUF, "Bv03Bericht")]


@pytest.mark.parametrize("ns", [SOAP11, SOAP12])
def test_a_fault_is_found(ns: str) -> None:
    document = f'<e:Envelope xmlns:e="{ns}"><e:Body><e:Fault/></e:Body></e:Envelope>'

    assert open_envelope(parse_xml(document.encode())).fault is not None


def test_an_envelope_without_body_holds_nothing() -> None:
    opened = open_envelope(parse_xml(f'<e:Envelope xmlns:e="{SOAP11}"/>'.encode()))

    assert opened.body_children == ()
