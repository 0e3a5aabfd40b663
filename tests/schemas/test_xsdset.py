from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from schemas import xsdset
from schemas.xsdset import SETS, UnknownSet, UnusableSchemas, Violation, compiled, violations

_STUF: Final = "http://www.egem.nl/StUF/StUF0301"
_SECRET: Final = "999993653"


def _bv02(extra: str = "", code: str = "Bv02") -> etree._Element:
    return etree.fromstring(
        f'<s:Bv02Bericht xmlns:s="{_STUF}"><s:stuurgegevens><s:berichtcode>{code}</s:berichtcode>'
        f"</s:stuurgegevens>{extra}</s:Bv02Bericht>"
    )


@pytest.fixture
def no_official() -> Iterator[None]:
    xsdset.use_official(None)
    yield
    xsdset.use_official(None)


@pytest.fixture
def official_dir(tmp_path: Path, no_official: None) -> Path:
    """A folder with an official set that takes a Bv02 with a remark `streng` only."""
    entry = tmp_path / "stuf-3.01" / xsdset.ENTRY
    entry.parent.mkdir(parents=True)
    entry.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'targetNamespace="{_STUF}" elementFormDefault="qualified">'
        '<xs:element name="Bv02Bericht"><xs:complexType><xs:sequence>'
        '<xs:any processContents="skip"/><xs:element name="melding" fixed="streng"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:schema>",
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_compiled_once(name: str) -> None:
    assert compiled(name) is compiled(name)


def test_threads_that_ask_at_once_get_the_same_schema() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(compiled, [*SETS] * 8))
    assert len({id(one) for one in found}) == len(SETS)


def test_an_unknown_set_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(UnknownSet, match=r"zds-1\.1"):
        compiled("zds-9")
    with pytest.raises(UnknownSet):
        xsdset.official("zds-9")


def test_a_right_message_has_no_violations(no_official: None) -> None:
    assert violations("stuf-3.01", _bv02()) == ()


def test_a_violation_names_place_and_rule_and_holds_no_value(no_official: None) -> None:
    melding = f"<s:melding>{_SECRET * 40}</s:melding>"
    found = violations("stuf-3.01", _bv02("<s:melding>a</s:melding>" + melding))
    assert found == (
        Violation(
            path="Bv02Bericht/melding[2]", rule="SCHEMAV_CVC_MAXLENGTH_VALID", official=False
        ),
    )
    assert _SECRET not in repr(found)


@pytest.mark.parametrize("declaration", ["<?xml version='1.0'?>", ""])
def test_a_message_is_judged_within_its_envelope_with_or_without_prefixes(
    no_official: None, declaration: str
) -> None:
    envelope = etree.fromstring(
        f'{declaration}<e:Envelope xmlns:e="urn:e"><e:Body><Bv02Bericht xmlns="{_STUF}">'
        "<stuurgegevens><berichtcode>Bv02</berichtcode></stuurgegevens><melding>a</melding>"
        f"<onbekend>{_SECRET}</onbekend></Bv02Bericht></e:Body></e:Envelope>"
    )
    (found,) = violations("stuf-3.01", envelope[0][0])
    assert found.path == "Bv02Bericht/onbekend"
    assert found.rule == "SCHEMAV_ELEMENT_CONTENT"


def test_an_unknown_message_is_a_violation_of_itself(no_official: None) -> None:
    (found,) = violations("stuf-3.01", etree.fromstring("<iets/>"))
    assert (found.path, found.rule) == ("iets", "SCHEMAV_CVC_ELT_1")


def test_no_more_violations_are_given_than_asked_for(no_official: None) -> None:
    many = f"<s:melding>{'x' * 251}</s:melding>" * 9
    assert len(violations("stuf-3.01", _bv02(many), limit=4)) == 4


def test_threads_get_the_violations_of_their_own_message(no_official: None) -> None:
    wrong = [_bv02("<s:melding/>" * number + "<s:onbekend/>") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: violations("stuf-3.01", one), wrong * 4))
    assert all(len(one) == 1 and one[0].path == "Bv02Bericht/onbekend" for one in found)


def test_without_an_installation_there_is_no_official_schema(no_official: None) -> None:
    assert xsdset.official("zds-1.1") is None


def test_an_installed_set_is_used_beside_our_own(official_dir: Path) -> None:
    xsdset.use_official(official_dir)
    found = violations("stuf-3.01", _bv02("<s:melding>soepel</s:melding>"))
    assert [(one.path, one.official) for one in found] == [("Bv02Bericht/melding", True)]
    assert violations("stuf-3.01", _bv02("<s:melding>streng</s:melding>")) == ()
    assert xsdset.official("zds-1.1") is None  # a set that is not there is not asked


def test_an_installation_that_is_broken_is_named(official_dir: Path) -> None:
    (official_dir / "stuf-3.01" / xsdset.ENTRY).write_text("<kapot", encoding="utf-8")
    xsdset.use_official(official_dir)
    with pytest.raises(UnusableSchemas, match="Install the official set again"):
        xsdset.official("stuf-3.01")
    with pytest.raises(UnusableSchemas):
        violations("stuf-3.01", _bv02())
