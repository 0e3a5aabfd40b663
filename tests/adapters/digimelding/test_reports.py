"""Reports to a simulated Digimelding: followed to their end, taken back, and its four faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pydantic import ValidationError

from adapters.contract import ConfigurationError, RejectedError, UncertainError
from adapters.digimelding import translate
from simulators.digimelding import Options
from simulators.digimelding.system import DMKS, WSA
from tests.adapters.digimelding.desk import OIN, Desk, desk, settings
from tests.adapters.tmv.office import BSN, message
from tests.certificates import Authority


def stands(of: Desk) -> list[str | None]:
    said: list[Any] = [one.data for one in of.told]
    return [one.dossier.stand for one in said]


async def test_a_report_is_followed_to_its_end() -> None:
    async with desk() as here:
        receipt = await here.send(message("gedaan"))
        for _ in range(12):
            await here.go_by(hours=12)
        assert stands(here) == ["aangemeld", "doorgemeld", "in_onderzoek", "gesloten"]
        last: Any = here.told[-1].data
        assert last.bericht.id == "gedaan-1"
        assert last.dossiernummer == receipt.references["dossiernummer"]
        assert last.dossier.resultaat == "afgerond"
        assert here.waiting == []


@pytest.mark.parametrize("by_number", [True, False])
async def test_a_report_is_taken_back_by_its_number_or_its_subject(*, by_number: bool) -> None:
    async with desk() as here:
        first = await here.send(message("gedaan"))
        root = first.references["dossiernummer"]
        if by_number:
            here.references.clear()
        back = message("ingetrokken", **({"dossiernummer": root} if by_number else {}))
        assert (await here.send(back)).detail == f"In dossier {root}."
        await here.go_by(hours=14)
        assert stands(here) == ["aangemeld", "gesloten"]
        last: Any = here.told[-1].data
        assert last.dossier.resultaat == "gestaakt"


async def test_what_is_taken_back_has_to_be_known() -> None:
    async with desk() as here:
        with pytest.raises(RejectedError, match=r"data\.dossiernummer"):
            await here.adapter.deliver(message("ingetrokken"), here.context())


async def test_a_state_that_nobody_named_is_told_in_its_own_words() -> None:
    row = {"AnnotatieVerwijzing": "x-1", "Status": "Doorverwezen", "Toelichting": "naar elders"}
    found = translate.dossier(row)
    assert found == {"dossiernummer": "x-1", "toelichting": "Doorverwezen. naar elders"}
    assert translate.overview(None) == []
    assert translate.overview({"Reden": "geenWaarde"}) == []


@pytest.mark.parametrize(
    ("code", "consequence"),
    [
        ("DK0002", ConfigurationError),
        ("DK0004", RejectedError),
        ("DK0050", RejectedError),
        ("DK0051", UncertainError),
    ],
)
async def test_each_fault_has_its_consequence(code: Any, consequence: type[Exception]) -> None:
    async with desk(Options(fault=code)) as here:
        with pytest.raises(consequence) as caught:
            await here.adapter.deliver(message("gedaan"), here.context())
        if isinstance(caught.value, RejectedError):
            assert caught.value.code == f"digimelding:{code}"
        assert here.simulator.journal.effects == []


async def test_the_certificate_the_addressing_and_the_body_name_the_same_organisation(
    tmp_path: Path,
) -> None:
    authority = Authority.made(tmp_path)

    async def reported(oin: str) -> Desk:
        own = authority.certificate(f"gemeente-{oin[-4:]}", oin=oin)
        http = {"ca_file": authority.file, "client_certificate": own}
        async with desk(tls=authority.server(), http=http) as here:
            await here.send(message("gedaan"))
            return here

    here = await reported(OIN)
    sent = etree.fromstring(here.simulator.journal.requests[0].body or b"")
    addresses = [one.text or "" for one in sent.iter(f"{{{WSA}}}Address")]
    assert any(one.endswith(f"OIN={OIN}") for one in addresses)
    assert {one.text for one in sent.iter(f"{{{DMKS}}}Oin")} == {OIN}
    with pytest.raises(ConfigurationError, match="does not let us"):
        await reported(OIN.replace("1000", "2000"))


async def test_what_is_sent_says_who_what_and_whom_to_call() -> None:
    async with desk() as here:
        await here.send(message("gedaan"))
        sent = etree.fromstring(here.simulator.journal.requests[0].body or b"")

    def texts(name: str) -> list[str | None]:
        return [one.text for one in sent.iter(f"{{{DMKS}}}{name}")]

    assert texts("Selectie") == [f"bsn={BSN}"]
    assert texts("BetwijfeldeWaarde") == ["Wterplein"]
    assert texts("VoorgesteldeWaarde") == ["Waterplein"]
    assert texts("Email") == ["burgerzaken@gemeente.example"]
    [kenmerk] = texts("Kenmerk")
    assert len(kenmerk or "") == 12
    uuids = [one.get("uuid") for one in sent.iter() if one.get("uuid")]
    assert len(set(uuids)) == len(uuids) == 4


def test_the_place_of_the_attribute_is_asked_for() -> None:
    with pytest.raises(ValidationError, match="rubriek"):
        settings("http://127.0.0.1:1/dmks", attribuut_uri="urn:nl:brp")
