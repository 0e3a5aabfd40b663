"""The free question: which cases have all that `gelijk` says and lie between the bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.stuf_zds.shapes import ROLES
from simulators.stuf_zds.xmlkit import child, children, is_empty, local, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from simulators.stuf_zds.state import Case, State

    Test = Callable[[Case], bool]

_PERSON = "11"
"""What stands before a BSN where a betrokkene is named by one number."""
_VALUES = (
    *("identificatie", "omschrijving", "startdatum", "registratiedatum", "einddatumGepland"),
    *("uiterlijkeEinddatum", "einddatum", "archiefnominatie", "zaakniveau"),
)


def search(state: State, body: etree._Element) -> tuple[list[Case], list[str]]:
    """Return the cases in order of their start, and the selections that are not supported."""
    tests: list[Test] = []
    unsupported: list[str] = []
    for part in children(child(body, "gelijk")):
        test = _equal(part)
        if test is None:
            unsupported.append(local(part))
        else:
            tests.append(test)
    for bound in ("vanaf", "totEnMet"):
        tests += [_bounded(part, bound) for part in children(child(body, bound))]
    found = [case for case in state.cases.values() if all(test(case) for test in tests)]
    return found, unsupported


def _equal(part: etree._Element) -> Test | None:
    name = local(part)
    if name in ROLES:
        return _has_role(name, part)
    if name in _VALUES:
        wanted = "" if is_empty(part) else text(part)
        return lambda case: case.value(name) == wanted
    if name == "isVan":
        code = text(part, "gerelateerde", "code")
        return lambda case: case.value("isVan", "gerelateerde", "code") == code
    if name == "kenmerk":
        mark = text(part, "kenmerk")
        return lambda case: any(text(k, "kenmerk") == mark for k in case.parts.get("kenmerk", ()))
    return None


def _has_role(name: str, part: etree._Element) -> Test | None:
    other = child(part, "gerelateerde")
    bsn = text(other, "natuurlijkPersoon", "inp.bsn")
    number = text(other, "identificatie")
    if not bsn and number.startswith(_PERSON):
        bsn = number.removeprefix(_PERSON)
    if not bsn:
        return None

    def test(case: Case) -> bool:
        return any(
            text(role, "gerelateerde", "natuurlijkPersoon", "inp.bsn") == bsn
            for role in case.parts.get(name, ())
        )

    return test


def _bounded(part: etree._Element, bound: str) -> Test:
    name, limit = local(part), text(part)
    if bound == "vanaf":
        return lambda case: bool(case.value(name)) and case.value(name) >= limit
    return lambda case: bool(case.value(name)) and case.value(name) <= limit
