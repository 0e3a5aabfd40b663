"""Judging from the zaaksysteem's own books, in the form of the ZGW simulator's verdict.

Two directions: what the hub was given and should have arrived here (`published`), and what this
zaaksysteem told the hub and should have come out on its other side (`received`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulators.kit import ControlProblem
from simulators.stuf_zds.moments import instant
from simulators.zgw.evidence import moment
from simulators.zgw.verdict import Finding, Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulators.kit import Effect
    from simulators.stuf_zds.pushing import Push

_PREFIX: Final = "nl.burgerzaken.zaak."
_TOLD: Final = {
    "creeerZaak": "ontvangen",
    "voegZaakdocumentToe": "document-ontvangen",
    "actualiseerZaakstatus": "status-ontvangen",
    "overdragenZaak": "overdracht-gevraagd",
}
_ANSWERED: Final = "overdracht-beantwoord"
_LONGEST: Final = {"omschrijving": 80, "toelichting": 1000}
_NOT_IN_STUF: Final = ("vertrouwelijkheidaanduiding", "gebruiksrecht")
"""What StUF-ZDS cannot carry about a case or document, so that nobody expects it here."""

_SAME_ROLES: Final = frozenset({"initiator", "behandelaar", "belanghebbende"})

Told = tuple[str, str, str]


def judge(effects: Sequence[Effect], pushes: Sequence[Push], document: Any) -> dict[str, Any]:
    """Answer `{"published": [...]}`, a bare list of them, or `{"received": [...]}`."""
    if isinstance(document, dict) and set(document) == {"received"}:
        received = _events(document["received"])
        found, echoed = received_verdict(pushes, received), unexplained(pushes, received)
        judged = found.as_json()
        findings = {**judged["findings"], "echoed": echoed}
        clean = found.clean and not echoed
        return {**judged, "clean": clean, "echoed": len(echoed), "findings": findings}
    published = document.get("published") if isinstance(document, dict) else document
    return published_verdict(effects, _events(published)).as_json()


def published_verdict(effects: Sequence[Effect], published: Iterable[Mapping[str, Any]]) -> Verdict:
    """Compare as the ZGW simulator does; a StUF message names no bronorganisatie and no fractions.

    A case counts as closed by its end status, or where there was none, by its einddatum.
    """
    events = list({event["id"]: event for event in published}.values())
    answers = [event for event in events if event["type"] == _PREFIX + _ANSWERED]
    others = [_in_stuf_terms(event) for event in events if event["type"] != _PREFIX + _ANSWERED]
    found = verdict(list(_in_zgw_terms(effects)), others)
    lost, doubled = _answered(effects, answers)
    return replace(
        found,
        published=found.published + len(answers),
        delivered=found.delivered + len(answers) - len(lost),
        lost=(*found.lost, *lost),
        doubled=(*found.doubled, *doubled),
    )


def _answered(
    effects: Sequence[Effect], events: Sequence[Mapping[str, Any]]
) -> tuple[list[Finding], list[Finding]]:
    """Answers to a handover: which did not come, and for which case more came than were given."""
    came = Counter(effect.case for effect in effects if effect.kind == "overdracht")
    left = Counter(came)
    lost: list[Finding] = []
    for event in events:
        case = str(event.get("subject"))
        if left[case] > 0:
            left[case] -= 1
        else:
            lost.append(Finding(subject=case, event=event["id"], detail="missing: overdracht"))
    given = Counter(str(event.get("subject")) for event in events)
    doubled = [
        Finding(subject=case, event=None, detail=f"overdracht: {came[case]} made, {most} published")
        for case, most in given.items()
        if came[case] > most
    ]
    return lost, doubled


def received_verdict(pushes: Sequence[Push], received: Iterable[Mapping[str, Any]]) -> Verdict:
    """Every push that was confirmed must have come out once, per case in the order of sending.

    A push that was never confirmed may have arrived or not, and is not judged; nor is an echo.
    """
    places: dict[Told, list[int]] = {}
    for place, event in enumerate(_once(received)):
        places.setdefault(_told_by(event), []).append(place)
    told = [push for push in pushes if push.outcome == "accepted" and not push.echo]
    wanted: dict[Told, list[Push]] = {}
    for push in told:
        wanted.setdefault(_key(push), []).append(push)
    lost = tuple(
        _finding(push, "confirmed here, and not received")
        for key, same in wanted.items()
        for push in same[len(places.get(key, ())) :]
    )
    doubled = tuple(
        _finding(same[0], f"received {len(places[key])} times, told {len(same)} times")
        for key, same in wanted.items()
        if len(places.get(key, ())) > len(same)
    )
    return Verdict(
        published=len(told),
        delivered=len(told) - len(lost),
        lost=lost,
        doubled=doubled,
        out_of_order=tuple(_out_of_order(wanted, places, told)),
    )


def unexplained(
    pushes: Sequence[Push], received: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What came out although this zaaksysteem told it of nothing but the other side's own work."""
    news = {_key(push) for push in pushes if not push.echo}
    return [
        Finding(
            subject=str(event.get("subject")), event=event["id"], detail=f"echo: {event['type']}"
        ).as_json()
        for event in _once(received)
        if _told_by(event) not in news
    ]


def _once(received: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """An event with an id that was there before counts once, at its first place."""
    first: dict[str, Mapping[str, Any]] = {}
    for event in received:
        first.setdefault(event["id"], event)
    return first.values()


def _events(events: Any) -> list[dict[str, Any]]:
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise ControlProblem(
            'Expected {"published": [CloudEvent, ...]}, a list of them, or {"received": [...]}.'
        )
    return events


def _in_zgw_terms(effects: Sequence[Effect]) -> Iterator[Effect]:
    closed = {effect.case for effect in effects if effect.kind == "eindstatus"}
    for effect in effects:
        if effect.kind == "einddatum" and effect.case not in closed:
            yield replace(effect, kind="eindstatus")
        elif effect.kind in {"rol", "rol_verwijderd"}:
            generic = _generic(effect.key["omschrijvingGeneriek"])
            yield replace(effect, key={"omschrijvingGeneriek": generic})
        else:
            yield effect


def _in_stuf_terms(event: Mapping[str, Any]) -> dict[str, Any]:
    data = dict(event["data"]) if event.get("data") else {}
    for name in ("bronorganisatie", "verantwoordelijkeOrganisatie"):
        if name in data:
            data[name] = ""
    for name in ("rollen", "rollenToegevoegd", "rollenVerwijderd"):
        if data.get(name):
            data[name] = [rol | {"rolsoort": _generic(rol["rolsoort"])} for rol in data[name]]
    for name, longest in _LONGEST.items():
        if isinstance(data.get(name), str):
            data[name] = data[name][:longest]
    for name in _NOT_IN_STUF:
        data.pop(name, None)
    if data.get("datumStatusGezet"):
        data["datumStatusGezet"] = _to_the_second(data["datumStatusGezet"])
    copied = {**event, "data": data}
    if event.get("time"):
        copied["time"] = _to_the_second(event["time"])
    return copied


def _generic(rolsoort: str) -> str:
    """The three roles that are the same in StUF and ZGW; the others are matched as one."""
    return rolsoort if rolsoort in _SAME_ROLES else "overig"


def _to_the_second(text: str) -> str:
    return moment(text).partition(".")[0].removesuffix("+00:00") + "+00:00"


def _told_by(event: Mapping[str, Any]) -> Told:
    kind = str(event["type"]).removeprefix(_PREFIX)
    data = event.get("data") or {}
    detail = ""
    if kind == "document-ontvangen":
        detail = str(data.get("documentidentificatie", ""))
    elif kind == "status-ontvangen":
        moment_set = (data.get("status") or data).get("datumStatusGezet")
        detail = _to_the_second(moment_set) if moment_set else ""
    return kind, str(event.get("subject", "")), detail


def _key(push: Push) -> Told:
    detail = push.subject
    if push.message == "actualiseerZaakstatus":
        at = instant(detail)
        detail = at.isoformat() if at else detail
    return _TOLD[push.message], push.case, detail


def _finding(push: Push, detail: str) -> Finding:
    return Finding(subject=push.case, event=push.rendered.reference, detail=detail)


def _out_of_order(
    wanted: Mapping[Told, Sequence[Push]],
    places: Mapping[Told, Sequence[int]],
    told: Sequence[Push],
) -> Iterator[Finding]:
    used: dict[Told, int] = {}
    latest: dict[str, int] = {}
    for push in told:
        key = _key(push)
        number = used.get(key, 0)
        used[key] = number + 1
        found = places.get(key, ())
        if number >= len(found) or number >= len(wanted[key]):
            continue
        if found[number] < latest.get(push.case, -1):
            yield _finding(push, "received before what was told earlier")
        latest[push.case] = max(latest.get(push.case, -1), found[number])
