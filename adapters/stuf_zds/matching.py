"""Comparing what was sent with what a system has: whether every value of the one is in the other.

Attributes and namespaces do not count. An element without a value must have none there either. What
tells a party is its number: names may have been taken from a base registration meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from adapters._kit.stuf.names import STUF, XSI, q
from adapters._kit.stuf.reading import children, text

_UNASKED: Final = frozenset({"extraElementen", "isVan", "tijdvakGeldigheid", "lokatie"})
"""Never compared: it cannot be asked for, or says only which case it is."""
_PARTIES: Final = frozenset(
    {
        "medewerker",
        "organisatorischeEenheid",
        "natuurlijkPersoon",
        "nietNatuurlijkPersoon",
        "vestiging",
    }
)
_NUMBERS: Final = ("inp.bsn", "inn.nnpId", "vestigingsNummer", "identificatie")
_KEYS: Final = frozenset({"identificatie"})
_TEXT_ONLY: Final = frozenset({"code", "omschrijving", "toelichting"})
"""Of a role: what a system may write in its own way."""


def contains(
    there: etree._Element, sent: etree._Element, *, without: frozenset[str] = frozenset()
) -> bool:
    """Say whether everything that `sent` says is so in `there`."""
    return all(
        _is_so(there, part)
        for part in sent
        if (name := _local(part)) not in _UNASKED and name not in without
    )


def gone(there: etree._Element, objects: Sequence[etree._Element]) -> bool:
    """Say whether nobody is there any more whom a change took away."""
    return not any(
        _is_so(there, relation)
        for relation in objects[0]
        if relation.get(q(STUF, "verwerkingssoort")) == "V" and len(relation)
    )


def has_something(sent: etree._Element) -> bool:
    """Say whether a change holds anything that can be compared."""
    return any(_local(part) not in _UNASKED | _KEYS for part in sent)


def _is_so(there: etree._Element, part: etree._Element) -> bool:
    name = _local(part)
    found = children(there, name)
    if part.get(q(STUF, "verwerkingssoort")) == "V" and not len(part):
        return True  # `gone` looks at those
    if _is_empty(part):
        return not any(text(one) for one in found)
    if name in _PARTIES:
        return any(_number(one) == _number(part) for one in found)
    if len(part):
        skipped = _TEXT_ONLY if name.startswith("heeft") else frozenset()
        return any(contains(one, part, without=skipped) for one in found)
    return any(text(one) == text(part) for one in found)


def _number(party: etree._Element) -> str | None:
    return next((found for name in _NUMBERS if (found := text(party, name))), None)


def _is_empty(part: etree._Element) -> bool:
    nil = part.get(q(XSI, "nil")) == "true"
    return nil or (not len(part) and not (part.text or "").strip())


def _local(part: etree._Element) -> str:
    return etree.QName(part).localname
