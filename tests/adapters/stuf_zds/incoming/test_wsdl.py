"""The WSDLs that we give."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from adapters._kit.stuf.names import OPERATIONS
from adapters.contract import Received
from adapters.stuf_zds.wsdl import PORT_TYPES
from tests.adapters.stuf_zds.incoming.desk import desk

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"


async def asked(port_type: str, query: str = "wsdl") -> Received:
    return await desk().call(b"", method="GET", path=port_type, query=query)


@pytest.mark.parametrize("port_type", PORT_TYPES)
async def test_each_port_type_is_described_at_its_own_address(port_type: str) -> None:
    received = await asked(port_type)
    assert (received.answer.status, received.keep) == (200, False)
    root = etree.fromstring(received.answer.body)
    address = root.find(f".//{SOAP}address")
    assert address is not None
    assert address.get("location") == (
        f"https://hub.example.nl/inbound/0344/zaaksysteem/{port_type}"
    )
    described = root.find(f"{WSDL}portType")
    assert described is not None
    assert described.get("name") == port_type


@pytest.mark.parametrize("port_type", PORT_TYPES)
async def test_every_soap_action_of_the_table_is_described_once(port_type: str) -> None:
    root = etree.fromstring((await asked(port_type)).answer.body)
    actions = [each.get("soapAction") for each in root.iter(f"{SOAP}operation")]
    endpoint = "VrijeBerichten" if port_type.startswith("Verwerk") else port_type
    table = {
        each.action
        for each in OPERATIONS.values()
        if each.endpoint == endpoint and "/bg/" not in each.action
    }
    assert sorted(actions, key=str) == sorted(table)


@pytest.mark.parametrize("port_type", PORT_TYPES)
async def test_a_soap_library_can_load_it(port_type: str, tmp_path: Path) -> None:
    zeep = pytest.importorskip("zeep", reason="zeep is not installed here")
    file = tmp_path / "service.wsdl"
    file.write_bytes((await asked(port_type)).answer.body)
    client = zeep.Client(str(file))
    (service,) = client.wsdl.services.values()
    assert set(service.ports) == {f"{port_type}_soap11", f"{port_type}_soap12"}


@pytest.mark.parametrize(("path", "query"), [("OntvangAsynchroon", ""), ("anders", "wsdl")])
async def test_anything_else_is_answered_with_what_there_is(path: str, query: str) -> None:
    received = await desk().call(b"", method="GET", path=path, query=query)
    assert received.answer.status == 404
    assert b"OntvangAsynchroon?wsdl" in received.answer.body
