"""The server's HTTP/1.1 protocol, with a limit on the size of a request's head.

httptools sets none: a caller that never ends its headers would fill the memory.
"""

from __future__ import annotations

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT: Final = 64 * 1024
"""Bytes of request line and headers together."""

_TOO_LARGE: Final = (
    b'{"status":431,"title":"The headers are too large",'
    b'"type":"urn:nld:schakel:problem:headers-too-large"}'
)
_ANSWER: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: application/problem+json\r\n"
    b"connection: close\r\n"
    b"content-length: %d\r\n\r\n%b"
) % (len(_TOO_LARGE), _TOO_LARGE)


class LimitedHeadProtocol(HttpToolsProtocol):
    """Counts what arrives while a head is incomplete, in steps of what the socket gives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = False
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.write(_ANSWER)
            self.transport.close()

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
