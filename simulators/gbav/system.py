"""The simulated ad hoc service: from a SOAP message to its answer.

What went wrong is said in `resultaat`, with status 200, as the real one does. An account that is
refused three times in a row is locked until `reset`.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from schemas.xml import XmlRefused, parse_xml
from simulators.gbav.lists import Row, rows_of
from simulators.kadaster import changed_options
from simulators.kit import Answer, ControlCall, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.kit import Incoming, Surroundings
    from simulators.town import Town

PATH: Final = "/gba-v/online/lo3services/adhoc"
LRD: Final = "http://www.bprbzk.nl/GBA/LRDPlus/version1.1"
LO3: Final = "http://www.bprbzk.nl/GBA/LO3/version1.1"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_XML: Final = {"Content-Type": "text/xml; charset=utf-8"}
_WORDS: Final[Mapping[tuple[str, int], str]] = {
    ("G", 33): "Geen gegevens gevonden.",
    ("X", 1): "Technische fout.",
    ("X", 10): "Onjuiste gebruiker of wachtwoord.",
    ("X", 11): "De service is niet actief.",
    ("X", 12): "Het wachtwoord is verlopen.",
    ("X", 20): "Geen juiste persoonsidentificatie.",
    ("T", 31): "Te veel tussenresultaten.",
}
"""The codes are known; the wording of some, and the letter of 10 to 12, are ours."""
_MOST: Final = 10
_TRIES: Final = 3
_CATEGORY: Final = 10_000
_FORMER: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The account that is let in, and what every question is answered with instead."""

    user: str = "schakel-demo"
    password: str = "alleen-voor-demonstratie"  # noqa: S105 - of a simulator
    letter: str = ""
    """With `code` the `resultaat` of every question; empty: the true one."""
    code: int = 0


class GbavSystem:
    """The lists of a town. `reset` unlocks the account and keeps the options."""

    name = "GBA-V"

    def __init__(self, *, town: Town, options: Options | None = None) -> None:
        self.options = options or Options()
        self._lists = [list(rows_of(one, town)) for one in town.persons.values()]
        self.refused = 0
        self.asked = 0

    async def start(self, surroundings: Surroundings) -> None:
        """Nothing of it is needed."""

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self.refused = self.asked = 0

    async def answer(self, incoming: Incoming) -> Answer:
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        if incoming.path != PATH or incoming.method != "POST":
            return Answer(status=404, headers={"Content-Type": "text/plain"})
        if not self._admits(headers):
            return _written([], ("X", 10))
        try:
            asked = parse_xml(incoming.body).find(f".//{{{LRD}}}in0")
        except XmlRefused:
            asked = None
        if asked is None:
            return Answer(status=500, headers={"Content-Type": "text/plain"})
        self.asked += 1
        if self.options.letter:
            return _written([], (self.options.letter, self.options.code))
        return self._found(asked)

    def tables(self) -> Sequence[Table]:
        rows = [(str(self.asked), "yes" if self.refused >= _TRIES else "no")]
        return (Table(title="Questions", columns=("Answered", "Account locked"), rows=rows),)

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="PUT", path="/options", run=self._put_options),)

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        return {"letter": self.options.letter, "code": self.options.code}

    def _admits(self, headers: Mapping[str, str]) -> bool:
        proof = f"{self.options.user}:{self.options.password}".encode()
        good = headers.get("authorization") == f"Basic {b64encode(proof).decode('ascii')}"
        if self.refused >= _TRIES:
            return False
        self.refused = 0 if good else self.refused + 1
        return good

    def _found(self, asked: etree._Element) -> Answer:
        parameters = {
            int(one.findtext(f"{{{LRD}}}rubrieknummer", "0")): one.findtext(
                f"{{{LRD}}}zoekwaarde", ""
            )
            for one in asked.findall(f"{{{LRD}}}parameters/{{{LRD}}}item")
        }
        masker = {int(one.text or "0") for one in asked.findall(f"{{{LRD}}}masker/{{{LRD}}}item")}
        if not parameters or not masker:
            return _written([], ("X", 20))
        found = [stacks for stacks in self._lists if _fits(stacks, parameters)]
        if not found:
            return _written([], ("G", 33))
        if len(found) > _MOST:
            return _written([], ("T", 31))
        return _written([_masked(stacks, masker) for stacks in found], ("A", 0))


Stacks = list[tuple[int, list[Row]]]


def _fits(stacks: Stacks, parameters: Mapping[int, str]) -> bool:
    """Say whether the present occurrences hold each of these values."""
    for rubriek, wanted in parameters.items():
        category, element = divmod(rubriek, _CATEGORY)
        values = (rows[0].get(element, "") for number, rows in stacks if number == category)
        if not any(value.casefold() == wanted.casefold() for value in values):
            return False
    return True


def _masked(stacks: Stacks, masker: set[int]) -> Stacks:
    """What was before has the number of its category and fifty."""
    kept = []
    for category, rows in stacks:
        seen = [
            {
                name: value
                for name, value in row.items()
                if (category + _FORMER * (place > 0)) * _CATEGORY + name in masker
            }
            for place, row in enumerate(rows)
        ]
        kept.append((category, [seen[0], *(row for row in seen[1:] if row)]))
    return [(category, rows) for category, rows in kept if any(rows)]


def _written(found: Sequence[Stacks], result: tuple[str, int]) -> Answer:
    root = etree.Element(f"{{{LRD}}}vraagResponse", nsmap={"l": LRD, "o": LO3, "i": _XSI})
    answer = etree.SubElement(root, f"{{{LRD}}}vraagReturn")
    lists = etree.SubElement(answer, f"{{{LRD}}}persoonslijsten")
    for stacks in found:
        stapels = _below(_below(lists, "item"), "categoriestapels")
        for category, rows in stacks:
            occurrences = _below(_below(stapels, "item"), "categorievoorkomens")
            for place, row in enumerate(rows):
                occurrence = _below(occurrences, "item")
                _below(occurrence, "categorienummer", str(category + _FORMER * (place > 0)))
                elements = _below(occurrence, "elementen")
                for number, value in sorted(row.items()):
                    element = _below(elements, "item")
                    _below(element, "nummer", str(number))
                    _below(element, "waarde", value)
    letter, code = result
    said = etree.SubElement(answer, f"{{{LRD}}}resultaat")
    words = f"Aantal: {len(found)}." if letter == "A" else _WORDS.get(result, "Verzonnen code.")
    for name, text in (("code", str(code)), ("letter", letter), ("omschrijving", words)):
        etree.SubElement(said, f"{{{LRD}}}{name}").text = text
    etree.SubElement(said, f"{{{LRD}}}referentie").text = "1"
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(root)
    body: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return Answer(status=200, body=body, headers=_XML)


def _below(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{LO3}}}{name}")
    made.text = text
    return made
