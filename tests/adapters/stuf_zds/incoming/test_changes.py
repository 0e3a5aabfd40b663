"""Changes of a case that a zaaksysteem started: told once, in order, and never our own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters._kit import facts
from adapters.contract import CASE_NUMBER
from adapters.stuf_zds.receipts import receipt_for
from adapters.stuf_zds.vocabulary import Vocabulary
from schemas import Message, parse_message
from tests.adapters.stuf_zds.incoming.desk import NOW, RSIN, Desk, desk
from tests.adapters.stuf_zds.incoming.messages import (
    BASICS,
    BSN,
    CASE,
    INITIATOR,
    ZAAKTYPE,
    creeer_zaak,
    lk01,
    status,
    update_zaak,
    zaak,
)
from tests.adapters.stuf_zds.incoming.test_postroom import TOLD, worked_out

OTHER = "999991723"
MARK = "<ZKN:kenmerk><ZKN:kenmerk>bericht-1</ZKN:kenmerk><ZKN:bron>schakel</ZKN:bron></ZKN:kenmerk>"
KEYS = "<ZKN:omschrijving>Verhuizing naar de Domstraat</ZKN:omschrijving>" + ZAAKTYPE


def belanghebbende(bsn: str, soort: str = "T") -> str:
    return (
        '<ZKN:heeftAlsBelanghebbende StUF:entiteittype="ZAKBTRBLH" '
        f'StUF:verwerkingssoort="{soort}">'
        f"<ZKN:gerelateerde><ZKN:natuurlijkPersoon><BG:inp.bsn>{bsn}</BG:inp.bsn>"
        "</ZKN:natuurlijkPersoon></ZKN:gerelateerde></ZKN:heeftAlsBelanghebbende>"
    )


def extra(naam: str, waarde: str) -> str:
    return (
        f'<StUF:extraElementen><StUF:extraElement naam="{naam}">{waarde}</StUF:extraElement>'
        "</StUF:extraElementen>"
    )


def emptied(name: str) -> str:
    return f'<ZKN:{name} xsi:nil="true" StUF:noValue="geenWaarde"/>'


class Town:
    """One zaaksysteem, and what the hub remembers of its one case."""

    def __init__(self, called: Desk | None = None) -> None:
        self.called = called or desk(wait_for_case=0)
        self.references: dict[str, str] = {}
        self.told: list[dict[str, Any]] = []
        self.types: list[str] = []
        self.ids: set[str] = set()

    async def sends(self, body: bytes) -> None:
        """The message, worked out at once as its lane does."""
        for each in (await self.called.call(body)).news:
            receipt = await worked_out(self.called, each, self.references)
            self.references |= receipt.references
            for news in receipt.news:
                if news.id not in self.ids:
                    self.ids.add(news.id)
                    self.told.append(dict(news.data))
                    self.types.append(news.type.rpartition(".")[2])

    async def changes(self, *objects: str, number: str = "ref-2") -> list[dict[str, Any]]:
        """What an updateZaak makes the core hear."""
        before = len(self.told)
        await self.sends(update_zaak(*objects, number=number))
        return self.told[before:]


@pytest.fixture
async def town() -> Town:
    made = Town()
    await made.sends(creeer_zaak(BASICS + extra("verhuisdatum", "20261201") + ZAAKTYPE + INITIATOR))
    return made


async def test_a_change_of_two_objects_tells_what_differs(town: Town) -> None:
    old = KEYS + "<ZKN:toelichting>Oud</ZKN:toelichting>"
    new = KEYS + "<ZKN:toelichting>Nieuw</ZKN:toelichting>"
    (change,) = await town.changes(old, new)
    assert change == {
        "zaakidentificatie": CASE,
        "bronorganisatie": RSIN,
        "bestemming": "zaaksysteem",
        "volledig": False,
        "toelichting": "Nieuw",
    }
    assert town.types == ["ontvangen", "wijziging-ontvangen"]


async def test_of_one_object_only_what_is_new_is_told(town: Town) -> None:
    whole = KEYS + "<ZKN:einddatumGepland>20261218</ZKN:einddatumGepland>"
    (change,) = await town.changes(whole + extra("verhuisdatum", "20261215") + INITIATOR)
    assert change["einddatumGepland"] == "2026-12-18"
    assert change["eigenschappen"] == [{"naam": "verhuisdatum", "waarde": "20261215"}]
    assert not {"omschrijving", "zaaktype", "initiator", "rollen"} & set(change)


async def test_the_same_change_under_another_number_is_told_once(town: Town) -> None:
    body = KEYS + "<ZKN:toelichting>Nieuw</ZKN:toelichting>"
    assert len(await town.changes(KEYS, body, number="ref-2")) == 1
    assert await town.changes(KEYS, body, number="ref-3") == []


async def test_a_change_to_and_fro_is_told_each_time(town: Town) -> None:
    told = []
    for place, text in enumerate(("een", "twee", "een", "twee")):
        body = KEYS + f"<ZKN:toelichting>{text}</ZKN:toelichting>"
        told += [one["toelichting"] for one in await town.changes(body, number=f"ref-{place + 2}")]
    assert told == ["een", "twee", "een", "twee"]


async def test_who_comes_and_who_leaves_is_told(town: Town) -> None:
    (came,) = await town.changes(KEYS, KEYS + belanghebbende(OTHER), number="ref-2")
    assert [rol["betrokkene"]["bsn"] for rol in came["rollen"]] == [OTHER]
    gone = KEYS + belanghebbende(OTHER, "V")
    (went,) = await town.changes(gone, KEYS, number="ref-3")
    assert [rol["betrokkene"]["bsn"] for rol in went["rollenVerwijderd"]] == [OTHER]
    assert "rollen" not in went
    assert await town.changes(gone, KEYS, number="ref-4") == []


async def test_somebody_in_the_place_of_another_comes_and_leaves(town: Town) -> None:
    await town.changes(KEYS, KEYS + belanghebbende(OTHER), number="ref-2")
    old, new = belanghebbende(OTHER, "W"), belanghebbende("999992223", "W")
    (change,) = await town.changes(KEYS + old, KEYS + new, number="ref-3")
    assert [rol["betrokkene"]["bsn"] for rol in change["rollen"]] == ["999992223"]
    assert [rol["betrokkene"]["bsn"] for rol in change["rollenVerwijderd"]] == [OTHER]


async def test_a_role_that_stays_in_both_objects_is_no_change(town: Town) -> None:
    same = KEYS + INITIATOR
    (change,) = await town.changes(same, same + "<ZKN:toelichting>Nieuw</ZKN:toelichting>")
    assert not {"initiator", "rollen", "rollenVerwijderd"} & set(change)


async def test_what_is_taken_away_is_named(town: Town) -> None:
    await town.changes(KEYS + "<ZKN:einddatumGepland>20261218</ZKN:einddatumGepland>")
    (change,) = await town.changes(
        KEYS + emptied("einddatumGepland") + emptied("einddatum"), number="ref-3"
    )
    assert change["geleegd"] == ["einddatumGepland"]


async def test_a_change_comes_before_its_status(town: Town) -> None:
    await town.changes(KEYS + "<ZKN:toelichting>Nieuw</ZKN:toelichting>" + status("Klaar"))
    assert town.types[1:] == ["wijziging-ontvangen", "status-ontvangen"]


async def test_closing_by_a_date_is_told_with_the_result(town: Town) -> None:
    closed = (
        "<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>"
        "<ZKN:einddatum>20261130</ZKN:einddatum>"
    )
    (change,) = await town.changes(KEYS, KEYS + closed)
    assert (change["resultaat"], change["einddatum"]) == ("Verwerkt", "2026-11-30")


@pytest.mark.parametrize(
    ("references", "mark"),
    [({CASE_NUMBER: CASE, "zaak": CASE}, ""), ({}, MARK)],
    ids=["delivered", "marked"],
)
async def test_a_change_of_a_case_of_the_core_is_not_told(
    references: Mapping[str, str], mark: str
) -> None:
    town = Town()
    town.references |= references
    assert await town.changes(KEYS + mark + "<ZKN:toelichting>Nieuw</ZKN:toelichting>") == []


async def test_a_change_that_overtook_its_case_waits_for_it() -> None:
    called = desk(wait_for_case=300)
    body = update_zaak(KEYS + "<ZKN:toelichting>Nieuw</ZKN:toelichting>")
    (kept,) = (await called.call(body)).news
    (again,) = (await worked_out(called, kept)).news
    assert (again.not_before, again.ordering_key) == (NOW + timedelta(seconds=300), f"wacht:{CASE}")
    late = await worked_out(called, again, TOLD)
    assert late.news[0].data["toelichting"] == "Nieuw"
    alone = await worked_out(called, again)
    assert alone.news[0].data["opmerkingen"][-1].startswith("The case itself did not come in")
    assert facts.BEELD not in alone.references


def of_the_core(kind: str, **data: Any) -> Message:
    return parse_message(
        {
            "specversion": "1.0",
            "id": f"kern-{kind}",
            "source": "urn:nld:oin:00000001002220647000:systeem:burgerzaken",
            "type": f"nl.burgerzaken.zaak.{kind}",
            "subject": CASE,
            "time": "2026-11-24T10:00:00Z",
            "tenant": "0344",
            "data": {"zaakidentificatie": CASE, "bronorganisatie": RSIN, **data},
        }
    )


async def test_what_the_core_changed_does_not_come_back(town: Town) -> None:
    rol = {
        "rolsoort": "belanghebbende",
        "betrokkene": {"soort": "natuurlijk_persoon", "bsn": OTHER},
    }
    vocabulary = Vocabulary(resultaattypen={"Verwerkt": "Afgedaan"})
    for message in (
        of_the_core("bijgewerkt", toelichting="Van de kern", rollenToegevoegd=[rol]),
        of_the_core(
            "afgesloten", resultaattype="Verwerkt", datumAfgesloten="2026-11-30T00:30:00+01:00"
        ),
    ):
        receipt = receipt_for(message, "B0237", vocabulary, before=town.references)
        town.references |= receipt.references
    back = (
        "<ZKN:toelichting>Van de kern</ZKN:toelichting>"
        "<ZKN:resultaat><ZKN:omschrijving>Afgedaan</ZKN:omschrijving></ZKN:resultaat>"
        "<ZKN:einddatum>20261130</ZKN:einddatum>"
    )
    assert await town.changes(KEYS, KEYS + back + belanghebbende(OTHER), number="ref-7") == []
    (change,) = await town.changes(KEYS + "<ZKN:einddatum>20261201</ZKN:einddatum>", number="ref-8")
    assert change["einddatum"] == "2026-12-01"


async def test_a_case_that_is_sent_again_forgets_no_change(town: Town) -> None:
    body = KEYS + "<ZKN:toelichting>Nieuw</ZKN:toelichting>"
    await town.changes(body)
    await town.sends(creeer_zaak(BASICS + ZAAKTYPE + INITIATOR, number="ref-9"))
    assert await town.changes(body, number="ref-10") == []


async def test_a_change_without_a_number_is_refused() -> None:
    nameless = zaak("<ZKN:toelichting>Nieuw</ZKN:toelichting>", case="")
    received = await desk().call(lk01("updateZaak_ZakLk01", nameless, mutatie="W"))
    assert received.code == "StUF055"


async def test_what_is_remembered_shows_nobody(town: Town) -> None:
    assert town.told[0]["initiator"]["bsn"] == BSN
    assert BSN not in town.references[facts.BEELD]
