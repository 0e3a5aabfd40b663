"""npsLa01 and Fo02, as bodies without envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from simulators.stuf_bg.wire import BG, SOAP, STUF, el, local, object_of, part, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.stuf_bg.options import Nobody
    from simulators.stuf_bg.persons import Person

_USUAL_MOST: Final = 15

CODES: Final[Mapping[str, tuple[str, str]]] = {
    "StUF010": ("client", "Ontvanger onbekend"),
    "StUF013": ("client", "Zender onbekend"),
    "StUF022": ("client", "Berichtcode onbekend"),
    "StUF049": ("server", "Vraag kan nu niet worden beantwoord"),
    "StUF052": ("client", "Geen autorisatie"),
    "StUF055": ("client", "Bericht niet conform schema"),
    "StUF058": ("server", "Fout bij de verwerking"),
    "StUF064": ("server", "Object niet gevonden"),
    "StUF067": ("server", "Meer dan een object gevonden"),
    "StUF960": ("server", "Antwoord niet op tijd"),
}


def found_body(
    question: etree._Element, found: Sequence[Person], *, nobody: Nobody, number: int
) -> etree._Element:
    """Write the answer, cut at the asked maximum and to the asked elements."""
    limit = text_of(question, "parameters", "maximumAantal")
    most = int(limit) if limit.isdecimal() else _USUAL_MOST
    body = el(BG, "npsLa01")
    body.append(_head(question, number))
    body.append(_parameters(question, len(found), more=len(found) > most))
    if len(found) > most:
        body.append(el(BG, "melding", "StUF0002 Meer gevonden dan het gevraagde maximum"))
    asked = _asked(question)
    given = [object_of(one, asked) for one in found[:most]]
    if not found and nobody == "empty-object":
        given = [el(BG, "object", entiteittype="NPS")]
    if given or nobody == "empty-antwoord":
        answer = el(BG, "antwoord")
        answer.extend(given)
        body.append(answer)
    return body


def fault_body(code: str, version: str) -> etree._Element:
    """Write a SOAP fault with a Fo02 in it."""
    plek, words = CODES[code]
    fo02 = el(STUF, "Fo02Bericht")
    head = el(STUF, "stuurgegevens")
    head.append(el(STUF, "berichtcode", "Fo02"))
    inner = el(STUF, "body")
    inner.extend(
        [
            el(STUF, "code", code),
            el(STUF, "plek", plek),
            el(STUF, "omschrijving", words),
        ]
    )
    fo02.extend([head, inner])
    fault = etree.Element(f"{{{SOAP[version]}}}Fault")
    etree.SubElement(fault, "faultcode").text = plek
    etree.SubElement(fault, "faultstring").text = words
    etree.SubElement(fault, "detail").append(fo02)
    return fault


def _head(question: etree._Element, number: int) -> etree._Element:
    asked = part(question, "stuurgegevens")
    head = el(BG, "stuurgegevens")
    head.append(el(STUF, "berichtcode", "La01"))
    for name, source in (("zender", "ontvanger"), ("ontvanger", "zender")):
        party = el(STUF, name)
        found = part(asked, source)
        party.extend(el(STUF, local(one), one.text) for one in ([] if found is None else found))
        head.append(party)
    head.append(el(STUF, "referentienummer", f"bg-{number}"))
    if reference := text_of(asked, "referentienummer"):
        head.append(el(STUF, "tijdstipBericht", text_of(asked, "tijdstipBericht")))
        head.append(el(STUF, "crossRefnummer", reference))
    head.append(el(STUF, "entiteittype", "NPS"))
    return head


def _parameters(question: etree._Element, count: int, *, more: bool) -> etree._Element:
    parameters = el(BG, "parameters")
    parameters.append(el(STUF, "indicatorVervolgvraag", "true" if more else "false"))
    if text_of(question, "parameters", "indicatorAantal") == "true":
        parameters.append(el(STUF, "aantalVoorkomens", str(count)))
    return parameters


def _asked(question: etree._Element) -> frozenset[str] | None:
    """Names of the elements in the scope; None: everything."""
    scope = part(question, "scope", "object")
    if scope is None or scope.get(f"{{{STUF}}}scope") == "alles":
        return None
    return frozenset(local(one) for one in scope)
