"""What the stages of working something out have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from adapters.zgw import stages
from adapters.zgw.downloading import Downloader
from adapters.zgw.postroom_settings import PostroomSettings
from adapters.zgw.reading import Reader
from schemas import Message

Inhoud = Mapping[str, Any]

KNOWN: Final = "zaak"
"""Reference: we opened this case, or told it."""

NOTHING_TOLD: Final = "0"
"""Value of the reference of a document that was told without the content that it is to get."""

MOST_TRIES: Final = 12
"""Some 35 minutes in all."""

_FIRST_PAUSE: Final = 5
_LONGEST_PAUSE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every stage works with."""

    reader: Reader
    downloader: Downloader
    settings: PostroomSettings


def pause(tries: int) -> timedelta:
    """Before something is looked at again, after `tries` looks."""
    return timedelta(seconds=min(_FIRST_PAUSE << tries, _LONGEST_PAUSE))


def told_mark(url: object) -> str:
    """Name of the reference that a thing was told; for a document, its value is the version."""
    return f"gemeld:{stages.digest(str(url))[:16]}"


def destination_of(message: Message) -> str:
    """The hub names the destination as the source of what it says to itself."""
    return message.source.rpartition(":")[2]


def last(url: object) -> str:
    """The part of an address that may be shown to an operator."""
    return str(url).rpartition("/")[2]
