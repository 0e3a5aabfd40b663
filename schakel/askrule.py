"""Who answers a question, as the configuration says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRule:
    """The answer of one question type for one municipality."""

    destination: str
    timeout: timedelta
    """Longest time for an answer, tries included."""
    keep: timedelta | None = None
    """How long an answer may be given again; None: it is not kept."""
    keep_for: frozenset[str] = frozenset()
    """Purposes for which answers about persons are kept."""

    def keeps(self, purpose: str | None) -> bool:
        """Say whether an answer for `purpose` is kept; None: it is about nobody."""
        return self.keep is not None and (purpose is None or purpose in self.keep_for)
