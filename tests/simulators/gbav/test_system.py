"""The simulated GBA-V as a strange client meets it."""

from __future__ import annotations

import httpx
import pytest

from simulators.gbav import GbavSimulator, Options
from simulators.gbav.system import LRD, SOAP
from simulators.kit import running
from simulators.town import town

TOWN = town(1, 60)
GOOD = httpx.BasicAuth("schakel-demo", "alleen-voor-demonstratie")
WRONG = httpx.BasicAuth("schakel-demo", "x")


def message(masker: str, parameters: str) -> str:
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns="{LRD}"><s:Body><vraag><in0><masker>{masker}</masker>'
        f"<parameters>{parameters}</parameters></in0></vraag></s:Body></s:Envelope>"
    )


def by(rubriek: int, value: str) -> str:
    inside = f"<rubrieknummer>{rubriek}</rubrieknummer><zoekwaarde>{value}</zoekwaarde>"
    return f"<item>{inside}</item>"


BSN = next(iter(TOWN.persons))
ONE = message("<item>10120</item>", by(10120, BSN))


@pytest.mark.parametrize(
    ("body", "status", "holds"),
    [
        (ONE, 200, BSN),
        (message("<item>10120</item>", by(10120, "999999990")), 200, "Geen gegevens"),
        (message("<item>10120</item>", by(80910, "0344")), 200, "Te veel"),
        (message("", by(10120, BSN)), 200, "Geen juiste"),
        ("<a/>", 500, ""),
        ("<a", 500, ""),
    ],
)
async def test_every_question_has_its_answer(body: str, status: int, holds: str) -> None:
    async with running(GbavSimulator(town=TOWN)) as simulator, httpx.AsyncClient() as client:
        answer = await client.post(simulator.url, content=body, auth=GOOD)
    assert (answer.status_code, holds in answer.text) == (status, True)


async def test_three_wrong_passwords_lock_the_account_also_for_the_right_one() -> None:
    async with running(GbavSimulator(town=TOWN)) as simulator, httpx.AsyncClient() as client:
        for _ in range(2):
            assert "Onjuiste" in (await client.post(simulator.url, content=ONE, auth=WRONG)).text
        assert BSN in (await client.post(simulator.url, content=ONE, auth=GOOD)).text
        for _ in range(3):
            await client.post(simulator.url, content=ONE, auth=WRONG)
        assert BSN not in (await client.post(simulator.url, content=ONE, auth=GOOD)).text
        await client.post(f"{simulator.control_url}/reset")
        assert BSN in (await client.post(simulator.url, content=ONE, auth=GOOD)).text


async def test_a_result_can_be_scripted() -> None:
    options = Options(letter="X", code=12)
    async with (
        running(GbavSimulator(town=TOWN, options=options)) as simulator,
        httpx.AsyncClient() as client,
    ):
        answer = await client.post(simulator.url, content=ONE, auth=GOOD)
        other = await client.put(f"{simulator.control_url}/options", json={"letter": ""})
        again = await client.post(simulator.url, content=ONE, auth=GOOD)
        elsewhere = await client.post(f"{simulator.base_url}/x", auth=GOOD)
    assert "verlopen" in answer.text
    assert other.status_code == 200
    assert BSN in again.text
    assert elsewhere.status_code == 404
