"""The routes of the ZGW simulator as one table: path, methods, and what each call does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.zgw import (
    autorisaties,
    besluiten,
    catalogi,
    documenten,
    documentenlijst,
    extensions,
    gebruiksrechten,
    notificaties,
    resultaten,
    rollen,
    sloten,
    statussen,
    zaakeigenschappen,
    zaakinformatieobjecten,
    zaakobjecten,
    zaken,
    zakenlijst,
)
from simulators.zgw.lists import listed
from simulators.zgw.store import (
    AUTORISATIES,
    BESLUITEN,
    CATALOGI,
    DOCUMENTEN,
    NOTIFICATIES,
    ZAKEN,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from simulators.zgw.lists import Listing
    from simulators.zgw.world import Call, Reply, World

    Handler = Callable[[World, Call], Reply | Awaitable[Reply]]

_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
VERSIONS = {
    ZAKEN: "1.5.1",
    DOCUMENTEN: "1.4.2",
    CATALOGI: "1.3.1",
    BESLUITEN: "1.1.0",
    AUTORISATIES: "1.0.0",
    NOTIFICATIES: "1.0.0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path (`*` stands for a uuid). `crs`: the CRS headers of the zaken are demanded.

    `version` is that of the API, empty where the answer does not name it (a download).

    `any_accept`: also requests that do not accept JSON are served. `validation_title` is how the
    component heads its validation errors.
    """

    methods: Mapping[str, Handler]
    allow: str
    version: str
    crs: bool = False
    any_accept: bool = False
    validation_title: str = ""


def _lists(path: str, listing: Listing) -> Handler:
    return lambda world, call: listed(world, call, world.store[path], listing)


def _route(path: str, methods: Mapping[str, Handler], *, crs: bool = False) -> Route:
    full = dict(methods)
    if "GET" in full and not path.endswith("/download"):
        full["HEAD"] = full["GET"]
    prefix = next(start for start in VERSIONS if path.startswith(start))
    names = {*full, "OPTIONS"} | ({"HEAD"} if "GET" in full else set())
    return Route(
        methods=full,
        allow=", ".join(name for name in _ORDER if name in names),
        version="" if path.endswith("/download") else VERSIONS[prefix],
        crs=crs,
        any_accept=path.endswith("/download"),
        validation_title="Ongeldige invoerwaarde." if prefix == NOTIFICATIES else "",
    )


_ZAAK = ZAKEN + "zaken/*"
_EIO = DOCUMENTEN + "enkelvoudiginformatieobjecten"
_TABLE: dict[str, dict[str, Handler]] = {
    ZAKEN + "zaken": {"GET": zakenlijst.zaken, "POST": zaken.create},
    _ZAAK: {
        "GET": zaken.read,
        "PUT": zaken.update,
        "PATCH": zaken.partial_update,
        "DELETE": zaken.delete,
    },
    ZAKEN + "zaken/_zoek": {"POST": zakenlijst.search},
    _ZAAK + "/audittrail": {"GET": zaken.audittrail},
    _ZAAK + "/besluiten": {"GET": besluiten.of_zaak},
    _ZAAK + "/zaakeigenschappen": {
        "GET": zaakeigenschappen.listed,
        "POST": zaakeigenschappen.create,
    },
    _ZAAK + "/zaakeigenschappen/*": {
        "GET": zaakeigenschappen.read,
        "PATCH": zaakeigenschappen.partial_update,
        "DELETE": zaakeigenschappen.delete,
    },
    ZAKEN + "statussen": {"GET": zakenlijst.statussen, "POST": statussen.create},
    ZAKEN + "statussen/*": {"GET": statussen.read},
    ZAKEN + "rollen": {
        "GET": _lists(ZAKEN + "rollen", zakenlijst.ROLLEN_LISTING),
        "POST": rollen.create,
    },
    ZAKEN + "rollen/*": {"GET": rollen.read, "DELETE": rollen.delete},
    ZAKEN + "resultaten": {
        "GET": _lists(ZAKEN + "resultaten", zakenlijst.RESULTATEN_LISTING),
        "POST": resultaten.create,
    },
    ZAKEN + "resultaten/*": {
        "GET": resultaten.read,
        "PATCH": resultaten.partial_update,
        "DELETE": resultaten.delete,
    },
    ZAKEN + "zaakobjecten": {
        "GET": _lists(ZAKEN + "zaakobjecten", zakenlijst.ZAAKOBJECTEN_LISTING),
        "POST": zaakobjecten.create,
    },
    ZAKEN + "zaakobjecten/*": {"GET": zaakobjecten.read, "DELETE": zaakobjecten.delete},
    ZAKEN + "zaakinformatieobjecten": {
        "GET": _lists(ZAKEN + "zaakinformatieobjecten", zakenlijst.ZIO_LISTING),
        "POST": zaakinformatieobjecten.create,
    },
    ZAKEN + "zaakinformatieobjecten/*": {
        "GET": zaakinformatieobjecten.read,
        "PATCH": zaakinformatieobjecten.partial_update,
        "DELETE": zaakinformatieobjecten.delete,
    },
    ZAKEN + "zaak_registreren": {"POST": extensions.zaak_registreren},
    ZAKEN + "zaaknummer_reserveren": {"POST": extensions.zaaknummer_reserveren},
    _EIO: {"GET": documentenlijst.documenten, "POST": documenten.create},
    _EIO + "/*": {
        "GET": documenten.read,
        "PUT": documenten.update,
        "PATCH": documenten.partial_update,
        "DELETE": documenten.delete,
    },
    _EIO + "/*/lock": {"POST": sloten.lock},
    _EIO + "/*/unlock": {"POST": sloten.unlock},
    _EIO + "/*/download": {"GET": documenten.download},
    _EIO + "/*/audittrail": {"GET": documentenlijst.audittrail},
    DOCUMENTEN + "bestandsdelen/*": {"PUT": sloten.put_part},
    DOCUMENTEN + "objectinformatieobjecten": {
        "GET": documentenlijst.mirrors,
        "POST": documentenlijst.create_mirror,
    },
    DOCUMENTEN + "gebruiksrechten": {
        "GET": gebruiksrechten.gebruiksrechten,
        "POST": gebruiksrechten.create,
    },
    DOCUMENTEN + "gebruiksrechten/*": {
        "GET": gebruiksrechten.read,
        "DELETE": gebruiksrechten.delete,
    },
    DOCUMENTEN + "document_registreren": {"POST": extensions.document_registreren},
    DOCUMENTEN + "documentnummer_reserveren": {"POST": extensions.documentnummer_reserveren},
    BESLUITEN + "besluiten": {"GET": besluiten.besluiten, "POST": besluiten.create},
    BESLUITEN + "besluiten/*": {
        "GET": besluiten.read,
        "PATCH": besluiten.partial_update,
        "DELETE": besluiten.delete,
    },
    BESLUITEN + "besluitinformatieobjecten": {"GET": besluiten.links, "POST": besluiten.link},
    BESLUITEN + "besluitinformatieobjecten/*": {"GET": besluiten.read_link},
    AUTORISATIES + "applicaties": {
        "GET": autorisaties.applications,
        "POST": autorisaties.create,
    },
    AUTORISATIES + "applicaties/consumer": {"GET": autorisaties.consumer},
    AUTORISATIES + "applicaties/*": {
        "GET": autorisaties.read,
        "PUT": autorisaties.replace,
        "PATCH": autorisaties.partial_update,
        "DELETE": autorisaties.delete,
    },
    NOTIFICATIES + "kanaal": {"GET": notificaties.kanalen, "POST": notificaties.create_kanaal},
    NOTIFICATIES + "kanaal/*": {"GET": notificaties.read_kanaal},
    NOTIFICATIES + "abonnement": {
        "GET": notificaties.abonnementen,
        "POST": notificaties.create_abonnement,
    },
    NOTIFICATIES + "abonnement/*": {
        "GET": notificaties.read_abonnement,
        "DELETE": notificaties.delete_abonnement,
    },
    NOTIFICATIES + "notificaties": {"POST": notificaties.publish},
    CATALOGI + "zaaktypen/*/publish": {"POST": catalogi.publish},
}
for _name in catalogi.RESOURCES:
    _TABLE[CATALOGI + _name] = {"GET": catalogi.lister(_name), "POST": catalogi.create}
    _TABLE[CATALOGI + _name + "/*"] = {"GET": catalogi.reader(_name)}

_WITH_CRS = frozenset({ZAKEN + "zaken", _ZAAK, ZAKEN + "zaken/_zoek"})
ROUTES: dict[str, Route] = {
    path: _route(path, methods, crs=path in _WITH_CRS) for path, methods in _TABLE.items()
}
