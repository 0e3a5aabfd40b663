"""An operator's edit: a JSON Merge Patch (RFC 7396) on the `data` of an event, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schakel.http.problems import Problem
from schemas import FieldProblem, InvalidMessage, canonical_json, parse_json, parse_message


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, section 2: null removes, an object is merged, anything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched_event(body: bytes, patch: Mapping[str, Any]) -> bytes:
    """The stored event with its data patched, valid again; raises a 422 problem when it is not.

    The envelope stays as it is: id, source, type, subject and order are the message's identity.
    """
    event = parse_json(body)
    edited = {**event, "data": merged(event["data"], patch)}
    try:
        # Also through bytes: the patch is held to the same JSON rules as a published message.
        raw = canonical_json(edited)
        parse_message(raw)
    except InvalidMessage as error:
        raise _refused(error.problems) from None
    except (ValueError, RecursionError):
        unreadable = FieldProblem("data", "invalid_json", "The patch is not clean JSON.")
        raise _refused((unreadable,)) from None
    return raw


def _refused(problems: tuple[FieldProblem, ...]) -> Problem:
    detail = "The event would be invalid with this patch; nothing was changed."
    return Problem("invalid-message", detail, problems=problems)
