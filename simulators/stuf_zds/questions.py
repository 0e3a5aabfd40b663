"""Answering questions: La01 about cases, statuses, documents and besluiten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.stuf_zds import besluiten, documenten
from simulators.stuf_zds.answers import head
from simulators.stuf_zds.refusals import Refused
from simulators.stuf_zds.searching import search
from simulators.stuf_zds.shapes import BSL, ROLES, ZAK
from simulators.stuf_zds.state import in_order
from simulators.stuf_zds.xmlkit import ZKN, build, child, children, copies, local, nothing, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml import etree

    from simulators.stuf_zds.state import Case, Parts, Status
    from simulators.stuf_zds.world import Call, World

_SCOPE = "{http://www.egem.nl/StUF/StUF0301}scope"


def case_details(world: World, call: Call) -> etree._Element:
    case = _case(world, call)
    found = [] if case is None else [_case_object(world, call, case)]
    return _answer(world, call, "geefZaakdetails", "ZAK", found)


def case_status(world: World, call: Call) -> etree._Element:
    """All statuses, oldest first; the latest is marked. A case that has none says so."""
    case = _case(world, call)
    found = []
    if case is not None:
        item = build(
            "ZKN:object",
            build("ZKN:identificatie", case.number),
            *copies(case.parts.get("omschrijving", ())),
            *(_statuses(case) or [nothing("ZKN:heeft", entiteittype="ZAKSTT")]),
            entiteittype="ZAK",
        )
        found = [item]
    return _answer(world, call, "geefZaakstatus", "ZAK", found)


def case_documents(world: World, call: Call) -> etree._Element:
    case = _case(world, call)
    found = []
    if case is not None:
        related = _documents(world, call, case)
        # A case that has none says so, to be told from a case that is not known.
        empty = nothing("ZKN:heeftRelevant", entiteittype="ZAKEDC")
        item = build("ZKN:object", build("ZKN:identificatie", case.number), entiteittype="ZAK")
        item.extend(related or [empty])
        found = [item]
    return _answer(world, call, "geefLijstZaakdocumenten", "ZAK", found)


def document(world: World, call: Call) -> etree._Element:
    number = _wanted(call)
    known = world.state.documents.get(number)
    if known is None and world.habits.not_found == "refuse":
        raise Refused("StUF064", "het document is hier niet bekend")
    full = call.operation.profile == "1.2"
    found = (
        []
        if known is None
        else [
            documenten.answer_object(
                world, known, full=full, content=full or known.now.content is not None
            )
        ]
    )
    return _answer(world, call, "geefZaakdocumentLezen", "EDC", found)


def decision(world: World, call: Call) -> etree._Element:
    known = world.state.decisions.get(_wanted(call))
    if known is None and world.habits.not_found == "refuse":
        raise Refused("StUF064", "het besluit is hier niet bekend")
    found = [] if known is None else [besluiten.answer_object(world, known)]
    return _answer(world, call, "geefBesluitdetails", "BSL", found)


def case_decisions(world: World, call: Call) -> etree._Element:
    case = _case(world, call)
    found = []
    if case is not None:
        item = build(
            "ZKN:object",
            build("ZKN:identificatie", case.number),
            *_decisions(world, case),
            entiteittype="ZAK",
        )
        found = [item]
    return _answer(world, call, "geefLijstBesluiten", "ZAK", found)


def free_question(world: World, call: Call) -> etree._Element:
    """The zakLv01 of StUF-ZKN: cases by number, BSN, zaaktype, dates, or open ones only."""
    cases, unsupported = search(world.state, call.body)
    most = text(call.body, "parameters", "maximumAantal")
    limit = int(most) if most.isdigit() else len(cases)
    found = [_case_object(world, call, case) for case in cases[:limit]]
    warnings = [f"StUF0001 selectie op {name} wordt niet ondersteund" for name in unsupported]
    more = len(cases) > limit
    return _answer(world, call, "zakLv01", "ZAK", found, warnings=warnings, more=more)


QUESTIONS: dict[str, Callable[[World, Call], etree._Element]] = {
    "geefZaakdetails": case_details,
    "geefZaakstatus": case_status,
    "geefLijstZaakdocumenten": case_documents,
    "geefZaakdocumentLezen": document,
    "geefBesluitdetails": decision,
    "geefLijstBesluiten": case_decisions,
    "zakLv01": free_question,
}


def _wanted(call: Call) -> str:
    number = text(call.body, "gelijk", "identificatie")
    if not number:
        raise Refused("StUF055", "gelijk/identificatie ontbreekt")
    return number


def _case(world: World, call: Call) -> Case | None:
    _check_scope(world, call)
    case = world.state.cases.get(_wanted(call))
    if case is None and world.habits.not_found == "refuse":
        raise Refused("StUF064", "de zaak is hier niet bekend")
    return case


def _check_scope(world: World, call: Call) -> None:
    scope = child(call.body, "scope", "object")
    if scope is None or len(scope) or scope.get(_SCOPE):
        return
    if world.habits.refuses_empty_scope:
        raise Refused("StUF058", "scope/object noemt geen enkel element")


def _answer(
    world: World,
    call: Call,
    name: str,
    entity: str,
    found: Sequence[etree._Element],
    *,
    warnings: Sequence[str] = (),
    more: bool = False,
) -> etree._Element:
    long = {"ZAK": "ZakLa01", "EDC": "EdcLa01", "BSL": "BslLa01"}[entity]
    body = f"ZDS:{name}_{long}" if call.operation.profile == "1.2" else f"ZKN:{entity.lower()}La01"
    more_text = "true" if more else "false"
    return build(
        body,
        head(world, "ZKN:stuurgegevens", "La01", call.header, entity=entity),
        build("ZKN:parameters", build("StUF:indicatorVervolgvraag", more_text)),
        *(build("ZKN:melding", warning[:200]) for warning in warnings),
        build("ZKN:antwoord", *found) if found else None,
    )


def _case_object(world: World, call: Call, case: Case) -> etree._Element:
    parts: Parts = {name: copies(elements) for name, elements in case.parts.items()}
    _say_authentic(parts)
    parts["heeft"] = _statuses(case)
    parts["leidtTot"] = [*parts.get("leidtTot", ()), *_decisions(world, case)]
    parts["heeftRelevant"] = _documents(world, call, case)
    wanted = _scope(call.body)
    names = ZAK if wanted is None else [name for name in ZAK if name in wanted]
    return build("ZKN:object", *in_order(parts, names), entiteittype="ZAK")


def _say_authentic(parts: Parts) -> None:
    """Answers must say whether a person's data are authentic; who did not say so is not."""
    for role in (item for name in ROLES for item in parts.get(name, ())):
        for person in role.iter(f"{{{ZKN}}}natuurlijkPersoon"):
            if child(person, "authentiek") is None and child(person, "inp.bsn") is not None:
                person.insert(1, build("BG:authentiek", "N", metagegeven="true"))


def _scope(body: etree._Element) -> set[str] | None:
    """The elements that are asked for; None when it is everything."""
    scope = child(body, "scope", "object")
    if scope is None or scope.get(_SCOPE) or not len(scope):
        return None
    return {local(part) for part in children(scope)} | {"identificatie"}


def _statuses(case: Case) -> list[etree._Element]:
    latest = case.latest
    ordered = sorted(case.statuses, key=lambda status: status.moment.ljust(17, "0"))
    return [_status(case, status, latest=status is latest) for status in ordered]


def _status(case: Case, status: Status, *, latest: bool) -> etree._Element:
    related = copies(children(status.element, "gerelateerde"))
    for item in related:
        if child(item, "zkt.omschrijving") is None:
            kind = case.value("isVan", "gerelateerde", "omschrijving") or "onbekend"
            place = 1 if child(item, "zkt.code") is not None else 0
            item.insert(place, build("ZKN:zkt.omschrijving", kind))
    toelichting = text(status.element, "toelichting")
    given = build("ZKN:toelichting", toelichting)
    return build(
        "ZKN:heeft",
        *related,
        given if toelichting else nothing("ZKN:toelichting"),
        build("ZKN:datumStatusGezet", status.moment),
        build("ZKN:indicatieLaatsteStatus", "J" if latest else "N"),
        *copies(children(status.element, "isGezetDoor")),
        entiteittype="ZAKSTT",
    )


def _documents(world: World, call: Call, case: Case) -> list[etree._Element]:
    found = []
    full = call.operation.profile == "1.2"
    for number in case.documents:
        known = world.state.documents[number]
        item = documenten.answer_object(world, known, full=full, content=False, name="gerelateerde")
        for relation in list(children(item, "isRelevantVoor")):
            item.remove(relation)
        relation = build(
            "ZKN:heeftRelevant",
            item,
            *copies(known.now.parts.get("titel", ())),
            nothing("ZKN:registratiedatum", "waardeOnbekend"),
            entiteittype="ZAKEDC",
        )
        found.append(relation)
    return found


def _decisions(world: World, case: Case) -> list[etree._Element]:
    found = []
    for number in case.decisions:
        parts = besluiten.complete(world, world.state.decisions[number])
        names = [name for name in BSL if not name.startswith("is")]
        item = build("ZKN:gerelateerde", *in_order(parts, names), entiteittype="BSL")
        found.append(build("ZKN:leidtTot", item, entiteittype="ZAKBSL"))
    return found
