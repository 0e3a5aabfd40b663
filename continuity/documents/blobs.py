"""Where the content of documents lies: a folder, or a bucket of an S3-compatible store (obstore).

A blob appears whole or not at all, under a location that is used once. Memory is bounded by a few
parts per upload, whatever the size.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from continuity.documents.errors import BlobGone, BlobsFull, BlobsUnavailable

_PART_IN_FOLDER: Final = 1 << 20
_PART_IN_BUCKET: Final = 5 << 20
"""A bucket takes at most 10,000 parts of one upload, each but the last of at least 5 MiB."""
_PAGE: Final = 500
_RETRY_FOR: Final = timedelta(seconds=20)
_NO_BUCKET: Final = "NoSuchBucket"
_NO_ROOM: Final = ("os error 28", "os error 122")  # ENOSPC, EDQUOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    location: str
    written_at: datetime


class Blobs:
    """One folder or bucket. Opens nothing before it is used."""

    def __init__(
        self, connect: Callable[[], ObjectStore], *, name: str, part: int, folder: Path | None
    ) -> None:
        """`name` is for texts. `folder` is set when the blobs are files on this machine."""
        self._connect = connect
        self._name = name
        self.blocks_at_once: Final = 1 if folder else 4
        """How much to read at once: a call to a bucket takes long, and memory is dear."""
        self._part = part
        self._under_way: Final = 2 if folder else 1
        self.upload_memory: Final = part * (self._under_way + 1)
        """Bytes that one `write` has in memory at most: parts under way, and the next one."""
        self._folder = folder

    @cached_property
    def _store(self) -> ObjectStore:
        return self._connect()

    async def write(self, location: str, content: AsyncIterator[bytes]) -> None:
        """Keeps all of `content`, durably; what `content` raises comes out, and nothing is kept."""
        with self._failures():
            await obstore.put_async(
                self._store,
                location,
                content,
                chunk_size=self._part,
                max_concurrency=self._under_way,
            )
            if self._folder is not None:
                await asyncio.to_thread(_sync, self._folder / location)

    async def read(self, location: str, *, start: int, length: int) -> memoryview:
        """Exactly these bytes; raises `BlobGone` when they are not there and others are."""
        with self._failures():
            try:
                found = await obstore.get_range_async(
                    self._store, location, start=start, length=length
                )
            except FileNotFoundError as error:
                if _NO_BUCKET in str(error) or await asyncio.to_thread(_is_bare, self._folder):
                    raise BlobsUnavailable(
                        f"{self._name} is not there, or has nothing in it at all: is its disk "
                        "mounted, and its name right?"
                    ) from error
                raise BlobGone from error
            except BaseError as error:
                if await self._size(location) < start + length:
                    raise BlobGone from error
                raise
        if len(found) < length:
            raise BlobGone
        return memoryview(found)

    async def size(self, location: str) -> int:
        """Bytes at this location; 0 when there is nothing."""
        with self._failures():
            return await self._size(location)

    async def remove(self, location: str) -> None:
        """Also when there is nothing."""
        with self._failures():
            try:
                await obstore.delete_async(self._store, location)
            except FileNotFoundError:
                return

    async def pages(self) -> AsyncIterator[list[Blob]]:
        """Every blob, some hundreds at a time."""
        with self._failures():
            async for page in obstore.list(self._store, chunk_size=_PAGE):
                yield [Blob(location=one["path"], written_at=one["last_modified"]) for one in page]

    async def remove_unfinished(self, before: datetime) -> int:
        """Removes what uploads left that broke off with the process; returns how many.

        Only for a folder: a bucket has a rule of its own for that (AbortIncompleteMultipartUpload).
        """
        if self._folder is None:
            return 0
        with self._failures():
            return await asyncio.to_thread(_remove_unfinished, self._folder, before)

    async def check(self) -> None:
        """Raises `BlobsUnavailable` when the folder or bucket cannot be reached."""
        with self._failures():
            await self._size("check")

    async def _size(self, location: str) -> int:
        try:
            return (await obstore.head_async(self._store, location))["size"]
        except FileNotFoundError:
            return 0

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            if any(mark in str(error) for mark in _NO_ROOM):
                raise BlobsFull(f"{self._name} has no room for documents.") from error
            raise BlobsUnavailable(f"{self._name} cannot be used: {reason}") from error


def in_folder(folder: Path) -> Blobs:
    """Made when it is first used, readable by its owner only."""

    def connect() -> LocalStore:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)

    return Blobs(connect, name=f"The folder {folder}", part=_PART_IN_FOLDER, folder=folder)


def in_s3(
    bucket: str,
    *,
    prefix: str = "",
    endpoint: str | None = None,
    region: str = "us-east-1",
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
    retries: int = 5,
) -> Blobs:
    """A bucket; without keys of its own as the environment says (AWS_..., instance role)."""
    config = {
        "region": region,
        "endpoint": endpoint,
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
    }
    connect = partial(
        S3Store,
        bucket,
        prefix=prefix or None,
        config={name: value for name, value in config.items() if value is not None},  # type: ignore[arg-type]  # a TypedDict of the same names
        client_options={"allow_http": (endpoint or "").startswith("http://")},
        retry_config={"max_retries": retries, "retry_timeout": _RETRY_FOR},
    )
    return Blobs(connect, name=f"The bucket {bucket}", part=_PART_IN_BUCKET, folder=None)


def _is_bare(folder: Path | None) -> bool:
    """As where a disk should be mounted: what was written once leaves its own folder at least."""
    return folder is not None and next(folder.glob("*"), None) is None


def _sync(path: Path) -> None:
    """Waits for the disk: the file, its name, and the name of its folder."""
    for one in (path, path.parent, path.parent.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _remove_unfinished(folder: Path, before: datetime) -> int:
    """Obstore writes a blob into a file whose name ends in # and a number, then renames it."""
    removed = 0
    for path in folder.glob("*/*#*"):
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if written_at < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
