from __future__ import annotations

import pytest

from continuity.documents.sealing import (
    BLOCK,
    SEALED_BLOCK,
    DamagedBlock,
    Seal,
    blocks_of,
    new_key,
    sealed_size,
)


def test_a_block_opens_only_at_its_own_place_of_its_own_upload() -> None:
    key = new_key()
    seal = Seal(key, "a")
    closed = seal.close(3, b"aangifte")

    assert seal.open(3, closed) == b"aangifte"
    assert b"aangifte" not in closed
    for other, number, block in [
        (seal, 2, closed),
        (Seal(key, "b"), 3, closed),
        (Seal(new_key(), "a"), 3, closed),
        (seal, 3, closed[:-1]),
        (seal, 3, bytes([closed[0] ^ 1]) + closed[1:]),
        (seal, 3, b""),
    ]:
        with pytest.raises(DamagedBlock):
            other.open(number, block)


@pytest.mark.parametrize(
    ("size", "blocks"), [(1, 1), (BLOCK - 1, 1), (BLOCK, 1), (BLOCK + 1, 2), (4_000 * BLOCK, 4_000)]
)
def test_a_content_takes_its_size_and_a_tag_for_each_block(size: int, blocks: int) -> None:
    assert blocks_of(size) == blocks
    assert sealed_size(size) == size + blocks * (SEALED_BLOCK - BLOCK)
