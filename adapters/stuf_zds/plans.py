"""Which calls each message takes, and in which order.

A plan is made anew for every attempt, without I/O. What was done already is known by the steps'
names, which are stored: renaming one would break deliveries that are under way.

| message             | steps                                                                     |
|---------------------|---------------------------------------------------------------------------|
| gestart             | zaak, hoofdzaak (updateZaak of the main case), status                     |
| bijgewerkt          | rollen-verwijderd, wijziging (Q15: who goes first makes room)             |
| status-gezet        | status                                                                    |
| heropend            | einddatum-weg (where a date closes), status                               |
| afgesloten          | resultaat, einddatum, eindstatus: as the closing rule of the zaaktype says |
| document-toegevoegd | document                                                                  |
| document-bijgewerkt | uitchecken, document                                                      |
| the others          | one                                                                       |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from adapters._kit.stuf.reading import Bericht, text
from adapters.contract import RejectedError
from adapters.stuf_zds import finding, translate
from adapters.stuf_zds.finding import Find
from adapters.stuf_zds.steps import Inhoud, Step, Work
from adapters.stuf_zds.vocabulary import Closing
from adapters.stuf_zds.writing.berichten import (
    Head,
    Request,
    Target,
    only_newer,
    operation_of,
)
from adapters.stuf_zds.writing.document import only_renamed
from schemas import Message
from schemas.messagetypes import ONTVANGST
from schemas.zaak import ZaakAfgesloten, ZaakBijgewerkt, ZaakGestart, ZaakStatusGezet

_ZAAK: Final = "nl.burgerzaken.zaak."

OPENING: Final = "zaak"
CHECK_OUT: Final = "uitchecken"
DOCUMENT: Final = "document"

Plan = tuple[Step, ...]
Render = Callable[[Work, Head], Request]


def plan_for(message: Message, target: Target, zaaktype: str | None) -> Plan:
    """Return the steps for `message`, one of the types in HANDLES but ONTVANGST."""
    return tuple(_PLANS[message.type.removeprefix(_ZAAK)](message, target, zaaktype))


def _step(name: str, operation: str, target: Target, render: Render, find: Find) -> Step:
    found = operation_of(operation, target)
    return Step(name=name, operation=found, render=render, find=find)


def _open(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    data = message.data
    assert isinstance(data, ZaakGestart)  # noqa: S101 - the table below says so

    def render(_: Work, head: Head) -> Request:
        return translate.creeer_zaak(message, data, target, head)

    yield _step(OPENING, "creeerZaak", target, render, finding.opened)
    if data.hoofdzaak is not None:

        def link(_: Work, head: Head) -> Request:
            return translate.deelzaak_of_hoofdzaak(data, target, head)

        yield _step("hoofdzaak", "updateZaak", target, link, finding.changed)
    if data.status is not None:
        first = translate.first_status(message, data, data.status)
        yield _status("status", first, data.zaaktype.identificatie, target)


def _status(name: str, data: ZaakStatusGezet, zaaktype: str | None, target: Target) -> Step:
    def render(_: Work, head: Head) -> Request:
        return translate.zet_status(data, zaaktype, target, head)

    return _step(name, "actualiseerZaakstatus", target, render, finding.status_set)


def _set_status(message: Message, target: Target, zaaktype: str | None) -> Iterator[Step]:
    yield _status("status", _data(message), zaaktype, target)


def _reopen(message: Message, target: Target, zaaktype: str | None) -> Iterator[Step]:
    data = _data(message)
    if target.vocabulary.closing(zaaktype).with_date:

        def render(_: Work, head: Head) -> Request:
            return translate.take_end_date(data, zaaktype, target, head)

        yield _step("einddatum-weg", "updateZaak", target, render, finding.changed)
    yield _status("status", data, zaaktype, target)


def _change(message: Message, target: Target, zaaktype: str | None) -> Iterator[Step]:
    data = message.data
    assert isinstance(data, ZaakBijgewerkt)  # noqa: S101 - the table below says so
    if data.rollen_verwijderd:

        def remove(_: Work, head: Head) -> Request:
            return translate.remove_roles(data, zaaktype, target, head)

        yield _step("rollen-verwijderd", "updateZaak", target, remove, finding.changed)
    if translate.says_more(data, target):

        def render(_: Work, head: Head) -> Request:
            return translate.update_zaak(data, zaaktype, target, head)

        yield _step("wijziging", "updateZaak", target, render, finding.changed)


def _close(message: Message, target: Target, zaaktype: str | None) -> Iterator[Step]:
    data = message.data
    assert isinstance(data, ZaakAfgesloten)  # noqa: S101 - the table below says so
    rule = target.vocabulary.closing(zaaktype)
    at_once = rule.with_date and not rule.resultaat_eerst

    def result(_: Work, head: Head) -> Request:
        return translate.set_result(data, zaaktype, target, head, with_date=at_once)

    yield _step("resultaat", "updateZaak", target, result, finding.changed)
    if rule.with_date and not at_once:

        def date(_: Work, head: Head) -> Request:
            return translate.set_end_date(data, zaaktype, target, head)

        yield _step("einddatum", "updateZaak", target, date, finding.changed)
    if rule.with_status:
        yield _status("eindstatus", _end_status(data, rule), zaaktype, target)


def _end_status(data: ZaakAfgesloten, rule: Closing) -> ZaakStatusGezet:
    if rule.eindstatus is None:
        raise RejectedError(
            "stuf:eindstatus",
            "This zaaktype is closed by its end status, and the settings do not say which one that "
            "is: give `eindstatus` under `sluiten`, then replay this.",
        )
    return translate.end_status(data, rule.eindstatus)


def _add_document(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    data = _data(message)

    def render(_: Work, head: Head) -> Request:
        return translate.voeg_document_toe(data, target, head)

    yield Step(
        name=DOCUMENT,
        operation=operation_of("voegZaakdocumentToe", target),
        render=render,
        find=finding.document_added,
        inhoud=Inhoud(inline=data.inhoud, dataref=message.dataref),
    )


def _change_document(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    data = _data(message)
    content = message.dataref is not None or data.inhoud is not None
    if only_renamed(data, content=content):
        raise RejectedError(
            "stuf:bestandsnaam",
            "StUF-ZDS says the name of a file with its content only: send the content along.",
        )
    number, checked_out = data.documentidentificatie, target.uitchecken
    if checked_out:

        def check_out(_: Work, head: Head) -> Request:
            return translate.bewerk_document(number, target, head)

        yield Step(
            name=CHECK_OUT,
            operation=operation_of("geefZaakdocumentbewerken", target),
            render=check_out,
            find=finding.never_there,
            read=_checked_out_id,
            lost=_checked_out,
        )

    def render(work: Work, head: Head) -> Request:
        key = work.result(CHECK_OUT) if checked_out else ""
        return translate.update_document(data, key, target, head, content=content)

    name = "voegZaakdocumentToe" if target.plain_zkn else "updateZaakdocument"
    yield Step(
        name=DOCUMENT,
        operation=operation_of(name, target),
        render=render,
        find=finding.document_changed,
        inhoud=Inhoud(inline=data.inhoud, dataref=message.dataref) if content else None,
    )


def _checked_out() -> RejectedError:
    return RejectedError(
        "stuf:uitgecheckt",
        "The document is checked out: by somebody else, or by us in an answer that was lost with "
        "its checkedOutId. Free it in the zaaksysteem, then replay this.",
    )


def _checked_out_id(answer: Bericht) -> str:
    return text(answer.element, "parameters/checkedOutId") or ""


def _remove_document(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    yield from _newer(
        message,
        target,
        "ontkoppelZaakdocument",
        translate.ontkoppel_document,
        finding.document_gone,
    )


def _decide(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    newer = target.profile == "1.2"
    operation = "voegBesluitToe" if newer else "updateZaak"
    find = finding.decision_added if newer else finding.changed
    render = partial(_plainly, translate.voeg_besluit_toe, message, target)
    yield _step("besluit", operation, target, render, find)


def _change_decision(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    yield from _newer(
        message, target, "updateBesluit", translate.update_besluit, finding.decision_changed
    )


def _answer_transfer(message: Message, target: Target, _zaaktype: str | None) -> Iterator[Step]:
    yield from _newer(
        message,
        target,
        "overdragenZaakAntwoord",
        translate.answer_transfer,
        finding.cannot_be_asked,
    )


def _newer(
    message: Message,
    target: Target,
    operation: str,
    write: Callable[[Any, Target, Head], Request],
    find: Find,
) -> Iterator[Step]:
    """One step that 1.1 does not have."""
    only_newer(target, operation)
    render = partial(_plainly, write, message, target)
    yield _step(operation, operation, target, render, find)


def _plainly(
    write: Callable[[Any, Target, Head], Request],
    message: Message,
    target: Target,
    _work: Work,
    head: Head,
) -> Request:
    return write(message.data, target, head)


def _data(message: Message) -> Any:
    """The payload; which one it is follows from the table below."""
    return message.data


_PLANS: Final[Mapping[str, Callable[[Message, Target, str | None], Iterator[Step]]]] = (
    MappingProxyType(
        {
            "gestart": _open,
            "bijgewerkt": _change,
            "status-gezet": _set_status,
            "document-toegevoegd": _add_document,
            "document-bijgewerkt": _change_document,
            "document-ontkoppeld": _remove_document,
            "besluit-vastgesteld": _decide,
            "besluit-bijgewerkt": _change_decision,
            "afgesloten": _close,
            "heropend": _reopen,
            "overdracht-beantwoord": _answer_transfer,
        }
    )
)

HANDLES: Final = frozenset({ONTVANGST, *(_ZAAK + name for name in _PLANS)})
