"""From what the ZGW APIs show of a case to the messages that tell the core about it.

Pure: no clock, no network, no settings. It is lenient: what cannot be taken over is left out and
named in `opmerkingen`, without its value. Types come in by the names that the catalogue gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from adapters.zgw.inbound_parties import betrokkene, object_van
from adapters.zgw.lenient import Remarks, line, settled, text
from adapters.zgw.translate import BRON, CASE_BRON
from schemas.postroom import (
    EigenschapOntvangen,
    ObjectOntvangen,
    RolOntvangen,
    StatusOntvangen,
    ZaakDocumentOntvangen,
    ZaakOntvangen,
    ZaakStatusOntvangen,
)
from schemas.zaakdelen import Kenmerk, Rolsoort

Data = dict[str, Any]
Shown = Mapping[str, Any]
"""A resource as an API shows it."""

_MOST_VALUES: Final = 800
"""Of one message: the hub takes no message of more than 1,000 values."""

_UNCUT: Final = 1000
"""Numbers are never cut; one that is too long is left out."""

_DAYS: Final = (
    *("startdatum", "registratiedatum", "einddatumGepland"),
    *("uiterlijkeEinddatumAfdoening", "einddatum"),
)
_ROLSOORTEN: Final = frozenset(Rolsoort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statusbeeld:
    """A status, and what the catalogue calls it."""

    status: Shown = field(repr=False)
    omschrijving: str
    volgnummer: int | None = None
    eindstatus: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zaakbeeld:
    """All that was read of a case; names of types are as the core calls them."""

    zaak: Shown = field(repr=False)
    zaaktype: str
    zaaktype_omschrijving: str = ""
    rollen: tuple[Shown, ...] = field(default=(), repr=False)
    objecten: tuple[Shown, ...] = field(default=(), repr=False)
    eigenschappen: tuple[Shown, ...] = field(default=(), repr=False)
    status: Statusbeeld | None = None
    resultaat: str = ""
    hoofdzaak: str = ""
    unread: tuple[str, ...] = ()
    """Sentences about what could not be read."""


class Unfit(ValueError):
    """No message can be made of it: something required is absent or too long. Names no value."""


def our_mark(zaak: Shown) -> str:
    """The kenmerk that the hub put on a case which it opened; empty on any other case."""
    for one in _items(zaak.get("kenmerken")):
        if one.get("bron") == BRON:
            return str(one.get("kenmerk"))
    return ""


def our_number(zaak: Shown) -> str:
    """The core's number of a case that it opened, where the zaaksysteem gave it another; or empty.

    What it says of itself is only believed beside our mark.
    """
    if not our_mark(zaak):
        return ""
    for one in _items(zaak.get("kenmerken")):
        if one.get("bron") == CASE_BRON:
            return str(one.get("kenmerk"))
    return ""


def status_mark(status: Shown) -> str | None:
    """The reference that our own delivery of this status left behind: its second, in UTC."""
    instant = moment_of(status.get("datumStatusGezet"))
    return None if instant is None else f"status:{instant.astimezone(UTC):%Y%m%d%H%M%S}"


def zaak_ontvangen(beeld: Zaakbeeld, bestemming: str) -> Data:
    """Return the data of `zaak.ontvangen`."""
    zaak, remarks = beeld.zaak, Remarks(beeld.unread)
    initiator, rollen = _rollen(beeld.rollen, remarks)
    data: Data = {
        **_common(zaak, bestemming, str(zaak.get("url"))),
        "zaaktype": line(beeld.zaaktype, _UNCUT),
        "zaaktypeOmschrijving": line(beeld.zaaktype_omschrijving, 255),
        **{name: zaak.get(name) or None for name in _DAYS},
        "omschrijving": line(zaak.get("omschrijving"), 255),
        "toelichting": text(zaak.get("toelichting"), 2000) or None,
        "vertrouwelijkheidaanduiding": zaak.get("vertrouwelijkheidaanduiding") or None,
        "resultaat": line(beeld.resultaat, 255),
        "kenmerken": _kenmerken(zaak, remarks),
        "initiator": initiator,
        "rollen": rollen,
        "objecten": _objecten(beeld.objecten, remarks),
        "eigenschappen": _eigenschappen(beeld.eigenschappen, remarks),
        "status": None if beeld.status is None else _status(beeld.status, remarks),
        "hoofdzaak": line(beeld.hoofdzaak, _UNCUT),
    }
    _fit(data, remarks)
    return _whole(ZaakOntvangen, data, remarks)


def zaak_wijziging(data: Data) -> Data:
    """Return the data of `zaak.wijziging-ontvangen`, made of those of `zaak.ontvangen`."""
    return {name: value for name, value in data.items() if name != "status"} | {"volledig": True}


def zaak_status_ontvangen(beeld: Statusbeeld, zaak: Shown, bestemming: str) -> Data | None:
    """Return the data of `zaak.status-ontvangen`; None when no status can be made of it."""
    remarks = Remarks()
    status = _status(beeld, remarks)
    if status is None:
        return None
    data = {**_common(zaak, bestemming, str(beeld.status.get("url"))), "status": status}
    return _whole(ZaakStatusOntvangen, data, remarks)


def zaak_document_ontvangen(
    document: Shown, soort: str, zaak: Shown, bestemming: str, *, content: bool, unread: str = ""
) -> Data:
    """Return the data of `zaak.document-ontvangen`; `soort` is the informatieobjecttype's name."""
    remarks = Remarks((unread,) if unread else ())
    omvang = document.get("bestandsomvang")
    data: Data = {
        **_common(zaak, bestemming, str(document.get("url"))),
        "documentidentificatie": line(document.get("identificatie"), _UNCUT),
        "versie": line(document.get("versie"), 80),
        "titel": line(document.get("titel"), 255) or "Zonder titel",
        "informatieobjecttype": line(soort, 255),
        "bestandsnaam": line(document.get("bestandsnaam"), 255),
        "formaat": line(document.get("formaat"), 255),
        "creatiedatum": document.get("creatiedatum") or None,
        "ontvangstdatum": document.get("ontvangstdatum") or None,
        "auteur": line(document.get("auteur"), 255),
        "taal": line(document.get("taal"), 80),
        "beschrijving": text(document.get("beschrijving"), 2000) or None,
        "vertrouwelijkheidaanduiding": document.get("vertrouwelijkheidaanduiding") or None,
        "status": line(document.get("status"), 80),
        "bestandsomvang": omvang if type(omvang) is int and omvang >= 0 else None,
        "inhoudAanwezig": content,
    }
    return _whole(ZaakDocumentOntvangen, data, remarks)


def moment_of(value: object) -> datetime | None:
    """Read a date and time; without an offset it is UTC, as the APIs mean it."""
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _common(zaak: Shown, bestemming: str, verwijzing: str) -> Data:
    return {
        "zaakidentificatie": str(zaak.get("identificatie")),
        "bronorganisatie": zaak.get("bronorganisatie") or None,
        "bestemming": bestemming,
        "verwijzing": verwijzing,
    }


def _status(beeld: Statusbeeld, remarks: Remarks) -> Data | None:
    instant = moment_of(beeld.status.get("datumStatusGezet"))
    data = {
        "statustype": line(beeld.omschrijving, 255),
        "volgnummer": beeld.volgnummer,
        "datumStatusGezet": None if instant is None else instant.isoformat(),
        "toelichting": text(beeld.status.get("statustoelichting"), 2000),
        "eindstatus": beeld.eindstatus,
    }
    return settled(StatusOntvangen, data, remarks, "status")


def _rollen(shown: Iterable[Shown], remarks: Remarks) -> tuple[Data | None, list[Data]]:
    """The (first) initiator, and everybody else."""
    initiator: Data | None = None
    others: list[Data] = []
    for number, rol in enumerate(shown, start=1):
        where = f"rollen.{number}"
        who = betrokkene(rol, remarks, where)
        if who is None:
            continue
        soort = rol.get("omschrijvingGeneriek")
        if soort == Rolsoort.INITIATOR and initiator is None:
            initiator = who
            continue
        data = {
            "rolsoort": soort if soort in _ROLSOORTEN else None,
            "roltype": line(rol.get("omschrijving"), 200),
            "toelichting": text(rol.get("roltoelichting"), 2000) or None,
            "betrokkene": who,
        }
        others += _kept(settled(RolOntvangen, data, remarks, where))
    return initiator, _at_most(100, others, "rollen", remarks)


def _objecten(shown: Iterable[Shown], remarks: Remarks) -> list[Data]:
    found = [
        one
        for number, item in enumerate(shown, start=1)
        for one in _kept(settled(ObjectOntvangen, object_van(item), remarks, f"objecten.{number}"))
    ]
    return _at_most(100, found, "objecten", remarks)


def _eigenschappen(shown: Iterable[Shown], remarks: Remarks) -> list[Data]:
    found: list[Data] = []
    for number, item in enumerate(shown, start=1):
        data = {"naam": line(item.get("naam"), 255), "waarde": text(item.get("waarde"), 2000)}
        where = f"eigenschappen.{number}"
        found += _kept(settled(EigenschapOntvangen, data, remarks, where))
    return _at_most(200, found, "eigenschappen", remarks)


def _kenmerken(zaak: Shown, remarks: Remarks) -> list[Data]:
    found: list[Data] = []
    for number, item in enumerate(_items(zaak.get("kenmerken")), start=1):
        data = {"kenmerk": line(item.get("kenmerk"), _UNCUT), "bron": line(item.get("bron"), 40)}
        found += _kept(settled(Kenmerk, data, remarks, f"kenmerken.{number}"))
    return _at_most(50, found, "kenmerken", remarks)


def _kept(data: Data | None) -> list[Data]:
    return [] if data is None else [data]


def _at_most(limit: int, items: list[Data], where: str, remarks: Remarks) -> list[Data]:
    if len(items) > limit:
        remarks.add(where, f"only the first {limit} of {len(items)} were taken over")
    return items[:limit]


def _fit(data: Data, remarks: Remarks) -> None:
    """Shorten the lists until the message has no more values than the hub takes."""
    excess = _values(data) - _MOST_VALUES
    for name in ("objecten", "eigenschappen", "rollen"):
        items: list[Data] = data[name]
        before = len(items)
        while excess > 0 and items:
            excess -= _values(items.pop())
        if len(items) < before:
            remarks.add(name, f"only the first {len(items)} of {before} fit into one message")


def _values(value: object) -> int:
    match value:
        case Mapping():
            return sum(map(_values, value.values()))
        case list() | tuple():
            return sum(map(_values, value))
        case _:
            return 1


def _whole(
    payload: type[ZaakOntvangen | ZaakStatusOntvangen | ZaakDocumentOntvangen],
    data: Data,
    remarks: Remarks,
) -> Data:
    """The data with only what its payload takes."""
    found = settled(payload, data, remarks, "")
    if found is None:
        raise Unfit(remarks.sentences[-1])
    return {**found, "opmerkingen": remarks.sentences} if remarks.sentences else found


def _items(value: object) -> Iterable[Mapping[str, Any]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))
