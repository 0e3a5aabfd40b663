"""Working out the documents of a case: each has a stage, and so an attempt, of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final

from adapters.contract import Context, News, Receipt
from adapters.zgw import inbound, stages
from adapters.zgw.desk import (
    KNOWN,
    MOST_TRIES,
    Desk,
    Inhoud,
    destination_of,
    last,
    pause,
    told_mark,
)
from adapters.zgw.downloading import Download
from adapters.zgw.reading import Gone
from schemas import Message

Shown = Mapping[str, Any]

_ANY_BYTES: Final = "application/octet-stream"
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}", re.IGNORECASE)


async def documentmelding(
    inhoud: Inhoud, message: Message, context: Context, desk: Desk
) -> Receipt:
    """Find the cases that a changed document belongs to."""
    url = str(inhoud["document"])
    news: list[News] = []
    for address in await desk.reader.cases_of(url):
        try:
            zaak = await desk.reader.zaak(address)
        except Gone:
            continue
        news.append(document_stage(zaak, url, f"{url} {message.id}", context.clock.now()))
    return Receipt(news=news, detail=f"document {last(url)} of {len(news)} case(s)")


def document_stage(
    zaak: Mapping[str, Any],
    document: str,
    key: str,
    now: datetime,
    *,
    tries: int = 0,
    not_before: datetime | None = None,
) -> News:
    inhoud = {"zaak": zaak["url"], "document": document, "sleutel": key, "poging": tries}
    return stages.stage(
        stages.DOCUMENT,
        f"{zaak['url']} {key} {tries}",
        inhoud,
        time=now,
        subject=str(zaak["identificatie"]),
        not_before=not_before,
    )


async def one_document(inhoud: Inhoud, message: Message, context: Context, desk: Desk) -> Receipt:
    """Fetch one document of a known case and tell it, when this version is not known yet."""
    if KNOWN not in context.references:
        return Receipt(detail="Nothing to tell: its case was not told (yet); that comes first.")
    zaak = await desk.reader.zaak(str(inhoud["zaak"]))
    shown = await desk.reader.document(str(inhoud["document"]))
    told = told_mark(shown["url"])
    known = max(_version(context.references.get(told)), _ours(shown, zaak, context.references))
    version = _version(str(shown.get("versie")))
    if known >= version:
        return Receipt(references={told: str(known)}, detail="This version is known.")
    incomplete, tries = _is_incomplete(shown), int(inhoud.get("poging") or 0)
    if incomplete and tries < MOST_TRIES:
        now, key = context.clock.now(), str(inhoud["sleutel"])
        again = document_stage(
            zaak, shown["url"], key, now, tries=tries + 1, not_before=now + pause(tries)
        )
        return Receipt(news=[again], detail="Waits until the whole content is there.")
    news = await _told(shown, zaak, message, context, desk)
    # once its content is there after all, it is told again
    mark = str(known if incomplete else version)
    return Receipt(references={told: mark}, news=[news], detail=f"document {last(shown['url'])}")


async def _told(shown: Shown, zaak: Shown, message: Message, context: Context, desk: Desk) -> News:
    dataref, unread = await _fetched(shown, context, desk)
    data = inbound.zaak_document_ontvangen(
        shown,
        await desk.reader.document_type(shown),
        zaak,
        destination_of(message),
        content=dataref is not None,
        unread=unread,
    )
    whole = "" if dataref is not None else " zonder inhoud"
    key = f"{zaak['url']} {shown['url']} {shown.get('versie')}{whole}"
    time = inbound.moment_of(shown.get("beginRegistratie")) or context.clock.now()
    return stages.told("document-ontvangen", key, data, time=time, dataref=dataref)


async def _fetched(shown: Shown, context: Context, desk: Desk) -> tuple[str | None, str]:
    """Store the content; returns its dataref, or a sentence why there is none."""
    address, size = shown.get("inhoud"), shown.get("bestandsomvang")
    if not isinstance(address, str) or not address:
        return None, "inhoud: the zaaksysteem has no content for this document"
    if not desk.downloader.knows(address):
        return None, "inhoud: its address is not under documenten.root, and was not followed"
    download = Download(url=address, size=size if type(size) is int else None)
    formaat = str(shown.get("formaat"))
    media_type = formaat if _MEDIA_TYPE.fullmatch(formaat) else _ANY_BYTES
    async with aclosing(desk.downloader.pieces(download)) as pieces:
        return await context.documents.keep(pieces, media_type), ""


def _is_incomplete(shown: Shown) -> bool:
    """A large file that is still being uploaded (Documenten 1.1, bestandsdelen)."""
    return bool(shown.get("bestandsdelen")) and not shown.get("inhoud")


def _ours(shown: Shown, zaak: Shown, references: Mapping[str, str]) -> int:
    """Latest version that we delivered ourselves; 0: none."""
    if shown.get("bronorganisatie") != zaak.get("bronorganisatie"):
        return 0
    mark = references.get(f"document:{shown.get('identificatie')}")
    return 0 if mark is None else max(_version(mark), 1)


def _version(text: str | None) -> int:
    """0 for none, 1 for one that is no number."""
    if text is None:
        return 0
    return int(text) if text.isascii() and text.isdecimal() else 1
