"""What questions about persons may be asked for: the purposes that a municipality configured.

Somebody who asks says one of them by name. It decides which questions are allowed, which part of
an answer the asker gets, and under which processing it is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.contract import Reason
from schakel.unanswered import PurposeRefused

ALL: frozenset[str] = frozenset()
"""As the fields of a purpose: the whole answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One `[[purpose]]`, for one municipality."""

    name: str
    asks: Mapping[str, frozenset[str]]
    """By question type: the paths of the answer that are given; `ALL`: everything."""
    verwerking: str = ""
    """The processing in the municipality's register of them; empty: the asker may say it."""


Purposes = Mapping[tuple[str, str], Purpose]
"""By name and tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A reason that was found good for a question, and what it lets through."""

    reason: Reason
    fields: frozenset[str]


def allow(purposes: Purposes, *, question: str, tenant: str, reason: Reason) -> Allowed:
    """Return what the asker's purpose lets through; raises PurposeRefused."""
    purpose = purposes.get((reason.doelbinding, tenant))
    if purpose is None:
        raise PurposeRefused(
            "This municipality has no such doelbinding: say one of its [[purpose]] sections, "
            "or have it added.",
        )
    fields = purpose.asks.get(question)
    if fields is None:
        raise PurposeRefused(
            f"The doelbinding '{purpose.name}' does not cover '{question}': its [[purpose]] "
            "section says which questions it is for.",
        )
    if purpose.verwerking:
        reason = replace(reason, verwerking=purpose.verwerking)
    return Allowed(reason=reason, fields=fields)
