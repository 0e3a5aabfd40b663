from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import HTTP

import pytest

from adapters._kit import Answer, Form, HttpSettings, make_client, upload
from adapters.contract import DocumentError, UncertainError
from tests.conformance.documents import MemoryContent

CONTENT = MemoryContent(bytes(range(256)) * 8_000, piece=100_000)
Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def form(content: MemoryContent = CONTENT, *, start: int = 0, name: str = "a.pdf") -> Form:
    return Form(
        fields={"lock": "0123", "volgnummer": "1"},
        file_field="inhoud",
        file_name=name,
        content=content,
        start=start,
        length=content.size - start,
    )


@asynccontextmanager
async def listening(handle: Handle) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/deel"
    finally:
        server.close()


async def send(url: str, sent: Form, *, silence: float = 5.0, seconds: float = 5.0) -> Answer:
    client = make_client(HttpSettings(connect_timeout=2.0, read_timeout=5.0), tls=False)
    try:
        return await upload(
            client,
            "PUT",
            url,
            sent,
            headers={"Authorization": "Bearer x"},
            silence=silence,
            seconds=seconds,
            max_answer_bytes=10_000,
        )
    finally:
        await client.aclose()


async def _whole_body(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return head, await reader.readexactly(int(lengths[0].split(b":")[1]))


async def test_a_form_arrives_as_others_read_it() -> None:
    got: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, body = await _whole_body(reader)
        got.extend([head, body])
        writer.write(DONE)

    async with listening(handle) as url:
        answer = await send(url, form(start=1_000, name='bouw"tekening\r\n.pdf'))

    assert (answer.status, answer.body) == (200, b"{}")
    head, body = got
    assert b"transfer-encoding" not in head.lower()
    kind = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-type"))
    parts = message_from_bytes(kind + b"\r\n\r\n" + body, policy=HTTP).get_payload()
    assert [part.get_param("name", header="content-disposition") for part in parts] == [  # type: ignore[union-attr]  # a multipart
        "lock",
        "volgnummer",
        "inhoud",
    ]
    assert parts[2].get_filename() == "bouw_tekening__.pdf"  # type: ignore[index, union-attr]  # a multipart
    assert CONTENT.content[1_000:] in body


async def test_a_long_upload_is_not_ended_while_pieces_are_taken() -> None:
    """Seen failing with a limit on the whole call."""
    large = MemoryContent(bytes(24_000_000), piece=100_000)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = 0
        await reader.readuntil(b"\r\n\r\n")
        while taken < form(large).size:
            taken += len(await reader.read(65_536))
            await asyncio.sleep(0.01)
        writer.write(DONE)

    async with listening(handle) as url:
        began = asyncio.get_running_loop().time()
        answer = await send(url, form(large), silence=1.0, seconds=10.0)
        took = asyncio.get_running_loop().time() - began

    assert answer.status == 200
    assert took > 1.0


async def test_an_upload_of_which_nothing_is_taken_is_ended() -> None:
    stop = asyncio.Event()
    large = MemoryContent(bytes(40_000_000))

    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await stop.wait()

    async with listening(handle) as url:
        with pytest.raises(UncertainError, match="did not answer in time to a PUT"):
            await send(url, form(large), silence=0.2)
        stop.set()


async def test_an_answer_that_does_not_come_is_not_waited_for_any_longer() -> None:
    stop = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await _whole_body(reader)
        await stop.wait()

    async with listening(handle) as url:
        with pytest.raises(UncertainError):
            await send(url, form(), seconds=0.2)
        stop.set()


async def test_content_that_cannot_be_read_is_said_so() -> None:
    """Not that the connection broke, which it did because of that."""
    broken = DocumentError("document:damaged", "Block 1 was changed.")
    content = MemoryContent(bytes(3_000_000), breaks_at=1_000_000, error=broken)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass

    async with listening(handle) as url:
        with pytest.raises(DocumentError, match="Block 1"):
            await send(url, form(content))


async def test_an_early_refusal_is_read() -> None:
    refusal = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnee!"

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(refusal)
        await writer.drain()
        while await reader.read(65_536):
            pass

    async with listening(handle) as url:
        answer = await send(url, form())

    assert (answer.status, answer.body) == (400, b"nee!")


def test_a_form_shows_neither_lock_nor_name() -> None:
    assert "0123" not in repr(form(name="aangifte-999993653.pdf"))
    assert "999993653" not in repr(form(name="aangifte-999993653.pdf"))
