"""Role `application`: messages about a case, to the core's own types.

What the core's message needs and the sender did not give is refused with StUF055; what it has no
place for is left out, and named in `detail`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from adapters.contract import News
from adapters.stuf_zds.incoming.closing import closing_of, takes_end_away
from adapters.stuf_zds.incoming.details import core_besluit, core_eigenschappen
from adapters.stuf_zds.incoming.objects import core_objecten
from adapters.stuf_zds.incoming.parties import core_rol
from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.incoming.roles import role_changes
from adapters.stuf_zds.incoming.work import Werk, keys_of, non_empty, our_zaaktype, taken, text_of
from adapters.stuf_zds.readers.betrokkene import is_gone, relation_of, rol_beeld
from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    emptied_text,
    stuf_attribute,
    text,
    under,
)
from adapters.stuf_zds.readers.status import status_beeld, status_codes
from adapters.stuf_zds.readers.zaak import (
    OF_A_CHANGE,
    archivering_van,
    betaling_van,
    kenmerken_van,
    note_unplaced,
    opschorting_van,
    verlenging_van,
    zaak_beeld,
    zaaknummer,
)

Json = dict[str, Any]

_MOST_KENMERKEN: Final = 20


def gestart(work: Werk) -> Iterator[News]:
    """creeerZaak: the case, then what the core tells in messages of their own."""
    zaak, notes = work.new, work.notes
    keys = keys_of(zaak, work.settings)
    beeld = zaak_beeld(zaak, notes) or {}
    _require(zaak, beeld)
    data: Json = {
        **keys,
        "zaaktype": {"identificatie": our_zaaktype(zaak, work.settings)},
        "omschrijving": cut(beeld["omschrijving"], 80, "omschrijving", notes),
        **taken(beeld, "startdatum", "registratiedatum", "einddatumGepland"),
        **taken(beeld, "uiterlijkeEinddatumAfdoening", "vertrouwelijkheidaanduiding"),
        **text_of(beeld, "toelichting", notes),
        **_kenmerken(zaak, notes),
        **_parties(zaak, work),
        **non_empty("objecten", core_objecten(beeld.get("objecten", []), notes)),
        **non_empty("eigenschappen", core_eigenschappen(zaak, work)),
        **non_empty("betaling", betaling_van(zaak, notes)),
    }
    if (hoofdzaak := zaaknummer(under(zaak, "heeftAlsHoofdzaak/gerelateerde"))) is not None:
        data["hoofdzaak"] = {"zaakidentificatie": hoofdzaak}
    yield work.news("gestart", data)
    rest = {**_term(zaak), **non_empty("archivering", archivering_van(zaak, notes))}
    if rest:
        yield work.news("bijgewerkt", {**keys, **rest})
    for each in children(zaak):
        note_unplaced(each, notes, read=OF_A_CHANGE)
    yield from _after(zaak, None, keys, work)


def bijgewerkt(work: Werk) -> Iterator[News]:
    """updateZaak: what changed, then statuses, decisions and the end of the case."""
    zaak, notes = work.new, work.notes
    keys = keys_of(zaak, work.settings)
    if data := _changes(zaak, work):
        mutatie = text(child(work.element, "parameters"), "mutatiesoort")
        if mutatie in ("C", "F"):
            data["correctie"] = True
        yield work.news("bijgewerkt", {**keys, **data})
    for each in children(zaak):
        note_unplaced(each, notes, read=OF_A_CHANGE)
    yield from _after(zaak, work.old, keys, work)


def status_gezet(work: Werk) -> Iterator[News]:
    """actualiseerZaakstatus: nothing but statuses, and the end of the case."""
    zaak = work.new
    keys = keys_of(zaak, work.settings)
    found = list(_after(zaak, work.old, keys, work))
    if not found:
        raise Geweigerd("StUF055", "object/heeft: which status it is cannot be told.")
    yield from found


def _require(zaak: etree._Element, beeld: Mapping[str, Any]) -> None:
    for name, path in (("startdatum", "startdatum"), ("omschrijving", "omschrijving")):
        if not beeld.get(name):
            raise Geweigerd("StUF055", f"object/{path}: needed to start a case.")
    if text(under(zaak, "isVan/gerelateerde"), "code", "identificatie", "omschrijving") is None:
        raise Geweigerd("StUF055", "object/isVan/gerelateerde/code: needed to start a case.")


def _changes(zaak: etree._Element, work: Werk) -> Json:
    """The fields of ZaakBijgewerkt that the message changes."""
    notes = work.notes
    new = _comparable(zaak, notes)
    old = {} if work.old is None else _comparable(work.old, Opmerkingen())
    data = {name: value for name, value in new.items() if old.get(name) != value}
    if emptied_text(zaak, "toelichting") and old.get("toelichting"):
        data["toelichting"] = ""
    data |= _eigenschap_changes(zaak, work)
    removed, added = role_changes(work.old, zaak, work.settings, notes)
    data |= non_empty("rollenVerwijderd", removed) | non_empty("rollenToegevoegd", added)
    objecten = core_objecten((zaak_beeld(zaak, notes) or {}).get("objecten", []), notes)
    before = core_objecten(_old_objects(work), Opmerkingen())
    data |= non_empty("objectenToegevoegd", [each for each in objecten if each not in before])
    return data


def _comparable(zaak: etree._Element, notes: Opmerkingen) -> Json:
    beeld = zaak_beeld(zaak, notes) or {}
    omschrijving = cut(beeld.get("omschrijving"), 80, "omschrijving", notes)
    return {
        **({} if omschrijving is None else {"omschrijving": omschrijving}),
        **text_of(beeld, "toelichting", notes),
        **taken(beeld, "einddatumGepland", "uiterlijkeEinddatumAfdoening"),
        **taken(beeld, "vertrouwelijkheidaanduiding"),
        **_term(zaak),
        **non_empty("betaling", betaling_van(zaak, notes)),
        **non_empty("archivering", archivering_van(zaak, notes)),
    }


def _old_objects(work: Werk) -> list[Json]:
    if work.old is None:
        return []
    found: list[Json] = (zaak_beeld(work.old, Opmerkingen()) or {}).get("objecten", [])
    return found


def _term(zaak: etree._Element) -> Json:
    return {
        **non_empty("opschorting", opschorting_van(zaak)),
        **non_empty("verlenging", verlenging_van(zaak)),
    }


def _after(
    zaak: etree._Element, old: etree._Element | None, keys: Json, work: Werk
) -> Iterator[News]:
    """Statuses and decisions that came with the case, and its end."""
    closing = closing_of(zaak, old, work.settings, our_zaaktype(zaak, work.settings))
    reopened = takes_end_away(zaak, old)
    if reopened and child(zaak, "heeft") is None:
        work.notes.add("einddatum", "taken away; a case goes on with a status, and there is none.")
    for each in children(zaak, "heeft"):
        if closing is not None and closing.is_end(each):
            continue  # closing sets it
        status = status_beeld(each, work.notes, unless=work.afzender.moment)
        if status is None:
            continue
        data = {**keys, **_core_status(each, status, work)}
        what = "heropend" if reopened else "status-gezet"
        yield work.news(what, data, data["statustype"], data["datumStatusGezet"])
    yield from _besluiten(zaak, keys, work)
    if closing is not None:
        yield closing.news(zaak, keys, work.afzender, work.notes)


def _core_status(heeft: etree._Element, status: Json, work: Werk) -> Json:
    mapped = (work.settings.statustypen.get(code) for code in status_codes(heeft))
    naam = next((each for each in mapped if each is not None), status["statustype"])
    return {
        "statustype": cut(naam, 80, "heeft/omschrijving", work.notes),
        "datumStatusGezet": status["datumStatusGezet"],
        **text_of(status, "toelichting", work.notes),
    }


def _besluiten(zaak: etree._Element, keys: Json, work: Werk) -> Iterator[News]:
    for each in children(zaak, "leidtTot"):
        gerelateerde = child(each, "gerelateerde")
        if gerelateerde is None or stuf_attribute(each, "verwerkingssoort") not in (None, "T"):
            continue
        data = core_besluit(gerelateerde, keys, work)
        yield work.news("besluit-vastgesteld", data, data["besluitidentificatie"])


def _eigenschap_changes(zaak: etree._Element, work: Werk) -> Json:
    new = core_eigenschappen(zaak, work)
    if work.old is not None:
        quiet = Werk(element=work.element, settings=work.settings, afzender=work.afzender)
        before = core_eigenschappen(work.old, quiet)
        new = [each for each in new if each not in before]
    return non_empty("eigenschappen", new)


def _parties(zaak: etree._Element, work: Werk) -> Json:
    """The initiator, who has a field of his own, and everybody else."""
    data: Json = {}
    rollen: list[Json] = []
    for each in children(zaak):
        relation = relation_of(each)
        heard = None if relation is None or is_gone(each) else rol_beeld(each, work.notes)
        if relation is None or heard is None:
            continue
        rol = core_rol(heard, relation, work.settings, second="initiator" in data)
        if rol["rolsoort"] == "initiator":
            data["initiator"] = rol["betrokkene"]
        else:
            rollen.append(rol)
    return data | non_empty("rollen", rollen[:50])


def _kenmerken(zaak: etree._Element, notes: Opmerkingen) -> Json:
    found = kenmerken_van(zaak, notes)
    if len(found) > _MOST_KENMERKEN:
        notes.add("kenmerk", "more than twenty; the others were left out.")
    return non_empty("kenmerken", found[:_MOST_KENMERKEN])
