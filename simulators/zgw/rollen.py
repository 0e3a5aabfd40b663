"""Rollen: who is involved in a zaak; at most one initiator and one zaakcoordinator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.betrokkenen import BETROKKENE_TYPES, WITH_CONTEXT, identity_key, read_identity
from simulators.zgw.fields import Field, check
from simulators.zgw.problems import WHOLE, invalid, not_found
from simulators.zgw.store import CATALOGI, ZAKEN
from simulators.zgw.world import Reply, zaak_of
from simulators.zgw.zaken import change_of, require_change, touch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = ZAKEN + "rollen"
_ALSO = frozenset({"zaken.aanmaken"})
_ONLY_ONE = ("initiator", "zaakcoordinator")

_FIELDS = (
    Field(name="zaak", kind="url", required=True, ref=ZAKEN + "zaken"),
    Field(name="betrokkene", kind="url", longest=1000),
    Field(name="betrokkeneType", kind="choice", required=True, choices=BETROKKENE_TYPES),
    Field(name="afwijkendeNaamBetrokkene", longest=625),
    Field(name="roltype", kind="url", required=True, ref=CATALOGI + "roltypen"),
    Field(name="roltoelichting", required=True, blank=True, longest=1000),
    Field(name="indicatieMachtiging", kind="choice", choices=("gemachtigde", "machtiginggever")),
    Field(name="contactpersoonRol", kind="object", nullable=True),
    Field(name="betrokkeneIdentificatie", kind="object", nullable=True),
    Field(name="authenticatieContext", kind="object", nullable=True),
    Field(name="beginGeldigheid", kind="date", nullable=True),
    Field(name="eindeGeldigheid", kind="date", nullable=True),
)


def create(world: World, call: Call) -> Reply:
    """Add a rol (201). A second initiator is 400 `max-occurences`; other rollen just double."""
    record = make(world, call, call.document())
    return Reply(status=201, body=record.body, location=record.url)


def make(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    zaak = zaak_of(world, document)
    if zaak is not None:
        require_change(call.client, zaak, _ALSO)
    checked = check(_FIELDS, document, store=world.store, now=world.clock.now())
    values = checked.values
    zaak, roltype = checked.refs["zaak"], checked.refs["roltype"]
    kind = values["betrokkeneType"]
    given = values.get("betrokkeneIdentificatie")
    identity = read_identity(world, kind, given, "betrokkeneIdentificatie.") if given else None
    _check_whole(world, values, zaak, roltype)
    body = _body(world, values, roltype, identity)
    record = world.store.make(PATH, body)
    zaak.body["rollen"].append(record.url)
    touch(world, zaak)
    key = {
        "omschrijvingGeneriek": roltype.body["omschrijvingGeneriek"],
        "betrokkeneType": kind,
        "betrokkene": identity_key(kind, identity) or body["betrokkene"],
    }
    shown_as = roltype.body["omschrijving"]
    world.committed(
        call, change_of(zaak, "rol", key, part=record, resource="rol", shown_as=shown_as)
    )
    return record


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call).body, etag=True)


def delete(world: World, call: Call) -> Reply:
    record = _one(world, call)
    zaak = zaak_of(world, record.body)
    if zaak is not None:
        require_change(call.client, zaak)
        zaak.body["rollen"].remove(record.url)
        key = {"omschrijvingGeneriek": record.body["omschrijvingGeneriek"]}
        change = change_of(
            zaak, "rol_verwijderd", key, action="destroy", part=record, resource="rol"
        )
        world.store[PATH].remove(record)
        world.committed(call, change)
    return Reply(status=204)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _check_whole(world: World, values: Mapping[str, Any], zaak: Record, roltype: Record) -> None:
    if bool(values.get("betrokkene")) == bool(values.get("betrokkeneIdentificatie")):
        raise invalid(
            WHOLE, "invalid-betrokkene", "Geef betrokkene of betrokkeneIdentificatie, een van twee."
        )
    if roltype.body["zaaktype"] != zaak.body["zaaktype"]:
        raise invalid(
            WHOLE, "zaaktype-mismatch", "De referentie hoort niet bij het zaaktype van de zaak."
        )
    generic = roltype.body["omschrijvingGeneriek"]
    if generic in _ONLY_ONE and any(
        rol.body["omschrijvingGeneriek"] == generic
        for rol in world.store[PATH].find("zaak", zaak.url)
    ):
        raise invalid("roltype", "max-occurences", f"De waarde `{generic}` komt al 1 keer voor")


def _body(
    world: World, values: Mapping[str, Any], roltype: Record, identity: dict[str, Any] | None
) -> dict[str, Any]:
    contact = values.get("contactpersoonRol") or {}
    body: dict[str, Any] = {
        "uuid": "",
        "zaak": values["zaak"],
        "betrokkene": values.get("betrokkene", ""),
        "betrokkeneType": values["betrokkeneType"],
        "afwijkendeNaamBetrokkene": values.get("afwijkendeNaamBetrokkene", ""),
        "roltype": roltype.url,
        "omschrijving": roltype.body["omschrijving"],
        "omschrijvingGeneriek": roltype.body["omschrijvingGeneriek"],
        "roltoelichting": values["roltoelichting"],
        "registratiedatum": world.now_text(),
        "indicatieMachtiging": values.get("indicatieMachtiging", ""),
        "contactpersoonRol": {
            name: str(contact.get(name, ""))
            for name in ("emailadres", "functie", "telefoonnummer", "naam")
        },
        "statussen": [],
        "beginGeldigheid": values.get("beginGeldigheid"),
        "eindeGeldigheid": values.get("eindeGeldigheid"),
        "betrokkeneIdentificatie": identity,
    }
    if values["betrokkeneType"] in WITH_CONTEXT:
        body["authenticatieContext"] = values.get("authenticatieContext")
    return body
