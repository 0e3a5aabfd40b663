"""Documents inside an answer that is still coming in, however it is cut into parts."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._kit.sending import Answer, TooLong
from adapters._kit.stuf.contents import LONG, Damaged, content_of, cut_out, place_of
from adapters._kit.stuf.contentstream import Contents, answer_reader, taken_out
from schemas.xml import parse_xml
from tests.adapters._kit.stuf.test_mtom import CONTENT, KIND, message

SHORT = b"kort"
LARGE = bytes(range(256)) * 1000
OTHER = b"anders" * 20_000


def answer(*contents: bytes, ends: str = "") -> bytes:
    texts = []
    for content in contents:
        text = base64.b64encode(content).decode()
        lines = (text[start : start + 76] for start in range(0, len(text), 76))
        texts.append(f'<z:inhoud s:naam="a &gt; b">{ends.join(lines)}</z:inhoud>')
    return f'<a xmlns:z="urn:z" xmlns:s="urn:s"><b/>{"<c/>".join(texts)}<d>e</d></a>'.encode()


@dataclass
class Taken:
    found: list[bytes] = field(default_factory=list)

    async def take(self, content: AsyncIterator[bytes]) -> None:
        self.found.append(b"".join([piece async for piece in content]))


def parts_of(body: bytes, length: int) -> Iterator[bytes]:
    return (body[start : start + length] for start in range(0, len(body), length))


async def read(
    parts: Iterable[bytes],
    contents: Contents,
    *,
    most_xml: int = 10_000,
    content_type: str = "text/xml",
    pause: float = 0,
    seconds: float = 60,
) -> bytes:
    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            if pause:
                await asyncio.sleep(pause)
            yield part

    headers = {"Content-Type": content_type}
    response = httpx.Response(200, headers=headers, content=stream())
    async with asyncio.timeout(seconds) as limit:
        return await answer_reader(contents, limit, most_xml=most_xml, silence=seconds)(response)


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=200, max_value=LONG + 10), st.sampled_from(["", "\n", "&#13;\n"]))
async def test_every_long_content_is_taken_and_a_mark_stands_there(length: int, ends: str) -> None:
    body = answer(SHORT, LARGE, b"", OTHER, ends=ends)
    taken, most = Taken(), 10_000
    start = body.index(b"inhoud")
    parts = [*parts_of(body[: start + 300], length % 7 + 1), *parts_of(body[start + 300 :], length)]
    whole = await read(parts, Contents(take=taken.take), most_xml=most)
    assert taken.found == [LARGE, OTHER]
    document = parse_xml(whole)
    inhouden = list(document.iter("{urn:z}inhoud"))
    assert [place_of(one) for one in inhouden] == [None, 0, None, 1]
    assert b"".join(content_of(inhouden[0], cut_out(b"")).decoded()) == SHORT
    assert document[-1].text == "e"


async def test_what_nobody_takes_is_skipped() -> None:
    async def a_little(content: AsyncIterator[bytes]) -> None:
        async for _ in content:
            return

    whole = await read(parts_of(answer(LARGE, OTHER), 1000), Contents(take=a_little))
    assert len(whole) < 300
    assert parse_xml(whole)[-1].text == "e"


async def test_a_content_that_is_no_base64_is_damaged() -> None:
    body = answer(LARGE).replace(b"AAEC", b"A*EC", 1)
    with pytest.raises(Damaged):
        await read(parts_of(body, 1000), Contents(take=Taken().take))


@pytest.mark.parametrize("missing", [5000, 5001])
async def test_an_answer_that_ends_inside_a_content_is_broken_off(missing: int) -> None:
    body = answer(LARGE)[:-missing]
    with pytest.raises(httpx.RemoteProtocolError):
        await read(parts_of(body, 1000), Contents(take=Taken().take))


@pytest.mark.parametrize("text", [b"<b/>" * 3000, b"<inhoud>" + b"<b/>" * 3000])
async def test_more_xml_than_may_be_read_ends_the_call(text: bytes) -> None:
    with pytest.raises(TooLong) as caught:
        await read(parts_of(text, 1000), Contents())
    assert caught.value.most == 10_000


async def test_more_content_than_may_be_read_ends_the_call() -> None:
    with pytest.raises(TooLong) as caught:
        await read(parts_of(answer(OTHER, LARGE), 1000), Contents(most=len(LARGE)))
    assert caught.value.most == len(LARGE)


async def test_a_long_content_has_the_time_that_it_takes_and_the_rest_has_not() -> None:
    slow = parts_of(answer(LARGE), LONG)
    taken = Taken()
    await read(slow, Contents(take=taken.take), pause=0.08, seconds=0.2)  # six parts
    assert taken.found == [LARGE]
    with pytest.raises(TimeoutError):
        await read(parts_of(b"<a>" + b" " * 5000, 500), Contents(), pause=0.08, seconds=0.2)


async def test_a_silence_within_a_content_ends_the_call() -> None:
    with pytest.raises(TimeoutError):
        await read(parts_of(answer(LARGE), LONG * 3), Contents(), pause=0.3, seconds=0.2)


async def test_a_taker_has_a_time_of_its_own() -> None:
    async def slowly(content: AsyncIterator[bytes]) -> None:
        async for _ in content:
            await asyncio.sleep(0.3)

    parts = parts_of(answer(OTHER), LONG * 2)
    assert await read(parts, Contents(take=slowly), seconds=0.2)


async def test_the_parts_of_an_mtom_answer_are_taken_too() -> None:
    body, taken = message(), Taken()
    whole = await read(parts_of(body, 50), Contents(), content_type=KIND)
    assert whole == body
    headers = httpx.Headers({"Content-Type": KIND})
    raw = Answer(method="POST", host="x", status=200, headers=headers, body=whole)
    opened = await taken_out(raw, Contents(take=taken.take))
    assert hashlib.sha256(taken.found[0]).digest() == hashlib.sha256(CONTENT).digest()
    assert opened.headers["Content-Type"] == 'application/soap+xml; action="urn:doe"'
    assert place_of(parse_xml(opened.body)) == 0


async def test_an_mtom_answer_is_held_to_the_size_of_all_of_it() -> None:
    with pytest.raises(TooLong):
        await read([b"x" * 6_000] * 2, Contents(most=100), content_type=KIND)


async def test_an_mtom_answer_that_does_not_hang_together_stays_as_it_is() -> None:
    headers = httpx.Headers({"Content-Type": KIND})
    raw = Answer(method="POST", host="x", status=200, headers=headers, body=b"--grens--")
    assert await taken_out(raw, Contents()) is raw
