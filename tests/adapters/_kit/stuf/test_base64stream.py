"""A document streams into its envelope, and the whole is what it would have been at once."""

from base64 import b64encode
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit.stuf.base64stream import MARKER, encoded_length, pieces, split, total_length

ENVELOPE = f"<a><inhoud>{MARKER}</inhoud></a>".encode()


class Cut:
    """Content that comes in pieces of the sizes that a test says."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts

    size = 0
    sha256 = ""
    media_type = "application/pdf"

    async def read(self, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part


@given(st.lists(st.binary(max_size=20)))
async def test_any_cut_gives_the_same_bytes_and_the_promised_length(parts: list[bytes]) -> None:
    whole = b"".join(parts)

    sent = b"".join([piece async for piece in pieces(ENVELOPE, Cut(*parts))])

    assert sent == b"<a><inhoud>" + b64encode(whole) + b"</inhoud></a>"
    assert len(sent) == total_length(ENVELOPE, len(whole))
    assert encoded_length(len(whole)) == len(b64encode(whole))


async def test_no_more_than_a_piece_is_in_memory() -> None:
    largest = 0
    async for piece in pieces(ENVELOPE, Cut(*([b"x" * 3000] * 100))):
        largest = max(largest, len(piece))

    assert largest == 4000


@pytest.mark.parametrize("envelope", [b"<a/>", ENVELOPE + MARKER.encode()])
def test_an_envelope_without_one_place_for_the_content_is_a_bug(envelope: bytes) -> None:
    with pytest.raises(ValueError, match="single place"):
        split(envelope)
