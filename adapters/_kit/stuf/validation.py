"""Holding what we are about to send to the schemas, before any of it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from adapters.contract import RejectedError
from schemas import xsdset

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """A set of `schemas.xsdset.SETS`; compiled at its first use, once per process."""

    name: str

    def check(self, element: etree._Element) -> None:
        """Raise RejectedError when the message breaks our schema, or an installed official one."""
        check(element, self.name)

    def breaches(self, element: etree._Element) -> Sequence[str]:
        """Return a sentence for each breach: where, which rule; never a value."""
        found = xsdset.violations(self.name, element)
        return [f"{one.path}: {_RULES.get(one.rule, one.rule)}" for one in found]


def check(element: etree._Element, name: str) -> None:
    """Raise RejectedError("stuf:invalid") when `element` breaks the set `name`."""
    breaches = Rules(name).breaches(element)
    if breaches:
        shown = "; ".join(breaches[:_SHOWN])
        more = f" (and {len(breaches) - _SHOWN} more)" if len(breaches) > _SHOWN else ""
        raise RejectedError(
            "stuf:invalid",
            f"The message cannot be said in {name}: {shown}{more}. Mend it and send it again.",
        )


_RULES: Final = {
    "SCHEMAV_CVC_MAXLENGTH_VALID": "the text is longer than allowed",
    "SCHEMAV_CVC_MINLENGTH_VALID": "the text is shorter than allowed",
    "SCHEMAV_CVC_LENGTH_VALID": "the text does not have the one length allowed",
    "SCHEMAV_CVC_PATTERN_VALID": "the text does not have the form asked for",
    "SCHEMAV_CVC_ENUMERATION_VALID": "the value is none of those in the list",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "the number has too many digits",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "the number is too large",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "the number is too small",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "the text is not of the type asked for",
    "SCHEMAV_ELEMENT_CONTENT": "an element is missing, unknown or not in its place",
    "SCHEMAV_CVC_ELT_1": "the message is not known in this set",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "a mandatory attribute is missing",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "an attribute is not allowed here",
    "SCHEMAV_CVC_ELT_3_1": "an empty value is not allowed here",
}
