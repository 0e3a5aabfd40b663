"""Locks on documents, and the parts of large files that are put while a document is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.kit import Form
from simulators.zgw.documenten import CHANGE, check_lock, require, visible_document
from simulators.zgw.documentregels import PARTS, PATH, drop_parts, size_problem
from simulators.zgw.joined import Joined
from simulators.zgw.problems import WHOLE, Refusal, invalid, not_found
from simulators.zgw.world import Change, Reply

if TYPE_CHECKING:
    from simulators.zgw.joined import Content
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


async def unlock(world: World, call: Call) -> Reply:
    """Unlock (204) and join the parts of a large file.

    A caller with the right to force succeeds also without the value, and while parts are missing:
    then the upload is thrown away (measured on Open Zaak).
    """
    record = visible_document(world, call)
    whole = _whole(record)
    digest = "" if whole is None else await whole.sha256()
    while (now := _whole(record)) != whole:  # somebody else put a part again in the meantime
        whole = now
        digest = "" if whole is None else await whole.sha256()
    return _unlock(world, call, record, digest)


def _unlock(world: World, call: Call, record: Record, digest: str) -> Reply:
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
        _join(world, call, record, digest)
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
    check_lock(document, form.fields.get("lock", b"").decode("utf-8", "replace"))
    content = form.file
    if content is None:
        raise invalid("inhoud", "required", "Dit veld is verplicht.")
    if len(content) != part.body["omvang"]:
        raise Refusal("ValidationError", [size_problem()])
    part.own["content"] = content
    part.body["voltooid"] = True
    return Reply(body=part.body)


def _whole(record: Record) -> Joined | None:
    """The content as its parts are now; None while one is missing, and without parts."""
    parts: list[Record] = record.own["parts"]
    if not parts or not all(part.body["voltooid"] for part in parts):
        return None
    ordered = sorted(parts, key=lambda part: int(part.body["volgnummer"]))
    return Joined(tuple(part.own["content"] for part in ordered))


def _join(world: World, call: Call, record: Record, digest: str) -> None:
    """Make the parts one content, or throw them away when one is missing (no `digest`)."""
    versions: list[tuple[dict[str, Any], Content | None]] = record.own["versions"]
    body, content = record.body, _whole(record)
    if content is not None:
        url = f"{record.url}/download?versie={body['versie']}"
        world.store[PATH].update(record, {"inhoud": url})
        key = {
            "bronorganisatie": body["bronorganisatie"],
            "identificatie": body["identificatie"],
            "omvang": len(content),
            "sha256": digest,
        }
        world.committed(call, Change(kind="inhoud", case=None, key=key))
    drop_parts(world, record)
    versions[-1] = (dict(record.body) | {"locked": False}, content)


def _form(call: Call) -> Form:
    """Return the form that came in; raises the 415 of any other media type."""
    if isinstance(call.incoming.sink, Form):
        return call.incoming.sink
    content_type = call.incoming.headers.get("Content-Type", "")
    if content_type.lower().startswith("multipart/form-data"):
        raise Refusal("ParseError", detail="Multipart form parse error")
    raise Refusal(
        "UnsupportedMediaType",
        detail=f'Ongeldige media type "{content_type}" in aanvraag.',
    )
