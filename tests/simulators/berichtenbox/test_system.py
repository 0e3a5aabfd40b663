"""The simulated Berichtenbox as a strange client meets it."""

from __future__ import annotations

import httpx
import pytest

from simulators.berichtenbox import BerichtenboxSimulator
from simulators.berichtenbox.system import MOST, SHARED, SOAP, TYPES, VALIDATION
from simulators.kit import running
from simulators.town import town

TOWN = town(1, 40)
OIN = "00000099000000001000"


def message(people: int, *, sender: str = OIN, kind: str = "BURGERZ") -> str:
    keys = "".join(f"<d:Klant><d:Key>{n:09d}</d:Key></d:Klant>" for n in range(people))
    names = f'xmlns:s="{SOAP}" xmlns:v="{VALIDATION}" xmlns:t="{TYPES}" xmlns:d="{SHARED}"'
    return f"""<s:Envelope {names}>
<s:Body><v:ValidateAbonnementen><v:validateAbonnementenAanvraag>
<t:berichtleverancierCode>{sender}</t:berichtleverancierCode>
<t:berichtTypeCode>{kind}</t:berichtTypeCode><t:klanten>{keys}</t:klanten>
</v:validateAbonnementenAanvraag></v:ValidateAbonnementen></s:Body></s:Envelope>"""


@pytest.mark.parametrize(
    ("body", "status", "holds"),
    [
        (message(MOST), 200, "isBerichtSturen"),
        (message(MOST + 1), 500, "1 to 250"),
        (message(0), 500, "1 to 250"),
        (message(1, sender="x"), 500, "sender"),
        (message(1, kind="x"), 500, "kind of letter"),
        ("<a/>", 500, "cannot be read"),
        ("<a", 500, "cannot be read"),
    ],
)
async def test_every_question_has_its_answer(body: str, status: int, holds: str) -> None:
    async with (
        running(BerichtenboxSimulator(town=TOWN)) as simulator,
        httpx.AsyncClient() as client,
    ):
        answer = await client.post(simulator.url, content=body)
        elsewhere = await client.get(simulator.url)
    assert answer.status_code == status
    assert holds in answer.text
    assert elsewhere.status_code == 404


async def test_it_can_be_away() -> None:
    async with (
        running(BerichtenboxSimulator(town=TOWN)) as simulator,
        httpx.AsyncClient() as client,
    ):
        await client.put(f"{simulator.control_url}/options", json={"away": True})
        answer = await client.post(simulator.url, content=message(1))
    assert "DependentServiceFault" in answer.text
