"""Letters as Logius' BerichtVerwerkService wants them, and what it says of them; pure.

A batch holds one letter: then each has a result, a resend and a proof of its own. Its BatchID and
BerichtID follow from the message that asked for it, so that they are the same however often it is
offered (Aansluithandleiding 5.6), and Logius takes it once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lxml import etree

from adapters._kit.digikoppeling.oin import as_urn
from adapters.berichtenbox.settings import GatewaySettings
from schemas import Message
from schemas.bericht import BerichtenboxGevraagd, wire_text
from schemas.xml import XmlRefused, parse_xml

ACTION: Final = "GLOBE-R-BV-Request"
RESULT: Final = "GLOBE-R-BV-Result"
BATCH_NS: Final = "http://schemas.rdw.nl/GEB/BerichtVerwerkService/Types/2009/01"
LETTER_NS: Final = "http://schemas.rdw.nl/GEB/BerichtenProsessor/Bericht/Types/2009/01"
RESULT_NS: Final = "http://schemas.rdw.nl/GEB/BerichtVerwerkService/BerichtResultaat/Types/2009/01"

OLDEST: Final = timedelta(days=13)
"""Age of AanmaakDatum, and distance of PublicatieDatum, that is still taken."""
MARGIN: Final = timedelta(hours=6)
"""For the way from our gateway to Logius."""

_SPACE: Final = uuid.UUID("8f7a1cf4-62c7-5d0e-9a3b-0b5f3c1d2e4a")
_GZIP: Final = b"\x1f\x8b"
_MOST_UNPACKED: Final = 20 * 1024 * 1024


class Unreadable(ValueError):
    """What the gateway gave is not what it should be; the text says why, and quotes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """By which Logius knows a letter."""

    batch: str
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What Logius says of one letter."""

    letter: str
    code: str
    stage: str
    at: datetime | None
    """DatumVerwerkt; None: it has no zone, or cannot be read."""


def numbers_of(message: Message) -> Numbers:
    """Return the numbers of the letter that a message asks for: always the same ones."""
    key = f"{message.tenant}/{message.source}/{message.id}"
    return Numbers(
        batch=str(uuid.uuid5(_SPACE, f"batch/{key}")),
        letter=str(uuid.uuid5(_SPACE, f"bericht/{key}")),
    )


def written(letter: BerichtenboxGevraagd, numbers: Numbers, sender: str, at: datetime) -> bytes:
    """Return the batch with this letter, made at `at`."""
    root = etree.Element(f"{{{BATCH_NS}}}Berichten", nsmap={"v": BATCH_NS, "b": LETTER_NS})
    about = etree.SubElement(root, f"{{{BATCH_NS}}}BatchInformatie")
    _put(about, BATCH_NS, "BatchID", numbers.batch)
    _put(about, BATCH_NS, "AanmaakDatum", _moment(at))
    _put(about, BATCH_NS, "BerichtLeverancierID", sender)
    one = etree.SubElement(root, f"{{{LETTER_NS}}}Bericht")
    info = etree.SubElement(one, f"{{{LETTER_NS}}}BerichtInformatie")
    fields = {
        "BatchID": numbers.batch,
        "BerichtID": numbers.letter,
        "BerichtType": letter.berichttype,
        "PublicatieDatum": _moment(letter.publicatiedatum),
        "EindDatumHandelingsTermijn": _moment(letter.einddatum_handelingstermijn),
        "Onderwerp": letter.onderwerp,
        "BerichtTekst": wire_text(letter.tekst),
        "Referentie": letter.referentie,
        "GebruikerID": letter.bsn.reveal(),
        "SoortGebruiker": "Burger",
    }
    for name, value in fields.items():
        if value:
            _put(info, LETTER_NS, name, value)
    if letter.bijlagen:
        _attach(one, letter)
    result: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return result


def too_far_ahead(letter: BerichtenboxGevraagd, now: datetime) -> bool:
    """Return whether a letter is to be shown later than Logius keeps it back."""
    return letter.publicatiedatum is not None and letter.publicatiedatum > now + OLDEST


def renewed(batch: bytes, at: datetime) -> bytes:
    """Return the same batch, made at `at`; raises Unreadable."""
    root = _parsed(batch)
    _made_element(root).text = _moment(at)
    result: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return result


def made_at(batch: bytes) -> datetime:
    """Return AanmaakDatum; raises Unreadable."""
    text = _made_element(_parsed(batch)).text or ""
    moment = _read_moment(text)
    if moment is None:
        raise Unreadable("its AanmaakDatum is no moment")
    return moment


def too_old(batch: bytes, now: datetime) -> bool:
    """Return whether Logius would find it too old on arrival; raises Unreadable."""
    return now - made_at(batch) > OLDEST - MARGIN


def recipient(batch: bytes) -> tuple[str, str]:
    """Return BSN and BerichtType of the first letter; raises Unreadable."""
    root = _parsed(batch)
    info = f"{{{LETTER_NS}}}Bericht/{{{LETTER_NS}}}BerichtInformatie/{{{LETTER_NS}}}"
    bsn, kind = root.findtext(info + "GebruikerID"), root.findtext(info + "BerichtType")
    if not bsn or not kind:
        raise Unreadable("it names nobody")
    return bsn, kind


def digest(batch: bytes) -> str:
    """Return the hash that the proof of delivery names."""
    return hashlib.sha256(batch).hexdigest()


def message_id(letter: str, turn: int) -> str:
    """Return the id of a letter's ebMS message; `turn` counts from 1."""
    return f"{letter}.{turn}"


def letter_of(message: str) -> str | None:
    """Return the BerichtID in an id that `message_id` made; None: it is somebody else's."""
    text, _, turn = message.partition("@")[0].rpartition(".")
    try:
        return str(uuid.UUID(text)) if turn.isdigit() else None
    except ValueError:
        return None


def request(settings: GatewaySettings, batch: bytes, letter: str, turn: int) -> bytes:
    """Return the body of the call that hands a batch over."""
    properties = {
        "cpaId": settings.cpa_id,
        "fromPartyId": as_urn(settings.from_oin),
        "fromRole": settings.from_role,
        "toPartyId": as_urn(settings.to_oin),
        "toRole": settings.to_role,
        "service": settings.service,
        "action": ACTION,
        "conversationId": letter,
        "messageId": message_id(letter, turn),
    }
    source = {
        "name": f"{letter}.xml",
        "contentType": "application/xml",
        "content": base64.b64encode(batch).decode("ascii"),
    }
    return json.dumps({"properties": properties, "dataSources": [source]}).encode()


def content_of(message: Mapping[str, Any]) -> bytes:
    """Return the first part of an ebMS message, unpacked; raises Unreadable."""
    sources = message.get("dataSources")
    first = sources[0] if isinstance(sources, list) and sources else None
    text = first.get("content") if isinstance(first, Mapping) else None
    try:
        content = base64.b64decode(str(text or "?"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unreadable("it has no content") from error
    return _unpacked(content) if content.startswith(_GZIP) else content


def results_of(content: bytes) -> tuple[Result, ...]:
    """Return what a BerichtVerwerkResponse says; raises Unreadable."""
    root = _parsed(content)
    if root.tag != f"{{{BATCH_NS}}}BerichtVerwerkResponse":
        raise Unreadable("it is no BerichtVerwerkResponse")
    at = _read_moment(root.findtext("BatchInformatie/DatumVerwerkt", default=""))
    return tuple(
        Result(
            letter=(one.findtext("BerichtID", default="")).strip().lower(),
            code=(one.findtext("VerwerkingsCode", default="")).strip(),
            stage=(one.findtext("Stadium", default="")).strip(),
            at=at,
        )
        for one in root.iterfind(f"Berichten/{{{RESULT_NS}}}Bericht")
    )


def _attach(one: etree._Element, letter: BerichtenboxGevraagd) -> None:
    listed = etree.SubElement(one, f"{{{LETTER_NS}}}Bijlagen")
    for place, given in enumerate(letter.bijlagen, start=1):
        part = etree.SubElement(listed, f"{{{LETTER_NS}}}Bijlage")
        _put(part, LETTER_NS, "Inhoud", given.inhoud)
        _put(part, LETTER_NS, "BijlageType", "Pdf")
        _put(part, LETTER_NS, "Omschrijving", given.omschrijving)
        _put(part, LETTER_NS, "Volgorde", str(place))


def _put(parent: etree._Element, namespace: str, name: str, value: str | None) -> None:
    etree.SubElement(parent, f"{{{namespace}}}{name}").text = value


def _moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if moment.utcoffset() is None else moment.astimezone(UTC)


def _made_element(root: etree._Element) -> etree._Element:
    found = root.find(f"{{{BATCH_NS}}}BatchInformatie/{{{BATCH_NS}}}AanmaakDatum")
    if found is None:
        raise Unreadable("it is no batch of letters")
    return found


def _parsed(content: bytes) -> etree._Element:
    try:
        return parse_xml(content)
    except XmlRefused as error:
        raise Unreadable(f"it is no XML that can be read ({error.reason})") from None


def _unpacked(content: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        found = stream.decompress(content, _MOST_UNPACKED)
    except zlib.error as error:
        raise Unreadable("it cannot be unpacked") from error
    if not stream.eof:
        raise Unreadable("it is cut off, or larger than any result")
    return found
