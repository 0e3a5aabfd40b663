"""Says to a person what is wrong with a StUF message: where, which rule, what is expected.

Slower and wordier than `schemas.xsdset`, which judges traffic; both read the same schemas. The
package `xmlschema` names the rule that was broken; the sentences are made here, because its own
may quote the message, and a message holds personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from schemas.xml import parse_xml
from schemas.xsdset import ENTRY, XSD_DIRECTORY, UnusableSchemas, local_path, official_folder

_STUF: Final = "http://www.egem.nl/StUF/StUF0301"
_SETS_OF: Final[Mapping[str, str]] = {
    "http://www.stufstandaarden.nl/koppelvlak/zds0120": "zds-1.2",
    "http://www.egem.nl/StUF/sector/zkn/0310": "zds-1.1",
    "http://www.egem.nl/StUF/sector/bg/0310": "bg-3.10",
    _STUF: "stuf-3.01",
}
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong; holds names of elements and attributes, never a value."""

    path: str
    rule: str
    expected: str
    official: bool  # the installed official set says so; otherwise our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a set of schemas says of a message; no faults: nothing is wrong."""

    message: str  # local name of the message's element
    set: str
    official: bool  # an official set was installed, and asked too
    faults: tuple[Fault, ...]


class NoStufMessage(Exception):
    """The document holds no StUF message; the text says what was looked for."""


def explain(document: bytes, name: str | None = None) -> Explanation:
    """Return what is wrong with the first StUF message in a document, in an envelope or not.

    `name` is one of `xsdset.SETS`; by default the namespace of the message tells. Raises
    `schemas.xml.XmlRefused`, `NoStufMessage`, or `UnusableSchemas` for a broken installation.
    """
    message = _message(parse_xml(document))
    namespace = etree.QName(message).namespace or ""
    chosen = name or _SETS_OF[namespace]
    faults = list(_faults(message, XSD_DIRECTORY / f"{chosen}.xsd", official=False))
    folder = official_folder()
    entry = folder / chosen / ENTRY if folder is not None else None
    asked = entry is not None and entry.is_file()
    if entry is not None and asked:
        faults += _faults(message, entry, official=True)
    # One breach may be reported more than once; here it is said once.
    said = tuple(dict.fromkeys(faults))
    return Explanation(
        message=etree.QName(message).localname, set=chosen, official=asked, faults=said
    )


def _message(root: etree._Element) -> etree._Element:
    for element in root.iter():
        if etree.QName(element).namespace in _SETS_OF:
            return element
    raise NoStufMessage(
        "The document holds no element of StUF, ZKN, BG or ZDS 1.2: it is no StUF message, or its "
        "namespaces are not those of StUF 3.01."
    )


@cache
def _compiled(entry: Path) -> Any:
    import xmlschema  # noqa: PLC0415 - only who asks for an explanation pays for it

    try:
        # The official sets break a rule of XML Schema that libxml2 does not check; hence lax.
        return xmlschema.XMLSchema10(entry, validation="lax", allow="local")
    except (xmlschema.XMLSchemaException, OSError) as error:
        detail = f"The schema {entry} cannot be read ({type(error).__name__}). Install it again."
        raise UnusableSchemas(detail) from None


def _faults(message: etree._Element, entry: Path, *, official: bool) -> Iterator[Fault]:
    for error in _compiled(entry).iter_errors(message):
        where = message if error.elem is None else error.elem
        rule, expected = _sentence(error)
        yield Fault(
            path=local_path(where, message), rule=rule, expected=expected, official=official
        )


def _sentence(error: Any) -> tuple[str, str]:
    kind = type(error.validator).__name__
    if kind in _RULES:
        return _RULES[kind](error)
    return "value", "A value of the type that the schema gives to this element."


def _length(word: str) -> Callable[[Any], tuple[str, str]]:
    return lambda error: ("length", f"{word} {error.validator.value} characters.")


def _number(word: str) -> Callable[[Any], tuple[str, str]]:
    return lambda error: ("number", f"A number of {word} {error.validator.value}.")


def _pattern(error: Any) -> tuple[str, str]:
    patterns = " or ".join(error.validator.regexps)
    return "form", f"Text of the form {patterns}."


def _enumeration(error: Any) -> tuple[str, str]:
    return "list", f"One of: {', '.join(str(one) for one in error.validator.enumeration)}."


def _attributes(error: Any) -> tuple[str, str]:
    """The package names one attribute in its own sentence; so they are looked up here."""
    allowed = error.validator
    present = set(error.elem.attrib)
    missing = [name for name in allowed if name and allowed[name].use == "required"]
    missing = [name for name in missing if name not in present]
    strange = [name for name in present if name not in allowed and not name.startswith(_XSI)]
    lacking = f"The attribute {_named(missing)} has to be there." if missing else ""
    surplus = f"The attribute {_named(strange)} does not belong here." if strange else ""
    neither = "Each attribute with a value that the schema allows here."
    return "attribute", " ".join(one for one in (lacking, surplus) if one) or neither


def _element(error: Any) -> tuple[str, str]:
    fixed = error.validator.fixed
    if fixed is not None:
        return "fixed", f"Exactly: {fixed}."
    return "nil", "A value, or xsi:nil with nothing in it where the schema allows that."


def _children(error: Any) -> tuple[str, str]:
    expected = [one.local_name for one in getattr(error, "expected", None) or () if one is not None]
    wanted = f"Expected: {' or '.join(dict.fromkeys(expected))}." if expected else ""
    strange = getattr(error, "invalid_tag", None)
    if strange is not None:
        name = etree.QName(strange).localname
        detail = f"The part {name} is not known here, comes too often, or is not in its place."
    else:
        detail = "A part is missing at the end."
    return "order", f"{detail} {wanted}".strip()


def _nothing_known(_error: Any) -> tuple[str, str]:
    return "message", "A message of this set; this one is not known in it."


def _named(names: list[str]) -> str:
    return ", ".join(sorted(etree.QName(name).localname for name in names))


_RULES: Final[Mapping[str, Callable[[Any], tuple[str, str]]]] = {
    "XsdMaxLengthFacet": _length("At most"),
    "XsdMinLengthFacet": _length("At least"),
    "XsdLengthFacet": _length("Exactly"),
    "XsdMaxInclusiveFacet": _number("at most"),
    "XsdMinInclusiveFacet": _number("at least"),
    "XsdPatternFacets": _pattern,
    "XsdEnumerationFacets": _enumeration,
    "XsdAttributeGroup": _attributes,
    "XsdElement": _element,
    "XsdGroup": _children,
    "XMLSchema10": _nothing_known,
}
