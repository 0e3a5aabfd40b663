"""The headers by which a gateway learns who asks, and why: templates, filled for each question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.contract import Question

NAMES: Final = frozenset(
    {"doelbinding", "verwerking", "gebruiker", "oin", "gemeente", "correlatie"}
)
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)
_LONGEST: Final = 242
"""Characters of a value: what the gateways that say so take at most."""
_NOT_SENT: Final = re.compile(r"[^\x20-\x7e]")


def broken_template(name: str, template: str) -> str | None:
    """Return what is wrong with a header of the configuration; None: nothing."""
    if not _HEADER.fullmatch(name):
        return "A header's name has letters, digits and hyphens only."
    if name.lower() in {"authorization", "content-type", "content-length", "host", "accept"}:
        return "This header is the hub's own; use api_key or oauth for credentials."
    strangers = sorted(set(_PLACE.findall(template)) - NAMES)
    if strangers:
        return (
            f"'{strangers[0]}' is not known; between braces may stand {', '.join(sorted(NAMES))}."
        )
    if _NOT_SENT.search(template):
        return "A header holds plain ASCII only."
    return None


def filled(
    templates: Mapping[str, str], question: Question | None, *, oin: str, correlation: str
) -> dict[str, str]:
    """Return the headers of one call; those that come out empty are left out.

    Characters that a header cannot hold become `?`; a value is cut at 242 characters.
    """
    reason = question.reason if question else None
    values = {
        "doelbinding": reason.doelbinding if reason else "",
        "verwerking": reason.verwerking if reason else "",
        "gebruiker": reason.gebruiker if reason else "",
        "oin": oin,
        "gemeente": question.tenant if question else "",
        "correlatie": correlation,
    }
    made = {
        name: _NOT_SENT.sub("?", _PLACE.sub(lambda place: values[place[1]], template))[:_LONGEST]
        for name, template in templates.items()
    }
    return {name: value for name, value in made.items() if value.strip()}
