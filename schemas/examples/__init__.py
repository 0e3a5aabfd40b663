"""A valid example of every message type, and the story that the demo tells.

All persons are invented; the BSNs are official test numbers that belong to nobody.
"""

from schemas.examples.households import household_messages
from schemas.examples.loading import example_types, load

__all__ = ["example_types", "household_messages", "load"]
