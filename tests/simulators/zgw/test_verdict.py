"""The verdict is the demo's judge, so every way of going wrong must be seen by it.

Seen failing, each by a change in verdict.py made on purpose: without the comparison of counts 12
tests fail, with the order turned around 8, without the check on missing parts 11, and without the
rules on unexplained, repeatable, once-ever and shared keys one each.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.kit import Effect
from simulators.zgw import RSIN, Verdict, verdict
from tests.simulators.zgw.helpers import Zaaksysteem

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BSN = "999993653"


def _event(kind: str, case: str, number: int, **data: Any) -> dict[str, Any]:
    return {
        "id": f"{case}-{number}",
        "type": f"nl.burgerzaken.zaak.{kind}",
        "subject": case,
        "time": "2026-11-23T08:00:00Z",
        "data": {"zaakidentificatie": case, "bronorganisatie": RSIN, **data},
    }


def _story(case: str = "Z") -> list[dict[str, Any]]:
    """The messages of one case from start to end."""
    return [
        _event(
            *("gestart", case, 1),
            initiator={"soort": "natuurlijk_persoon", "bsn": BSN},
            eigenschappen=[{"naam": "verhuisdatum", "waarde": "20261201"}],
            status={"statustype": "Ontvangen"},
        ),
        _event("status-gezet", case, 2, datumStatusGezet="2026-11-23T10:00:00+01:00"),
        _event(
            *("document-toegevoegd", case, 3),
            documentidentificatie=f"D-{case}",
            titel="Aangifte",
        ),
        _event("bijgewerkt", case, 4, toelichting="nader"),
        _event("afgesloten", case, 5),
    ]


def _made(case: str = "Z") -> list[tuple[str, str | None, dict[str, Any]]]:
    """The effects that belong to the story, per event in its order."""
    document = {"bronorganisatie": RSIN, "titel": "Aangifte"}
    return [
        ("zaak", case, {"bronorganisatie": RSIN, "kenmerken": [f"schakel:{case}-1"]}),
        ("rol", case, {"omschrijvingGeneriek": "initiator"}),
        ("zaakeigenschap", case, {"naam": "verhuisdatum"}),
        ("status", case, {"datumStatusGezet": "2026-11-23T08:00:00Z"}),
        ("status", case, {"datumStatusGezet": "2026-11-23T09:00:00Z"}),
        ("document", None, document | {"identificatie": f"D-{case}"}),
        ("zio", case, {"document": f"D-{case}"}),
        ("zaak_bijgewerkt", case, {"asked": {"toelichting": "nader"}}),
        ("resultaat", case, {}),
        ("eindstatus", case, {"datumStatusGezet": "2026-11-23T11:00:00Z"}),
    ]


def _effects(made: Sequence[tuple[str, str | None, Mapping[str, Any]]]) -> list[Effect]:
    return [
        Effect(seq=2 * number, at=NOON, request=2 * number - 1, kind=kind, case=case, key=key)
        for number, (kind, case, key) in enumerate(made, start=1)
    ]


def _judge(made: Sequence[tuple[str, str | None, Mapping[str, Any]]]) -> Verdict:
    return verdict(_effects(made), _story())


def test_a_story_that_arrived_whole_and_in_order_is_clean() -> None:
    found = _judge(_made())
    assert found.clean
    assert (found.published, found.delivered) == (5, 5)


@pytest.mark.parametrize("number", range(len(_made())))
def test_an_event_of_which_any_part_is_missing_is_lost(number: int) -> None:
    made = _made()
    del made[number]
    found = _judge(made)
    assert (len(found.lost), found.delivered) == (1, 4)
    assert not found.doubled


@pytest.mark.parametrize(
    "number", [n for n, (kind, _, _) in enumerate(_made()) if kind != "zaak_bijgewerkt"]
)
def test_any_part_that_was_made_twice_is_doubled(number: int) -> None:
    made = _made()
    made.insert(number + 1, made[number])
    found = _judge(made)
    assert found.doubled
    assert not found.lost


def test_a_change_that_was_repeated_changes_nothing_and_is_not_doubled() -> None:
    made = _made()
    made.insert(8, made[7])
    assert _judge(made).clean


def test_a_second_case_with_another_number_is_recognised_by_its_kenmerk() -> None:
    made = [*_made(), ("zaak", "ZAAK-9", {"bronorganisatie": RSIN, "kenmerken": ["schakel:Z-1"]})]
    assert ["kenmerk Z-1" in finding.detail for finding in _judge(made).doubled] == [True]


def test_a_second_document_under_a_generated_number_is_recognised_by_its_titel() -> None:
    key = {"bronorganisatie": RSIN, "titel": "Aangifte", "identificatie": "DOCUMENT-1"}
    assert len(_judge([*_made(), ("document", None, key)]).doubled) == 1


def test_a_status_at_an_instant_that_no_message_has_is_doubled() -> None:
    extra = ("status", "Z", {"datumStatusGezet": "2026-11-23T09:00:01Z"})
    made = _made()
    made.insert(5, extra)
    assert ["no message explains" in f.detail for f in _judge(made).doubled] == [True]


def test_a_status_that_came_after_the_closing_is_out_of_order() -> None:
    made = _made()
    made.append(made.pop(4))
    found = _judge(made)
    assert [finding.event for finding in found.out_of_order] == ["Z-3", "Z-4", "Z-5"]
    assert not found.lost


def test_a_stale_change_that_came_again_at_the_end_is_out_of_order() -> None:
    made = _made()
    made.append(made[7])
    assert [finding.event for finding in _judge(made).out_of_order] == ["Z-5"]


def test_the_same_change_published_twice_is_judged_one_by_one() -> None:
    events = [
        _event("bijgewerkt", "Z", number, omschrijving=text)
        for number, text in enumerate(("een", "twee", "een"))
    ]
    made = [
        ("zaak_bijgewerkt", "Z", {"asked": {"omschrijving": t}}) for t in ("een", "twee", "een")
    ]
    assert verdict(_effects(made), events).clean


def test_an_event_published_twice_counts_once() -> None:
    found = verdict(_effects(_made()), [*_story(), *_story()])
    assert (found.published, found.clean) == (5, True)


def test_an_event_of_an_unknown_type_is_lost_rather_than_overlooked() -> None:
    found = verdict([], [_event("onbekend", "Z", 1)])
    assert [finding.detail for finding in found.lost] == ["unknown type"]


def test_a_besluit_and_a_new_version_of_a_document_are_recognised() -> None:
    events = [
        _event("besluit-vastgesteld", "Z", 1, besluitidentificatie="B-1"),
        _event("document-bijgewerkt", "Z", 2, documentidentificatie="D-1"),
    ]
    version = {"bronorganisatie": RSIN, "identificatie": "D-1"}
    made = [
        ("besluit", "Z", {"verantwoordelijkeOrganisatie": RSIN, "identificatie": "B-1"}),
        ("document_bijgewerkt", None, version),
    ]
    assert verdict(_effects(made), events).clean
    assert len(verdict(_effects([*made, made[1]]), events).doubled) == 1


@given(st.permutations(["A", "B", "C"]), st.randoms(use_true_random=False))
def test_cases_that_run_through_each_other_stay_clean(cases: list[str], dice: Any) -> None:
    queues = {case: _made(case) for case in cases}
    made = []
    while any(queues.values()):
        case = dice.choice([name for name, queue in queues.items() if queue])
        made.append(queues[case].pop(0))
    events = [event for case in cases for event in _story(case)]
    assert verdict(_effects(made), events).clean


async def test_the_verdict_is_asked_over_the_control_port(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    kenmerken = [{"kenmerk": "Z-1", "bron": "schakel"}]
    await zgw.zaak(types["zaaktype"], "Z", kenmerken=kenmerken)
    events = [_event("gestart", "Z", 1), _event("afgesloten", "Z", 2)]
    found = (await zgw.control.post("/verdict", json={"published": events})).json()
    assert (found["published"], found["delivered"], found["lost"]) == (2, 1, 1)
    assert found["findings"]["lost"][0]["detail"] == "missing: resultaat Z, eindstatus Z"
    bad_ones: tuple[Any, ...] = (
        {"events": []},
        [1],
        "x",
        [{"id": 1}],
        [_event("gestart", "Z", 1) | {"data": {}}],
    )
    for bad in bad_ones:
        assert (await zgw.control.post("/verdict", json=bad)).status_code == 400
