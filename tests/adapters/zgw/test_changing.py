"""Changes of a case: its fields, properties, people; closed cases; opening one again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.contract import ConfigurationError, RejectedError
from simulators.kit import FaultRule, Match
from simulators.zgw import ZgwSimulator
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import CHANGES, FAMILY, STORY, WHOLE, ZAAK, message
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import Worker

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY
PROPERTY = message("bijgewerkt", eigenschappen=CHANGES["eigenschappen"])


def kinds(simulator: ZgwSimulator) -> list[str]:
    return [effect.kind for effect in simulator.journal.effects]


def refusing(method: str, path: str, status: int, code: str) -> FaultRule:
    body = {"code": code, "title": "Nee.", "detail": "Dat mag niet."}
    chosen = {"status": status, "body": body}
    return FaultRule(kind="status", settings=chosen, match=Match(method=method, path=path))


async def case(colleague: Colleague) -> dict[str, Any]:
    return await asyncio.to_thread(colleague.case, ZAAK)


async def below(colleague: Colleague, path: str) -> list[dict[str, Any]]:
    url = (await case(colleague))["url"]
    if path == "/zaakeigenschappen":
        return await asyncio.to_thread(colleague.found, url + path)
    return await asyncio.to_thread(colleague.found, f"/zaken/api/v1{path}", zaak=url)


async def test_everything_of_a_case_can_be_changed(worker: Worker, colleague: Colleague) -> None:
    await worker.deliver(message("gestart", **WHOLE))
    await worker.deliver(message("bijgewerkt", **CHANGES))
    now = await case(colleague)
    assert now["opschorting"]["indicatie"] is True
    assert now["opschorting"]["reden"] == "Wacht op stukken"
    assert now["verlenging"] == {"reden": "Drukte", "duur": "P14D"}
    assert now["betalingsindicatie"] == "gedeeltelijk"
    assert now["archiefnominatie"] == "vernietigen"
    assert now["archiefactiedatum"] == "2031-11-03"
    values = {one["naam"]: one["waarde"] for one in await below(colleague, "/zaakeigenschappen")}
    assert values == {"verhuisdatum": "20261201", "aantal_personen": "4"}
    staff = [
        rol["betrokkeneIdentificatie"]["identificatie"]
        for rol in await below(colleague, "/rollen")
        if rol["betrokkeneType"] == "medewerker"
    ]
    assert staff == ["m.ander"]
    objects = [one["objectTypeOverige"] for one in await below(colleague, "/zaakobjecten")]
    assert "kenteken" in objects


async def test_only_people_change_without_a_call_to_the_case_itself(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    only = message("bijgewerkt", omschrijving=None, toelichting=None, rollenToegevoegd=FAMILY[:1])
    await worker.deliver(only)
    assert "zaak_bijgewerkt" not in kinds(simulator)
    assert kinds(simulator)[-1] == "rol"


async def test_somebody_leaves_before_another_comes(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """The API allows one zaakcoordinator: the new one is refused while the old one is there."""
    await worker.deliver(message("gestart", rollen=FAMILY[2:3]))
    other = {**FAMILY[2], "betrokkene": {**FAMILY[2]["betrokkene"], "identificatie": "ANDERS"}}
    await worker.deliver(
        message("bijgewerkt", rollenVerwijderd=FAMILY[2:3], rollenToegevoegd=[other])
    )
    assert kinds(simulator)[-2:] == ["rol_verwijderd", "rol"]


async def test_who_is_gone_already_need_not_be_taken_away(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(message("bijgewerkt", rollenVerwijderd=FAMILY[:1]))
    assert "rol_verwijderd" not in kinds(simulator)


async def test_a_rol_that_is_named_by_its_roltype_goes_and_others_stay(
    worker: Worker, colleague: Colleague
) -> None:
    both = [{**FAMILY[3], "roltype": name} for name in ("Gemachtigde", "Mede-aanvrager")]
    await worker.deliver(message("gestart", rollen=both))
    await worker.deliver(message("bijgewerkt", rollenVerwijderd=both[:1]))
    left = {rol["omschrijving"] for rol in await below(colleague, "/rollen")}
    assert left == {"Aanvrager", "Mede-aanvrager"}


async def test_a_new_property_is_made_and_a_right_one_left_alone(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(message("gestart", eigenschappen=[]))
    await worker.deliver(PROPERTY)
    assert kinds(simulator).count("zaakeigenschap") == 1
    await worker.deliver(PROPERTY, MemorySteps())
    assert kinds(simulator).count("zaakeigenschap") == 1
    assert "zaakeigenschap_bijgewerkt" not in kinds(simulator)


@pytest.mark.parametrize("code", ["method_not_allowed", ""])
async def test_where_a_property_cannot_be_changed_it_is_replaced(
    simulator: ZgwSimulator, worker: Worker, colleague: Colleague, code: str
) -> None:
    await worker.deliver(GESTART)
    await simulator.script([refusing("PATCH", "/zaakeigenschappen/", 405, code)])
    await worker.deliver(PROPERTY)
    values = [one["waarde"] for one in await below(colleague, "/zaakeigenschappen")]
    assert sorted(values) == ["20261201", "4"]
    assert kinds(simulator)[-2:] == ["zaakeigenschap_verwijderd", "zaakeigenschap"]


async def test_where_nothing_can_be_done_to_a_property_the_refusal_says_so(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await simulator.script(
        [
            refusing(method, "/zaakeigenschappen/", 405, "method_not_allowed")
            for method in ("PATCH", "DELETE")
        ]
    )
    with pytest.raises(RejectedError, match=r"Zaken before 1\.2") as caught:
        await worker.deliver(PROPERTY)
    assert caught.value.code == "zgw:eigenschap-vast"


async def test_a_correction_changes_a_closed_case(worker: Worker, colleague: Colleague) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(AFGESLOTEN)
    await worker.deliver(message("bijgewerkt", correctie=True, omschrijving="Beter"))
    now = await case(colleague)
    assert now["omschrijving"] == "Beter"
    assert now["einddatum"] is not None


async def test_without_the_right_to_change_closed_cases_only_this_message_stops(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(AFGESLOTEN)
    await simulator.script([refusing("PATCH", "/zaken/", 403, "permission_denied")])
    with pytest.raises(RejectedError, match=r"zaken\.geforceerd-bijwerken") as caught:
        await worker.deliver(message("bijgewerkt", correctie=True))
    assert caught.value.code == "zgw:zaak-gesloten"


async def test_a_right_that_is_lacking_for_an_open_case_stops_the_destination(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await simulator.script([refusing("PATCH", "/zaken/", 403, "permission_denied")])
    context = worker.context(MemorySteps())
    with pytest.raises(ConfigurationError):
        await worker.adapter.deliver(BIJGEWERKT, context)


async def test_a_closed_case_goes_on_and_is_closed_with_another_result(
    simulator: ZgwSimulator, worker: Worker, colleague: Colleague
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(AFGESLOTEN)
    receipt = await worker.deliver(message("heropend"))
    assert receipt.references["status:20261105080000"] == "In behandeling"
    assert (await case(colleague))["einddatum"] is None
    again = message(
        "afgesloten",
        event="weer-dicht",
        resultaattype="Afgebroken",
        datumAfgesloten="2026-11-06T12:00:00Z",
    )
    receipt = await worker.deliver(again)
    assert receipt.references["status:20261106120000"] == "eindstatus"
    assert (await case(colleague))["einddatum"] == "2026-11-06"
    assert kinds(simulator)[-2:] == ["resultaat_bijgewerkt", "eindstatus"]


async def test_a_case_does_not_go_on_with_its_last_status(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(AFGESLOTEN)
    before = kinds(simulator)
    with pytest.raises(RejectedError, match="Afgehandeld") as caught:
        await worker.deliver(message("heropend", statustype="Afgehandeld"))
    assert caught.value.code == "zgw:eindstatus"
    assert kinds(simulator) == before


async def test_without_the_right_to_open_cases_again_the_refusal_names_the_scope(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(AFGESLOTEN)
    await simulator.script([refusing("POST", "/statussen", 403, "permission_denied")])
    with pytest.raises(RejectedError, match=r"zaken\.heropenen"):
        await worker.deliver(message("heropend"))


async def test_a_case_that_got_another_version_of_its_zaaktype_gets_the_types_of_that_one(
    simulator: ZgwSimulator, worker: Worker, colleague: Colleague
) -> None:
    """Zaken 1.5 lets somebody change the zaaktype; what we remember of the case is then wrong."""
    opened = await worker.deliver(GESTART)
    path = "/catalogi/api/v1/zaaktypen"
    versions = await asyncio.to_thread(colleague.found, path, identificatie="B0237")
    other = next(one["url"] for one in versions if one["url"] != opened.references["zaaktype"])
    await asyncio.to_thread(colleague.set_case, ZAAK, zaaktype=other)
    steps = MemorySteps()
    receipt = await worker.deliver(STATUS, steps)
    assert receipt.references["zaaktype"] == other
    assert kinds(simulator).count("status") == 2
    assert await worker.deliver(STATUS, steps) == receipt
    later = await worker.deliver(message("heropend", datumStatusGezet="2026-11-02T12:00:00Z"))
    assert later.references["zaaktype"] == other


async def test_a_mismatch_with_the_zaaktype_that_we_know_stays_a_refusal(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    wrong = [{"name": "nonFieldErrors", "code": "zaaktype-mismatch", "reason": "Hoort niet."}]
    body = {"code": "invalid", "invalidParams": wrong}
    match = Match(method="POST", path="/statussen")
    await simulator.script(
        [FaultRule(kind="status", settings={"status": 400, "body": body}, match=match)]
    )
    with pytest.raises(RejectedError) as caught:
        await worker.deliver(STATUS)
    assert caught.value.code == "zgw:zaaktype-mismatch"
