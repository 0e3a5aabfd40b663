"""What belongs to one version of a zaaktype: statustypen, roltypen, resultaattypen and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.store import CATALOGI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.seed import Zaaktype
    from simulators.zgw.store import Record, Store

_ROLTYPEN = (
    ("Aanvrager", "initiator"),
    ("Behandelaar", "behandelaar"),
    ("Belanghebbende", "belanghebbende"),
    ("Adviseur", "adviseur"),
    ("Beslisser", "beslisser"),
    ("Klantcontacter", "klantcontacter"),
    ("Zaakcoördinator", "zaakcoordinator"),
    ("Mede-aanvrager", "mede_initiator"),
    ("Gemachtigde", "mede_initiator"),
)
_FORMATS = {"datum": "8", "getal": "4", "tekst": "80"}
_NO_VALIDITY: dict[str, None] = {
    "beginGeldigheid": None,
    "eindeGeldigheid": None,
    "beginObject": None,
    "eindeObject": None,
}


def add_parts(
    store: Store,
    zaaktype: Record,
    kind: Zaaktype,
    common: Mapping[str, str],
    documents: Mapping[str, Record],
) -> None:
    """Make all parts of this version; `common` are the fields that each part repeats."""
    for number, name in enumerate(kind.statustypen, start=1):
        body = _statustype(name, number, final=number == len(kind.statustypen))
        _add(store, zaaktype, "statustypen", body, common)
    for name, generic in _ROLTYPEN:
        body = {"omschrijving": name, "omschrijvingGeneriek": generic}
        _add(store, zaaktype, "roltypen", body, common)
    for name in kind.resultaattypen:
        _add(store, zaaktype, "resultaattypen", _resultaattype(name), common)
    for name, shape in kind.eigenschappen:
        _add(store, zaaktype, "eigenschappen", _eigenschap(name, shape), common)
    for number, name in enumerate(kind.informatieobjecttypen, start=1):
        _link_document(store, zaaktype, documents[name], number, common)


def _add(
    store: Store, zaaktype: Record, name: str, body: Mapping[str, Any], common: Mapping[str, str]
) -> None:
    record = store.make(CATALOGI + name, {**body, **common, **_NO_VALIDITY})
    zaaktype.body[name].append(record.url)


def _statustype(name: str, number: int, *, final: bool) -> dict[str, Any]:
    return {
        "omschrijving": name,
        "omschrijvingGeneriek": name,
        "statustekst": f"Uw zaak: {name}",
        "volgnummer": number,
        "isEindstatus": final,
        "informeren": final,
        "doorlooptijd": None,
        "toelichting": None,
        "checklistitemStatustype": [],
        "eigenschappen": [],
        "zaakobjecttypen": [],
    }


def _resultaattype(name: str) -> dict[str, Any]:
    return {
        "omschrijving": name,
        "resultaattypeomschrijving": "",
        "omschrijvingGeneriek": "Afgehandeld",
        "selectielijstklasse": "https://selectielijst.invalid/resultaten/1",
        "toelichting": "",
        "archiefnominatie": "vernietigen",
        "archiefactietermijn": "P5Y",
        "brondatumArchiefprocedure": {
            "afleidingswijze": "afgehandeld",
            "datumkenmerk": "",
            "einddatumBekend": False,
            "objecttype": "",
            "registratie": "",
            "procestermijn": None,
        },
        "procesobjectaard": "",
        "indicatieSpecifiek": None,
        "procestermijn": None,
        "besluittypen": [],
        "besluittypeOmschrijving": [],
        "informatieobjecttypen": [],
        "informatieobjecttypeOmschrijving": [],
    }


def _eigenschap(name: str, shape: str) -> dict[str, Any]:
    return {
        "naam": name,
        "definitie": f"De {name.replace('_', ' ')} van de zaak",
        "specificatie": {
            "groep": "",
            "formaat": shape,
            "lengte": _FORMATS[shape],
            "kardinaliteit": "1",
            "waardenverzameling": [],
        },
        "toelichting": "",
        "statustype": None,
    }


def _link_document(
    store: Store, zaaktype: Record, kind: Record, number: int, common: Mapping[str, str]
) -> None:
    body = {
        "informatieobjecttype": kind.url,
        "volgnummer": number,
        "richting": "inkomend",
        "statustype": None,
    }
    store.make(CATALOGI + "zaaktype-informatieobjecttypen", {**body, **common})
    zaaktype.body["informatieobjecttypen"].append(kind.url)
    kind.body["zaaktypen"].append(zaaktype.url)
