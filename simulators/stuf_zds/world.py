"""What every operation is given: state, habits, journal, and the message that it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

    from simulators.kit import Journal, SettableClock
    from simulators.stuf_zds.checks import Header
    from simulators.stuf_zds.habits import Habits
    from simulators.stuf_zds.operations import Operation
    from simulators.stuf_zds.state import State


@dataclass(slots=True, kw_only=True)
class World:
    state: State
    habits: Habits
    clock: SettableClock
    journal: Journal
    base_url: str

    def committed(self, call: Call, kind: str, case: str | None, **key: Any) -> None:
        """Write in the journal what has really been done."""
        self.journal.committed(kind, request=call.request, case=case, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One message, read and checked. `contents` are the documents that were lifted out of it."""

    request: int
    operation: Operation
    header: Header
    body: etree._Element
    contents: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """The prefix of the message's own elements in an answer: ZDS for 1.2, ZKN for 1.1."""
        return "ZDS" if self.operation.profile == "1.2" else "ZKN"
