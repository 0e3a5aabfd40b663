"""A case with everything that is known of it: people, objects, other cases, payment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.contract import RejectedError, UncertainError
from adapters.zgw import ZgwAdapter
from simulators.kit import FaultRule, Match, running
from simulators.zgw import ZgwSimulator
from simulators.zgw.seed import DEFAULT_SEED
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import (
    FAMILY,
    OBJECTS,
    OTHER_BSN,
    WHOLE,
    ZAAK,
    adapter,
    message,
    settings,
)
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import WallClock, Worker


async def shown(colleague: Colleague, path: str, number: str = ZAAK) -> list[dict[str, Any]]:
    case = await asyncio.to_thread(colleague.case, number)
    return await asyncio.to_thread(colleague.found, f"/zaken/api/v1{path}", zaak=case["url"])


def count(simulator: ZgwSimulator, kind: str) -> int:
    return sum(effect.kind == kind for effect in simulator.journal.effects)


async def test_everybody_gets_a_rol_of_the_right_kind(worker: Worker, colleague: Colleague) -> None:
    await worker.deliver(message("gestart", **WHOLE))
    rollen = await shown(colleague, "/rollen")
    assert {(rol["omschrijving"], rol["betrokkeneType"]) for rol in rollen} == {
        ("Aanvrager", "natuurlijk_persoon"),
        ("Belanghebbende", "natuurlijk_persoon"),
        ("Behandelaar", "medewerker"),
        ("Zaakcoördinator", "organisatorische_eenheid"),
        ("Gemachtigde", "vestiging"),
    }
    by_type = {rol["omschrijving"]: rol for rol in rollen}
    assert by_type["Belanghebbende"]["roltoelichting"] == "Partner"
    assert by_type["Behandelaar"]["roltoelichting"] == "Behandelaar"
    assert by_type["Behandelaar"]["betrokkeneIdentificatie"]["achternaam"] == "Tester"
    assert by_type["Zaakcoördinator"]["betrokkeneIdentificatie"]["naam"] == "Burgerzaken"


async def test_what_the_case_is_about_goes_along(worker: Worker, colleague: Colleague) -> None:
    await worker.deliver(message("gestart", **WHOLE))
    objects = {one["objectType"]: one for one in await shown(colleague, "/zaakobjecten")}
    assert set(objects) == {"adres", "natuurlijk_persoon", "overige"}
    assert objects["adres"]["objectIdentificatie"]["identificatie"] == "0344200000000001"
    assert objects["adres"]["relatieomschrijving"] == "Nieuw adres"
    assert objects["natuurlijk_persoon"]["objectIdentificatie"]["inpBsn"] == OTHER_BSN
    assert objects["overige"]["objectTypeOverige"] == "graf"
    assert objects["overige"]["objectIdentificatie"]["overigeData"] == {"vak": "C", "nummer": "12"}


async def test_the_case_has_its_own_details(worker: Worker, colleague: Colleague) -> None:
    await worker.deliver(message("gestart", **WHOLE))
    case = await asyncio.to_thread(colleague.case, ZAAK)
    assert case["einddatumGepland"] == "2026-12-01"
    assert case["uiterlijkeEinddatumAfdoening"] == "2026-12-31"
    assert case["betalingsindicatie"] == "geheel"
    assert case["laatsteBetaaldatum"] == "2026-10-31T23:00:00Z"  # the begin of a Dutch day
    assert case["kenmerken"] == [
        {"kenmerk": f"{ZAAK}-gestart", "bron": "schakel"},
        {"kenmerk": "A-1", "bron": "balie"},
    ]


async def test_a_case_goes_below_its_hoofdzaak_and_names_related_ones() -> None:
    kinds = [
        replace(kind, deelzaaktypen=("B0237",)) if kind.identificatie == "B0237" else kind
        for kind in DEFAULT_SEED.zaaktypen
    ]
    simulator = ZgwSimulator(seed=replace(DEFAULT_SEED, zaaktypen=tuple(kinds)))
    async with running(simulator):
        made = adapter(simulator.base_url, WallClock())
        head = await Worker(made).deliver(message("gestart", zaak="HOOFD-1"))
        await Worker(made).deliver(
            message(
                "gestart",
                hoofdzaak={"zaakidentificatie": "HOOFD-1"},
                relevanteZaken=[{"zaakidentificatie": "HOOFD-1", "aard": "onderwerp"}],
            )
        )
        await made.aclose()
        case = await asyncio.to_thread(Colleague(simulator.base_url).case, ZAAK)
    url = head.references["zaak"]
    assert case["hoofdzaak"] == url
    assert case["relevanteAndereZaken"] == [{"url": url, "aardRelatie": "onderwerp"}]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hoofdzaak": {"zaakidentificatie": "NERGENS"}}, "zgw:hoofdzaak-onbekend"),
        (
            {"relevanteZaken": [{"zaakidentificatie": "NERGENS", "aard": "vervolg"}]},
            "zgw:relevante-zaak-onbekend",
        ),
    ],
)
async def test_another_case_that_is_not_there_is_named(
    simulator: ZgwSimulator, worker: Worker, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(RejectedError, match="NERGENS") as caught:
        await worker.deliver(message("gestart", **changes))
    assert caught.value.code == code
    assert not simulator.journal.effects


async def test_what_somebody_else_put_there_is_not_put_there_twice(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """The API would take a second equal rol or object; our own steps know of neither."""
    whole = message("gestart", initiator=None, eigenschappen=[], **WHOLE)
    await worker.deliver(whole)
    steps = MemorySteps()
    await worker.deliver(whole, steps)
    assert count(simulator, "rol") == len(FAMILY)
    assert count(simulator, "zaakobject") == len(OBJECTS)


async def test_the_same_rol_twice_in_a_message_is_one_rol(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(message("gestart", rollen=[FAMILY[0], FAMILY[0]]))
    assert count(simulator, "rol") == 2  # and the initiator


async def test_an_edit_of_the_list_shifts_nothing_to_somebody_else(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """Seen failing with steps that are numbered."""
    steps = MemorySteps()
    wrong = {**FAMILY[1], "roltype": "Bestaat niet"}
    with pytest.raises(RejectedError) as caught:
        await worker.deliver(message("gestart", rollen=[FAMILY[0], wrong]), steps)
    assert caught.value.code == "zgw:roltype-onbekend"
    await worker.deliver(message("gestart", rollen=[FAMILY[1]]), steps.after_edit())
    kinds = [e.key["betrokkeneType"] for e in simulator.journal.effects if e.kind == "rol"]
    assert kinds == ["natuurlijk_persoon", "natuurlijk_persoon", "medewerker"]


async def test_no_step_is_named_after_somebody(worker: Worker) -> None:
    steps = MemorySteps()
    await worker.deliver(message("gestart", **WHOLE), steps)
    assert not [name for name in steps.results if OTHER_BSN in name or len(name) > 40]


async def test_a_rolsoort_with_more_roltypen_needs_a_name(worker: Worker) -> None:
    rol = {name: value for name, value in FAMILY[3].items() if name != "roltype"}
    with pytest.raises(RejectedError, match="'Gemachtigde', 'Mede-aanvrager'") as caught:
        await worker.deliver(message("gestart", rollen=[rol]))
    assert caught.value.code == "zgw:roltype-meerduidig"


async def test_the_settings_choose_a_roltype_for_a_rolsoort(
    simulator: ZgwSimulator, colleague: Colleague
) -> None:
    chosen = settings(simulator.base_url, roltypen={"mede_initiator": "Mede-aanvrager"})
    made = ZgwAdapter(chosen, clock=WallClock())
    rol = {name: value for name, value in FAMILY[3].items() if name != "roltype"}
    await Worker(made).deliver(message("gestart", rollen=[rol]))
    await made.aclose()
    names = [rol["omschrijving"] for rol in await shown(colleague, "/rollen")]
    assert "Mede-aanvrager" in names


async def test_a_second_zaakcoordinator_is_a_clear_refusal(worker: Worker) -> None:
    other = {**FAMILY[2], "betrokkene": {**FAMILY[2]["betrokkene"], "identificatie": "ANDERS"}}
    with pytest.raises(RejectedError, match="somebody else made it") as caught:
        await worker.deliver(message("gestart", rollen=[FAMILY[2], other]))
    assert caught.value.code == "zgw:max-occurences"


async def test_a_lost_answer_at_any_rol_or_object_doubles_nothing(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    lost = FaultRule(
        kind="lost_answer",
        phase="after",
        settings={"seconds": 0},
        match=Match(method="POST", path="/(rollen|zaakobjecten)$"),
        times=None,
    )
    await simulator.script([lost])
    steps = MemorySteps()
    attempts, done = 0, None
    while done is None and attempts < 40:
        attempts += 1
        context = worker.context(steps, attempts)
        try:
            done = await worker.adapter.deliver(message("gestart", **WHOLE), context)
        except UncertainError:
            continue
    assert attempts == 1 + len(FAMILY) + len(OBJECTS) + 1
    assert count(simulator, "rol") == 1 + len(FAMILY)
    assert count(simulator, "zaakobject") == len(OBJECTS)
