"""Natural keys: what each effect proves, and what each published event must have caused.

A key is a tuple that starts with a kind; an event and an effect that share a key belong together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schemas.dataref import document_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulators.kit import Effect

    Key = tuple[Any, ...]

_BRON = "schakel"  # the bron of the kenmerk in which the hub puts the id of its event
_PREFIX = "nl.burgerzaken.zaak."
_CHANGEABLE = (
    *("omschrijving", "toelichting", "einddatumGepland", "uiterlijkeEinddatumAfdoening"),
    "vertrouwelijkheidaanduiding",
)


def proven_by(effect: Effect) -> Sequence[Key]:
    """Every key that this effect proves."""
    prove = _PROOFS.get(effect.kind)
    return () if prove is None else prove(effect.case, effect.key)


def required_by(event: Mapping[str, Any]) -> Sequence[Key]:
    """Every key that must be proven before this event counts as delivered."""
    require = _REQUIREMENTS.get(str(event["type"]).removeprefix(_PREFIX))
    return () if require is None else require(event, event.get("data") or {})


def at_most_once(event: Mapping[str, Any]) -> Sequence[Key]:
    """Keys that this event may cause but need not: more of them than events means doubled."""
    if event["type"] != _PREFIX + "document-toegevoegd":
        return ()
    data = event["data"]
    return (("documenttitel", data["bronorganisatie"], data["titel"]),)


def moment(text: str) -> str:
    """Bring a date and time to one form; without an offset it is UTC."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _zaak(case: str | None, key: Mapping[str, Any]) -> Sequence[Key]:
    marks = (kenmerk.partition(":") for kenmerk in key["kenmerken"])
    kenmerken = (("kenmerk", text) for bron, _, text in marks if bron == _BRON)
    return (("zaak", key["bronorganisatie"], case), *kenmerken)


def _document(_case: str | None, key: Mapping[str, Any]) -> Sequence[Key]:
    bron = key["bronorganisatie"]
    return (("document", bron, key["identificatie"]), ("documenttitel", bron, key["titel"]))


_PROOFS: dict[str, Callable[[str | None, Mapping[str, Any]], Sequence[Key]]] = {
    "zaak": _zaak,
    "zaak_bijgewerkt": lambda case, key: [
        ("bijgewerkt", case, name, value)
        for name, value in key["asked"].items()
        if name in _CHANGEABLE
    ],
    "rol": lambda case, key: [("rol", case, key["omschrijvingGeneriek"])],
    "zaakeigenschap": lambda case, key: [("zaakeigenschap", case, key["naam"])],
    "status": lambda case, key: [("status", case, moment(key["datumStatusGezet"]))],
    "eindstatus": lambda case, _key: [("eindstatus", case)],
    "resultaat": lambda case, _key: [("resultaat", case)],
    "document": _document,
    "inhoud": lambda _case, key: [
        ("inhoud", key["bronorganisatie"], key["identificatie"], key["sha256"])
    ],
    "document_bijgewerkt": lambda _case, key: [
        ("documentversie", key["bronorganisatie"], key["identificatie"])
    ],
    "zio": lambda case, key: [("zio", case, key["document"])],
    "zio_verwijderd": lambda case, key: [("ontkoppeld", case, key["document"])],
    "rol_verwijderd": lambda case, key: [("rol_weg", case, key["omschrijvingGeneriek"])],
    "zaakobject": lambda case, key: [("zaakobject", case, key["objectType"])],
    "zaakeigenschap_bijgewerkt": lambda case, key: [
        ("eigenschap_bijgewerkt", case, key["naam"], key["waarde"])
    ],
    "gebruiksrecht": lambda _case, key: [
        ("gebruiksrecht", key["bronorganisatie"], key["identificatie"])
    ],
    "besluit": lambda _case, key: [
        ("besluit", key["verantwoordelijkeOrganisatie"], key["identificatie"])
    ],
    "besluit_bijgewerkt": lambda _case, key: [
        (
            "besluit_bijgewerkt",
            key["verantwoordelijkeOrganisatie"],
            key["identificatie"],
            name,
            value,
        )
        for name, value in key["asked"].items()
    ],
}


def _gestart(event: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Key]:
    case = event["subject"]
    keys: list[Key] = [("zaak", data["bronorganisatie"], case)]
    if data.get("initiator"):
        keys.append(("rol", case, "initiator"))
    keys += _parts(case, data, "rollen", "objecten")
    keys += [("zaakeigenschap", case, item["naam"]) for item in data.get("eigenschappen") or ()]
    if data.get("status"):
        keys.append(("status", case, moment(event["time"])))
    return keys


def _bijgewerkt(event: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Key]:
    """A changed eigenschap proves itself only where it was there before, so it is not demanded."""
    case = event["subject"]
    keys: list[Key] = [
        ("bijgewerkt", case, name, data[name]) for name in _CHANGEABLE if data.get(name) is not None
    ]
    keys += [("rol_weg", case, rol["rolsoort"]) for rol in data.get("rollenVerwijderd") or ()]
    return keys + _parts(case, data, "rollenToegevoegd", "objectenToegevoegd")


def _parts(case: str, data: Mapping[str, Any], rollen: str, objecten: str) -> list[Key]:
    return [
        *(("rol", case, rol["rolsoort"]) for rol in data.get(rollen) or ()),
        *(("zaakobject", case, item["soort"]) for item in data.get(objecten) or ()),
    ]


def _owner(data: Mapping[str, Any]) -> str:
    return str(data.get("verantwoordelijkeOrganisatie") or data["bronorganisatie"])


def _besluit_bijgewerkt(event: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Key]:
    del event
    decision = ("besluit_bijgewerkt", _owner(data), data["besluitidentificatie"])
    names = ("ingangsdatum", "vervaldatum", "vervalreden", "toelichting")
    return [(*decision, name, data[name]) for name in names if data.get(name) is not None]


def _document_toegevoegd(event: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Key]:
    document = (data["bronorganisatie"], data["documentidentificatie"])
    keys: list[Key] = [("document", *document), ("zio", event["subject"], document[1])]
    if event.get("dataref"):
        keys.insert(1, ("inhoud", *document, document_hash(event["dataref"])))
    if data.get("gebruiksrecht"):
        keys.append(("gebruiksrecht", *document))
    return keys


_REQUIREMENTS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[Key]]] = {
    "gestart": _gestart,
    "bijgewerkt": _bijgewerkt,
    "status-gezet": lambda event, data: [
        ("status", event["subject"], moment(data["datumStatusGezet"]))
    ],
    "document-toegevoegd": _document_toegevoegd,
    "document-bijgewerkt": lambda _event, data: [
        ("documentversie", data["bronorganisatie"], data["documentidentificatie"])
    ],
    "besluit-vastgesteld": lambda _event, data: [
        ("besluit", _owner(data), data["besluitidentificatie"])
    ],
    "besluit-bijgewerkt": _besluit_bijgewerkt,
    "document-ontkoppeld": lambda event, data: [
        ("ontkoppeld", event["subject"], data["documentidentificatie"])
    ],
    "heropend": lambda event, data: [
        ("status", event["subject"], moment(data["datumStatusGezet"]))
    ],
    "afgesloten": lambda event, _data: [
        ("resultaat", event["subject"]),
        ("eindstatus", event["subject"]),
    ],
}
