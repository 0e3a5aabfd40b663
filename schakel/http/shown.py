"""An event as a person may see it: no BSN, no document content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from schakel.telemetry.masking import MASK, mask_text
from schemas import Bsn, InvalidMessage, Message, Rsin, parse_json, parse_message

LONGEST_TEXT: Final = 2_000
"""Longer texts are documents: only their length is shown."""
CONTENT: Final = frozenset({"inhoud", "tekst"})
"""Names of texts that are for a citizen or of a document: only their length is shown."""


def shown_event(body: bytes) -> dict[str, Any]:
    """The event with every BSN masked, in free text too.

    An RSIN has the form of a BSN. Those that the message's own model knows to be an RSIN stay
    readable; when the model cannot read the event, everything of that form is masked.
    """
    event = parse_json(body)
    try:
        rsins = _rsins(parse_message(event))
    except InvalidMessage:
        rsins = frozenset()
    shown: dict[str, Any] = _shown(event, rsins)
    return shown


def shown_changes(diff: bytes, original: bytes) -> list[dict[str, Any]]:
    """The changes of an edit, masked as the event itself is."""
    try:
        rsins = _rsins(parse_message(parse_json(original)))
    except InvalidMessage:
        rsins = frozenset()
    return [_shown_change(change, rsins) for change in parse_json(diff)]


def _shown_change(change: dict[str, Any], rsins: frozenset[str]) -> dict[str, Any]:
    path = change["path"]
    shown = {"op": change["op"], "path": mask_text(path)}
    for side in {"old", "new"} & change.keys():
        shown[side] = _named(path.rpartition("/")[2], change[side], rsins)
    return shown


def _rsins(message: Message) -> frozenset[str]:
    found = list(_identifiers(message.data))
    persons = {one.reveal() for one in found if isinstance(one, Bsn)}
    return frozenset(str(one) for one in found if isinstance(one, Rsin)) - persons


def _identifiers(value: Any) -> Iterator[Bsn | Rsin]:
    if isinstance(value, Bsn | Rsin):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _identifiers(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _identifiers(item)


def _named(name: str, value: Any, rsins: frozenset[str]) -> Any:
    if name == "bsn":
        return MASK
    if name in CONTENT and isinstance(value, str):
        return _length_of(value)
    return _shown(value, rsins)


def _length_of(text: str) -> str:
    return f"({len(text)} characters, not shown)"


def _shown(value: Any, rsins: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {mask_text(name): _named(name, item, rsins) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(item, rsins) for item in value]
    if not isinstance(value, str) or value in rsins:
        return value
    if len(value) > LONGEST_TEXT:
        return _length_of(value)
    return mask_text(value)
