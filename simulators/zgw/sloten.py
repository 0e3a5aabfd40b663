"""Locks on documents, and the parts of large files that are put while a document is locked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulators.zgw.documenten import CHANGE, check_lock, require, visible_document
from simulators.zgw.documentregels import PARTS, PATH, drop_parts, size_problem
from simulators.zgw.problems import WHOLE, Refusal, invalid, not_found
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

_LOCK = frozenset({"documenten.lock"})
_FORCE = frozenset({"documenten.geforceerd-unlock"})


def lock(world: World, call: Call) -> Reply:
    """Lock a document (200 with the value); a locked one is 400 `existing-lock`."""
    record = visible_document(world, call)
    require(call, record, _LOCK)
    if record.own["lock"]:
        raise invalid(WHOLE, "existing-lock", "Het document is al geblokkeerd")
    record.own["lock"] = world.store.new_hex()
    world.store[PATH].update(record, {"locked": True})
    return Reply(body={"lock": record.own["lock"]})


def unlock(world: World, call: Call) -> Reply:
    """Unlock (204) and join the parts of a large file.

    A caller with the right to force succeeds also without the value, and while parts are missing:
    then the upload is thrown away (measured on Open Zaak).
    """
    record = visible_document(world, call)
    given = call.document().get("lock")
    body = record.body
    level = body["vertrouwelijkheidaanduiding"]
    force = call.client.may("drc", _FORCE, body["informatieobjecttype"], level)
    if not force:
        require(call, record, _LOCK)
    if not record.own["lock"]:
        raise invalid(WHOLE, "unlocked", "Het document is niet geblokkeerd.")
    if given or not force:
        check_lock(record, given)
    parts: list[Record] = record.own["parts"]
    missing = any(not part.body["voltooid"] for part in parts)
    if missing and not force:
        raise Refusal("ValidationError", [size_problem()])
    if parts:
        _join(world, record, parts, complete=not missing)
    record.own["lock"] = ""
    world.store[PATH].update(record, {"locked": False})
    return Reply(status=204)


def put_part(world: World, call: Call) -> Reply:
    """Store one part (200); exactly `omvang` bytes, with the lock value; again is allowed."""
    part = world.store[PARTS].get(call.ids[0])
    if part is None:
        raise not_found()
    document: Record = part.own["document"]
    require(call, document, CHANGE)
    form = _form(call)
    check_lock(document, form.get("lock", b"").decode("utf-8", "replace"))
    content = form.get("inhoud")
    if content is None:
        raise invalid("inhoud", "required", "Dit veld is verplicht.")
    if len(content) != part.body["omvang"]:
        raise Refusal("ValidationError", [size_problem()])
    part.own["content"] = content
    part.body["voltooid"] = True
    return Reply(body=part.body)


def _join(world: World, record: Record, parts: list[Record], *, complete: bool) -> None:
    versions: list[tuple[dict[str, Any], bytes | None]] = record.own["versions"]
    version = record.body["versie"]
    content: bytes | None = None
    if complete:
        ordered = sorted(parts, key=lambda part: int(part.body["volgnummer"]))
        content = b"".join(part.own["content"] for part in ordered)
        url = f"{record.url}/download?versie={version}"
        world.store[PATH].update(record, {"inhoud": url})
    drop_parts(world, record)
    versions[-1] = (dict(record.body) | {"locked": False}, content)


def _form(call: Call) -> dict[str, bytes]:
    """Read a multipart/form-data body; raises the 415 of any other media type."""
    content_type = call.incoming.headers.get("Content-Type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise Refusal(
            "UnsupportedMediaType",
            detail=f'Ongeldige media type "{content_type}" in aanvraag.',
        )
    mark = re.search(r'boundary="?([^";]+)"?', content_type)
    if mark is None:
        raise Refusal("ParseError", detail="Multipart form parse error")
    form: dict[str, bytes] = {}
    for piece in call.incoming.body.split(b"--" + mark[1].encode())[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if name is not None:
            form[name[1].decode("utf-8", "replace")] = content.removesuffix(b"\r\n")
    return form
