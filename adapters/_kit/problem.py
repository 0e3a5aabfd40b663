"""Reading what a partner says is wrong: leniently, because proxies and crashes answer as well.

The forms seen: RFC 9457 problem+json, the `Fout` and `ValidatieFout` of the ZGW APIs (with
`invalidParams`), a plain JSON object of names and texts, HTML, nothing at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from adapters._kit.masking import mask_numbers

_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,400})", re.IGNORECASE)
_LONGEST_TEXT: Final = 500
_MOST_PARAMS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One refused field: its dotted name, the partner's code for it and its own words."""

    name: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What the partner said. Texts are masked and cut off; `code` is "" when there was none."""

    code: str = ""
    title: str = ""
    detail: str = ""
    params: tuple[Param, ...] = ()

    @property
    def words(self) -> str:
        """The partner's own words as one line."""
        if self.params:
            return "; ".join(f"{p.name}: {p.reason} ({p.code})" for p in self.params)
        return self.detail or self.title or "no explanation"


def read_json(body: bytes) -> Any:
    """Return the JSON value in `body`, or None when it is no JSON; deep nesting is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def read_problem(body: bytes) -> Problem:
    """Return what `body` says is wrong; never raises, whatever the body is."""
    document = read_json(body)
    if isinstance(document, dict):
        return _from_json(document)
    title = _TITLE.search(body[:20_000])
    if title:
        return Problem(title=f"HTML page: {_text(unescape(title[1].decode('utf-8', 'replace')))}")
    return Problem(title="no explanation" if not body else "an answer that is no JSON")


def _from_json(document: dict[str, Any]) -> Problem:
    listed = document.get("invalidParams")
    params = tuple(
        Param(
            name=_text(item.get("name")),
            code=_text(item.get("code")),
            reason=_text(item.get("reason")),
        )
        for item in (listed if isinstance(listed, list) else [])[:_MOST_PARAMS]
        if isinstance(item, dict)
    )
    problem = Problem(
        code=_text(document.get("code")),
        title=_text(document.get("title")),
        detail=_text(document.get("detail")),
        params=params,
    )
    if problem == Problem():
        # an answer of the form {"field": ["text", ...]}
        return Problem(params=tuple(_plain(name, document[name]) for name in list(document)[:10]))
    return problem


def _plain(name: str, value: Any) -> Param:
    words = value if isinstance(value, list) else [value]
    return Param(name=_text(name), code="", reason=" ".join(_text(word) for word in words[:10]))


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float):
        return ""
    return mask_numbers(" ".join(str(value).split()))[:_LONGEST_TEXT]
