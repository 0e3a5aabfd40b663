"""Answers of ours keep to the schema of StUF, whatever they answer to."""

from functools import cache

import pytest
from lxml import etree

from adapters._kit.stuf.answering import (
    BvKind,
    FoKind,
    answer_to,
    bv_bericht,
    fo_bericht,
    soap_fault,
)
from adapters._kit.stuf.codes import CODES
from adapters._kit.stuf.reading import bericht_of
from adapters._kit.stuf.soap import SoapVersion, envelope
from adapters._kit.stuf.stuurgegevens import Partij, Stuurgegevens
from schemas.xml import parse_xml
from tests.standards import standards_dir

US = Partij("SCHAKEL", "0344")
ASKED = Stuurgegevens(
    "Lk01", zender=Partij("DJUMA"), ontvanger=Partij("HUB", "0344"), referentienummer="x" * 65
)


def head(kind: FoKind | BvKind, asked: Stuurgegevens = ASKED) -> Stuurgegevens:
    return answer_to(
        kind, asked, referentienummer="eigen", tijdstip_bericht="20261123101500000", us=US
    )


def test_an_answer_goes_back_with_the_parties_swapped_and_the_number_crossed() -> None:
    answer = head("Bv03")

    assert (answer.zender, answer.ontvanger) == (ASKED.ontvanger, ASKED.zender)
    assert answer.crossrefnummer == "x" * 40


@pytest.mark.parametrize("kind", ["Bv02", "Fo02"])
def test_some_answers_hold_the_berichtcode_only(kind: BvKind) -> None:
    assert head(kind) == Stuurgegevens(kind)


@pytest.mark.standards
@pytest.mark.parametrize("asked", [ASKED, Stuurgegevens(""), Stuurgegevens("Lk01", Partij(""))])
@pytest.mark.parametrize("kind", ["Bv01", "Bv02", "Bv03", "Bv04"])
def test_every_bevestiging_is_valid(kind: BvKind, asked: Stuurgegevens) -> None:
    _assert_valid(bv_bericht(head(kind, asked)))


@pytest.mark.standards
@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("kind", ["Fo01", "Fo02", "Fo03"])
def test_every_fault_is_valid(kind: FoKind, code: str) -> None:
    _assert_valid(fo_bericht(code, head(kind), details="Wat er\x00 mis is" * 100))


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize(("code", "plek"), [("StUF055", "client"), ("StUF046", "server")])
def test_a_fault_of_ours_is_read_as_we_meant_it(version: SoapVersion, code: str, plek: str) -> None:
    fault = soap_fault(fo_bericht(code, head("Fo03"), details="hier"), version)

    bericht = bericht_of(parse_xml(envelope(fault, version=version)))

    assert bericht.berichtcode == "Fo03"
    assert bericht.soap_version == version
    assert bericht.fault is not None
    assert (bericht.fault.code, bericht.fault.plek) == (code, plek)
    assert bericht.stuurgegevens.crossrefnummer == "x" * 40


def test_a_fault_with_a_code_that_we_have_no_words_for_is_a_bug() -> None:
    with pytest.raises(KeyError):
        fo_bericht("StUF999", head("Fo03"))


@cache
def _official() -> etree.XMLSchema:
    driver = standards_dir() / "stuf/bg-3.10/driver/vraagAntwoord/all.xsd"
    return etree.XMLSchema(etree.parse(driver))


def _assert_valid(element: etree._Element) -> None:
    _official().assertValid(element)
