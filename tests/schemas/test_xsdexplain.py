from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schemas import xsdset
from schemas.xml import XmlRefused
from schemas.xsdexplain import Fault, NoStufMessage, explain

_STUF: Final = "http://www.egem.nl/StUF/StUF0301"
_ZKN: Final = "http://www.egem.nl/StUF/sector/zkn/0310"
_SECRET: Final = "999993653"


@pytest.fixture(autouse=True)
def no_official() -> Iterator[None]:
    yield
    xsdset.use_official(None)


def _request(
    code: str = "Lk01", soort: str = "T", attribute: str = "StUF:verwerkingssoort", inside: str = ""
) -> bytes:
    return f"""<Envelope xmlns="urn:envelope"><Body>
    <ZKN:zakLk01 xmlns:ZKN="{_ZKN}" xmlns:StUF="{_STUF}"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <ZKN:stuurgegevens><StUF:berichtcode>{code}</StUF:berichtcode>
        <StUF:zender><StUF:applicatie>ABC</StUF:applicatie></StUF:zender>
        <StUF:ontvanger><StUF:applicatie>DEF</StUF:applicatie></StUF:ontvanger>
        <StUF:referentienummer>1</StUF:referentienummer>
        <StUF:tijdstipBericht>20261123120000</StUF:tijdstipBericht>
        <StUF:entiteittype>ZAK</StUF:entiteittype></ZKN:stuurgegevens>
      <ZKN:parameters><StUF:mutatiesoort>{soort}</StUF:mutatiesoort>
        <StUF:indicatorOvername>V</StUF:indicatorOvername></ZKN:parameters>
      <ZKN:object StUF:entiteittype="ZAK" {attribute}="T">{inside}</ZKN:object>
    </ZKN:zakLk01></Body></Envelope>""".encode()


def _only(document: bytes) -> tuple[str, str, str]:
    (fault,) = explain(document).faults
    return fault.path, fault.rule, fault.expected


def test_a_right_message_has_no_faults() -> None:
    found = explain(_request())
    assert (found.message, found.set, found.faults) == ("zakLk01", "zds-1.1", ())


@pytest.mark.parametrize(
    ("document", "path", "rule", "expected"),
    [
        (
            _request(soort=_SECRET),
            "zakLk01/parameters/mutatiesoort",
            "list",
            "One of: T, W, V, C, F.",
        ),
        (
            _request(inside=f"<ZKN:identificatie>{_SECRET * 9}</ZKN:identificatie>"),
            "zakLk01/object/identificatie",
            "length",
            "At most 40 characters.",
        ),
        (
            _request(inside="<ZKN:identificatie>1</ZKN:identificatie>"),
            "zakLk01/object/identificatie",
            "length",
            "At least 5 characters.",
        ),
        (
            _request(inside=f"<ZKN:startdatum>{_SECRET}</ZKN:startdatum>"),
            "zakLk01/object/startdatum",
            "form",
            "Text of the form [0-9]{8}.",
        ),
        (
            _request(inside=f"<ZKN:zaakniveau>{_SECRET}</ZKN:zaakniveau>"),
            "zakLk01/object/zaakniveau",
            "number",
            "A number of at most 3.",
        ),
        (
            _request(inside="<ZKN:toelichting/><ZKN:omschrijving/>"),
            "zakLk01/object",
            "order",
            "The part omschrijving is not known here, comes too often, or is not in its place.",
        ),
        (
            _request(inside='<ZKN:zut a="999993653">999993653</ZKN:zut>'),
            "zakLk01/object",
            "order",
            "The part zut is not known here, comes too often, or is not in its place.",
        ),
        (
            _request(inside="<ZKN:kenmerk><ZKN:kenmerk>1</ZKN:kenmerk></ZKN:kenmerk>"),
            "zakLk01/object/kenmerk",
            "order",
            "A part is missing at the end. Expected: bron.",
        ),
        (
            _request(attribute="onbekend"),
            "zakLk01/object",
            "attribute",
            (
                "The attribute verwerkingssoort has to be there. "
                "The attribute onbekend does not belong here."
            ),
        ),
        (
            _request(code="Lk02"),
            "zakLk01/stuurgegevens/berichtcode",
            "fixed",
            "Exactly: Lk01.",
        ),
        (
            _request(inside=f'<ZKN:titel xsi:nil="true">{_SECRET}</ZKN:titel>'),
            "zakLk01/object",
            "order",
            "The part titel is not known here, comes too often, or is not in its place.",
        ),
    ],
)
def test_a_fault_is_said_in_a_sentence(
    document: bytes, path: str, rule: str, expected: str
) -> None:
    said = _only(document)
    assert said[:2] == (path, rule)
    assert said[2].startswith(expected)


def test_no_explanation_holds_a_value() -> None:
    inside = (
        f"<ZKN:identificatie>{_SECRET * 9}</ZKN:identificatie>"
        f'<ZKN:omschrijving xsi:nil="true">{_SECRET}</ZKN:omschrijving>'
        f'<ZKN:startdatum StUF:noValue="{_SECRET}">{_SECRET}</ZKN:startdatum>'
        f"{_SECRET}"
        f'<ZKN:isVan StUF:entiteittype="{_SECRET}">{_SECRET}</ZKN:isVan>'
    )
    found = explain(_request(soort=_SECRET, code=_SECRET, inside=inside))
    assert len(found.faults) > 5
    assert _SECRET not in repr(found)


def test_another_set_may_be_asked() -> None:
    found = explain(_request(), "stuf-3.01")
    assert [(one.path, one.rule) for one in found.faults] == [("zakLk01", "message")]


def test_a_document_without_a_message_is_refused() -> None:
    with pytest.raises(NoStufMessage, match="no StUF message"):
        explain(b"<html><body/></html>")


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(XmlRefused):
        explain(b"<html>")


def test_an_installed_official_set_is_asked_too(tmp_path: Path) -> None:
    entry = tmp_path / "zds-1.1" / xsdset.ENTRY
    entry.parent.mkdir(parents=True)
    entry.write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{_ZKN}">'
        '<xs:element name="zakLk01"><xs:simpleType><xs:restriction base="xs:string">'
        '<xs:enumeration value="streng"/></xs:restriction></xs:simpleType></xs:element>'
        "</xs:schema>",
        encoding="utf-8",
    )
    xsdset.use_official(tmp_path)
    found = explain(_request())
    assert found.official
    assert [one.official for one in found.faults] == [True] * len(found.faults)
    assert found.faults


def test_a_fault_that_is_reported_twice_is_said_once() -> None:
    faults = explain(_request(attribute="onbekend")).faults
    assert len(faults) == len(set(faults)) == 1
    assert isinstance(faults[0], Fault)
