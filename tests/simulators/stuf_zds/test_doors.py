"""Who may call, and how each endpoint describes itself."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree

from schemas.xml import parse_xml
from tests.simulators.stuf_zds.helpers import Zaaksysteem, enveloped
from tests.simulators.stuf_zds.messages import notification, zaak

ENDPOINTS = (
    "OntvangAsynchroon",
    "BeantwoordVraag",
    "VrijeBerichten",
    "VerwerkSynchroonVrijBericht",
)
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


async def test_basic_authentication(zs: Zaaksysteem) -> None:
    secret = {"basic": {"name": "schakel", "secret": "geheim"}}
    await zs.control.put("/security", json=secret)
    body = enveloped(notification("creeerZaak", "r-1", zaak("0392-1")))
    for value in ("", "Basic !", "Basic " + base64.b64encode(b"schakel:fout").decode()):
        reply = await zs.post("OntvangAsynchroon", body, Authorization=value)
        assert reply.http.status_code == 401
    right = "Basic " + base64.b64encode(b"schakel:geheim").decode()
    assert (await zs.post("OntvangAsynchroon", body, Authorization=right)).code == "Bv03"


def _token(password: str, kind: str = "", more: str = "") -> str:
    return (
        f'<w:Security xmlns:w="{_WSSE}"><w:UsernameToken><w:Username>schakel</w:Username>'
        f'<w:Password Type="{kind}">{password}</w:Password>{more}</w:UsernameToken></w:Security>'
    )


async def test_a_username_token_as_text_or_digest(zs: Zaaksysteem) -> None:
    secret = {"usernameToken": {"name": "schakel", "secret": "geheim"}}
    await zs.control.put("/security", json=secret)
    body = notification("creeerZaak", "r-1", zaak("0392-1"))
    made, nonce = "2026-11-23T12:00:00Z", b"nonce"
    digest = base64.b64encode(
        hashlib.sha1(nonce + made.encode() + b"geheim", usedforsecurity=False).digest()
    ).decode()
    more = f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><w:Created>{made}</w:Created>"
    for header in ("", _token("fout"), _token("x", "x#PasswordDigest", more)):
        reply = await zs.post("OntvangAsynchroon", enveloped(body, header=header))
        assert (reply.http.status_code, reply.body) == (500, None)
    for header in (_token("geheim"), _token(digest, "x#PasswordDigest", more)):
        reply = await zs.post("OntvangAsynchroon", enveloped(body, header=header))
        assert reply.code == "Bv03"


@pytest.mark.parametrize(
    "wrong", [{"basic": {"name": "x"}}, {"anders": None}, [], {"usernameToken": "x"}]
)
async def test_credentials_that_are_not_understood(zs: Zaaksysteem, wrong: Any) -> None:
    assert (await zs.control.put("/security", json=wrong)).status_code == 400


@pytest.mark.parametrize("port", ENDPOINTS)
async def test_each_endpoint_describes_itself(zs: Zaaksysteem, port: str) -> None:
    answer = await zs.http.get(f"/{port}?wsdl")
    assert answer.headers["content-type"].startswith("text/xml")
    root = parse_xml(answer.content)
    spaces: Mapping[str, str] = {
        "w": "http://schemas.xmlsoap.org/wsdl/",
        "s": "http://schemas.xmlsoap.org/wsdl/soap/",
        "x": "http://www.w3.org/2001/XMLSchema",
    }
    addresses = root.findall(".//s:address", dict(spaces))
    assert [item.get("location") for item in addresses] == [f"{zs.simulator.base_url}/{port}"]
    named = {item.get("name") for item in root.findall("w:message", dict(spaces))}
    parts = root.findall("w:message/w:part", dict(spaces))
    for prefix in {str(part.get("element")).partition(":")[0] for part in parts}:
        assert prefix in root.nsmap
    used = {
        str(item.get("message")).removeprefix("own:")
        for item in root.findall("w:portType/w:operation/*", dict(spaces))
    }
    assert used <= named
    operations = [item.get("name") for item in root.findall("w:portType/w:operation", dict(spaces))]
    assert len(operations) == len(set(operations)) >= 11
    actions = [item.get("soapAction") for item in root.findall(".//s:operation", dict(spaces))]
    assert len(actions) == len(operations)
    for schema in root.findall(".//x:schema", dict(spaces)):
        etree.XMLSchema(schema)
