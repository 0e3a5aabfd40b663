"""Closing a case in the way of its zaaktype, and going on with one that was closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulators.stuf_zds.habits import STANDAARD
from tests.adapters.stuf_zds.messages import message
from tests.adapters.stuf_zds.partner import talking

GESTART = message("gestart")


@pytest.mark.parametrize(
    ("rule", "calls", "statuses"),
    [
        ({"door": "einddatum"}, ["updateZaak"], 1),
        ({"door": "einddatum", "resultaat_eerst": True}, ["updateZaak", "updateZaak"], 1),
        (
            {"door": "eindstatus", "eindstatus": "Afgehandeld"},
            ["updateZaak", "actualiseerZaakstatus"],
            2,
        ),
        (
            {"door": "beide", "eindstatus": "Afgehandeld", "resultaat_eerst": True},
            ["updateZaak", "updateZaak", "actualiseerZaakstatus"],
            2,
        ),
    ],
)
async def test_a_case_is_closed_as_its_zaaktype_asks(
    rule: dict[str, object], calls: list[str], statuses: int
) -> None:
    habits = replace(STANDAARD, closing_needs_result=True)
    async with talking(habits, sluiten={"B0237": rule}) as talk:
        await talk.worker.deliver(GESTART)
        before = len(talk.actions())
        await talk.worker.deliver(message("afgesloten"))
        case = talk.case()
        assert talk.actions()[before:] == calls
        assert case.closed
        assert case.value("resultaat", "omschrijving") == "Verwerkt"
        assert len(case.statuses) == statuses


async def test_a_case_that_goes_on_loses_its_end_date() -> None:
    async with talking() as talk:
        for name in ("gestart", "afgesloten", "heropend"):
            await talk.worker.deliver(message(name))
        assert talk.case().value("einddatum") == ""
        assert [one.name for one in talk.case().statuses] == ["Ontvangen", "Heropend"]
