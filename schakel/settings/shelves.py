"""Where documents beside messages are kept: a folder, or a bucket."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

_FOLDER: Final = "folder:"
_BUCKET: Final = re.compile(r"s3:([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.+?))?/?", re.ASCII)
_HOW: Final = 'Write "folder:" and a path, or "s3:" and a bucket, with a prefix if you like.'


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path


@dataclass(frozen=True, slots=True)
class Bucket:
    name: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSettings:
    where: Folder | Bucket
    limit: int
    """Largest document in bytes."""
    keep: timedelta
    """How long a document that no message refers to stays."""
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None


def read_where(url: str, *, base: Path) -> Folder | Bucket:
    """Raises `ValueError` with a sentence. A relative path starts from `base`."""
    if url.startswith(_FOLDER) and url != _FOLDER:
        return Folder((base / url.removeprefix(_FOLDER)).absolute())
    match = _BUCKET.fullmatch(url)
    if match is None:
        raise ValueError(_HOW)
    return Bucket(match[1], match[2] or "")


def check_where(url: str) -> str:
    read_where(url, base=Path())
    return url
