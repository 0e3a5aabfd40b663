"""Logius' side of letters: a batch is judged, and its result is told.

The rules are those of the XSD and of the Aansluithandleiding; that a message which breaks the XSD
is answered with a result at all is a guess.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from lxml import etree

from schemas.xml import XmlRefused, parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH: Final = "http://schemas.rdw.nl/GEB/BerichtVerwerkService/Types/2009/01"
LETTER: Final = "http://schemas.rdw.nl/GEB/BerichtenProsessor/Bericht/Types/2009/01"
RESULT: Final = "http://schemas.rdw.nl/GEB/BerichtVerwerkService/BerichtResultaat/Types/2009/01"
MOST: Final = 1000
_FAR: Final = timedelta(days=13)
_LARGEST: Final = 500_000
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FIELDS: Final = (
    ("BatchID", True, 36),
    ("BerichtID", True, 36),
    ("BerichtType", True, 8),
    ("PublicatieDatum", False, 40),
    ("EindDatumHandelingsTermijn", False, 40),
    ("Onderwerp", True, 50),
    ("BerichtTekst", False, 4000),
    ("Referentie", False, 25),
    ("GebruikerID", True, 9),
    ("SoortGebruiker", True, 6),
)
"""Of BerichtInformatie, in their order: name, whether it has to be there, longest."""
_COUNTS: Final = {
    "AantalBerichtenSuccesvolVerwerkt": "Verwerkt",
    "AantalBerichtenGeenActieveBoxOfGeabonneertOpLeverancier": "NietActiefOfGeabonneerd",
    "AantalBerichtenMetTechnischProbleem": "TechnischProbleem",
    "AantalBerichtenBerichtTypeNietCorrect": "BerichtTypeNietOndersteund",
    "AantalBerichtenPublicatieDatumNietCorrect": "PublicatieDatumLigtTeVerInDeToekomst",
    "AantalBerichtenAanmaakDatumNietCorrect": "AanmaakDatumLigtTeVerInHetVerleden",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter in a box. `text` and `subject` are shown on the page."""

    number: str
    kind: str
    bsn: str
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a batch is judged by."""

    sender: str
    kind: str
    subscribed: Callable[[str], bool]
    known: Callable[[str], bool]
    """Whether a letter of that BerichtID is in a box already."""


def judged(content: bytes, rules: Rules, now: datetime) -> tuple[bytes, list[Letter]]:
    """Return the result of a batch, and the letters that go into a box."""
    try:
        root: etree._Element | None = parse_xml(content)
    except XmlRefused:
        root = None
    batch = _text(root, f"{{{BATCH}}}BatchInformatie/{{{BATCH}}}BatchID")
    if root is None or not _GUID.fullmatch(batch):
        batch = "00000000-0000-0000-0000-000000000000"
    letters: list[Letter] = []
    verdicts: list[tuple[str, str, str, str]] = []
    for one in () if root is None else root.iterfind(f"{{{LETTER}}}Bericht"):
        info = f"{{{LETTER}}}BerichtInformatie/{{{LETTER}}}"
        number, kind = _text(one, info + "BerichtID"), _text(one, info + "BerichtType")
        code = next(_mistakes(root, one, rules, now), "Verwerkt")
        stage = "NA" if code != "NietActiefOfGeabonneerd" else "ValidatieGebruiker"
        verdicts.append((number, kind, code, stage))
        if code == "Verwerkt":
            letters.append(
                Letter(
                    number=number,
                    kind=kind,
                    bsn=_text(one, info + "GebruikerID"),
                    subject=_text(one, info + "Onderwerp"),
                    text=_text(one, info + "BerichtTekst"),
                    at=now,
                )
            )
    return _result(rules.sender, batch, verdicts, now), letters


def technical(content: bytes, sender: str, now: datetime) -> bytes:
    """Return a result that says TechnischProbleem of every letter."""
    root = parse_xml(content)
    info = f"{{{LETTER}}}BerichtInformatie/{{{LETTER}}}"
    verdicts = [
        (_text(one, info + "BerichtID"), _text(one, info + "BerichtType"), code, "StoreMessage")
        for one in root.iterfind(f"{{{LETTER}}}Bericht")
        for code in ("TechnischProbleem",)
    ]
    batch = _text(root, f"{{{BATCH}}}BatchInformatie/{{{BATCH}}}BatchID")
    return _result(sender, batch, verdicts, now)


def _mistakes(
    root: etree._Element | None, one: etree._Element, rules: Rules, now: datetime
) -> Iterator[str]:
    """Each rule that this letter breaks, the first one first."""
    info = one.find(f"{{{LETTER}}}BerichtInformatie")
    if info is None or root is None or not _well_formed(root, one, info):
        yield "XmlValidatieTegenXsdValtNegatiefUit"
        return
    head = f"{{{BATCH}}}BatchInformatie/{{{BATCH}}}"
    if _text(root, head + "BerichtLeverancierID") != rules.sender:
        yield "OinInCPAKomtNietOvereenMetOinInBericht"
    made = _moment(_text(root, head + "AanmaakDatum"))
    if made is None or now - made > _FAR:
        yield "AanmaakDatumLigtTeVerInHetVerleden"
    shown = _moment(_text(info, f"{{{LETTER}}}PublicatieDatum"))
    if shown is not None and shown > now + _FAR:
        yield "PublicatieDatumLigtTeVerInDeToekomst"
    if _text(info, f"{{{LETTER}}}BerichtType") != rules.kind:
        yield "BerichtTypeNietOndersteund"
    if sum(len(base64.b64decode(part.text or "")) for part in _contents(one)) > _LARGEST:
        yield "BijlageTeGroot"
    if rules.known(_text(info, f"{{{LETTER}}}BerichtID")):
        yield "BerichtBestaatAl"
    if not rules.subscribed(_text(info, f"{{{LETTER}}}GebruikerID")):
        yield "NietActiefOfGeabonneerd"


def _well_formed(root: etree._Element, one: etree._Element, info: etree._Element) -> bool:
    names = [etree.QName(child).localname for child in info]
    known = [name for name, _, _ in _FIELDS]
    if names != [name for name in known if name in names]:
        return False
    for name, needed, longest in _FIELDS:
        value = _text(info, f"{{{LETTER}}}{name}")
        if (needed and not value) or len(value) > longest:
            return False
    guids = (_text(info, f"{{{LETTER}}}{name}") for name in ("BatchID", "BerichtID"))
    batch = _text(root, f"{{{BATCH}}}BatchInformatie/{{{BATCH}}}BatchID")
    if not all(_GUID.fullmatch(value) for value in guids):
        return False
    if _text(info, f"{{{LETTER}}}BatchID") != batch:
        return False
    parts = list(_contents(one))
    return len(parts) <= 2 and all(part.text for part in parts)  # noqa: PLR2004 - of the XSD


def _contents(one: etree._Element) -> Iterator[etree._Element]:
    return one.iter(f"{{{LETTER}}}Inhoud")


def _result(
    sender: str, batch: str, verdicts: list[tuple[str, str, str, str]], now: datetime
) -> bytes:
    root = etree.Element(f"{{{BATCH}}}BerichtVerwerkResponse", nsmap={"r": BATCH, "u": RESULT})
    about = etree.SubElement(root, "BatchInformatie")
    codes = [code for _, _, code, _ in verdicts]
    fields = {
        "BerichtLeverancierCode": sender,
        "BatchID": batch,
        "TotaalAantalOntvangenBerichten": str(len(verdicts)),
        **{name: str(codes.count(code)) for name, code in _COUNTS.items()},
        "DatumOntvangen": now.isoformat(),
        "DatumVerwerkt": now.isoformat(),
    }
    for name, value in fields.items():
        etree.SubElement(about, name).text = value
    listed = etree.SubElement(root, "Berichten")
    for number, kind, code, stage in verdicts:
        one = etree.SubElement(listed, f"{{{RESULT}}}Bericht")
        etree.SubElement(one, "BerichtID").text = number
        etree.SubElement(one, "BerichtType").text = kind
        etree.SubElement(one, "VerwerkingsCode").text = code
        etree.SubElement(one, "Stadium").text = stage
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _text(parent: etree._Element | None, path: str) -> str:
    return "" if parent is None else (parent.findtext(path, default="") or "").strip()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
