"""Taking a multipart/form-data body in pieces (RFC 7578), so that a large file is never in memory.

The file is kept on disk as soon as it is larger than what one has in memory without thinking.
"""

from __future__ import annotations

import re
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IN_MEMORY = 1_048_576
_LONGEST_HEAD = 8_192
_LONGEST_FIELD = 8_192
_SLICE = 262_144
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(rb'name="([^"]*)"')


class Spool:
    """Bytes that are written once, from begin to end, and read any number of times after that."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed in __del__
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __del__(self) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._size += len(piece)

    def slices(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(_SLICE):
            yield piece


class Form:
    """A form that comes in; complete after the last piece. Implements `Sink`.

    `file_field` is the name of the field that may be large: it becomes `file`.
    """

    def __init__(self, boundary: str, file_field: str) -> None:
        self._mark = b"\r\n--" + boundary.encode()
        self._file_field = file_field
        self._rest = b"\r\n"
        self._in_head = False
        self._name: str | None = None
        self.fields: dict[str, bytes] = {}
        self.file: Spool | None = None

    def feed(self, piece: bytes) -> None:
        self._rest += piece
        while self._step():
            pass

    def _step(self) -> bool:
        """Takes as much of the rest as can be understood; False when more must come first."""
        if self._in_head:
            return self._read_head()
        where = self._rest.find(self._mark)
        if where < 0:
            sure = max(0, len(self._rest) - len(self._mark))
            self._take(self._rest[:sure])
            self._rest = self._rest[sure:]
            return False
        self._take(self._rest[:where])
        self._rest = self._rest[where + len(self._mark) :]
        self._in_head = True
        self._name = None
        return True

    def _read_head(self) -> bool:
        """The lines above a field; after the last field there are two hyphens in their place."""
        head, found, rest = self._rest.partition(b"\r\n\r\n")
        if not found:
            self._rest = self._rest[:_LONGEST_HEAD]
            return False
        self._rest = rest
        self._in_head = False
        name = _NAME.search(head)
        self._name = name[1].decode("utf-8", "replace") if name else None
        if self._name == self._file_field:
            self.file = Spool()
        elif self._name is not None:
            self.fields[self._name] = b""
        return True

    def _take(self, content: bytes) -> None:
        if self._name == self._file_field and self.file is not None:
            self.file.write(content)
        elif self._name is not None:
            self.fields[self._name] = (self.fields[self._name] + content)[:_LONGEST_FIELD]


def form_for(headers: Mapping[str, str], file_field: str) -> Form | None:
    """Return a form for a body of this Content-Type; None when it is no form with a boundary."""
    content_type = headers.get("Content-Type", "")
    mark = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or mark is None:
        return None
    return Form(mark[1], file_field)
