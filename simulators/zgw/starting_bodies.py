"""The bodies of what others start in the zaaksysteem; persons are invented, numbers for tests."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from simulators.kit import ControlProblem
from simulators.zgw.seed import RSIN
from simulators.zgw.store import CATALOGI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import World

_PERSONS = (
    ("999993653", "Proef", "Anna", "19800229"),
    ("999990019", "Voorbeeld", "Bram", "19751101"),
    ("999992223", "Fictief", "Chris", "1990"),
)


def zaaktype_of(world: World, name: str) -> Record:
    today = world.clock.now().date().isoformat()
    for record in world.store[CATALOGI + "zaaktypen"].find("identificatie", name):
        body = record.body
        ends = body["eindeGeldigheid"] or "9999-12-31"
        if not body["concept"] and body["beginGeldigheid"] <= today <= ends:
            return record
    raise ControlProblem(f"There is no zaaktype {name!r} today.")


def zaak_body(world: World, zaaktype: Record, number: str) -> dict[str, Any]:
    today = world.clock.now().date().isoformat()
    body = {
        "bronorganisatie": RSIN,
        "verantwoordelijkeOrganisatie": RSIN,
        "zaaktype": zaaktype.url,
        "startdatum": today,
        "registratiedatum": today,
        "omschrijving": "Aanvraag via het portaal",
        "toelichting": "Ingediend door de inwoner zelf",
        "kenmerken": [{"kenmerk": f"PORTAAL-{world.store.new_hex()[:8]}", "bron": "portaal"}],
    }
    return {**body, "identificatie": number} if number else body


def roles(
    world: World, zaaktype: Record, zaak: Record, asked: Mapping[str, Any], person: int
) -> Iterator[dict[str, Any]]:
    kinds = list(world.store[CATALOGI + "roltypen"].find("zaaktype", zaaktype.url))
    by_generic = {kind.body["omschrijvingGeneriek"]: kind.url for kind in reversed(kinds)}
    wanted = ["initiator"] if asked["initiator"] else []
    wanted += ["belanghebbende"] * asked["rollen"]
    for index, generic in enumerate(wanted):
        bsn, name, first, born = _PERSONS[(person + index) % len(_PERSONS)]
        yield {
            "zaak": zaak.url,
            "betrokkeneType": "natuurlijk_persoon",
            "roltype": by_generic[generic],
            "roltoelichting": "Via het portaal",
            "betrokkeneIdentificatie": {
                "inpBsn": bsn,
                "geslachtsnaam": name,
                "voornamen": first,
                "geboortedatum": born,
            },
        }


def eigenschappen(world: World, zaaktype: Record, zaak: Record) -> Iterator[dict[str, Any]]:
    for kind in world.store[CATALOGI + "eigenschappen"].find("zaaktype", zaaktype.url):
        yield {"zaak": zaak.url, "eigenschap": kind.url, "waarde": "20261201"}


def adres(zaak: Record) -> dict[str, Any]:
    return {
        "zaak": zaak.url,
        "objectType": "adres",
        "relatieomschrijving": "Nieuw adres",
        "objectIdentificatie": {
            "identificatie": "0344200000000001",
            "wplWoonplaatsNaam": "Voorbeeldstad",
            "gorOpenbareRuimteNaam": "Proefstraat",
            "huisnummer": 12,
            "postcode": "1234AB",
        },
    }


def document_type(world: World, zaak: Record) -> str:
    links = world.store[CATALOGI + "zaaktype-informatieobjecttypen"]
    found = list(links.find("zaaktype", zaak.body["zaaktype"]))
    return str(found[-1].body["informatieobjecttype"])


def content_for(seed: str, size: int) -> bytes:
    """Different for every document, and the same each time."""
    word = hashlib.sha256(seed.encode()).hexdigest().encode()
    text = b"%PDF-1.4 " + word * (size // len(word) + 1)
    return text[: max(size, 1)]


def document_body(world: World, zaak: Record, titel: str, size: int) -> dict[str, Any]:
    content = content_for(f"{zaak.url} {titel}", size)
    return {
        "bronorganisatie": RSIN,
        "creatiedatum": world.clock.now().date().isoformat(),
        "titel": titel,
        "auteur": "Inwoner",
        "taal": "nld",
        "informatieobjecttype": document_type(world, zaak),
        "formaat": "application/pdf",
        "bestandsnaam": f"{titel.lower().replace(' ', '-')}.pdf",
        "bestandsomvang": len(content),
        "inhoud": base64.b64encode(content).decode(),
        "indicatieGebruiksrecht": False,
    }
