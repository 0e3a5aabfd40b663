"""What the control page shows of a zaaksysteem: its cases and its loose documents."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simulators.kit import Table
from simulators.zgw.store import CATALOGI, DOCUMENTEN, ZAKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.zgw.store import Record
    from simulators.zgw.world import World

_SHOWN = 50
_LOOKED_AT = 1_000  # documents that are looked through for loose ones


def overview(world: World) -> Sequence[Table]:
    """The latest cases with status, roles and documents, and documents without a case."""
    zaken = world.store[ZAKEN + "zaken"]
    rows = [_zaak_row(world, zaak) for zaak in islice(zaken.newest_first(), _SHOWN)]
    title = f"Cases ({len(zaken)})" if len(zaken) <= _SHOWN else f"Latest {_SHOWN} of {len(zaken)}"
    tables = [
        Table(
            title=title,
            columns=("Case", "Zaaktype", "Status", "Resultaat", "Rollen", "Documenten", "Closed"),
            rows=rows,
        )
    ]
    loose = _loose_documents(world)
    if loose:
        columns = ("Identificatie", "Titel", "Versie")
        tables.append(Table(title="Documents without a case", columns=columns, rows=loose))
    return tables


def _zaak_row(world: World, zaak: Record) -> tuple[str, ...]:
    body = zaak.body
    return (
        body["identificatie"],
        zaak.own["zaaktype"].body["omschrijving"],
        _status(world, zaak),
        _resultaat(world, zaak),
        ", ".join(rol.body["omschrijving"] for rol in _parts(world, "rollen", zaak)) or "none",
        ", ".join(_documents(world, zaak)) or "none",
        body["einddatum"] or "open",
    )


def _status(world: World, zaak: Record) -> str:
    status = world.store.at(zaak.body["status"] or "", ZAKEN + "statussen")
    if status is None:
        return "none"
    kind = world.store.at(status.body["statustype"], CATALOGI + "statustypen")
    return "" if kind is None else str(kind.body["omschrijving"])


def _resultaat(world: World, zaak: Record) -> str:
    resultaat = world.store.at(zaak.body["resultaat"] or "", ZAKEN + "resultaten")
    if resultaat is None:
        return "none"
    kind = world.store.at(resultaat.body["resultaattype"], CATALOGI + "resultaattypen")
    return "" if kind is None else str(kind.body["omschrijving"])


def _documents(world: World, zaak: Record) -> list[str]:
    path = DOCUMENTEN + "enkelvoudiginformatieobjecten"
    links = _parts(world, "zaakinformatieobjecten", zaak)
    found = (world.store.at(link.body["informatieobject"], path) for link in links)
    return [document.body["titel"] for document in found if document is not None]


def _parts(world: World, name: str, zaak: Record) -> Sequence[Record]:
    return list(world.store[ZAKEN + name].find("zaak", zaak.url))


def _loose_documents(world: World) -> list[tuple[str, ...]]:
    links = world.store[DOCUMENTEN + "objectinformatieobjecten"]
    documents = world.store[DOCUMENTEN + "enkelvoudiginformatieobjecten"]
    loose = (
        document
        for document in islice(documents.newest_first(), _LOOKED_AT)
        if not list(links.find("informatieobject", document.url))
    )
    return [
        (record.body["identificatie"], record.body["titel"], str(record.body["versie"]))
        for record in islice(loose, _SHOWN)
    ]
