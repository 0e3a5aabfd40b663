"""Why a question got no answer: the few outcomes that a caller can act on.

`code` names the problem in every entrance (HTTP, AMQP); `members` are what goes beside its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from schemas import FieldProblem


class AskError(Exception):
    """Base of these outcomes. `detail` is a sentence without personal data."""

    code: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The broken rules, where the question itself was wrong."""
        return ()

    def members(self) -> Mapping[str, Any]:
        """What a program may act on, as JSON values."""
        return {}


class UnknownQuestion(AskError):
    """Nobody answers this type for this municipality: the type or the configuration is wrong."""

    code = "unknown-question"


class InvalidQuestion(AskError):
    """The question breaks a rule: asking it unchanged is pointless."""

    code = "invalid-question"

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("The question breaks a rule; nothing was asked. See 'problems'.")
        self._problems = problems

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        return self._problems


class PurposeRefused(AskError):
    """No purpose of the municipality covers this question: nothing was asked."""

    code = "purpose-refused"


class Refused(AskError):
    """The system answered that it does not answer this; `reason` is its own code."""

    code = "question-refused"

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason

    def members(self) -> Mapping[str, Any]:
        return {"reason": self.reason}


class Unavailable(AskError):
    """The system cannot be asked now; nothing was changed there. Never shown as an empty answer."""

    code = "unavailable"

    def __init__(
        self,
        detail: str,
        *,
        since: datetime,
        expected_probe: datetime | None = None,
        destination: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.since = since
        """Since when it has not answered; aware, UTC."""
        self.expected_probe = expected_probe
        """When the hub looks again; None: with the next question."""
        self.destination = destination

    def members(self) -> Mapping[str, Any]:
        probe = self.expected_probe
        return {
            "since": self.since.isoformat(),
            "expectedProbe": probe and probe.isoformat(),
            "destination": self.destination,
        }


class OutcomeUnknown(AskError):
    """The question may have changed something and no clear answer came: a person must look."""

    code = "outcome-unknown"
