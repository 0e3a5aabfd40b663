"""One contract for a folder and for a bucket (of an S3-compatible server in this process)."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer
from obstore.exceptions import GenericError

from continuity.documents import BlobGone, Blobs, BlobsFull, BlobsUnavailable, in_folder, in_s3
from tests.continuity.documents.shelf import pieces

BUCKET = "documenten"
LARGE = bytes(range(256)) * 80_000
"""More than two parts of a bucket."""


class BrokeOffError(Exception):
    pass


async def _breaking_off(content: bytes) -> AsyncIterator[bytes]:
    async for piece in pieces(content):
        yield piece
    raise BrokeOffError


async def locations(blobs: Blobs) -> list[str]:
    return [blob.location async for page in blobs.pages() for blob in page]


class BlobsContract:
    @pytest.mark.parametrize("content", [b"x", LARGE], ids=["small", "large"])
    async def test_what_is_written_is_read_by_its_range(self, blobs: Blobs, content: bytes) -> None:
        await blobs.write("ab/one", pieces(content))

        assert await blobs.size("ab/one") == len(content)
        assert await blobs.read("ab/one", start=0, length=len(content)) == content
        half = len(content) // 2
        assert await blobs.read("ab/one", start=half, length=1) == content[half : half + 1]

    async def test_what_breaks_off_leaves_nothing(self, blobs: Blobs) -> None:
        for content in (b"x", LARGE):
            with pytest.raises(BrokeOffError):
                await blobs.write("ab/one", _breaking_off(content))

        assert await locations(blobs) == []
        assert await blobs.size("ab/one") == 0

    async def test_what_is_not_there_is_gone(self, blobs: Blobs) -> None:
        await blobs.write("ab/one", pieces(b"1234"))

        for location, start in [("ab/two", 0), ("ab/one", 4), ("ab/one", 100), ("ab/one", 1)]:
            with pytest.raises(BlobGone):
                await blobs.read(location, start=start, length=4)

    async def test_a_removed_one_is_gone_and_may_be_removed_again(self, blobs: Blobs) -> None:
        await blobs.write("ab/one", pieces(b"1234"))
        await blobs.write("cd/two", pieces(b"1234"))

        await blobs.remove("ab/one")
        await blobs.remove("ab/one")

        assert await locations(blobs) == ["cd/two"]

    async def test_every_one_is_listed_with_its_moment(self, blobs: Blobs) -> None:
        before = datetime.now(UTC) - timedelta(seconds=2)
        for number in range(5):
            await blobs.write(f"ab/{number}", pieces(b"1"))

        found = [blob async for page in blobs.pages() for blob in page]

        assert sorted(blob.location for blob in found) == [f"ab/{number}" for number in range(5)]
        assert all(before <= blob.written_at for blob in found)

    async def test_a_check_leaves_nothing(self, blobs: Blobs) -> None:
        await blobs.check()

        assert await locations(blobs) == []


class TestFolder(BlobsContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> Blobs:
        return in_folder(tmp_path / "documents")

    async def test_only_the_owner_can_enter_the_folder(self, blobs: Blobs, tmp_path: Path) -> None:
        await blobs.write("ab/one", pieces(b"1"))

        assert stat.S_IMODE((tmp_path / "documents").stat().st_mode) == 0o700

    async def test_what_a_killed_process_left_is_removed_after_a_while(
        self, blobs: Blobs, tmp_path: Path
    ) -> None:
        await blobs.write("ab/one", pieces(b"1"))
        left = tmp_path / "documents" / "ab" / "two#1"
        left.write_bytes(b"half")
        now = datetime.now(UTC)

        assert await blobs.remove_unfinished(now - timedelta(hours=1)) == 0
        assert await blobs.remove_unfinished(now + timedelta(hours=1)) == 1

        assert not left.exists()
        assert await locations(blobs) == ["ab/one"]

    async def test_a_folder_that_cannot_be_made_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")

        with pytest.raises(BlobsUnavailable, match=r"cannot be used: .*Not a directory"):
            await in_folder(tmp_path / "file" / "documents").check()

    async def test_a_full_disk_is_told_as_such(
        self, blobs: Blobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The text is obstore's own, seen on a full file system."""

        async def full(*_: object, **__: object) -> None:
            raise GenericError(
                "Generic LocalFileSystem error: Unable to copy data to file: No space left on "
                "device (os error 28)\n\nDebug source: ..."
            )

        monkeypatch.setattr("continuity.documents.blobs.obstore.put_async", full)

        with pytest.raises(BlobsFull, match="no room"):
            await blobs.write("ab/one", pieces(b"1"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class TestBucket(BlobsContract):
    @pytest.fixture
    async def blobs(self, server: str) -> AsyncIterator[Blobs]:
        await _http("PUT", f"{server}/{BUCKET}")
        yield _bucket(server)
        await _http("POST", f"{server}/moto-api/reset")

    async def test_a_server_that_is_away_is_told(self) -> None:
        away = in_s3(
            BUCKET,
            endpoint="http://127.0.0.1:9",
            access_key_id="a",
            secret_access_key="b",
            retries=0,
        )

        with pytest.raises(BlobsUnavailable, match=BUCKET):
            await away.check()

    async def test_a_bucket_that_is_gone_is_away_and_not_without_documents(
        self, server: str
    ) -> None:
        """Seen failing: every document would be gone for good."""
        with pytest.raises(BlobsUnavailable, match="name right"):
            await _bucket(server).read("ab/one", start=0, length=1)

    async def test_a_prefix_keeps_others_out_of_sight(self, blobs: Blobs, server: str) -> None:
        await blobs.write("ab/one", pieces(b"1"))
        await _bucket(server, prefix="elders").write("cd/two", pieces(b"1"))

        assert await locations(_bucket(server, prefix="elders")) == ["cd/two"]


def _bucket(server: str, *, prefix: str = "hub") -> Blobs:
    return in_s3(
        BUCKET,
        prefix=prefix,
        endpoint=server,
        access_key_id="test",
        secret_access_key="test",
    )


async def _http(method: str, url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.request(method, url)).raise_for_status()
