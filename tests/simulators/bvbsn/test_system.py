"""The simulated BV BSN as a strange client meets it."""

from __future__ import annotations

import httpx
import pytest

from simulators.bvbsn import BvbsnSimulator
from simulators.bvbsn.system import MALFORMED, NS, SOAP, UNKNOWN
from simulators.kit import running
from simulators.town import town

TOWN = town(1, 40)


def message(content: str) -> str:
    return f'<s:Envelope xmlns:s="{SOAP}" xmlns="{NS}"><s:Body>{content}</s:Body></s:Envelope>'


def asked(*questions: str) -> str:
    listed = "".join(
        f"<VerificatieIdenDocumentenVraagDE>{one}</VerificatieIdenDocumentenVraagDE>"
        for one in questions
    )
    inside = f"<IdenDocumentenVraag>{listed}</IdenDocumentenVraag>"
    whole = f"<berichtIn>{inside}</berichtIn>"
    return message(f"<VerificatieIdentiteitsDocument>{whole}</VerificatieIdentiteitsDocument>")


PASSPORT = "<DocumentType>Reisdocument</DocumentType><DocumentNummer>XX0000000</DocumentNummer>"


@pytest.mark.parametrize(
    ("body", "status", "holds"),
    [
        (asked(PASSPORT + "<Vraagnummer>1</Vraagnummer>"), 200, str(UNKNOWN)),
        (asked(PASSPORT, PASSPORT), 200, str(MALFORMED)),
        (asked("<DocumentType>Paspoort</DocumentType>"), 200, str(MALFORMED)),
        (asked(), 200, str(MALFORMED)),
        (message("<TestDeployment><tekst>hallo</tekst></TestDeployment>"), 200, "hallo"),
        (message("<ZoekNr/>"), 500, "no such operation"),
        (message(""), 500, "cannot be read"),
        ("<a", 500, "cannot be read"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 500, "cannot be read"),
    ],
)
async def test_every_message_has_its_answer(body: str, status: int, holds: str) -> None:
    async with running(BvbsnSimulator(town=TOWN)) as simulator, httpx.AsyncClient() as client:
        answer = await client.post(simulator.url, content=body)
    assert answer.status_code == status
    assert holds in answer.text


async def test_other_places_are_not_there() -> None:
    async with running(BvbsnSimulator(town=TOWN)) as simulator, httpx.AsyncClient() as client:
        assert (await client.get(simulator.url)).status_code == 404
        assert (await client.post(f"{simulator.base_url}/x")).status_code == 404
