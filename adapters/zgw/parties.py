"""The rollen, zaakobjecten and eigenschappen of a case: adding, changing, taking away.

The API takes most of them twice without a word, so each is looked for before it is made. Their
steps are named after what they hold, in a few hexadecimal digits that tell nobody anything: an
operator's edit of the list must not shift what was done already to something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from adapters.contract import RejectedError
from adapters.zgw import resources, translate
from adapters.zgw.betrokkenen import identificatie, same_betrokkene, zaakobject_body
from adapters.zgw.errors import NOT_ALLOWED
from adapters.zgw.steps import Settling, Step
from adapters.zgw.work import Body, Work
from schemas import canonical_json
from schemas.betrokkene import Betrokkene
from schemas.zaak import Eigenschap
from schemas.zaakdelen import Rol, Rolsoort, Zaakobject

_ONLY_ONE: Final = frozenset({Rolsoort.INITIATOR, Rolsoort.ZAAKCOORDINATOR})
_GONE: Final = "weg"


def initiator(betrokkene: Betrokkene) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        roltype = await work.catalogue.roltype(zaak.zaaktype, Rolsoort.INITIATOR)
        return translate.rol_body(zaak.url, roltype, betrokkene)

    return Step(name="rol-initiator", resource=resources.ROL, render=render)


def added_roles(rollen: Iterable[Rol]) -> Iterator[Step]:
    for name, rol in _named("rol", ((rol.rolsoort, rol) for rol in rollen)):
        yield _added_role(name, rol)


def removed_roles(rollen: Iterable[Rol]) -> Iterator[Settling]:
    for name, rol in _named("rol-weg", ((rol.rolsoort, rol) for rol in rollen)):
        yield _removed_role(name, rol)


def added_objects(objecten: Iterable[Zaakobject]) -> Iterator[Step]:
    for name, zaakobject in _named("object", ((one.soort, one) for one in objecten)):
        yield _added_object(name, zaakobject)


def first_property(eigenschap: Eigenschap) -> Step:
    """Of a case that was opened just now."""
    return Step(
        name=f"eigenschap-{eigenschap.naam}",
        resource=resources.EIGENSCHAP,
        render=_property(eigenschap),
    )


def changed_property(eigenschap: Eigenschap) -> Settling:
    return Settling(
        name=f"eigenschap-{eigenschap.naam}",
        render=_property(eigenschap),
        settle=_settle_property,
        settled=_settled_property,
    )


def _added_role(name: str, rol: Rol) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        roltype = await work.catalogue.roltype(zaak.zaaktype, rol.rolsoort, rol.roltype)
        toelichting = rol.toelichting or rol.rolsoort.replace("_", "-").capitalize()
        return translate.rol_body(zaak.url, roltype, rol.betrokkene, toelichting)

    resource = resources.ROL if rol.rolsoort in _ONLY_ONE else resources.OTHER_ROL
    return Step(name=name, resource=resource, render=render)


def _removed_role(name: str, rol: Rol) -> Settling:
    """Found by rolsoort and number: the roltype counts only where the message names it."""

    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        sought = {"zaak": zaak.url, "omschrijvingGeneriek": rol.rolsoort.value}
        if rol.roltype is not None:
            sought["roltype"] = await work.catalogue.roltype(
                zaak.zaaktype, rol.rolsoort, rol.roltype
            )
        return {
            "sought": sought,
            "betrokkeneType": rol.betrokkene.soort,
            "betrokkeneIdentificatie": identificatie(rol.betrokkene),
        }

    return Settling(name=name, render=render, settle=_remove_roles, settled=_roles_gone)


async def _roles(work: Work, body: Body) -> list[dict[str, Any]]:
    found = await work.client.find("zaken", work.client.url("zaken", "/rollen"), body["sought"])
    return [item for item in found if same_betrokkene(body, item)]


async def _roles_gone(work: Work, body: Body) -> str | None:
    return None if await _roles(work, body) else _GONE


async def _remove_roles(work: Work, body: Body) -> str:
    for item in await _roles(work, body):
        await work.client.delete("zaken", str(item["url"]))
    return _GONE


def _added_object(name: str, zaakobject: Zaakobject) -> Step:
    async def render(work: Work) -> Body:
        return zaakobject_body((await work.zaak()).url, zaakobject)

    return Step(name=name, resource=resources.ZAAKOBJECT, render=render)


def _property(eigenschap: Eigenschap) -> Any:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        url = await work.catalogue.eigenschap(zaak.zaaktype, eigenschap.naam)
        return translate.eigenschap_body(zaak.url, url, eigenschap.waarde)

    return render


async def _properties(work: Work, body: Body) -> tuple[str, list[dict[str, Any]]]:
    """Where the properties of the case are, and those of this eigenschap."""
    collection = f"{body['zaak']}/zaakeigenschappen"
    found = await work.client.find("zaken", collection, {})
    return collection, [item for item in found if item.get("eigenschap") == body["eigenschap"]]


async def _settled_property(work: Work, body: Body) -> str | None:
    _, there = await _properties(work, body)
    same = resources.EIGENSCHAP.same
    return str(there[0]["url"]) if there and all(same(body, item) for item in there) else None


async def _settle_property(work: Work, body: Body) -> str:
    collection, there = await _properties(work, body)
    if not there:
        made = await work.client.write("zaken", "POST", collection, canonical_json(body))
        return str(made["url"])
    for item in there:
        if not resources.EIGENSCHAP.same(body, item):
            await _change_property(work, item, body)
    return str(there[0]["url"])


async def _change_property(work: Work, item: Mapping[str, Any], body: Body) -> None:
    """Give it its new value, or replace it where the API changes none (Zaken before 1.2).

    Every field goes along, which Zaken 1.2 wants of a PATCH too.
    """
    request = canonical_json(body)
    try:
        await work.client.write("zaken", "PATCH", str(item["url"]), request)
    except RejectedError as err:
        if err.code not in NOT_ALLOWED:
            raise
    else:
        return
    try:
        await work.client.delete("zaken", str(item["url"]))
    except RejectedError as err:
        if err.code not in NOT_ALLOWED:
            raise
        raise RejectedError(
            "zgw:eigenschap-vast",
            "This zaaksysteem lets nobody change an eigenschap that a case has (Zaken before 1.2): "
            "change the value there by hand, then drop this message.",
        ) from err
    await work.client.write("zaken", "POST", f"{body['zaak']}/zaakeigenschappen", request)


def _named(prefix: str, things: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each different thing once, with a name that depends on nothing but what it is."""
    names: dict[str, Any] = {}
    for kind, thing in things:
        if thing in names.values():
            continue
        text = canonical_json(thing.model_dump(mode="json", by_alias=True))
        name = f"{prefix}-{kind}-{sha256(text).hexdigest()[:4]}"
        while name in names:
            name += "+"
        names[name] = thing
    yield from names.items()
