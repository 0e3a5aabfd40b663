"""What our XSDs say, as data: read from the files, so that documents can be made from them.

Knows the part of XML Schema that `schemas/xsd` uses, and fails on anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import etree

from schemas.xsdset import XSD_DIRECTORY

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
UNBOUNDED: Final = 3  # as many as a test makes of what may occur any number of times


@dataclass(frozen=True, slots=True)
class Value:
    """A simple type: a built-in type and everything that narrows it."""

    base: str
    facets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    required: bool
    fixed: str | None
    value: Value


@dataclass(slots=True)
class Shape:
    """A complex type: either a value with attributes, or a content of particles with attributes."""

    value: Value | None = None
    content: Group | None = None
    attributes: list[Attribute] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Element:
    name: str
    type: etree._Element | str
    nillable: bool
    fixed: str | None
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Anything:
    least: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    choice: bool
    parts: tuple[Element | Group | Anything, ...]
    least: int = 1
    most: int = 1


class Model:
    """The declarations of one set, by kind and qualified name."""

    def __init__(self, name: str) -> None:
        self._named: dict[tuple[str, str], etree._Element] = {}
        self._read: set[Path] = set()
        self._load(XSD_DIRECTORY / f"{name}.xsd")

    def messages(self) -> list[Element]:
        """Return the global elements that are messages: those with stuurgegevens."""
        found = [node for (kind, _), node in self._named.items() if kind == "element"]
        return [one for one in map(self.element, found) if self._is_message(one)]

    def shape(self, of: etree._Element | str) -> Shape:
        """Return what an element holds."""
        if isinstance(of, str):
            return Shape(value=Value(of))
        if of.tag == f"{XS}simpleType":
            return Shape(value=self._value(of))
        extension = of.find(f"{XS}simpleContent/{XS}extension")
        if extension is not None:
            base = self._type(extension, _says(extension, "base"))
            value = Value(base) if isinstance(base, str) else self._value(base)
            return Shape(value=value, attributes=list(self._attributes(extension)))
        parts = [part for node in of if (part := self._particle(node)) is not None]
        content = Group(choice=False, parts=tuple(parts))
        return Shape(content=content, attributes=list(self._attributes(of)))

    def element(self, node: etree._Element) -> Element:
        """Return a declaration; a reference takes name and type from what it refers to."""
        least, most = _occurs(node)
        real = self._ref(node, "element") if "ref" in node.attrib else node
        inline = [one for one in real if one.tag in {f"{XS}complexType", f"{XS}simpleType"}]
        declared = inline[0] if inline else self._type(real, _says(real, "type"))
        nillable = real.get("nillable") == "true"
        name = f"{{{_namespace(real)}}}{_says(real, 'name')}"
        return Element(name, declared, nillable, real.get("fixed"), least, most)

    def _is_message(self, element: Element) -> bool:
        content = self.shape(element.type).content
        first = content.parts[0] if content and content.parts else None
        while isinstance(first, Group) and first.parts:
            first = first.parts[0]
        return isinstance(first, Element) and etree.QName(first.name).localname == "stuurgegevens"

    def _load(self, path: Path) -> None:
        path = path.resolve()
        if path in self._read:
            return
        self._read.add(path)
        root = etree.parse(path).getroot()
        for node in root:
            if node.tag in {f"{XS}import", f"{XS}include"}:
                self._load(path.parent / _says(node, "schemaLocation"))
            elif isinstance(node.tag, str):
                kind = etree.QName(node).localname
                qualified = f"{{{_namespace(node)}}}{_says(node, 'name')}"
                self._named["type" if kind.endswith("Type") else kind, qualified] = node

    def _ref(self, node: etree._Element, kind: str) -> etree._Element:
        return self._named[kind, _qualified(node, _says(node, "ref"))]

    def _type(self, node: etree._Element, name: str) -> etree._Element | str:
        return name if name.startswith("xs:") else self._named["type", _qualified(node, name)]

    def _particle(self, node: etree._Element) -> Element | Group | Anything | None:
        match etree.QName(node).localname:
            case "element":
                return self.element(node)
            case "sequence" | "choice" as kind:
                parts = [part for one in node if (part := self._particle(one)) is not None]
                return Group(kind == "choice", tuple(parts), *_occurs(node))
            case "group":
                inner = self._particle(self._ref(node, "group")[0])
                assert isinstance(inner, Group)
                return Group(choice=False, parts=(inner,), least=_occurs(node)[0])
            case "any":
                return Anything()
            case "attribute" | "attributeGroup":
                return None
            case other:
                raise AssertionError(other)

    def _attributes(self, node: etree._Element) -> Iterator[Attribute]:
        for one in node.findall(f"{XS}attributeGroup"):
            yield from self._attributes(self._ref(one, "attributeGroup"))
        for one in node.findall(f"{XS}attribute"):
            real = self._ref(one, "attribute") if "ref" in one.attrib else one
            inline = real.find(f"{XS}simpleType")
            declared = inline if inline is not None else self._type(real, _says(real, "type"))
            value = Value(declared) if isinstance(declared, str) else self._value(declared)
            qualified = (
                f"{{{_namespace(real)}}}{_says(real, 'name')}" if "ref" in one.attrib else ""
            )
            fixed = one.get("fixed", real.get("fixed"))
            name = qualified or _says(real, "name")
            yield Attribute(name, one.get("use") == "required", fixed, value)

    def _value(self, node: etree._Element) -> Value:
        restriction = node.find(f"{XS}restriction")
        assert restriction is not None
        base = self._type(restriction, _says(restriction, "base"))
        below = Value(base) if isinstance(base, str) else self._value(base)
        own = tuple((etree.QName(one).localname, _says(one, "value")) for one in restriction)
        return Value(below.base, below.facets + own)


def _says(node: etree._Element, attribute: str) -> str:
    return str(node.attrib[attribute])


def _namespace(node: etree._Element) -> str:
    return node.getroottree().getroot().get("targetNamespace", "")


def _qualified(node: etree._Element, name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{node.nsmap[prefix]}}}{local}"


def _occurs(node: etree._Element) -> tuple[int, int]:
    most = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), UNBOUNDED if most == "unbounded" else int(most)
