"""Open Notificaties: kanalen, abonnementen and publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import Field, check
from simulators.zgw.problems import Refusal, invalid, not_found
from simulators.zgw.store import NOTIFICATIES
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

KANALEN = NOTIFICATIES + "kanaal"
ABONNEMENTEN = NOTIFICATIES + "abonnement"
_CONSUME = frozenset({"notificaties.consumeren"})
_PUBLISH = frozenset({"notificaties.publiceren"})
_REFUSED = frozenset({401, 403})
_ACCEPTED = range(200, 210)

_KANAAL = (
    Field(name="naam", required=True, longest=50),
    Field(name="documentatieLink", kind="url", longest=200),
    Field(name="filters", kind="list"),
)
_ABONNEMENT = (
    Field(name="callbackUrl", kind="url", required=True, longest=200),
    Field(name="auth", required=True, longest=1000),
    Field(name="kanalen", kind="list", required=True),
    Field(name="sendCloudevents", kind="bool"),
    Field(name="cloudeventFilters", kind="list"),
)
_ON_KANAAL = (
    Field(name="naam", required=True, longest=50),
    Field(name="filters", kind="object"),
)
_NOTIFICATION = (
    Field(name="kanaal", required=True, longest=50),
    Field(name="hoofdObject", kind="url", required=True),
    Field(name="resource", required=True, longest=100),
    Field(name="resourceUrl", kind="url", required=True),
    Field(name="actie", required=True, longest=100),
    Field(name="aanmaakdatum", kind="datetime", required=True, past="future_not_allowed"),
    Field(name="kenmerken", kind="object"),
)


def kanalen(world: World, call: Call) -> Reply:
    """List channels by name: a bare array."""
    call.client.require("nrc", _CONSUME | _PUBLISH)
    rows = sorted((record.body for record in world.store[KANALEN]), key=lambda body: body["naam"])
    wanted = dict(call.incoming.parameters()).get("naam")
    return Reply(body=[body for body in rows if not wanted or body["naam"] == wanted])


def create_kanaal(world: World, call: Call) -> Reply:
    """Register a channel (201); the same name again is 400 `unique`."""
    call.client.require("nrc", _PUBLISH)
    values = check(_KANAAL, call.document(), store=world.store, now=world.clock.now()).values
    if world.store[KANALEN].one(naam=values["naam"]) is not None:
        raise invalid("naam", "unique", "Dit veld moet uniek zijn.")
    if values.get("documentatieLink"):
        # Open Notificaties fetches it; the simulator reaches no other host.
        raise invalid("documentatieLink", "bad-url", "De URL kon niet opgehaald worden.")
    record = world.store.make(
        KANALEN,
        {"naam": values["naam"], "documentatieLink": "", "filters": values.get("filters", [])},
    )
    return Reply(status=201, body=record.body, location=record.url)


def read_kanaal(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call, KANALEN).body)


def abonnementen(world: World, call: Call) -> Reply:
    """List subscriptions: a bare array, without the `auth` values."""
    call.client.require("nrc", _CONSUME)
    return Reply(body=[record.body for record in world.store[ABONNEMENTEN]])


async def create_abonnement(world: World, call: Call) -> Reply:
    """Subscribe (201), after the callback has refused one probe and accepted another.

    An unreachable callback is a 500, as measured on Open Notificaties.
    """
    call.client.require("nrc", _CONSUME)
    values, kanalen_wanted = _read_abonnement(world, call.document())
    probe = await world.notifier.probe(values["callbackUrl"], values["auth"])
    if probe.without_auth is None:
        raise Refusal("APIException")
    if probe.without_auth not in _REFUSED:
        raise invalid(
            "callbackUrl",
            "no-auth-on-callback-url",
            "De opgegeven callback URL is niet beveiligd met autorisatie.",
        )
    if probe.with_auth is None or probe.with_auth not in _ACCEPTED:
        raise invalid(
            "callbackUrl", "invalid-callback-url", "De opgegeven callback URL geeft geen 2xx terug."
        )
    record = world.store.make(
        ABONNEMENTEN,
        {
            "callbackUrl": values["callbackUrl"],
            "kanalen": kanalen_wanted,
            "sendCloudevents": values.get("sendCloudevents", False),
            "cloudeventFilters": values.get("cloudeventFilters", []),
        },
        auth=values["auth"],
    )
    return Reply(status=201, body=record.body, location=record.url)


def read_abonnement(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call, ABONNEMENTEN).body)


def delete_abonnement(world: World, call: Call) -> Reply:
    call.client.require("nrc", _CONSUME)
    world.store[ABONNEMENTEN].remove(_one(world, call, ABONNEMENTEN))
    return Reply(status=204)


def publish(world: World, call: Call) -> Reply:
    """Publish a notification (201, an echo); an unknown channel is a 400 in a form of its own."""
    call.client.require("nrc", _PUBLISH)
    document = call.document()
    values = check(_NOTIFICATION, document, store=world.store, now=world.clock.now()).values
    if world.store[KANALEN].one(naam=values["kanaal"]) is None:
        return Reply(status=400, body={"kanaal": ["Kanaal met deze naam bestaat niet."]})
    body = {name: document[name] for name in (f.name for f in _NOTIFICATION) if name in document}
    body.setdefault("kenmerken", {})
    world.notifier.send(body)
    return Reply(status=201, body=body)


def _one(world: World, call: Call, path: str) -> Record:
    record = world.store[path].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _read_abonnement(
    world: World, document: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    now = world.clock.now()
    values = check(_ABONNEMENT, document, store=world.store, now=now).values
    wanted: list[dict[str, Any]] = []
    for number, item in enumerate(values["kanalen"]):
        prefix = f"kanalen.{number}."
        found = check(_ON_KANAAL, dict(item), store=world.store, now=now, prefix=prefix).values
        kanaal = world.store[KANALEN].one(naam=found["naam"])
        if kanaal is None:
            raise invalid("naam", "kanaal_naam", "Kanaal met deze naam bestaat niet.")
        filters = found.get("filters", {})
        if set(filters) - set(kanaal.body["filters"]):
            raise invalid(
                "filters",
                "inconsistent-abonnement-filters",
                "De filters komen niet overeen met die van het kanaal.",
            )
        wanted.append({"filters": filters, "naam": found["naam"]})
    return values, wanted
