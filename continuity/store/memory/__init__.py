"""The store in memory: the same promises but durability, for tests and as the readable model."""

from continuity.store.memory.store import MemoryStore

__all__ = ["MemoryStore"]
