"""What a zaaksysteem starts: what the core hears of it, and what it does not hear of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters._kit import facts
from adapters.contract import CASE_NUMBER, Context, News, Receipt, RejectedError
from schemas import MESSAGE_TYPES, Message
from tests.adapters.stuf_zds.incoming.desk import NOW, Desk, StoppedClock, desk
from tests.adapters.stuf_zds.incoming.messages import (
    BASICS,
    BSN,
    CASE,
    INITIATOR,
    ZAAKTYPE,
    add_document,
    creeer_zaak,
    document,
    inhoud,
    lk01,
    numbered,
    overdracht,
    relevant,
    set_status,
    status,
    update_zaak,
)

TOLD = {"ontvangen": "zaak"}
OURS = {CASE_NUMBER: CASE, "zaak": CASE}


def delivered(news: News) -> Message:
    """As the hub gives it back to the destination that told it."""
    event = {
        "specversion": "1.0",
        "id": news.id,
        "source": "urn:nld:oin:00000001002220647000:systeem:zaaksysteem",
        "type": news.type,
        "subject": news.subject,
        "time": news.time,
        "tenant": "0344",
        "orderingkey": news.ordering_key,
        "dataref": news.dataref,
        "data": dict(news.data),
    }
    return Message.model_validate({name: each for name, each in event.items() if each is not None})


async def worked_out(
    called: Desk, news: News, references: Mapping[str, str] | None = None
) -> Receipt:
    context = Context(
        delivery_id=1,
        attempt=1,
        deadline=NOW + timedelta(minutes=1),
        references=references or {},
        steps=None,  # type: ignore[arg-type]  # it takes no steps
        clock=StoppedClock(),
    )
    receipt = await called.endpoints.work_out(delivered(news), context)
    for each in receipt.news:
        assert_sound(each)
    return receipt


def assert_sound(news: News) -> None:
    payload = MESSAGE_TYPES[news.type].payload.model_validate(
        dict(news.data), by_alias=True, by_name=False
    )
    assert not list(payload.envelope_problems(subject=news.subject, dataref=news.dataref))


async def told(
    body: bytes, references: Mapping[str, str] | None = None, **inbound: Any
) -> list[News]:
    """What the core hears of one message."""
    called = desk(**inbound)
    received = await called.call(body)
    found: list[News] = []
    for each in received.news:
        found += (await worked_out(called, each, references)).news
    return found


def data_of(news: list[News]) -> dict[str, Any]:
    (one,) = news
    return dict(one.data)


async def test_a_case_is_told_complete() -> None:
    parts = (
        BASICS
        + "<ZKN:kenmerk><ZKN:kenmerk>F-1</ZKN:kenmerk><ZKN:bron>form</ZKN:bron></ZKN:kenmerk>"
        + ZAAKTYPE
        + INITIATOR
        + status("Ontvangen")
    )
    news = await told(creeer_zaak(parts))
    assert [each.type for each in news] == ["nl.burgerzaken.zaak.ontvangen"]
    data = data_of(news)
    assert data["zaaktype"] == "B0237"
    assert data["bestemming"] == "zaaksysteem"
    assert data["startdatum"] == "2026-11-23"
    assert data["initiator"]["bsn"] == BSN
    assert data["kenmerken"] == [{"kenmerk": "F-1", "bron": "form"}]
    assert data["status"]["statustype"] == "Ontvangen"
    assert data["bronorganisatie"] == "002220647"


async def test_a_case_is_told_once_however_often_it_is_sent() -> None:
    first = await told(creeer_zaak())
    again = await told(creeer_zaak(number="ref-2", sent="20261124080000"))
    assert [each.id for each in first] == [each.id for each in again]


async def test_a_told_case_is_remembered_as_theirs() -> None:
    called = desk()
    received = await called.call(creeer_zaak())
    receipt = await worked_out(called, received.news[0])
    assert set(receipt.references) == {*TOLD, facts.BEELD}
    again = await worked_out(called, received.news[0], receipt.references)
    assert [each.id for each in again.news] == [each.id for each in receipt.news]


async def test_our_own_case_is_linked_and_not_told() -> None:
    called = desk()
    received = await called.call(creeer_zaak())
    receipt = await worked_out(called, received.news[0], OURS)
    assert receipt.news == ()
    assert receipt.references == {CASE_NUMBER: CASE}


async def test_a_case_that_carries_our_kenmerk_is_ours_even_without_references() -> None:
    mark = "<ZKN:kenmerk><ZKN:kenmerk>m</ZKN:kenmerk><ZKN:bron>schakel</ZKN:bron></ZKN:kenmerk>"
    assert await told(creeer_zaak(BASICS + mark + ZAAKTYPE)) == []


async def test_what_was_not_taken_over_is_said_without_the_value() -> None:
    extra = "<ZKN:publicatiedatum>20261124</ZKN:publicatiedatum>"
    wrong = INITIATOR.replace(BSN, "123456789")
    data = data_of(await told(creeer_zaak(BASICS + extra + ZAAKTYPE + wrong)))
    assert any("publicatiedatum" in each for each in data["opmerkingen"])
    assert any("inp.bsn" in each for each in data["opmerkingen"])
    assert "123456789" not in repr(data["opmerkingen"])
    assert "bsn" not in data["initiator"]


@pytest.mark.parametrize("reference", [TOLD, OURS])
async def test_a_status_is_told(reference: dict[str, str]) -> None:
    data = data_of(await told(set_status(), reference))
    assert data["status"] == {
        "statustype": "In behandeling",
        "volgnummer": 2,
        "datumStatusGezet": "2026-11-23T10:15:00+01:00",
    }


@pytest.mark.parametrize(
    ("reference", "name", "set_at", "ours"),
    [
        ("status:20261123091500", "In behandeling", "20261123101500", True),
        ("status:20261123091500", "IN BEHANDELING", "20261123101500123", True),
        ("status:20261123091500", "Afgehandeld", "20261123101500", False),
        ("status:20261123091501", "In behandeling", "20261123101500", False),
        ("status:20261123091500", "In behandeling", "20261123", True),
        ("status:20261122230000", "In behandeling", "20261123000001", True),
        ("status:nonsense", "In behandeling", "20261123101500", False),
    ],
)
async def test_our_own_status_does_not_come_back(
    reference: str,
    name: str,
    set_at: str,
    ours: bool,  # noqa: FBT001 - a parameter
) -> None:
    news = await told(
        set_status(status(name, set_at=set_at)), {**OURS, reference: "In behandeling"}
    )
    assert (news == []) is ours


async def test_our_status_is_recognised_by_the_name_that_the_settings_give_it() -> None:
    references = {**OURS, "status:20261123091500": "Bezig"}
    body = set_status(status("In behandeling"))
    assert await told(body, references, statustypen={"In behandeling": "Bezig"}) == []


async def test_statuses_in_an_update_are_told_in_their_order() -> None:
    parts = status("Twee", set_at="20261123120000") + status("Een", set_at="20261123110000")
    news = await told(update_zaak(parts), TOLD)
    assert [each.data["status"]["statustype"] for each in news] == ["Een", "Twee"]


async def test_a_status_that_overtook_its_case_waits_outside_its_lane() -> None:
    called = desk(wait_for_case=300)
    received = await called.call(set_status())
    receipt = await worked_out(called, received.news[0])
    (again,) = receipt.news
    assert again.not_before == NOW + timedelta(seconds=300)
    assert (again.subject, again.ordering_key) == (CASE, f"wacht:{CASE}")
    late = await worked_out(called, again, TOLD)
    assert [each.type for each in late.news] == ["nl.burgerzaken.zaak.status-ontvangen"]
    assert "opmerkingen" not in late.news[0].data
    alone = await worked_out(called, again)
    assert alone.news[0].data["opmerkingen"] == [
        "The case itself did not come in, or came after this."
    ]
    assert alone.news[0].id == late.news[0].id


async def test_without_a_wait_it_is_told_at_once() -> None:
    news = await told(set_status(), wait_for_case=0)
    assert [each.type for each in news] == ["nl.burgerzaken.zaak.status-ontvangen"]


async def test_a_document_is_told_with_its_content() -> None:
    news = await told(add_document(), TOLD)
    data = data_of(news)
    assert news[0].dataref is not None
    assert data["inhoudAanwezig"] is True
    assert (data["titel"], data["formaat"], data["taal"]) == ("Verzoek", "application/pdf", "nld")
    assert data["vertrouwelijkheidaanduiding"] == "beperkt_openbaar"


async def test_a_document_without_content_is_told_as_such() -> None:
    body = lk01("maakZaakdocument_EdcLk01", document(relevant(CASE)), entity="EDC")
    news = await told(body, TOLD)
    data = data_of(news)
    assert news[0].dataref is None
    assert (data["inhoudAanwezig"], data["titel"]) == (False, "DOC-1")


async def test_our_own_document_does_not_come_back_and_its_new_version_does() -> None:
    references = {**OURS, "document:DOC-1": "1"}
    assert await told(add_document(), references) == []
    newer = "<ZKN:versie>2</ZKN:versie>" + inhoud(b"version two")
    assert len(await told(add_document(newer), references)) == 1


async def test_a_handover_is_told_with_the_number_that_the_answer_needs() -> None:
    parts = f'<ZKN:object StUF:entiteittype="ZAK">{numbered(CASE)}{ZAAKTYPE}</ZKN:object>'
    body = overdracht("Di01", "<ZKN:melding>Graag</ZKN:melding>" + parts, number="OVD-1")
    data = data_of(await told(body))
    assert (data["kenmerk"], data["zaaktype"], data["melding"]) == ("OVD-1", "B0237", "Graag")


async def test_an_answer_to_no_request_of_ours_is_refused() -> None:
    parts = (
        f'<ZKN:object StUF:entiteittype="ZAK">{numbered(CASE)}'
        "<ZKN:antwoord>Overdracht geaccepteerd</ZKN:antwoord></ZKN:object>"
    )
    received = await desk().call(overdracht("Du01", parts, cross="x"))
    assert received.code == "StUF043"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (creeer_zaak(BASICS), "isVan"),
        (creeer_zaak(BASICS + ZAAKTYPE, case=""), "identificatie"),
        (creeer_zaak(BASICS + ZAAKTYPE, case="x" * 41), "identificatie"),
        (add_document(cases=()), "isRelevantVoor"),
        (lk01("creeerZaak_ZakLk01"), "object"),
    ],
)
async def test_what_cannot_be_told_is_refused_with_where_and_why(body: bytes, where: str) -> None:
    received = await desk().call(body)
    assert received.code == "StUF055"
    assert where in received.detail


async def test_only_what_came_in_can_be_worked_out() -> None:
    called = desk("application")
    received = await called.call(creeer_zaak())
    with pytest.raises(RejectedError):
        await worked_out(called, received.news[0])
