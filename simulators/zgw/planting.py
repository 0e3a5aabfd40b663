"""Planting a seed: making the resources of catalogue, applicaties and kanalen in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.zgw.seed import DEMO_CLIENT, DOMEIN, LIMITED_CLIENT, RSIN
from simulators.zgw.store import AUTORISATIES, CATALOGI, NOTIFICATIES
from simulators.zgw.zaaktypeparts import add_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.seed import Seed, Zaaktype
    from simulators.zgw.store import Record, Store


def plant(store: Store, seed: Seed) -> None:
    """Fill an empty store."""
    catalogus = store.make(
        CATALOGI + "catalogussen",
        {
            "domein": DOMEIN,
            "rsin": RSIN,
            "contactpersoonBeheerNaam": "Functioneel beheer",
            "contactpersoonBeheerTelefoonnummer": "",
            "contactpersoonBeheerEmailadres": "",
            "zaaktypen": [],
            "besluittypen": [],
            "informatieobjecttypen": [],
            "naam": "Burgerzaken",
            "versie": "",
            "begindatumVersie": None,
        },
    )
    documents = {
        name: _informatieobjecttype(store, catalogus, name) for name in seed.informatieobjecttypen
    }
    decisions = [_besluittype(store, catalogus, name, documents) for name in seed.besluittypen]
    for zaaktype in seed.zaaktypen:
        for version in zaaktype.versions:
            record = _zaaktype(store, catalogus, zaaktype, version, documents)
            for decision in decisions:
                decision.body["zaaktypen"].append(record.url)
                record.body["besluittypen"].append(decision.url)
    _link_deelzaaktypen(store, seed)
    _applications(store)
    for name, filters in seed.kanalen.items():
        link = f"{store.base_url}/ref/kanalen/#/{name}"
        body = {"naam": name, "documentatieLink": link, "filters": list(filters)}
        store.make(NOTIFICATIES + "kanaal", body)


def _applications(store: Store) -> None:
    store.make(
        AUTORISATIES + "applicaties",
        {
            "clientIds": [DEMO_CLIENT],
            "label": "Schakel (demonstratie)",
            "heeftAlleAutorisaties": True,
            "autorisaties": [],
        },
    )
    current = next(
        record
        for record in store[CATALOGI + "zaaktypen"]
        if not record.body["concept"] and record.body["eindeGeldigheid"] is None
    )
    grant = {
        "component": "zrc",
        "componentWeergave": "Zaken API",
        "scopes": ["zaken.lezen", "zaken.aanmaken"],
        "zaaktype": current.url,
        "maxVertrouwelijkheidaanduiding": "zaakvertrouwelijk",
    }
    store.make(
        AUTORISATIES + "applicaties",
        {
            "clientIds": [LIMITED_CLIENT],
            "label": "Schakel (beperkt)",
            "heeftAlleAutorisaties": False,
            "autorisaties": [grant],
        },
    )


def _informatieobjecttype(store: Store, catalogus: Record, name: str) -> Record:
    generic = (
        "informatieobjecttypeOmschrijvingGeneriek",
        "definitieInformatieobjecttypeOmschrijvingGeneriek",
        "herkomstInformatieobjecttypeOmschrijvingGeneriek",
        "hierarchieInformatieobjecttypeOmschrijvingGeneriek",
        "opmerkingInformatieobjecttypeOmschrijvingGeneriek",
    )
    record = store.make(
        CATALOGI + "informatieobjecttypen",
        {
            "catalogus": catalogus.url,
            "omschrijving": name,
            "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
            "beginGeldigheid": "2023-01-01",
            "eindeGeldigheid": None,
            "concept": False,
            "besluittypen": [],
            "informatieobjectcategorie": "document",
            "trefwoord": [],
            "omschrijvingGeneriek": dict.fromkeys(generic, ""),
            "zaaktypen": [],
            "beginObject": "2023-01-01",
            "eindeObject": None,
        },
    )
    catalogus.body["informatieobjecttypen"].append(record.url)
    return record


def _besluittype(
    store: Store, catalogus: Record, name: str, documents: Mapping[str, Record]
) -> Record:
    record = store.make(
        CATALOGI + "besluittypen",
        {
            "catalogus": catalogus.url,
            "zaaktypen": [],
            "omschrijving": name,
            "omschrijvingGeneriek": "",
            "besluitcategorie": "",
            "reactietermijn": "P6W",
            "publicatieIndicatie": False,
            "publicatietekst": "",
            "publicatietermijn": None,
            "toelichting": "",
            "informatieobjecttypen": [document.url for document in documents.values()],
            "beginGeldigheid": "2023-01-01",
            "eindeGeldigheid": None,
            "concept": False,
        },
    )
    catalogus.body["besluittypen"].append(record.url)
    for document in documents.values():
        document.body["besluittypen"].append(record.url)
    return record


def _zaaktype(
    store: Store,
    catalogus: Record,
    kind: Zaaktype,
    version: tuple[str, str | None, bool],
    documents: Mapping[str, Record],
) -> Record:
    begin, end, concept = version
    empty_lists = (
        *("statustypen", "resultaattypen", "eigenschappen", "informatieobjecttypen", "roltypen"),
        *("besluittypen", "deelzaaktypen", "gerelateerdeZaaktypen", "zaakobjecttypen"),
    )
    record = store.make(
        CATALOGI + "zaaktypen",
        {
            "identificatie": kind.identificatie,
            "omschrijving": kind.omschrijving,
            "omschrijvingGeneriek": "",
            "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
            "doel": f"Afhandelen van: {kind.omschrijving.lower()}",
            "aanleiding": "Verzoek of aangifte van een inwoner",
            "toelichting": "",
            "indicatieInternOfExtern": "extern",
            "handelingInitiator": "aangeven",
            "onderwerp": kind.omschrijving,
            "handelingBehandelaar": "behandelen",
            "doorlooptijd": kind.doorlooptijd,
            "servicenorm": kind.servicenorm,
            "opschortingEnAanhoudingMogelijk": False,
            "verlengingMogelijk": False,
            "verlengingstermijn": None,
            "trefwoorden": [],
            "publicatieIndicatie": False,
            "publicatietekst": "",
            "verantwoordingsrelatie": [],
            "productenOfDiensten": [],
            "selectielijstProcestype": "",
            "referentieproces": {"naam": kind.omschrijving, "link": ""},
            "concept": concept,
            "verantwoordelijke": RSIN,
            "broncatalogus": {"url": "", "domein": "", "rsin": ""},
            "bronzaaktype": {"url": "", "identificatie": "", "omschrijving": ""},
            "beginGeldigheid": begin,
            "eindeGeldigheid": end,
            "versiedatum": begin,
            "beginObject": kind.versions[0][0],
            "eindeObject": None,
            "catalogus": catalogus.url,
            **{name: [] for name in empty_lists},
        },
    )
    catalogus.body["zaaktypen"].append(record.url)
    common = {
        "zaaktype": record.url,
        "zaaktypeIdentificatie": kind.identificatie,
        "catalogus": catalogus.url,
    }
    add_parts(store, record, kind, common, documents)
    return record


def _link_deelzaaktypen(store: Store, seed: Seed) -> None:
    """Fill in which zaaktypen may be a deelzaak of which, over all their versions."""
    by_name: dict[str, list[str]] = {}
    for record in store[CATALOGI + "zaaktypen"]:
        by_name.setdefault(record.body["identificatie"], []).append(record.url)
    for zaaktype in seed.zaaktypen:
        below = [url for name in zaaktype.deelzaaktypen for url in by_name[name]]
        for record in store[CATALOGI + "zaaktypen"].find("identificatie", zaaktype.identificatie):
            record.body["deelzaaktypen"] = list(below)
