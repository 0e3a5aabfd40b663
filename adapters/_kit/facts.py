"""What the core was told of a case that another system started, to tell only what changes later.

Pure. A fact is a name and a digest: enough to see that something is another. Who has the digest of
a number can find it by trying all numbers, so facts are kept as what they are made of is: in a
reference that no receipt tells, sealed where the store is. The data are in the form of
`zaak.ontvangen`. What the core itself changed counts as told (`after`): it does not come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from adapters.contract import OWN
from schemas import Payload, canonical_json
from schemas.zaak import ZaakAfgesloten, ZaakBijgewerkt, ZaakHeropend

Data = Mapping[str, Any]
Facts = Mapping[str, str]

BEELD: Final = f"{OWN}beeld"
"""Name of the reference that holds the facts of a case; a case that was not told has none."""

FIELDS: Final = (
    *("zaaktype", "omschrijving", "toelichting", "startdatum", "einddatumGepland"),
    *("uiterlijkeEinddatumAfdoening", "einddatum", "vertrouwelijkheidaanduiding"),
    *("resultaat", "hoofdzaak"),
)
"""Single values that count; the others say nothing by themselves."""

ANYTHING: Final = "*"
"""Value of a fact that the core changed, and the system itself gave a value: any will do."""

_DIGITS: Final = 10
_ANY_OBJECT: Final = f"object:{ANYTHING}"
_NUMBERS: Final = ("bsn", "rsin", "vestigingsnummer", "kvkNummer", "identificatie")
_NAMES: Final = ("naam", "voornamen", "voorvoegselGeslachtsnaam", "geslachtsnaam", "geboortedatum")


def facts_of(data: Data) -> Facts:
    """Return the facts in data of the form of `zaak.ontvangen`; an absent field makes none."""
    return dict(_facts(data))


def changes(told: Facts, now: Facts) -> frozenset[str]:
    """Return the names of the facts that came, changed or went; `now` are all that there are."""
    names = told.keys() | now.keys()
    return frozenset(
        name for name in names if told.get(name) != now.get(name) and not _is_accepted(name, told)
    )


def untold(said: Data, told: Facts) -> tuple[dict[str, Any], Facts]:
    """Return what is new in data that say only what changed, and the facts from then on.

    `said` may have `rollenVerwijderd` and `geleegd` besides (`zaak.wijziging-ontvangen`).
    """
    news: dict[str, Any] = {}
    now = {name: value for name, value in told.items() if name != _ANY_OBJECT}
    for field, item, name, value in _named(said):
        if told.get(name) != value and not _is_accepted(name, told):
            if field in _LISTS:
                news.setdefault(field, []).append(item)
            else:
                news[field] = item
        now[name] = value
    gone = [
        rol
        for rol in said.get("rollenVerwijderd") or ()
        if now.pop(rol_fact(rol), None) is not None
    ]
    emptied = [name for name in said.get("geleegd") or () if now.pop(name, None) is not None]
    lists = {"rollenVerwijderd": gone, "geleegd": emptied}
    return news | {name: found for name, found in lists.items() if found}, now


def after(told: Facts, payload: Payload) -> Facts:
    """Return the facts once a system has what the core says in `payload`."""
    match payload:
        case ZaakBijgewerkt():
            data = payload.model_dump(mode="json", by_alias=True, exclude_none=True)
            gone = {rol_fact(rol) for rol in data.get("rollenVerwijderd", ())}
            kept = {name: value for name, value in told.items() if name not in gone}
            if data.get("toelichting") == "":
                kept.pop("toelichting", None)
            if data.get("objectenToegevoegd"):
                kept[_ANY_OBJECT] = ""
            added = {**data, "rollen": data.get("rollenToegevoegd", ())}
            return kept | dict(_facts(added))
        case ZaakAfgesloten():
            return {**told, "resultaat": ANYTHING, "einddatum": ANYTHING}
        case ZaakHeropend():
            return {**told, "einddatum": ANYTHING}
        case _:
            return told


def written(facts: Facts) -> str:
    """Return the facts as the value of a reference."""
    return " ".join(f"{name}={value}" for name, value in sorted(facts.items()))


def read(reference: str) -> Facts:
    """Return the facts of a reference that `written` made."""
    return dict(_pair(part) for part in reference.split(" ") if part)


def rol_fact(rol: Data) -> str:
    """Return the name of the fact that somebody has a part; their number tells who it is."""
    who: Data = rol.get("betrokkene") or {}
    number = next(((name, who[name]) for name in _NUMBERS if who.get(name)), None)
    named = number or [[name, who.get(name)] for name in _NAMES]
    part = rol.get("rolsoort") or rol.get("roltype") or ""
    return f"rol:{_digest(part, who.get('soort'), named)}"


def _facts(data: Data) -> Iterator[tuple[str, str]]:
    for _, _, name, value in _named(data):
        yield name, value


def _named(data: Data) -> Iterator[tuple[str, Any, str, str]]:
    """Field, what stands in it, and the name and value of its fact."""
    for name in FIELDS:
        if data.get(name):
            yield name, data[name], name, _text_digest(data[name])
    if who := data.get("initiator"):
        yield "initiator", who, rol_fact({"rolsoort": "initiator", "betrokkene": who}), ""
    for field, (fact, value) in _LISTS.items():
        for item in data.get(field) or ():
            yield field, item, fact(item), value(item)


def _object_fact(item: Data) -> str:
    known = item.get("identificatie") or item.get("gegevens")
    return f"object:{_digest(item.get('soort'), known)}"


def _eigenschap_fact(item: Data) -> str:
    return f"eigenschap:{_digest(item.get('naam'))}"


def _kenmerk_fact(item: Data) -> str:
    return f"kenmerk:{_digest(item.get('bron'), item.get('kenmerk'))}"


def _there(item: Data) -> str:
    del item
    return ""


def _waarde(item: Data) -> str:
    return _text_digest(item.get("waarde"))


_LISTS: Final[Mapping[str, tuple[Callable[[Data], str], Callable[[Data], str]]]] = {
    "rollen": (rol_fact, _there),
    "objecten": (_object_fact, _there),
    "kenmerken": (_kenmerk_fact, _there),
    "eigenschappen": (_eigenschap_fact, _waarde),
}
"""Field -> name and value of the fact of one of its items."""


def _is_accepted(name: str, told: Facts) -> bool:
    return told.get(name) == ANYTHING or (name.startswith("object:") and _ANY_OBJECT in told)


def _text_digest(value: object) -> str:
    return _digest(" ".join(str(value).split()))


def _digest(*parts: object) -> str:
    return sha256(canonical_json(list(parts))).hexdigest()[:_DIGITS]


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value
