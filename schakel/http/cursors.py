"""Where a page of a list ended, as a text that only the hub reads."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from schakel.http.problems import Problem
from schemas import FieldProblem

_INSIDE = re.compile(r"d(?P<id>[1-9][0-9]{0,18})", re.ASCII)


def cursor_after(delivery_id: int) -> str:
    return base64.urlsafe_b64encode(f"d{delivery_id}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> int | None:
    """Returns the id after which the next page starts; raises a 400 problem."""
    if text is None:
        return None
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        inside = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        inside = ""
    match = _INSIDE.fullmatch(inside)
    if match is None:
        problem = FieldProblem("after", "cursor", "Take this value from 'next', unchanged.")
        raise Problem("invalid-request", "The cursor is not one of ours.", problems=(problem,))
    return min(int(match["id"]), 2**63 - 1)


def next_link(path: str, query: Mapping[str, str], delivery_id: int) -> str:
    """The address of the next page: the same filters, after this delivery."""
    return f"{path}?{urlencode({**query, 'after': cursor_after(delivery_id)})}"
