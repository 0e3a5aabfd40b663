"""The pull inbox: a destination that nothing is sent to, for a core that comes and collects.

Its deliveries wait, in order, until they are collected with GET /v1/inbox and acknowledged. No
adapter takes part: the kinds of adapters only need to know which settings it has (none).
"""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict

from schemas.messagetypes import INTERNAL, MESSAGE_TYPES


class InboxSettings(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


HANDLES: Final = frozenset(MESSAGE_TYPES) - INTERNAL
"""Whatever a core may want to collect."""
