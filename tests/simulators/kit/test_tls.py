"""A simulator that speaks https lets in who has a certificate, and its faults work there, too."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest

from simulators.bag import BagSimulator
from simulators.kit import FaultRule, running
from tests.certificates import Authority
from tests.simulators.bag.world import register
from tests.simulators.http import client as plain


def trusting(authority: Authority, own: Path | None = None) -> httpx.AsyncClient:
    context = ssl.create_default_context(cafile=str(authority.file))
    if own is not None:
        context.load_cert_chain(own)
    return httpx.AsyncClient(verify=context, trust_env=False)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path)


async def test_only_who_has_a_certificate_is_let_in(authority: Authority) -> None:
    own = authority.certificate("klant")
    async with running(BagSimulator(register=register(), tls=authority.server())) as simulator:
        assert simulator.base_url.startswith("https://")
        async with trusting(authority, own) as http:
            assert (await http.get(f"{simulator.url}/info")).status_code == 401
        async with trusting(authority) as http:
            with pytest.raises(httpx.TransportError):
                await http.get(f"{simulator.url}/info")
        async with plain() as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"{simulator.url}/info")
            assert (await http.get(simulator.control_url)).status_code == 200
        assert simulator.journal.received == 1


async def test_certificates_of_callers_need_not_be_asked_for(authority: Authority) -> None:
    context = authority.server(wants_client=False)
    async with (
        running(BagSimulator(register=register(), tls=context)) as simulator,
        trusting(authority) as http,
    ):
        assert (await http.get(f"{simulator.url}/info")).status_code == 401


@pytest.mark.parametrize("kind", ["reset", "timeout"])
async def test_a_connection_is_cut_when_its_caller_has_left_or_not(
    authority: Authority, kind: str
) -> None:
    own = authority.certificate("klant")
    rule = FaultRule(kind=kind)
    async with (
        running(BagSimulator(register=register(), tls=authority.server())) as simulator,
        trusting(authority, own) as http,
    ):
        await simulator.script([rule])
        with pytest.raises(httpx.TransportError):
            await http.get(f"{simulator.url}/info", timeout=0.2)
        assert (await http.get(f"{simulator.url}/info")).status_code == 401
