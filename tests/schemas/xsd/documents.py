"""Documents made from the model: random optional parts, lengths at their limits, every value kind.

Deterministic for a seed, so that a failure can be made again.
"""

from __future__ import annotations

import base64
import re
from random import Random
from typing import Final

from lxml import etree

from tests.schemas.xsd.model import Attribute, Element, Group, Model, Shape, Value

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_STUF: Final = "http://www.egem.nl/StUF/StUF0301"
_NO_VALUE: Final = f"{{{_STUF}}}noValue"
# Named once and for all: a prefix that lxml makes up may change its meaning when a node moves.
_PREFIXES: Final = {
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "StUF": _STUF,
    "ZKN": "http://www.egem.nl/StUF/sector/zkn/0310",
    "BG": "http://www.egem.nl/StUF/sector/bg/0310",
    "ZDS": "http://www.stufstandaarden.nl/koppelvlak/zds0120",
    "xmime": "http://www.w3.org/2005/05/xmlmime",
}
_LETTERS: Final = "abcXYZ 019-.éüßŁ€'\"<&>\N{CJK UNIFIED IDEOGRAPH-6F22}\N{GRINNING FACE}"
_PIECE: Final = re.compile(r"\[(?P<set>[^\]]+)\](?:\{(?P<least>\d+)(?:,(?P<most>\d+))?\})?")
_LONGEST_FREE: Final = 60
_DEPTH: Final = 9  # below it only what is mandatory


def document(model: Model, message: Element, random: Random) -> etree._Element:
    """Return one message that our own schema accepts."""
    return _Maker(model, random).make(message, 0)


class _Maker:
    def __init__(self, model: Model, random: Random) -> None:
        self._model = model
        self._random = random
        self._richness = random.choice((0.05, 0.15, 0.3, 0.6))

    def make(self, declared: Element, depth: int) -> etree._Element:
        element = etree.Element(declared.name, nsmap=_PREFIXES)
        shape = self._model.shape(declared.type)
        empty = declared.nillable and self._random.random() < 0.15
        for attribute in shape.attributes:
            self._attribute(element, attribute, shape, empty=empty)
        if empty:
            element.set(f"{_XSI}nil", "true")
        elif shape.value is not None:
            element.text = declared.fixed or value(shape.value, self._random)
        elif shape.content is not None:
            self._group(element, shape.content, depth + 1)
        return element

    def _attribute(
        self, element: etree._Element, attribute: Attribute, shape: Shape, *, empty: bool
    ) -> None:
        # A value that is there says nothing about its absence.
        suits = attribute.name != _NO_VALUE or empty or shape.value is None
        if attribute.required or (suits and self._random.random() < 0.3):
            element.set(attribute.name, attribute.fixed or value(attribute.value, self._random))

    def _group(self, parent: etree._Element, group: Group, depth: int) -> None:
        for _ in range(self._times(group.least, group.most, depth)):
            parts = (self._random.choice(group.parts),) if group.choice else group.parts
            for part in parts:
                if isinstance(part, Group):
                    self._group(parent, part, depth)
                elif isinstance(part, Element):
                    for _ in range(self._times(part.least, part.most, depth)):
                        parent.append(self.make(part, depth))
                elif self._random.random() < 0.5:
                    etree.SubElement(parent, "{urn:elders}iets").text = "x"

    def _times(self, least: int, most: int, depth: int) -> int:
        if depth > _DEPTH or self._random.random() > self._richness:
            return least
        return self._random.randint(max(least, 1), most)


def value(kind: Value, random: Random) -> str:
    """Return a text of the type; lengths and numbers stand at a limit more often than not."""
    facets = dict(kind.facets)
    listed = [text for name, text in kind.facets if name == "enumeration"]
    if listed:
        return random.choice(listed)
    if "pattern" in facets:
        return _patterned(facets["pattern"], random)
    match kind.base:
        case "xs:boolean":
            return random.choice(("true", "false", "1", "0"))
        case "xs:nonNegativeInteger" | "xs:positiveInteger" as base:
            least = 1 if base == "xs:positiveInteger" else 0
            return str(_between(least, int(facets["maxInclusive"]), random))
        case "xs:base64Binary":
            size = int(facets.get("length", random.randint(0, 50)))
            return base64.b64encode(random.randbytes(size)).decode()
        case "xs:string":
            exact = int(facets["length"]) if "length" in facets else None
            least = exact if exact is not None else int(facets.get("minLength", 0))
            most = exact if exact is not None else int(facets.get("maxLength", _LONGEST_FREE))
            return "".join(random.choices(_LETTERS, k=_between(least, most, random)))
        case other:
            raise AssertionError(other)


def _between(least: int, most: int, random: Random) -> int:
    return random.choice((least, most, random.randint(least, most)))


def _patterned(pattern: str, random: Random) -> str:
    assert _PIECE.sub("", pattern) == "", pattern
    text = ""
    for piece in _PIECE.finditer(pattern):
        least = int(piece["least"] or 1)
        most = int(piece["most"] or least)
        members = re.sub(r"(.)-(.)", lambda m: _span(m[1], m[2]), piece["set"])
        text += "".join(random.choices(members, k=_between(least, most, random)))
    return text


def _span(first: str, last: str) -> str:
    return "".join(chr(code) for code in range(ord(first), ord(last) + 1))
