"""Making the answers of StUF that are the same for every message: Bv0x and Fo0x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from lxml import etree

from adapters._kit.stuf.charset import clean
from adapters._kit.stuf.codes import CODES
from adapters._kit.stuf.markup import parsed
from adapters._kit.stuf.names import PREFIXES, SOAP11, SOAP12, STUF, q
from adapters._kit.stuf.soap import SoapVersion
from adapters._kit.stuf.stuurgegevens import (
    LONGEST_NUMBER,
    Partij,
    Stuurgegevens,
    render,
)

FoKind = Literal["Fo01", "Fo02", "Fo03"]
BvKind = Literal["Bv01", "Bv02", "Bv03", "Bv04"]

_LONGEST_WORDS: Final = 200
_LONGEST_DETAILS: Final = 1000
_BARE: Final = frozenset({"Bv02", "Fo02"})
"""Stuurgegevens of these hold the berichtcode and nothing else."""


def answer_to(
    kind: FoKind | BvKind,
    asked: Stuurgegevens,
    *,
    referentienummer: str,
    tijdstip_bericht: str,
    us: Partij,
) -> Stuurgegevens:
    """Return the stuurgegevens of an answer: the parties swapped, the asked number crossed over.

    `us` stands in where the message did not say whom it was for, or could not be read at all. A
    number of more than 40 characters (Q1) is cut: we send none that the schema refuses.
    """
    if kind in _BARE:
        return Stuurgegevens(kind)
    return Stuurgegevens(
        kind,
        zender=_named(asked.ontvanger, us),
        ontvanger=_named(asked.zender, Partij("onbekend")),
        referentienummer=referentienummer,
        tijdstip_bericht=tijdstip_bericht,
        crossrefnummer=(asked.referentienummer or "onbekend")[:LONGEST_NUMBER],
    )


def bv_bericht(head: Stuurgegevens, meldingen: Sequence[str] = ()) -> etree._Element:
    """Return the body of a Bv01, Bv02, Bv03 or Bv04; `head.berichtcode` says which."""
    element = etree.Element(q(STUF, f"{head.berichtcode}Bericht"), nsmap=dict(PREFIXES))
    element.append(parsed(render(head, "StUF")))
    for melding in meldingen:
        etree.SubElement(element, q(STUF, "melding")).text = clean(melding)
    return element


def fo_bericht(code: str, head: Stuurgegevens, *, details: str = "") -> etree._Element:
    """Return the body of a Fo01, Fo02 or Fo03; `head.berichtcode` says which.

    `code` is one of faults.CODES. `details` is a sentence about what is wrong, never a value.
    """
    meaning = CODES[code]
    element = etree.Element(q(STUF, f"{head.berichtcode}Bericht"), nsmap=dict(PREFIXES))
    element.append(parsed(render(head, "StUF")))
    body = etree.SubElement(element, q(STUF, "body"))
    etree.SubElement(body, q(STUF, "code")).text = code
    etree.SubElement(body, q(STUF, "plek")).text = meaning.plek
    etree.SubElement(body, q(STUF, "omschrijving")).text = meaning.words[:_LONGEST_WORDS]
    if details:
        etree.SubElement(body, q(STUF, "details")).text = clean(details)[:_LONGEST_DETAILS]
    return element


def soap_fault(fo: etree._Element, version: SoapVersion) -> etree._Element:
    """Return the SOAP fault with a Fo0xBericht as its detail; it goes into the body."""
    client = fo.findtext(f"{q(STUF, 'body')}/{q(STUF, 'plek')}") == "client"
    words = fo.findtext(f"{q(STUF, 'body')}/{q(STUF, 'omschrijving')}") or ""
    if version == "1.1":
        fault = etree.Element(q(SOAP11, "Fault"), nsmap={"soap": SOAP11, **PREFIXES})
        etree.SubElement(fault, "faultcode").text = "soap:Client" if client else "soap:Server"
        etree.SubElement(fault, "faultstring").text = words
        etree.SubElement(fault, "detail").append(fo)
        return fault
    fault = etree.Element(q(SOAP12, "Fault"), nsmap={"soap": SOAP12, **PREFIXES})
    code = etree.SubElement(fault, q(SOAP12, "Code"))
    etree.SubElement(code, q(SOAP12, "Value")).text = "soap:Sender" if client else "soap:Receiver"
    reason = etree.SubElement(etree.SubElement(fault, q(SOAP12, "Reason")), q(SOAP12, "Text"))
    reason.set("{http://www.w3.org/XML/1998/namespace}lang", "nl")
    reason.text = words
    etree.SubElement(fault, q(SOAP12, "Detail")).append(fo)
    return fault


def _named(party: Partij | None, otherwise: Partij) -> Partij:
    return party if party is not None and party.applicatie else otherwise
