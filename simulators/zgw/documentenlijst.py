"""Listing documents and their relations, and a document's audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.zgw.documenten import may_read, visible_document
from simulators.zgw.documentregels import PATH
from simulators.zgw.lists import Listing, compares, contains, equals, listed
from simulators.zgw.problems import WHOLE, invalid
from simulators.zgw.store import DOCUMENTEN
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

_MIRRORS = DOCUMENTEN + "objectinformatieobjecten"
_READ = frozenset({"documenten.lezen"})


def _linked(world: World, record: Record, value: str) -> bool:
    links = world.store[_MIRRORS].find("informatieobject", record.url)
    return any(link.body["object"] == value for link in links)


_LISTING = Listing(
    filters={
        "identificatie": equals("identificatie"),
        "bronorganisatie": equals("bronorganisatie"),
        "informatieobjecttype": equals("informatieobjecttype"),
        "vertrouwelijkheidaanduiding": equals("vertrouwelijkheidaanduiding"),
        "locked": equals("locked"),
        "titel": contains("titel"),
        "auteur": contains("auteur"),
        "beschrijving": contains("beschrijving"),
        "creatiedatum__gte": compares("creatiedatum", "gte"),
        "creatiedatum__lte": compares("creatiedatum", "lte"),
        "objectinformatieobjecten__object": _linked,
    },
    ordering=("auteur", "bestandsomvang", "creatiedatum", "formaat", "status", "titel"),
    extra=("expand",),
    visible=may_read,
    shown=lambda record: record.body | {"_expand": {}},
)
_MIRROR_LISTING = Listing(
    filters={"informatieobject": equals("informatieobject"), "object": equals("object")},
    paged=False,
    newest_first=False,
    visible=lambda _world, call, _record: call.client.may("drc", _READ),
)


def documenten(world: World, call: Call) -> Reply:
    return listed(world, call, world.store[PATH], _LISTING)


def mirrors(world: World, call: Call) -> Reply:
    """List the relations from the side of the documents: a bare array."""
    return listed(world, call, world.store[_MIRRORS], _MIRROR_LISTING)


def create_mirror(_world: World, _call: Call) -> Reply:
    """Refuse: the server makes these relations itself, from the side of the object."""
    raise invalid(
        WHOLE, "inconsistent-relation", "De relatie bestaat niet in de API van het object."
    )


def audittrail(world: World, call: Call) -> Reply:
    return Reply(body=world.audit.of(visible_document(world, call).url))
