"""What we send for each message, and how we know our own again. Pairs are in golden/."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.zgw import recognising, translate
from schemas import Message
from schemas.zaak import (
    ZaakAfgesloten,
    ZaakBijgewerkt,
    ZaakDocumentToegevoegd,
    ZaakGestart,
    ZaakStatusGezet,
)
from tests.adapters.zgw.messages import INITIATORS, message

GOLDEN = Path(__file__).parent / "golden"
Expected = dict[str, Any]


def gestart(**changes: Any) -> tuple[Message, ZaakGestart]:
    event = message("gestart", **changes)
    assert isinstance(event.data, ZaakGestart)
    return event, event.data


def render_zaak(body: Expected) -> Expected:
    event, data = gestart()
    return translate.zaak_body(event.id, data, body["zaaktype"])


def render_rol(body: Expected) -> Expected:
    _, data = gestart(initiator=INITIATORS[body["betrokkeneType"]])
    assert data.initiator is not None
    return translate.rol_body(body["zaak"], body["roltype"], data.initiator)


def render_eigenschap(body: Expected) -> Expected:
    _, data = gestart()
    waarde = {item.waarde: item for item in data.eigenschappen}[body["waarde"]].waarde
    return translate.eigenschap_body(body["zaak"], body["eigenschap"], waarde)


def render_first_status(body: Expected) -> Expected:
    event, data = gestart()
    assert data.status is not None
    return translate.status_body(
        body["zaak"], body["statustype"], event.time, data.status.toelichting
    )


def render_status(body: Expected) -> Expected:
    data = message("status-gezet").data
    assert isinstance(data, ZaakStatusGezet)
    return translate.status_body(
        body["zaak"], body["statustype"], data.datum_status_gezet, data.toelichting
    )


def render_last_status(body: Expected) -> Expected:
    data = message("afgesloten").data
    assert isinstance(data, ZaakAfgesloten)
    return translate.status_body(
        body["zaak"], body["statustype"], data.datum_afgesloten, data.statustoelichting
    )


def render_resultaat(body: Expected) -> Expected:
    data = message("afgesloten").data
    assert isinstance(data, ZaakAfgesloten)
    return translate.resultaat_body(body["zaak"], body["resultaattype"], data.resultaattoelichting)


def render_document(body: Expected) -> Expected:
    data = message("document-toegevoegd").data
    assert isinstance(data, ZaakDocumentToegevoegd)
    return translate.document_body(data, body["informatieobjecttype"])


def render_koppeling(body: Expected) -> Expected:
    data = message("document-toegevoegd").data
    assert isinstance(data, ZaakDocumentToegevoegd)
    return translate.koppeling_body(body["zaak"], body["informatieobject"], data.titel)


def render_changes(_: Expected) -> Expected:
    data = message("bijgewerkt").data
    assert isinstance(data, ZaakBijgewerkt)
    return translate.zaak_changes(data)


PAIRS: dict[str, tuple[Callable[[Expected], Expected], recognising.Sameness]] = {
    "zaak": (render_zaak, recognising.same_zaak),
    "rol-natuurlijk-persoon": (render_rol, recognising.same_rol),
    "rol-niet-natuurlijk-persoon": (render_rol, recognising.same_rol),
    "rol-vestiging": (render_rol, recognising.same_rol),
    "eigenschap-20261201": (render_eigenschap, recognising.same_eigenschap),
    "eigenschap-3": (render_eigenschap, recognising.same_eigenschap),
    "status-eerste": (render_first_status, recognising.same_status),
    "status-gezet": (render_status, recognising.same_status),
    "status-eindstatus": (render_last_status, recognising.same_status),
    "resultaat": (render_resultaat, recognising.same_resultaat),
    "document": (render_document, recognising.same_document),
    "koppeling": (render_koppeling, recognising.same_koppeling),
    "wijziging": (render_changes, recognising.same_changes),
}


def golden(name: str) -> tuple[Expected, Expected]:
    pair = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return pair["request"]["body"], pair["response"]["body"]


def test_every_golden_pair_is_used() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_the_body_is_that_of_the_golden_request(name: str) -> None:
    render, _ = PAIRS[name]
    sent, _ = golden(name)
    assert render(sent) == sent


@pytest.mark.parametrize("name", PAIRS)
def test_the_golden_answer_is_recognised_as_ours(name: str) -> None:
    _, same = PAIRS[name]
    sent, there = golden(name)
    assert same(sent, there)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("zaak", {"zaaktype": "https://zaaksysteem.example/other"}),
        ("zaak", {"kenmerken": []}),
        ("zaak", {"kenmerken": [{"kenmerk": "0344-2026-000001-gestart", "bron": "anders"}]}),
        ("zaak", {"kenmerken": None}),
        ("rol-natuurlijk-persoon", {"betrokkeneIdentificatie": {"inpBsn": "999990019"}}),
        ("rol-natuurlijk-persoon", {"betrokkeneIdentificatie": None}),
        ("rol-natuurlijk-persoon", {"betrokkeneIdentificatie": {}}),
        ("rol-natuurlijk-persoon", {"roltype": "https://zaaksysteem.example/other"}),
        ("rol-vestiging", {"betrokkeneType": "niet_natuurlijk_persoon"}),
        ("eigenschap-3", {"waarde": "4"}),
        ("status-gezet", {"datumStatusGezet": "2026-11-02T09:15:01Z"}),
        ("status-gezet", {"datumStatusGezet": None}),
        ("status-gezet", {"statustype": "https://zaaksysteem.example/other"}),
        ("resultaat", {"resultaattype": "https://zaaksysteem.example/other"}),
        ("document", {"bestandsomvang": 1}),
        ("document", {"titel": "Iets anders"}),
        ("wijziging", {"omschrijving": "Iets anders"}),
    ],
)
def test_what_another_made_is_not_taken_for_ours(name: str, change: Expected) -> None:
    sent, there = golden(name)
    assert not PAIRS[name][1](sent, there | change)


@pytest.mark.parametrize("text", ["2026-11-02T09:15:00Z", "2026-11-02T10:15:00+01:00"])
def test_a_status_is_the_same_whatever_the_zone_in_which_its_moment_is_written(text: str) -> None:
    sent, there = golden("status-gezet")
    assert recognising.same_status(sent, there | {"datumStatusGezet": text})
    assert recognising.same_status(sent, there | {"datumStatusGezet": "2026-11-02T09:15:00"})


MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    ),
    max_value=datetime(2999, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
)


@given(MOMENTS)
def test_a_moment_is_written_in_utc_without_losing_anything(instant: datetime) -> None:
    text = translate.moment(instant)
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == instant.astimezone(UTC)


@given(st.text(min_size=1, max_size=255), st.text(min_size=1, max_size=255))
def test_a_kenmerk_fits_and_tells_events_apart(one: str, other: str) -> None:
    assert 1 <= len(translate.kenmerk(one)) <= 40
    assert (translate.kenmerk(one) == translate.kenmerk(other)) == (one == other)


def test_long_event_ids_with_the_same_beginning_have_other_kenmerken() -> None:
    first, second = (translate.kenmerk("x" * 60 + end) for end in "ab")
    assert first != second
    assert len(first) == 40


VISIBLE = st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x2FF))


@given(
    omschrijving=VISIBLE.filter(bool).map(lambda text: text[:80]).filter(str.strip),
    toelichting=VISIBLE.map(lambda text: text[:1000]),
    day=st.dates(
        min_value=datetime(1900, 1, 1, tzinfo=UTC).date(),
        max_value=datetime(2900, 1, 1, tzinfo=UTC).date(),
    ),
    initiator=st.sampled_from([*INITIATORS.values(), None]),
)
def test_any_case_renders_to_a_body_within_the_limits_of_the_standard(
    omschrijving: str, toelichting: str, day: Any, initiator: Expected | None
) -> None:
    event, data = gestart(
        omschrijving=omschrijving,
        toelichting=toelichting,
        startdatum=day.isoformat(),
        initiator=initiator,
    )
    body = translate.zaak_body(event.id, data, "https://zaaksysteem.example/zaaktypen/1")
    assert {"bronorganisatie", "zaaktype", "verantwoordelijkeOrganisatie", "startdatum"} <= set(
        body
    )
    assert len(body["identificatie"]) <= 40
    assert len(body["omschrijving"]) <= 80
    assert len(body["toelichting"]) <= 1000
    assert len(body["kenmerken"][0]["kenmerk"]) <= 40
    assert None not in body.values()
