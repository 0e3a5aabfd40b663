"""Whatever may be asked is asked in the order of the schema: ours and the official one."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf.names import BG, STUF, XSI, q
from adapters._kit.stuf.stuurgegevens import Partij, Stuurgegevens
from adapters._kit.stuf.validation import Rules
from adapters.stuf_bg.questions import question
from schemas.persoonvragen import PersonenVraag, PersoonVraag
from tests.standards import standards_dir

HEAD = Stuurgegevens(
    "Lv01",
    zender=Partij("SCHAKEL", "0344"),
    ontvanger=Partij("GWS4all"),
    referentienummer="1",
    tijdstip_bericht="20261123101500000",
    entiteittype="NPS",
)
_NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=200
)
_SEARCHES = st.fixed_dictionaries(
    {
        "geslachtsnaam": _NAMES,
        "geboortedatum": st.dates().map(lambda day: max(day.isoformat(), "1900-01-01")),
    },
    optional={
        "voornamen": _NAMES,
        "postcode": st.from_regex(r"[1-9][0-9]{3}[A-Z]{2}", fullmatch=True),
        "huisnummer": st.integers(1, 99999),
        "huisletter": st.from_regex(r"[A-Za-z]", fullmatch=True),
        "huisnummertoevoeging": st.from_regex(r"[A-Za-z0-9]{1,4}", fullmatch=True),
    },
)


@cache
def _official() -> etree.XMLSchema:
    driver = standards_dir() / "stuf/bg-3.10/driver/vraagAntwoord/all.xsd"
    return etree.XMLSchema(etree.parse(driver))


@pytest.mark.standards
@given(search=_SEARCHES, relations=st.booleans(), most=st.integers(1, 200))
def test_every_search_is_valid(search: dict[str, Any], *, relations: bool, most: int) -> None:
    data = PersonenVraag.model_validate(search).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    element = question(data, HEAD, most=most, relations=relations)

    assert Rules("bg-3.10").breaches(element) == []
    _official().assertValid(element)


@pytest.mark.standards
@pytest.mark.parametrize("bsn", ["999993653", "000000000"])
@pytest.mark.parametrize("relations", [True, False])
def test_every_question_by_number_is_valid(bsn: str, *, relations: bool) -> None:
    element = question({"bsn": bsn}, HEAD, most=1, relations=relations)

    assert Rules("bg-3.10").breaches(element) == []
    _official().assertValid(element)


def test_a_question_by_number_selects_on_the_number_only() -> None:
    data = PersoonVraag.model_validate({"bsn": "999993653"}).model_dump(mode="json")
    gelijk = question(data, HEAD, most=1, relations=True).find(q(BG, "gelijk"))

    assert gelijk is not None
    assert gelijk.get(q(STUF, "entiteittype")) == "NPS"
    assert [(one.tag, one.text) for one in gelijk] == [(q(BG, "inp.bsn"), "999993653")]


def test_the_scope_asks_for_secrecy_and_doubt_and_says_nil_for_each_element() -> None:
    scope = question({"bsn": "999993653"}, HEAD, most=1, relations=True).find(q(BG, "scope"))

    assert scope is not None
    asked = {etree.QName(one).localname for one in scope.iter() if one.get(q(XSI, "nil")) == "true"}
    assert {"inp.indicatieGeheim", "inOnderzoek", "lnd.landcode", "aoa.postcode"} <= asked
    assert all(len(one) for one in scope.iter() if one.get(q(XSI, "nil")) is None)


def test_a_day_of_birth_is_written_without_dashes() -> None:
    data = {"geslachtsnaam": "Bakker", "geboortedatum": "2012-09-09"}
    element = question(data, HEAD, most=5, relations=False)

    assert element.findtext(f".//{q(BG, 'gelijk')}/{q(BG, 'geboortedatum')}") == "20120909"
    assert element.findtext(f".//{q(STUF, 'maximumAantal')}") == "5"
