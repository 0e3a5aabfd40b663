"""What was told of a case, and what of it is another now."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit import facts
from schemas import MESSAGE_TYPES, Payload

BSN = "999993653"
PERSON = {"soort": "natuurlijk_persoon", "bsn": BSN, "geslachtsnaam": "Moulin"}
CASE: dict[str, Any] = {
    "zaakidentificatie": "ZAAK-1",
    "zaaktype": "B0237",
    "omschrijving": "Verhuizing",
    "toelichting": "Met  twee\nkinderen",
    "einddatum": "2026-12-01",
    "initiator": PERSON,
    "rollen": [{"rolsoort": "behandelaar", "betrokkene": {"soort": "medewerker", "naam": "Oost"}}],
    "objecten": [{"soort": "adres", "identificatie": "0344200000000001"}],
    "eigenschappen": [{"naam": "verhuisdatum", "waarde": "20261201"}],
    "kenmerken": [{"kenmerk": "F-1", "bron": "website"}],
}
TOLD = facts.facts_of(CASE)
KEYS = {"zaakidentificatie": "ZAAK-1", "bronorganisatie": "002220647"}


def said(kind: str, **data: Any) -> Payload:
    return MESSAGE_TYPES[f"nl.burgerzaken.zaak.{kind}"].payload.model_validate(KEYS | data)


def changed(**changes: Any) -> set[str]:
    found = facts.changes(TOLD, facts.facts_of(CASE | changes))
    return {name.partition(":")[0] for name in found}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, set()),
        ({"omschrijving": "Anders"}, {"omschrijving"}),
        ({"omschrijving": None}, {"omschrijving"}),
        ({"toelichting": "Met twee kinderen"}, set()),
        ({"einddatum": None, "registratiedatum": "2026-11-01"}, {"einddatum"}),
        ({"resultaat": "Verwerkt"}, {"resultaat"}),
        ({"initiator": {**PERSON, "geslachtsnaam": "Jansen"}}, set()),
        ({"initiator": {**PERSON, "bsn": "999991723"}}, {"rol"}),
        ({"rollen": []}, {"rol"}),
        ({"objecten": []}, {"object"}),
        ({"eigenschappen": [{"naam": "verhuisdatum", "waarde": "20261202"}]}, {"eigenschap"}),
        ({"kenmerken": []}, {"kenmerk"}),
    ],
)
def test_what_is_another_is_seen(changes: dict[str, Any], names: set[str]) -> None:
    assert changed(**changes) == names


def test_the_order_of_things_is_no_change() -> None:
    rol = {"rolsoort": "behandelaar", "betrokkene": PERSON}
    one = facts.facts_of({"rollen": [*CASE["rollen"], rol]})
    other = facts.facts_of({"rollen": [rol, *CASE["rollen"]]})
    assert facts.changes(one, other) == frozenset()


def test_facts_are_written_and_read_and_show_nothing() -> None:
    written = facts.written(TOLD)
    assert facts.read(written) == TOLD
    assert facts.read("") == {}
    for value in (BSN, "Moulin", "Verhuizing", "F-1"):
        assert value not in written


@given(st.dictionaries(st.sampled_from(facts.FIELDS), st.text(max_size=30)))
def test_any_text_is_remembered(data: dict[str, str]) -> None:
    found = facts.facts_of(data)
    assert facts.read(facts.written(found)) == found


def test_what_the_core_changed_counts_as_told() -> None:
    rol = {"rolsoort": "belanghebbende", "betrokkene": {"soort": "natuurlijk_persoon", "bsn": BSN}}
    payload = said(
        "bijgewerkt",
        omschrijving="Van de kern",
        toelichting="",
        eigenschappen=[{"naam": "verhuisdatum", "waarde": "20270101"}],
        rollenToegevoegd=[rol],
    )
    now = {
        **CASE,
        "omschrijving": "Van de kern",
        "toelichting": None,
        "eigenschappen": [{"naam": "verhuisdatum", "waarde": "20270101"}],
        "rollen": [*CASE["rollen"], {**rol, "roltype": "Gemachtigde"}],
    }
    known = facts.after(TOLD, payload)
    assert facts.changes(known, facts.facts_of(now)) == frozenset()
    without = facts.after(known, said("bijgewerkt", rollenVerwijderd=[rol]))
    left = {**now, "rollen": CASE["rollen"]}
    assert facts.changes(without, facts.facts_of(left)) == frozenset()


def test_a_result_and_objects_of_the_core_are_not_news() -> None:
    closing = said("afgesloten", resultaattype="Verwerkt", datumAfgesloten="2026-12-01T10:00:00Z")
    person = {"soort": "natuurlijk_persoon", "persoon": PERSON}
    objects = said("bijgewerkt", objectenToegevoegd=[person])
    known = facts.after(facts.after(TOLD, closing), objects)
    there = [*CASE["objecten"], {"soort": "natuurlijk_persoon", "identificatie": BSN}]
    now = facts.facts_of({**CASE, "resultaat": "Verwerkt", "objecten": there})
    assert facts.changes(known, now) == frozenset()
    reopened = said("heropend", statustype="Weer", datumStatusGezet="2026-12-02T10:00:00Z")
    open_again = facts.facts_of({**CASE, "einddatum": None, "objecten": there})
    assert facts.changes(facts.after(now, reopened), open_again) == {"resultaat"}


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (CASE, {}),
        ({"omschrijving": "Anders", "zaaktype": "B0237"}, {"omschrijving": "Anders"}),
        ({"registratiedatum": "2026-11-01"}, {}),
        ({"initiator": {**PERSON, "geslachtsnaam": "Jansen"}}, {}),
        ({"rollenVerwijderd": CASE["rollen"]}, {"rollenVerwijderd": CASE["rollen"]}),
        ({"rollenVerwijderd": [{"rolsoort": "behandelaar", "betrokkene": PERSON}]}, {}),
        ({"geleegd": ["omschrijving", "hoofdzaak"]}, {"geleegd": ["omschrijving"]}),
        ({"objecten": CASE["objecten"], "kenmerken": CASE["kenmerken"]}, {}),
    ],
)
def test_of_what_is_said_once_more_only_what_is_new_is_left(
    data: dict[str, Any], left: dict[str, Any]
) -> None:
    news, now = facts.untold(data, TOLD)
    assert news == left
    assert facts.untold(data, now)[0] == {}


def test_objects_of_the_core_are_accepted_once() -> None:
    known = {**TOLD, f"object:{facts.ANYTHING}": ""}
    one, other = ({"soort": "adres", "identificatie": number} for number in ("1", "2"))
    news, now = facts.untold({"objecten": [one]}, known)
    assert news == {}
    assert facts.untold({"objecten": [one, other]}, now)[0] == {"objecten": [other]}


def test_a_message_that_changes_no_fact_leaves_them() -> None:
    status = said("status-gezet", statustype="Ontvangen", datumStatusGezet="2026-12-01T10:00:00Z")
    assert facts.after(TOLD, status) == TOLD
