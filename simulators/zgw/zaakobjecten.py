"""Zaakobjecten: what a zaak is about; nothing keeps a second equal one out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.betrokkenen import BETROKKENE_TYPES, read_identity
from simulators.zgw.fields import Field, check
from simulators.zgw.problems import WHOLE, invalid, not_found
from simulators.zgw.store import ZAKEN
from simulators.zgw.world import Reply, zaak_of
from simulators.zgw.zaken import change_of, require_change, touch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = ZAKEN + "zaakobjecten"
_ALSO = frozenset({"zaken.aanmaken"})
_TYPES = (
    *BETROKKENE_TYPES,
    *("adres", "besluit", "buurt", "enkelvoudig_document", "gemeente"),
    *("gemeentelijke_openbare_ruimte", "huishouden", "inrichtingselement", "kadastrale_onroerende"),
    *("kadastrale_onroerende_zaak", "kunstwerkdeel", "maatschappelijke_activiteit"),
    *("openbare_ruimte", "overige", "overige_adresseerbaar_object", "pand", "spoorbaandeel"),
    *("status", "terrein_gebouwd_object", "terreindeel", "verzoek", "waterdeel", "wegdeel"),
    *("wijk", "woonplaats", "woz_deelobject", "woz_object", "woz_waarde", "zakelijk_recht"),
)
_FIELDS = (
    Field(name="zaak", kind="url", required=True, ref=ZAKEN + "zaken"),
    Field(name="object", kind="url", longest=1000),
    Field(name="objectType", kind="choice", required=True, choices=_TYPES),
    Field(name="objectTypeOverige", longest=100),
    Field(name="objectTypeOverigeDefinitie", kind="object", nullable=True),
    Field(name="relatieomschrijving", longest=80),
    Field(name="objectIdentificatie", kind="object", nullable=True),
)
_ADRES = (
    Field(name="identificatie", longest=100, required=True),
    Field(name="wplWoonplaatsNaam", longest=80, required=True),
    Field(name="gorOpenbareRuimteNaam", longest=80, required=True),
    Field(name="huisnummer", kind="int", required=True),
    Field(name="huisletter", longest=1),
    Field(name="huisnummertoevoeging", longest=4),
    Field(name="postcode", longest=7),
)


def create(world: World, call: Call) -> Reply:
    record = make(world, call, call.document())
    return Reply(status=201, body=record.body, location=record.url)


def make(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    zaak = zaak_of(world, document)
    if zaak is not None:
        require_change(call.client, zaak, _ALSO)
    checked = check(_FIELDS, document, store=world.store, now=world.clock.now())
    values, zaak = checked.values, checked.refs["zaak"]
    kind = values["objectType"]
    overige = values.get("objectTypeOverige") or values.get("objectTypeOverigeDefinitie")
    if kind == "overige" and not overige:
        raise invalid(
            WHOLE,
            "missing-object-type-overige",
            'Als `objectType` de waarde "overige" heeft, is een omschrijving ervan verplicht.',
        )
    if values.get("object"):
        # Open Zaak fetches it; the simulator reaches no other host.
        raise invalid("object", "bad-url", "De URL kon niet opgehaald worden.")
    identity = _identity(world, kind, values.get("objectIdentificatie") or {})
    body = {
        "uuid": "",
        "zaak": zaak.url,
        "object": "",
        "zaakobjecttype": None,
        "objectType": kind,
        "objectTypeOverige": values.get("objectTypeOverige", ""),
        "objectTypeOverigeDefinitie": values.get("objectTypeOverigeDefinitie"),
        "relatieomschrijving": values.get("relatieomschrijving", ""),
        "objectIdentificatie": identity,
    }
    record = world.store.make(PATH, body)
    zaak.body["zaakobjecten"].append(record.url)
    touch(world, zaak)
    key = {"objectType": kind, "relatieomschrijving": body["relatieomschrijving"]}
    world.committed(
        call, change_of(zaak, "zaakobject", key, part=record, resource="zaakobject", shown_as=kind)
    )
    return record


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call).body)


def delete(world: World, call: Call) -> Reply:
    record = _one(world, call)
    zaak = zaak_of(world, record.body)
    if zaak is None:
        raise not_found()
    require_change(call.client, zaak)
    zaak.body["zaakobjecten"].remove(record.url)
    world.store[PATH].remove(record)
    key = {"objectType": record.body["objectType"]}
    change = change_of(
        zaak, "zaakobject_verwijderd", key, action="destroy", part=record, resource="zaakobject"
    )
    world.committed(call, change)
    return Reply(status=204)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _identity(world: World, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    prefix = "objectIdentificatie."
    if kind in BETROKKENE_TYPES:
        return read_identity(world, kind, given, prefix)
    if kind == "adres":
        now = world.clock.now()
        found = check(_ADRES, given, store=world.store, now=now, prefix=prefix)
        return {field.name: found.values.get(field.name, "") for field in _ADRES}
    return dict(given)  # other kinds are kept as they come
