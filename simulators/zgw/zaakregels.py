"""The rules of a zaak's body: its fields, its nested parts, and the rules about the whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import VERTROUWELIJKHEID, Field, check
from simulators.zgw.periods import add_period
from simulators.zgw.problems import WHOLE, Param, Refusal, invalid
from simulators.zgw.store import CATALOGI, ZAKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.fields import Checked
    from simulators.zgw.store import Record
    from simulators.zgw.world import World

PATH = ZAKEN + "zaken"
ZAAKTYPEN = CATALOGI + "zaaktypen"

FIELDS = (
    Field(name="identificatie", longest=40),
    Field(name="bronorganisatie", kind="rsin", required=True),
    Field(name="omschrijving", longest=80),
    Field(name="toelichting", longest=1000),
    Field(name="zaaktype", kind="url", required=True, ref=ZAAKTYPEN),
    Field(name="registratiedatum", kind="date"),
    Field(name="verantwoordelijkeOrganisatie", kind="rsin", required=True),
    Field(name="startdatum", kind="date", required=True),
    Field(name="einddatumGepland", kind="date", nullable=True),
    Field(name="uiterlijkeEinddatumAfdoening", kind="date", nullable=True),
    Field(name="publicatiedatum", kind="date", nullable=True),
    Field(name="laatstGeopend", kind="datetime", nullable=True),
    Field(name="communicatiekanaal", kind="url", longest=1000),
    Field(name="communicatiekanaalNaam", longest=250),
    Field(name="productenOfDiensten", kind="list"),
    Field(name="vertrouwelijkheidaanduiding", kind="choice", choices=VERTROUWELIJKHEID),
    Field(
        name="betalingsindicatie",
        kind="choice",
        choices=("nvt", "nog_niet", "gedeeltelijk", "geheel"),
    ),
    Field(name="laatsteBetaaldatum", kind="datetime", nullable=True, past="future_not_allowed"),
    Field(name="zaakgeometrie", kind="object", nullable=True),
    Field(name="verlenging", kind="object", nullable=True),
    Field(name="opschorting", kind="object", nullable=True),
    Field(name="selectielijstklasse", kind="url", longest=1000),
    Field(name="hoofdzaak", kind="url", nullable=True, ref=PATH),
    Field(name="relevanteAndereZaken", kind="list"),
    Field(name="gerelateerdeZaken", kind="list"),
    Field(name="kenmerken", kind="list"),
    Field(
        name="archiefnominatie",
        kind="choice",
        nullable=True,
        choices=("blijvend_bewaren", "vernietigen"),
    ),
    Field(
        name="archiefstatus",
        kind="choice",
        choices=(
            "nog_te_archiveren",
            "gearchiveerd",
            "gearchiveerd_procestermijn_onbekend",
            "overgedragen",
        ),
    ),
    Field(name="archiefactiedatum", kind="date", nullable=True),
    Field(name="opdrachtgevendeOrganisatie", kind="rsin"),
    Field(name="processobjectaard", longest=200),
    Field(name="startdatumBewaartermijn", kind="date", nullable=True),
    Field(name="processobject", kind="object", nullable=True),
)
_KENMERK = (
    Field(name="kenmerk", required=True, longest=40),
    Field(name="bron", required=True, longest=40),
)
_VERLENGING = (
    Field(name="reden", required=True, longest=200),
    Field(name="duur", kind="duration", required=True),
)
_OPSCHORTING = (
    Field(name="indicatie", kind="bool", required=True),
    Field(name="reden", required=True, blank=True, longest=200),
)
_BETALING = {
    "": "",
    "nvt": "Er is geen sprake van te betalen, met de zaak gemoeide, kosten.",
    "nog_niet": "De met de zaak gemoeide kosten zijn (nog) niet betaald.",
    "gedeeltelijk": "De met de zaak gemoeide kosten zijn gedeeltelijk betaald.",
    "geheel": "De met de zaak gemoeide kosten zijn geheel betaald.",
}


def check_parts(world: World, values: dict[str, Any]) -> None:
    """Check the nested objects; names are dotted, list items by index."""
    for number, kenmerk in enumerate(values.get("kenmerken") or ()):
        prefix = f"kenmerken.{number}."
        if not isinstance(kenmerk, dict):
            raise invalid(prefix + WHOLE, "invalid", "Ongeldige data. Verwacht een object.")
        found = check(_KENMERK, kenmerk, store=world.store, now=world.clock.now(), prefix=prefix)
        values["kenmerken"][number] = found.values
    for name, fields in (("verlenging", _VERLENGING), ("opschorting", _OPSCHORTING)):
        part = values.get(name)
        if part is not None:
            now = world.clock.now()
            found = check(fields, part, store=world.store, now=now, prefix=name + ".")
            values[name] = found.values


def check_whole(world: World, checked: Checked, zaaktype: Record, existing: Record | None) -> None:
    values = checked.values
    problems: list[Param] = []
    if existing is None and zaaktype.body["concept"]:
        problems.append(Param("zaaktype", "not-published", "Het zaaktype is niet gepubliceerd."))
    if values.get("communicatiekanaal"):
        # Open Zaak fetches it; the simulator reaches no other host.
        problems.append(Param("communicatiekanaal", "bad-url", "De URL kon niet opgehaald worden."))
    taken = _taken(world, values, existing)
    if taken:
        reason = f"Deze identificatie ({taken}) bestaat al voor deze bronorganisatie"
        problems.append(Param("identificatie", "identificatie-niet-uniek", reason))
    hoofdzaak = checked.refs.get("hoofdzaak")
    if hoofdzaak is not None:
        problems += _hoofdzaak_problems(hoofdzaak, zaaktype, existing)
    if problems:
        raise Refusal("ValidationError", problems)


def _taken(world: World, values: Mapping[str, Any], existing: Record | None) -> str:
    """Return the identificatie when another zaak of the same bronorganisatie has it."""
    own = existing.body if existing is not None else {}
    identificatie = str(values.get("identificatie") or own.get("identificatie") or "")
    bron = values.get("bronorganisatie", own.get("bronorganisatie"))
    other = world.store[PATH].one(identificatie=identificatie, bronorganisatie=bron)
    return identificatie if identificatie and other not in {None, existing} else ""


def _hoofdzaak_problems(
    hoofdzaak: Record, zaaktype: Record, existing: Record | None
) -> list[Param]:
    if hoofdzaak is existing:
        return [Param("hoofdzaak", "self-forbidden", "De zaak kan niet naar zichzelf verwijzen.")]
    if hoofdzaak.body["hoofdzaak"]:
        reason = "Deelzaken van deelzaken zijn niet toegestaan."
        return [Param("hoofdzaak", "deelzaak-als-hoofdzaak", reason)]
    if zaaktype.url not in hoofdzaak.own["zaaktype"].body["deelzaaktypen"]:
        reason = "Zaaktype niet vastgelegd in deelzaaktypen van hoofdzaak.zaaktype"
        return [Param("hoofdzaak", "invalid-deelzaaktype", reason)]
    return []


def new_body(world: World, values: Mapping[str, Any], zaaktype: Record) -> dict[str, Any]:
    start = date.fromisoformat(values["startdatum"])
    kind = zaaktype.body
    planned = add_period(start, kind["servicenorm"]).isoformat() if kind["servicenorm"] else None
    body: dict[str, Any] = {
        "uuid": "",
        "identificatie": "",
        "bronorganisatie": "",
        "omschrijving": "",
        "toelichting": "",
        "zaaktype": "",
        "registratiedatum": world.clock.now().date().isoformat(),
        "verantwoordelijkeOrganisatie": "",
        "startdatum": "",
        "einddatum": None,
        "einddatumGepland": planned,
        "uiterlijkeEinddatumAfdoening": add_period(start, kind["doorlooptijd"]).isoformat(),
        "publicatiedatum": None,
        "laatstGemuteerd": world.now_text(),
        "laatstGeopend": None,
        "communicatiekanaal": "",
        "communicatiekanaalNaam": "",
        "productenOfDiensten": [],
        "vertrouwelijkheidaanduiding": kind["vertrouwelijkheidaanduiding"],
        "betalingsindicatie": "",
        "betalingsindicatieWeergave": "",
        "laatsteBetaaldatum": None,
        "zaakgeometrie": None,
        "verlenging": None,
        "opschorting": {"indicatie": False, "eerdereOpschorting": False, "reden": ""},
        "selectielijstklasse": kind["selectielijstProcestype"],
        "hoofdzaak": None,
        "deelzaken": [],
        "relevanteAndereZaken": [],
        "gerelateerdeZaken": [],
        "eigenschappen": [],
        "rollen": [],
        "status": None,
        "zaakinformatieobjecten": [],
        "zaakobjecten": [],
        "kenmerken": [],
        "archiefnominatie": None,
        "archiefstatus": "nog_te_archiveren",
        "archiefactiedatum": None,
        "resultaat": None,
        "opdrachtgevendeOrganisatie": "",
        "processobjectaard": "",
        "startdatumBewaartermijn": None,
        "processobject": {
            "datumkenmerk": "",
            "identificatie": "",
            "objecttype": "",
            "registratie": "",
        },
    }
    body.update(settled(values, body))
    return body


def settled(values: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored: derived parts filled in, an empty level left to the zaaktype."""
    new = dict(values)
    if new.get("vertrouwelijkheidaanduiding") == "":
        del new["vertrouwelijkheidaanduiding"]
    if "betalingsindicatie" in new:
        new["betalingsindicatieWeergave"] = _BETALING[new["betalingsindicatie"]]
    if "opschorting" in new:
        pause = new["opschorting"] or {"indicatie": False, "reden": ""}
        earlier = old["opschorting"]["eerdereOpschorting"] or pause["indicatie"]
        new["opschorting"] = {
            "indicatie": pause["indicatie"],
            "eerdereOpschorting": earlier,
            "reden": pause["reden"],
        }
    return new
