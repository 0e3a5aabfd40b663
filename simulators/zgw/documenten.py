"""Enkelvoudiginformatieobjecten: create, read versions, change under a lock, download."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from simulators.zgw.documentregels import (
    FIELDS,
    ORDER,
    PATH,
    check_whole,
    decode,
    drop_parts,
    new_parts,
    receipt_problems,
    size_problem,
)
from simulators.zgw.fields import check
from simulators.zgw.problems import WHOLE, Refusal, invalid, not_found
from simulators.zgw.store import DOCUMENTEN, Record
from simulators.zgw.world import Change, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.joined import Content
    from simulators.zgw.world import Call, World

_CREATE = frozenset({"documenten.aanmaken"})
_READ = frozenset({"documenten.lezen"})
CHANGE = frozenset({"documenten.bijwerken"})
_DELETE = frozenset({"documenten.verwijderen"})
_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"


def create(world: World, call: Call) -> Reply:
    """Create a document (201); `lock` is in this answer only."""
    record = make(world, call, call.document())
    body = record.body | {"lock": record.own["lock"]}
    return Reply(status=201, body=body, location=record.url)


def make(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    """Validate and store; without content but with a size it starts as a large file, locked."""
    _admit_new(world, call, document)
    checked = check(FIELDS, document, store=world.store, now=world.clock.now())
    values, kind = checked.values, checked.refs["informatieobjecttype"]
    if kind.body["concept"]:
        raise invalid("informatieobjecttype", "not-published", "Het type is niet gepubliceerd.")
    content = decode(values)
    check_whole(world, values, content)
    year = world.clock.now().year
    if not values.get("identificatie"):
        values["identificatie"] = world.store.next_number("DOCUMENT", year)
    key, url = world.store.new_url(PATH)
    size = values.get("bestandsomvang") or 0
    large = content is None and size > 0
    body = _new_body(world, values, kind) | {"url": url}
    if content is not None:
        body |= {"inhoud": _download_url(url, 1), "bestandsomvang": len(content)}
    lock = world.store.new_hex() if large else ""
    own: dict[str, Any] = {"lock": lock, "versions": [], "parts": []}
    record = world.store.add(PATH, Record(key, url, body, own))
    if large:
        body["locked"] = True
        new_parts(world, record, size, lock)
    own["versions"].append((dict(body), content))
    world.committed(call, change_of(record, "document"))
    return record


def read(world: World, call: Call) -> Reply:
    """Return the newest version, or the one of `?versie=`."""
    record = visible_document(world, call)
    body, _content = _version(call, record)
    now = {"locked": record.body["locked"], "bestandsdelen": record.body["bestandsdelen"]}
    return Reply(body=body | now | {"_expand": {}}, etag=True)


def download(world: World, call: Call) -> Reply:
    record = visible_document(world, call)
    body, kept = _version(call, record)
    if kept is None:
        raise not_found()
    content = bytes(kept)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    headers = {
        "ETag": f'"{digest}"',
        "Last-Modified": world.clock.now().strftime(_HTTP_DATE),
        "Content-Disposition": f'attachment; filename="{record.uuid}-{body["versie"]}.bin"',
        "Content-Type": "application/octet-stream",
    }
    return Reply(content=content, headers=headers)


def partial_update(world: World, call: Call) -> Reply:
    """Make a new version; the `lock` value goes along in the body."""
    return _change(world, call, partial=True)


def update(world: World, call: Call) -> Reply:
    return _change(world, call, partial=False)


def delete(world: World, call: Call) -> Reply:
    """Remove a document that no zaak or besluit is linked to."""
    record = visible_document(world, call)
    require(call, record, _DELETE)
    links = world.store[DOCUMENTEN + "objectinformatieobjecten"]
    if any(True for _ in links.find("informatieobject", record.url)):
        raise invalid(WHOLE, "pending-relations", "Het informatieobject heeft nog relaties.")
    drop_parts(world, record)
    world.store[PATH].remove(record)
    world.committed(call, change_of(record, "document_verwijderd", action="destroy"))
    return Reply(status=204)


def visible_document(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def may_read(_world: World, call: Call, record: Record) -> bool:
    body = record.body
    level = body["vertrouwelijkheidaanduiding"]
    return call.client.may("drc", _READ, body["informatieobjecttype"], level)


def require(call: Call, record: Record, scopes: frozenset[str]) -> None:
    body = record.body
    level = body["vertrouwelijkheidaanduiding"]
    call.client.require("drc", scopes, body["informatieobjecttype"], level)


def check_lock(record: Record, given: Any) -> None:
    """Demand the lock value of a locked document."""
    if not record.own["lock"]:
        raise invalid(WHOLE, "unlocked", "Het document is niet geblokkeerd.")
    if not given:
        raise invalid(WHOLE, "missing-lock-id", "Je moet het lock ID meegeven")
    if given != record.own["lock"]:
        raise invalid(WHOLE, "incorrect-lock-id", "Het lock ID is niet juist.")


def change_of(
    record: Record, kind: str, *, action: str = "create", before: Mapping[str, Any] | None = None
) -> Change:
    """Describe a change of a document; it belongs to no case until it is linked to one."""
    body = record.body
    return Change(
        kind=kind,
        case=None,
        key={
            "bronorganisatie": body["bronorganisatie"],
            "identificatie": body["identificatie"],
            "titel": body["titel"],
            "versie": body["versie"],
            "omvang": body["bestandsomvang"],
        },
        component="drc",
        main=record.url,
        resource="enkelvoudiginformatieobject",
        url=record.url,
        action=action,
        shown=f"{body['bronorganisatie']} - {body['identificatie']}",
        before=before,
        after=None if action == "destroy" else body,
        channel="documenten",
        marks={
            "bronorganisatie": body["bronorganisatie"],
            "informatieobjecttype": body["informatieobjecttype"],
            "vertrouwelijkheidaanduiding": body["vertrouwelijkheidaanduiding"],
        },
    )


def _admit_new(world: World, call: Call, document: Mapping[str, Any]) -> None:
    """Type and confidentiality are looked at before anything else, and reported alone."""
    names = ("informatieobjecttype", "vertrouwelijkheidaanduiding")
    wanted = {name: document[name] for name in names if document.get(name)}
    first = [field for field in FIELDS if field.name in wanted]
    checked = check(first, wanted, store=world.store, now=world.clock.now())
    kind = checked.refs.get("informatieobjecttype")
    level = wanted.get("vertrouwelijkheidaanduiding", "")
    if kind is None:
        call.client.require("drc", _CREATE)
        return
    call.client.require("drc", _CREATE, kind.url, level or kind.body["vertrouwelijkheidaanduiding"])


def _new_body(world: World, values: Mapping[str, Any], kind: Record) -> dict[str, Any]:
    level = values.get("vertrouwelijkheidaanduiding")
    body: dict[str, Any] = dict.fromkeys(ORDER, "")
    body |= {
        "ontvangstdatum": None,
        "verzenddatum": None,
        "indicatieGebruiksrecht": None,
        "ondertekening": None,
        "integriteit": None,
        "trefwoorden": [],
        **values,
        "vertrouwelijkheidaanduiding": level or kind.body["vertrouwelijkheidaanduiding"],
        "versie": 1,
        "beginRegistratie": world.now_text(),
        "inhoud": None,
        "bestandsomvang": values.get("bestandsomvang"),
        "locked": False,
        "bestandsdelen": [],
    }
    return body


def _download_url(url: str, version: int) -> str:
    return f"{url}/download?versie={version}"


def _version(call: Call, record: Record) -> tuple[dict[str, Any], Content | None]:
    asked = dict(call.incoming.parameters()).get("versie", "")
    versions: list[tuple[dict[str, Any], Content | None]] = record.own["versions"]
    if not asked:
        return versions[-1]
    if not asked.isdecimal() or not 1 <= int(asked) <= len(versions):
        raise not_found()
    return versions[int(asked) - 1]


def _change(world: World, call: Call, *, partial: bool) -> Reply:
    record = visible_document(world, call)
    require(call, record, CHANGE)
    document = call.document()
    checked = check(FIELDS, document, store=world.store, now=world.clock.now(), partial=partial)
    given_lock = document.get("lock")
    if not record.own["lock"] and not given_lock:
        raise invalid(WHOLE, "missing-lock-id", "Je moet het lock ID meegeven")
    check_lock(record, given_lock)
    values = checked.values
    content = decode(values) if "inhoud" in values else None
    if problems := receipt_problems(record.body | values):
        raise Refusal("ValidationError", problems)
    if content is not None and values.get("bestandsomvang", len(content)) != len(content):
        raise Refusal("ValidationError", [size_problem()])
    before = dict(record.body)
    size = values.get("bestandsomvang") or 0
    large = "inhoud" in values and content is None and size > 0
    drop_parts(world, record)
    _new_version(world, record, values, content, large=large)
    if large:
        new_parts(world, record, size, record.own["lock"])
    action = "partial_update" if partial else "update"
    change = change_of(record, "document_bijgewerkt", action=action, before=before)
    world.committed(call, change)
    return Reply(body=record.body)


def _new_version(
    world: World, record: Record, values: dict[str, Any], content: bytes | None, *, large: bool
) -> None:
    """Add a version; without new content it keeps that of the version before.

    Of `large` content the parts follow: until the unlock joins them the version has none.
    """
    versions = record.own["versions"]
    number = len(versions) + 1
    kept = versions[-1][1]
    new = {k: v for k, v in values.items() if k not in {"inhoud", "bestandsomvang"}}
    if not new.get("vertrouwelijkheidaanduiding", "x"):
        del new["vertrouwelijkheidaanduiding"]
    whole: Content | None = kept if content is None else content
    new |= {"versie": number, "beginRegistratie": world.now_text()}
    if large:
        whole = None
        new |= {"inhoud": None, "bestandsomvang": values["bestandsomvang"]}
    elif whole is not None:
        new |= {"inhoud": _download_url(record.url, number), "bestandsomvang": len(whole)}
    world.store[PATH].update(record, new)
    versions.append((dict(record.body), whole))
