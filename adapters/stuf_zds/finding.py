"""Whether the zaaksysteem has what a request says, when its answer was lost.

A Bv03 says that a message is stored and not that it was processed, so "not there" may mean "not
yet": what is then sent again is the same message under the same number, and a case or document has
a number of its own by which it is never made twice.

| what was sent         | what is looked at                 | it is there when              |
|-----------------------|-----------------------------------|-------------------------------|
| creeerZaak            | geefZaakdetails                   | our kenmerk, or what was said |
| actualiseerZaakstatus | geefZaakdetails, geefZaakstatus   | the moment, and the name      |
| updateZaak            | geefZaakdetails                   | every value and relation      |
| voegZaakdocumentToe   | geefLijstZaakdocumenten           | the number                    |
| updateZaakdocument    | geefZaakdocumentLezen             | every value, and the content  |
| voegBesluitToe (1.2)  | geefBesluitdetails                | the number                    |
| updateBesluit         | geefBesluitdetails                | every value                   |
| ontkoppelZaakdocument | geefLijstZaakdocumenten           | the number is not in it       |
| overdragenZaak_Du01   | nothing: it cannot be asked       |                               |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from adapters._kit.stuf.contentstream import Contents
from adapters._kit.stuf.reading import at, children, text
from adapters.contract import RejectedError
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.matching import contains, gone, has_something
from adapters.stuf_zds.readers.document import inhoud_van
from adapters.stuf_zds.taking import Digests
from adapters.stuf_zds.translate import BRON

_SECONDS: Final = len("YYYYMMDDHHMMSS")


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that can be asked decides it."""

    detail: str


Found = str | None | Unknown
"""What the system calls it; None: not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request that went out before, and the content that went with it."""

    element: etree._Element
    sha256: str | None = None

    @property
    def objects(self) -> list[etree._Element]:
        inner = at(self.element, "edcLk02")
        return list(children(self.element if inner is None else inner, "object"))

    @property
    def new(self) -> etree._Element:
        return self.objects[-1]

    @property
    def number(self) -> str:
        return text(self.new, "identificatie") or ""


Find = Callable[[Questions, Sent], Awaitable[Found]]


async def opened(questions: Questions, sent: Sent) -> Found:
    """The case itself; raises when somebody else's has the number."""
    there = await questions.zaak(sent.number)
    if there is None:
        return None
    ours, theirs = marks_of(sent.new), marks_of(there)
    same = ours <= theirs if theirs else _told_the_same(sent.new, there)
    if same:
        return sent.number
    raise RejectedError(
        "stuf:zaak-bestaat",
        "The zaaksysteem has another case with this number, which we did not open. Give the case "
        "another number, or find out who opened that one.",
    )


async def status_set(questions: Questions, sent: Sent) -> Found:
    wanted = at(sent.new, "heeft")
    for ask in (questions.zaak, questions.last_status):
        there = await ask(sent.number)
        if there is None:
            return None
        if any(_same_status(wanted, one) for one in children(there, "heeft")):
            return sent.number
    return None


async def changed(questions: Questions, sent: Sent) -> Found:
    """A change of a case. What cannot be asked (extraElementen) is no obstacle to send it again."""
    there = await questions.zaak(sent.number)
    if there is None or not has_something(sent.new):
        return None
    done = contains(there, sent.new) and gone(there, sent.objects)
    return sent.number if done else None


async def document_added(questions: Questions, sent: Sent) -> Found:
    zaak = text(sent.new, "isRelevantVoor/gerelateerde/identificatie") or ""
    listed = await questions.documenten(zaak)
    numbers = {text(one, "identificatie") for one in listed or ()}
    return sent.number if sent.number in numbers else None


async def document_changed(questions: Questions, sent: Sent) -> Found:
    digests = Digests()
    there = await questions.document(sent.number, Contents(take=digests.take))
    if there is None or not contains(there, sent.new, without=frozenset({"inhoud"})):
        return None
    if sent.sha256 is None:
        return sent.number
    inhoud = inhoud_van(there)
    if inhoud is None:
        return Unknown("The zaaksysteem shows the document without its content.")
    return sent.number if digests.of(inhoud) == sent.sha256 else None


async def document_gone(questions: Questions, sent: Sent) -> Found:
    zaak = text(sent.objects[0], "isRelevantVoor/gerelateerde/identificatie") or ""
    listed = await questions.documenten(zaak)
    if listed is None:
        return None
    return None if any(text(one, "identificatie") == sent.number for one in listed) else sent.number


async def decision_added(questions: Questions, sent: Sent) -> Found:
    number = text(sent.new, "besluit/identificatie") or ""
    return None if await questions.besluit(number) is None else number


async def decision_changed(questions: Questions, sent: Sent) -> Found:
    there = await questions.besluit(sent.number)
    if there is None:
        return None
    return sent.number if contains(there, sent.new) else None


async def never_there(questions: Questions, sent: Sent) -> Found:
    """For a check-out: asked again under its number, the answer is the same or a refusal."""
    del questions, sent
    return None


async def cannot_be_asked(questions: Questions, sent: Sent) -> Found:
    del questions, sent
    return Unknown("StUF-ZDS has no question for whether a request to take over was answered.")


def marks_of(zaak: etree._Element) -> frozenset[str]:
    """Return the numbers that this hub gave a case, which it carries as kenmerk."""
    return frozenset(
        text(one, "kenmerk") or "" for one in children(zaak, "kenmerk") if text(one, "bron") == BRON
    )


def same_moment(one: str | None, other: str | None) -> bool:
    """Compare to the second: not every system keeps the milliseconds."""
    return one is not None and other is not None and one[:_SECONDS] == other[:_SECONDS]


def _told_the_same(sent: etree._Element, there: etree._Element) -> bool:
    """For a system that keeps no kenmerken."""
    return all(text(sent, name) == text(there, name) for name in ("startdatum", "omschrijving"))


def _same_status(wanted: etree._Element | None, there: etree._Element) -> bool:
    moment = same_moment(text(wanted, "datumStatusGezet"), text(there, "datumStatusGezet"))
    ours, theirs = at(wanted, "gerelateerde"), at(there, "gerelateerde")
    return moment and any(
        text(ours, name) is not None and text(ours, name) == text(theirs, name)
        for name in ("omschrijving", "volgnummer", "code")
    )
