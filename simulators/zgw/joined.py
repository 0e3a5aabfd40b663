"""The content of a large document: its parts, one after the other, on disk."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.kit import Spool


@dataclass(frozen=True, slots=True)
class Joined:
    """Equal to another when it has the same parts, as they were put the same time."""

    parts: tuple[Spool, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __bytes__(self) -> bytes:
        """All of it in memory: for a download."""
        return b"".join(piece for part in self.parts for piece in part.slices())

    async def sha256(self) -> str:
        """Read beside the event loop: 2 GB take some seconds."""
        return await asyncio.to_thread(self._sha256)

    def _sha256(self) -> str:
        digest = hashlib.sha256()
        for part in self.parts:
            for piece in part.slices():
                digest.update(piece)
        return digest.hexdigest()


Content = bytes | Joined
