"""Statuses: the relation `heeft` of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lxml import etree

from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    local,
    moment_of,
    number,
    text,
    text_of,
)

Json = dict[str, Any]


def status_beelden(
    zaak: etree._Element, notes: Opmerkingen, *, unless: datetime | None = None
) -> list[Json]:
    """StatusOntvangen of each `heeft`, the last one first; see `status_beeld` for `unless`."""
    found = [status_beeld(each, notes, unless=unless) for each in children(zaak, "heeft")]
    known = [each for each in found if each is not None]
    return sorted(known, key=_moment, reverse=True)


def status_beeld(
    heeft: etree._Element, notes: Opmerkingen, *, unless: datetime | None = None
) -> Json | None:
    """StatusOntvangen; None when it does not say which status it is.

    `unless`: its moment where the message has none. Without either the status is left out.
    """
    if local(heeft) != "heeft" and (inner := child(heeft, "heeft")) is not None:
        heeft = inner
    gerelateerde = child(heeft, "gerelateerde")
    volgnummer = number(gerelateerde, "volgnummer", "stt.volgnummer")
    naam = text(gerelateerde, "omschrijving", "stt.omschrijving", "code")
    if naam is None and volgnummer is not None:
        naam = str(volgnummer)  # Q20: some send the number only
    if naam is None:
        notes.add("heeft/gerelateerde", "neither omschrijving nor volgnummer; left out.")
        return None
    moment = moment_of(child(heeft, "datumStatusGezet"))
    if moment is None:
        if unless is None:
            notes.add("heeft/datumStatusGezet", "no moment; the status was left out.")
            return None
        notes.add("heeft/datumStatusGezet", "no moment; that of the message was taken.")
        moment = unless
    toelichting = cut(text_of(child(heeft, "toelichting")), 2000, "heeft/toelichting", notes)
    return {
        "statustype": cut(naam, 255, "heeft/omschrijving", notes),
        "datumStatusGezet": moment.isoformat(),
        **({} if volgnummer is None else {"volgnummer": volgnummer}),
        **({} if toelichting is None else {"toelichting": toelichting}),
    }


def status_codes(heeft: etree._Element) -> tuple[str, ...]:
    """All that this system calls the status: omschrijving, code and volgnummer."""
    gerelateerde = child(heeft, "gerelateerde")
    names = ("omschrijving", "code", "volgnummer", "stt.omschrijving", "stt.volgnummer")
    return tuple(found for name in names if (found := text(gerelateerde, name)) is not None)


def _moment(status: Json) -> datetime:
    return datetime.fromisoformat(status["datumStatusGezet"])
