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
