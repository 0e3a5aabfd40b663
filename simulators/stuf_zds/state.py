"""What the zaaksysteem remembers: cases, documents, besluiten, numbers, messages answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from simulators.stuf_zds.shapes import ROLES
from simulators.stuf_zds.xmlkit import child, copies, text

if TYPE_CHECKING:
    from datetime import datetime

    from lxml import etree

    from simulators.kit import Answer, SettableClock
    from simulators.stuf_zds.habits import Habits

Parts: TypeAlias = "dict[str, list[etree._Element]]"  # noqa: SLF001 - lxml names its type so
"""Cleaned elements by local name, as they were received."""


@dataclass(slots=True, kw_only=True)
class Status:
    """One status of a case; `moment` is as it was sent."""

    element: etree._Element
    moment: str
    own: bool = False  # set here, not by a message

    @property
    def name(self) -> str:
        return text(self.element, "gerelateerde", "omschrijving")


@dataclass(slots=True, kw_only=True)
class Case:
    number: str
    parts: Parts
    statuses: list[Status] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    own: bool = False  # started here, not by a message
    closed: bool = False
    handover: str = ""  # what the other side said about taking it over

    def value(self, *path: str) -> str:
        first = next(iter(self.parts.get(path[0], ())), None)
        return text(first, *path[1:])

    @property
    def latest(self) -> Status | None:
        """The status with the latest moment; of equal moments the one that came last."""
        ordered = sorted(self.statuses, key=lambda status: status.moment.ljust(17, "0"))
        return ordered[-1] if ordered else None

    def persons(self) -> set[str]:
        """Every BSN that has a role in the case."""
        roles = [role for name in ROLES for role in self.parts.get(name, ())]
        found = {
            text(child(role, "gerelateerde"), "natuurlijkPersoon", "inp.bsn") for role in roles
        }
        return found - {""}


@dataclass(slots=True, kw_only=True)
class Version:
    parts: Parts
    content: bytes | None = None
    filename: str = ""
    media: str = ""


@dataclass(slots=True, kw_only=True)
class Document:
    number: str
    versions: list[Version]
    cases: list[str] = field(default_factory=list)
    own: bool = False  # made here, not by a message
    checkout: str = ""
    checkout_by: str = ""

    @property
    def now(self) -> Version:
        return self.versions[-1]


@dataclass(slots=True, kw_only=True)
class Decision:
    number: str
    parts: Parts
    case: str = ""


@dataclass(slots=True)
class State:
    """Everything that a reset forgets."""

    clock: SettableClock
    cases: dict[str, Case] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)
    answered: dict[tuple[str, str, str], tuple[str, Answer]] = field(default_factory=dict)
    last_moment: dict[tuple[str, str], str] = field(default_factory=dict)
    handovers: dict[str, str] = field(default_factory=dict)  # referentienummer -> case
    waiting: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str, template: str, habits: Habits) -> str:
        """Hand out the next free number; it is reserved from then on."""
        known = (self.reserved, self.cases, self.documents, self.decisions)
        while True:
            self.counters[kind] = self.counters.get(kind, 0) + 1
            number = template.format(
                organisation=habits.own_organisation,
                year=self.clock.now().year,
                number=self.counters[kind],
            )
            if not any(number in numbers for numbers in known):
                self.reserved.add(number)
                return number

    def reference(self, habits: Habits) -> str:
        """The referentienummer of an own message: unique, and not random."""
        self.counters["reference"] = self.counters.get("reference", 0) + 1
        number = f"{habits.own_name[:12]}-{self.counters['reference']:012d}"
        return number.ljust(64, "x") if habits.long_references else number


def copy_parts(parts: Parts) -> Parts:
    return {name: copies(elements) for name, elements in parts.items()}


def in_order(parts: Parts, names: Sequence[str]) -> list[etree._Element]:
    """Copies of all parts, in the order of the standard."""
    return [element for name in names for element in copies(parts.get(name, ()))]
