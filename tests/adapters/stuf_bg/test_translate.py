"""Answers are read leniently; what cannot be a value is left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.stuf_bg.translate import persons
from schemas.persoonvragen import PersonenAntwoord

SPACES = (
    'xmlns="http://www.egem.nl/StUF/sector/bg/0310" xmlns:s="http://www.egem.nl/StUF/StUF0301" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def answer(content: str, parameters: str = "") -> etree._Element:
    return etree.fromstring(
        f"<npsLa01 {SPACES}><parameters>{parameters}</parameters>"
        f"<antwoord><object>{content}</object></antwoord></npsLa01>"
    )


def person(content: str) -> dict[str, Any]:
    [one] = persons(answer(f"<geslachtsnaam>X</geslachtsnaam>{content}"))["personen"]
    del one["geslachtsnaam"]
    return dict(one)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("<inp.bsn>999993653</inp.bsn>", {"bsn": "999993653"}),
        ("<inp.bsn>123456789</inp.bsn>", {}),
        ('<inp.bsn xsi:nil="true" s:noValue="nietGeautoriseerd"/>', {}),
        ("<voornamen>  Jan\n Piet </voornamen>", {"voornamen": "Jan Piet"}),
        ("<voornamen/>", {}),
        ("<geslachtsaanduiding>O</geslachtsaanduiding>", {"geslacht": "onbekend"}),
        ("<geslachtsaanduiding>X</geslachtsaanduiding>", {}),
        ('<geboortedatum s:indOnvolledigeDatum="D">19870401</geboortedatum>',
         {"geboortedatum": "1987-04"}),
        ('<geboortedatum s:indOnvolledigeDatum="J">00000000</geboortedatum>', {}),
        ("<overlijdensdatum>20230000</overlijdensdatum>", {"overlijdensdatum": "2023"}),
        ("<inp.indicatieGeheim>0</inp.indicatieGeheim>", {"geheimhouding": False}),
        ("<inp.indicatieGeheim>4</inp.indicatieGeheim>", {"geheimhouding": True}),
        ("<inp.indicatieGeheim/>", {}),
        ("<inOnderzoek>N</inOnderzoek><inOnderzoek>J</inOnderzoek>", {"inOnderzoek": True}),
        ("<inOnderzoek>N</inOnderzoek>", {"inOnderzoek": False}),
        ('<inOnderzoek xsi:nil="true" s:noValue="geenWaarde"/>', {"inOnderzoek": False}),
        ('<inOnderzoek xsi:nil="true" s:noValue="nietGeautoriseerd"/>', {}),
        ("<inp.gemeenteVanInschrijving>344</inp.gemeenteVanInschrijving>", {}),
        ("<verblijfsadres><aoa.huisnummer>1x</aoa.huisnummer></verblijfsadres>", {}),
        (("<verblijfsadres><inp.locatiebeschrijving>Woonboot tegenover 3</inp.locatiebeschrijving>"
         "</verblijfsadres><inp.gemeenteVanInschrijving>344</inp.gemeenteVanInschrijving>"),
         {"verblijfplaats": {"regels": ["Woonboot tegenover 3"], "gemeentecode": "0344"}}),
        ("<verblijfsadres><gor.straatnaam>Kade</gor.straatnaam></verblijfsadres>",
         {"verblijfplaats": {"straatnaam": "Kade"}}),
    ],
)  # fmt: skip
def test_each_element_is_read_as_what_it_can_be(content: str, read: dict[str, Any]) -> None:
    assert person(content) == read


def partner(gerelateerde: str, own: str = "") -> str:
    name = "inp.heeftAlsEchtgenootPartner"
    return f"<{name}>{gerelateerde}{own}</{name}>"


def nationality(kind: str, own: str = "") -> str:
    name = "inp.heeftAlsNationaliteit"
    return f"<{name}><gerelateerde>{kind}</gerelateerde>{own}</{name}>"


SOMEBODY = "<gerelateerde><geslachtsnaam>Y</geslachtsnaam></gerelateerde>"
LOST = "<inp.datumVerlies>20010101</inp.datumVerlies>"


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ('<inp.heeftAlsEchtgenootPartner xsi:nil="true" s:noValue="geenWaarde"/>', {}),
        (partner('<gerelateerde xsi:nil="true"/>'), {}),
        (partner(SOMEBODY), {"partners": [{"geslachtsnaam": "Y"}]}),
        (partner(SOMEBODY, "<redenOntbinding>S</redenOntbinding>"), {}),
        (
            nationality("<code>1</code>") + nationality("<omschrijving>Oude</omschrijving>", LOST),
            {"nationaliteiten": ["1"]},
        ),
    ],
)
def test_relations_that_are_empty_or_over_are_left_out(content: str, read: dict[str, Any]) -> None:
    assert person(content) == read


@pytest.mark.parametrize(
    ("parameters", "more"),
    [
        ("", False),
        ("<s:indicatorVervolgvraag>false</s:indicatorVervolgvraag>", False),
        ("<s:indicatorVervolgvraag>true</s:indicatorVervolgvraag>", True),
        ("<s:aantalVoorkomens>1</s:aantalVoorkomens>", False),
        ("<s:aantalVoorkomens>2</s:aantalVoorkomens>", True),
    ],
)
def test_it_is_told_when_there_is_more(parameters: str, *, more: bool) -> None:
    element = answer("<geslachtsnaam>X</geslachtsnaam>", parameters)

    assert persons(element)["meer"] is more


def test_the_warning_that_there_is_more_counts_too() -> None:
    element = answer("<geslachtsnaam>X</geslachtsnaam>")
    etree.SubElement(element, "melding").text = "StUF0002 er is meer"

    assert persons(element)["meer"] is True


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=400)


@given(st.dictionaries(
    st.sampled_from(
        ["inp.bsn", "inp.a-nummer", "geslachtsnaam", "voorvoegselGeslachtsnaam", "voorletters",
         "voornamen", "geslachtsaanduiding", "geboortedatum", "overlijdensdatum",
         "inp.indicatieGeheim", "inOnderzoek", "inp.geboorteLand"]
    ),
    _TEXTS,
))  # fmt: skip
def test_whatever_is_in_an_answer_it_becomes_a_valid_one(values: dict[str, str]) -> None:
    root = answer("")
    [one] = root.iter("{http://www.egem.nl/StUF/sector/bg/0310}object")
    for name, value in values.items():
        text = "".join(c for c in value if c not in "\ufffe\uffff")
        etree.SubElement(one, f"{{http://www.egem.nl/StUF/sector/bg/0310}}{name}").text = text

    PersonenAntwoord.model_validate(persons(root))
