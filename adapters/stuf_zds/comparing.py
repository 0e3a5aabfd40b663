"""What the zaaksysteem has of single cases, documents and statuses. Reads only.

StUF-ZDS has no question for the cases of a day, so nothing is listed: a reconciliation finds what
is missing there, and never what is there without us.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from adapters._kit.stuf.reading import child, children, text
from adapters._kit.stuf.stuurgegevens import tijdstip
from adapters.contract import Kind, Pace, Sighting, Thing
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.finding import marks_of, same_moment
from adapters.stuf_zds.translate import kenmerk
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.build import sent_moment
from schemas import Message
from schemas.zaak import ZaakAfgesloten, ZaakGestart, ZaakHeropend, ZaakStatusGezet
from schemas.zaakdocument import ZaakDocumentToegevoegd

_ITS_CASE: Final = "Its case is not there."


def expected(message: Message, vocabulary: Vocabulary) -> Sequence[Thing]:
    """Return what the zaaksysteem has once `message` was delivered."""
    match message.data:
        case ZaakGestart() as data:
            number, owner = str(data.zaakidentificatie), str(data.bronorganisatie)
            mark = kenmerk(message.id)
            return (Thing(kind=Kind.ZAAK, identifier=number, owner=owner, mark=mark),)
        case ZaakDocumentToegevoegd() as data:
            kind, identifier = Kind.DOCUMENT, str(data.documentidentificatie)
        case ZaakStatusGezet() | ZaakHeropend() as data:
            kind, identifier = Kind.STATUS, _identifier(data.datum_status_gezet)
        case ZaakAfgesloten() as data if _ends_with_status(vocabulary):
            kind, identifier = Kind.STATUS, _identifier(data.datum_afgesloten)
        case _:
            return ()
    return (
        Thing(
            kind=kind,
            identifier=identifier,
            owner=str(data.bronorganisatie),
            part_of=str(data.zaakidentificatie),
        ),
    )


async def find(questions: Questions, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
    """Return one sighting for each; what hangs on one case is read once."""
    seen = _Seen(questions, pace)
    return [await _FIND[thing.kind](seen, thing) for thing in things]


class _Seen:
    """What was read so far; lives for one page of things."""

    def __init__(self, questions: Questions, pace: Pace) -> None:
        self._questions = questions
        self._pace = pace
        self._cases: dict[str, etree._Element | None] = {}
        self._documents: dict[str, Sequence[etree._Element] | None] = {}

    async def case(self, number: str) -> etree._Element | None:
        if number not in self._cases:
            await self._pace()
            self._cases[number] = await self._questions.zaak(number)
        return self._cases[number]

    async def documents(self, number: str) -> Sequence[etree._Element] | None:
        if number not in self._documents:
            await self._pace()
            self._documents[number] = await self._questions.documenten(number)
        return self._documents[number]


async def _find_case(seen: _Seen, thing: Thing) -> Sighting:
    zaak = await seen.case(thing.identifier)
    if zaak is None:
        return Sighting(thing=thing, times=0)
    marks = marks_of(zaak)
    carries = bool(marks) or child(zaak, "kenmerk") is not None
    # A system that keeps no kenmerken says nothing about whose case it is.
    mark = next(iter(sorted(marks)), "") if carries else thing.mark
    own = Thing(kind=Kind.ZAAK, identifier=thing.identifier, owner=thing.owner, mark=mark)
    return Sighting(thing=own)


async def _find_document(seen: _Seen, thing: Thing) -> Sighting:
    listed = await seen.documents(thing.part_of)
    if listed is None:
        return Sighting(thing=thing, times=0, complaint=_ITS_CASE)
    numbers = [text(one, "identificatie") for one in listed]
    return Sighting(thing=thing, times=numbers.count(thing.identifier))


async def _find_status(seen: _Seen, thing: Thing) -> Sighting:
    zaak = await seen.case(thing.part_of)
    if zaak is None:
        return Sighting(thing=thing, times=0, complaint=_ITS_CASE)
    wanted = tijdstip(datetime.fromisoformat(thing.identifier))
    moments = [text(one, "datumStatusGezet") for one in children(zaak, "heeft")]
    return Sighting(thing=thing, times=sum(same_moment(wanted, one) for one in moments))


_FIND: Final = {
    Kind.ZAAK: _find_case,
    Kind.DOCUMENT: _find_document,
    Kind.STATUS: _find_status,
}


def _identifier(moment: datetime) -> str:
    return sent_moment(moment).astimezone(UTC).isoformat(timespec="milliseconds")


def _ends_with_status(vocabulary: Vocabulary) -> bool:
    """Whether a case of any zaaktype gets a status when it is closed; only then one is sought."""
    rules = [*vocabulary.sluiten.values(), vocabulary.closing(None)]
    return all(rule.with_status for rule in rules)
