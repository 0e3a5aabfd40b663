"""Whatever the core may publish, what we send fits every version of the official OpenAPI files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from adapters.zgw import recognising, resources, translate
from adapters.zgw.betrokkenen import same_zaakobject, zaakobject_body
from schemas import Message, canonical_json
from schemas.zaak import (
    ZaakAfgesloten,
    ZaakBesluitBijgewerkt,
    ZaakBesluitVastgesteld,
    ZaakBijgewerkt,
    ZaakDocumentBijgewerkt,
    ZaakDocumentToegevoegd,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
)
from schemas.zaakdelen import Rol, Zaakobject
from tests.adapters.zgw.test_standards import jsonschema, request_schema
from tests.schemas import strategies

URL = "https://zaaksysteem.example/api/v1/dingen/955d0e77-fb5e-4866-a640-211e29f2c3c7"
ZAAK = "nl.burgerzaken.zaak."
TYPES = (
    *("gestart", "bijgewerkt", "status-gezet", "heropend", "afgesloten", "document-toegevoegd"),
    *("document-bijgewerkt", "besluit-vastgesteld", "besluit-bijgewerkt"),
)
VERSIONS = {
    "zaken": ("1.0.2", "1.2.0", "1.5.1", "1.7.0"),
    "documenten": ("1.0.1", "1.1.1", "1.4.2", "1.7.1"),
    "besluiten": ("1.0.2", "1.1.0"),
}
Call = tuple[str, str, str, dict[str, Any]]
"""API, method, path as the OpenAPI file names it, body."""


def calls_of(message: Message) -> Iterator[Call]:
    """Every body that the plan of the message could send."""
    match message.data:
        case ZaakGestart() as data:
            yield from opening(message, data)
        case ZaakBijgewerkt() as data:
            if changes := translate.zaak_changes(data):
                yield "zaken", "PATCH", "/zaken/{uuid}", changes
            yield from parts(data.rollen_toegevoegd or (), data.objecten_toegevoegd or ())
        case ZaakStatusGezet() | ZaakHeropend() as data:
            body = translate.status_body(URL, URL, data.datum_status_gezet, data.toelichting)
            yield "zaken", "POST", "/statussen", body
        case ZaakAfgesloten() as data:
            body = translate.resultaat_body(URL, URL, data.resultaattoelichting)
            yield "zaken", "POST", "/resultaten", body
        case ZaakDocumentToegevoegd() as data:
            yield from adding(message, data)
        case ZaakDocumentBijgewerkt() as data:
            size = None if message.dataref is None else 12
            body = {**translate.document_changes(data, size), "lock": "0" * 32}
            yield "documenten", "PATCH", "/enkelvoudiginformatieobjecten/{uuid}", body
        case ZaakBesluitVastgesteld() as data:
            yield "besluiten", "POST", "/besluiten", translate.besluit_body(URL, URL, data)
            link = {"besluit": URL, "informatieobject": URL}
            yield "besluiten", "POST", "/besluitinformatieobjecten", link
        case ZaakBesluitBijgewerkt() as data:
            yield "besluiten", "PATCH", "/besluiten/{uuid}", translate.besluit_changes(data)


def opening(message: Message, data: ZaakGestart) -> Iterator[Call]:
    other = [(URL, one.aard) for one in data.relevante_zaken]
    head = None if data.hoofdzaak is None else URL
    body = translate.zaak_body(message.id, data, URL, hoofdzaak=head, relevante=other)
    yield "zaken", "POST", "/zaken", body
    if data.initiator is not None:
        yield "zaken", "POST", "/rollen", translate.rol_body(URL, URL, data.initiator)
    yield from parts(data.rollen, data.objecten)
    for one in data.eigenschappen:
        body = translate.eigenschap_body(URL, URL, one.waarde)
        yield "zaken", "POST", "/zaken/{zaak_uuid}/zaakeigenschappen", body


def parts(rollen: tuple[Rol, ...], objecten: tuple[Zaakobject, ...]) -> Iterator[Call]:
    for rol in rollen:
        body = translate.rol_body(URL, URL, rol.betrokkene, rol.toelichting or "Rol")
        yield "zaken", "POST", "/rollen", body
    for one in objecten:
        yield "zaken", "POST", "/zaakobjecten", zaakobject_body(URL, one)


def adding(message: Message, data: ZaakDocumentToegevoegd) -> Iterator[Call]:
    body = translate.document_body(data, URL)
    if message.dataref is not None:
        body = translate.large_document_body(data, URL, 12)
    yield "documenten", "POST", "/enkelvoudiginformatieobjecten", body
    if data.gebruiksrecht is not None:
        terms = translate.gebruiksrecht_body(URL, data.gebruiksrecht)
        yield "documenten", "POST", "/gebruiksrechten", terms
    link = translate.koppeling_body(URL, URL, data.titel)
    yield "zaken", "POST", "/zaakinformatieobjecten", link


@cache
def validator(api: str, version: str, method: str, path: str) -> Any:
    schema = request_schema(f"vng/{api}-{version}.yaml", method, path)
    return jsonschema.Draft7Validator(schema)


def complaints(api: str, version: str, method: str, path: str, body: Any) -> list[str]:
    """What is wrong with it. The older files ask a change for every field of the whole."""
    return [
        f"{api} {version} {path}: {list(error.path)} {error.message}"
        for error in validator(api, version, method, path).iter_errors(body)
        if not (method == "PATCH" and error.validator == "required" and not error.path)
    ]


def known(api: str, version: str, body: dict[str, Any]) -> bool:
    """Whether that version takes it at all: Documenten 1.0 has no large content."""
    return not (api == "documenten" and version == "1.0.1" and body.get("inhoud", "") is None)


@pytest.mark.standards
@pytest.mark.parametrize("name", TYPES)
@tuned(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_body_fits_every_version(name: str, data: st.DataObject) -> None:
    message = data.draw(strategies.messages(ZAAK + name))
    for api, method, path, body in calls_of(message):
        document = json.loads(canonical_json(body))
        for version in VERSIONS[api]:
            if known(api, version, document):
                assert not complaints(api, version, method, path, document)


@tuned(max_examples=50, deadline=None)
@given(message=strategies.messages(ZAAK + "gestart"))
def test_what_was_sent_for_a_case_is_known_as_ours(message: Message) -> None:
    same = {
        "/zaken": resources.ZAAK.same,
        "/rollen": resources.ROL.same,
        "/zaakobjecten": same_zaakobject,
        "/zaken/{zaak_uuid}/zaakeigenschappen": resources.EIGENSCHAP.same,
    }
    for _, _, path, body in calls_of(message):
        document = json.loads(canonical_json(body))
        assert same[path](document, document)


@tuned(max_examples=50, deadline=None)
@given(message=strategies.messages(ZAAK + "bijgewerkt"))
def test_a_change_is_known_also_where_the_zaaksysteem_adds_to_it(message: Message) -> None:
    assert isinstance(message.data, ZaakBijgewerkt)
    sent = json.loads(canonical_json(translate.zaak_changes(message.data)))
    there = {**sent, "url": URL}
    if "opschorting" in there:
        there["opschorting"] = {**sent["opschorting"], "eerdereOpschorting": True}
    assert recognising.same_changes(sent, there)


@pytest.mark.parametrize(
    ("sent", "there", "same"),
    [
        ({"verlenging": {"duur": "P14D"}}, {"verlenging": {"duur": "P2W"}}, True),
        ({"verlenging": {"duur": "P14D"}}, {"verlenging": {"duur": "P0Y0M14D"}}, True),
        ({"verlenging": {"duur": "P14D"}}, {"verlenging": {"duur": "P1M"}}, False),
        ({"verlenging": {"duur": "P14D"}}, {"verlenging": None}, False),
        ({"a": "2026-11-01T23:00:00Z"}, {"a": "2026-11-02T00:00:00+01:00"}, True),
        ({"a": "2026-11-01T23:00:00Z"}, {"a": "2026-11-01T23:00:01Z"}, False),
        ({"titel": "Een titel "}, {"titel": "Een titel"}, True),
        ({"a": "P"}, {"a": "Q"}, False),
    ],
)
def test_one_value_may_be_written_in_more_ways(
    sent: dict[str, Any], there: dict[str, Any], *, same: bool
) -> None:
    assert recognising.same_changes(sent, there) is same
