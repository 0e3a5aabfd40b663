"""Reading the bodies that external systems send, all of them together within one measure."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from starlette.requests import Request

from schakel.receiving import NoRoom


class Room:
    """Counts the bytes of all bodies that are held at the same time."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        """Raises `NoRoom`, and then takes nothing."""
        if size > self._left:
            raise NoRoom
        self._left -= size

    def give_back(self, size: int) -> None:
        self._left += size

    @property
    def left(self) -> int:
        return self._left


class IncomingBody:
    """The body of one request, which has its bytes of the room until the request is answered.

    They are counted as they come in: what a caller announces and does not send is in nobody's way.
    """

    def __init__(self, request: Request, room: Room) -> None:
        self._request = request
        self._room = room
        self._held = 0
        self.ended = request.headers.get("content-length", "0") == "0" and (
            "transfer-encoding" not in request.headers
        )
        """Nothing of it is still to come."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._room.give_back(self._held)
        self._held = 0

    async def read(self) -> bytes:
        """All of it, once. Raises `NoRoom`, the edge's refusals and `ClientDisconnect`."""
        pieces: list[bytes] = []
        async for piece in self._request.stream():
            self._room.take(len(piece))
            self._held += len(piece)
            pieces.append(piece)
        self.ended = True
        return b"".join(pieces)
