"""Which set-up each recorded exchange needs: other recordings first, or an own action (`@name`).

A recording that is not in the table needs only the seeded catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.simulators.zgw.scene import Scene

_MINIMAL = "zrc-zaak-create-minimal"
_MAIN = "zrc-zaak-create-eigen-identificatie"
_STATUS_1 = "zrc-status-create-eerste"
_STATUS_2 = "zrc-status-create-tweede"
_INITIATOR = "zrc-rol-create-initiator-bsn"
_EIO = "drc-eio-create-inline"
_ZIO = "zrc-zio-create"
_LIMITED = "ac-applicatie-create"
_LIMITED_ZAAK = "ac-limited-zaak-create-allowed"
_ROLLEN = (
    _INITIATOR,
    "zrc-rol-create-behandelaar-medewerker",
    "zrc-rol-create-belanghebbende-niet-natuurlijk-persoon",
    "zrc-rol-create-belanghebbende-vestiging",
)
_OBJECTEN = (
    "zrc-zaakobject-create-natuurlijk-persoon",
    "zrc-zaakobject-create-adres",
    "zrc-zaakobject-create-overige",
)
_GROWN = (_MAIN, _STATUS_1, _STATUS_2, *_ROLLEN, *_OBJECTEN, "zrc-zaakeigenschap-create")
_CLOSED = (
    *(*_GROWN, "zrc-zaak-patch", _EIO, _ZIO, "drc-eio-patch-indicatie-gebruiksrecht"),
    *("@unlock 06c29d41", "zrc-resultaat-create", "zrc-close-6-eindstatus"),
)
_SUBSCRIBED = ("nrc-abonnement-create",)
_NOTIFIED = (*_SUBSCRIBED, "@zaak efc19c9e")

BEFORE: dict[str, tuple[str, ...]] = {
    "ac-applicatie-consumer": (_LIMITED,),
    _LIMITED_ZAAK: (_LIMITED, "@limited secret"),
    "ac-limited-eio-forbidden": (_LIMITED, "@limited secret"),
    "ac-limited-status-first-allowed": (_LIMITED_ZAAK,),
    "ac-limited-zaak-list": (
        *(*_CLOSED, "zrc-zaak-create-with-geometry", "ac-limited-status-first-allowed"),
    ),
    "ac-limited-zaak-patch-forbidden": (_LIMITED_ZAAK,),
    "brc-besluit-create-duplicate": ("brc-besluit-create-without-zaak",),
    "brc-besluitinformatieobject-create": ("brc-besluit-create-without-zaak", _EIO),
    "drc-bestandsdelen-2-put-part1": ("drc-bestandsdelen-1-create",),
    "drc-eio-create-duplicate-identificatie": (_EIO,),
    "drc-eio-download": (_EIO,),
    "drc-eio-get": (_EIO,),
    "drc-eio-get-versie1": ("drc-eio-patch-with-lock", "drc-eio-unlock"),
    "drc-eio-lock": (_EIO,),
    "drc-eio-lock-already-locked": ("drc-eio-lock",),
    "drc-eio-patch-no-lock": ("drc-eio-lock",),
    "drc-eio-patch-with-lock": ("drc-eio-lock",),
    "drc-eio-unlock": ("drc-eio-lock",),
    "drc-eio-patch-indicatie-gebruiksrecht": (
        *("drc-eio-patch-with-lock", "drc-eio-unlock"),
        "@lock 06c29d41 0b96e13399dc48b5b8924870450670e0",
    ),
    "drc-oio-list-by-informatieobject": (_ZIO,),
    "jwt-err-no-application": ("@orphan secret",),
    "jwt-ok-minimal": ("zrc-zaak-create-same-identificatie-other-bron", *_CLOSED),
    "nrc-abonnement-list": _SUBSCRIBED,
    "nrc-callback-test-with-auth": _SUBSCRIBED,
    "nrc-callback-test-without-auth": _SUBSCRIBED,
    "nrc-callback-zaak-create": _NOTIFIED,
    "nrc-callback-status-create": (*_NOTIFIED, "@status efc19c9e"),
    "nrc-callback-rol-create": (*_NOTIFIED, "@rol efc19c9e"),
    "nrc-callback-zaak-partial_update": (*_NOTIFIED, "@change efc19c9e"),
    "nrc-kanaal-create": ("@no kanalen",),
    "nrc-kanaal-create-duplicate": ("nrc-kanaal-create",),
    "oz-document-registreren": (_MINIMAL,),
    "oz-zaak-registreren": (_EIO,),
    "zrc-close-1-eindstatus-without-resultaat": (_MINIMAL,),
    "zrc-close-6-eindstatus": ("zrc-resultaat-create",),
    "zrc-deelzaak-create-not-allowed": ("@zaak d5614d86",),
    "zrc-resultaat-create": (_MAIN,),
    "zrc-rol-create-behandelaar-medewerker": (_MAIN,),
    "zrc-rol-create-belanghebbende-niet-natuurlijk-persoon": (_MAIN,),
    "zrc-rol-create-belanghebbende-vestiging": (_MAIN,),
    _INITIATOR: (_MAIN,),
    "zrc-rol-create-invalid-bsn": (_MINIMAL,),
    "zrc-rol-create-onbekend-betrokkenetype": (_MAIN,),
    "zrc-rol-create-second-initiator": (_INITIATOR,),
    "zrc-rol-create-toelichting-leeg": (_MINIMAL,),
    "zrc-rol-list-by-zaak": _ROLLEN,
    _STATUS_1: (_MAIN,),
    _STATUS_2: (_STATUS_1,),
    "zrc-status-create-zonder-tijdzone": (_MINIMAL,),
    "zrc-status-delete-not-allowed": (_MAIN, "@any-status 9b0da06f"),
    "zrc-status-list-by-zaak": (_STATUS_2,),
    "zrc-zaak-audittrail": (*_CLOSED, "zrc-zaak-patch-audit-header"),
    "zrc-zaak-create-duplicate-identificatie": (_MAIN,),
    "zrc-zaak-create-same-identificatie-other-bron": (_MAIN,),
    "zrc-zaak-delete": ("@zaak dab1977d",),
    "zrc-zaak-find-by-identificatie": (_MAIN,),
    "zrc-zaak-get": (_MAIN,),
    "zrc-zaak-get-expand": (_MAIN,),
    "zrc-zaak-get-missing-crs": (_MAIN,),
    "zrc-zaak-head": (_MAIN,),
    "zrc-zaak-patch": _GROWN,
    "zrc-zaak-patch-audit-header": _CLOSED,
    "zrc-zaak-patch-opschorting": ("@zaak d5614d86",),
    "zrc-zaak-patch-verlenging": ("zrc-zaak-patch-opschorting",),
    "zrc-zaakeigenschap-create": (_MAIN,),
    "zrc-zaakobject-create-adres": (_MAIN,),
    "zrc-zaakobject-create-missing-overige": (_MAIN,),
    "zrc-zaakobject-create-natuurlijk-persoon": (_MAIN,),
    "zrc-zaakobject-create-overige": (_MAIN,),
    "zrc-zaken-by-initiator-bsn": (
        *("zrc-status-create-zonder-tijdzone", "zrc-rol-create-toelichting-leeg"),
        *(_STATUS_1, _STATUS_2, *_ROLLEN),
    ),
    "zrc-zaken-list-pagesize2-page1": (_MINIMAL, "@zaak d5614d86", *_CLOSED),
    "zrc-zaken-zoek-geo": ("zrc-zaak-create-with-geometry", _MAIN),
    "zrc-zaken-zoek-uuid": _CLOSED,
    _ZIO: (_MAIN, _EIO),
    "zrc-zio-create-duplicate": (_ZIO,),
    "zrc-zio-list-by-zaak": (_ZIO,),
}


async def _secret(scene: Scene, client_id: str) -> None:
    secrets = {"clientId": client_id, "secret": "beperkt-geheim-voor-de-opnamen-lang-genoeg"}
    answer = await scene.http.put(f"{scene.simulator.control_url}/credentials", json=secrets)
    assert answer.status_code == 200


async def _limited(scene: Scene, _argument: str) -> None:
    await _secret(scene, "limited")


async def _orphan(scene: Scene, _argument: str) -> None:
    await _secret(scene, "wees")


async def _zaak(scene: Scene, recorded: str) -> None:
    answer = await scene.do("POST", "/zaken/api/v1/zaken", scene.zaak_body())
    scene.point(recorded, answer.json()["url"])
    scene.made[recorded] = answer.json()


async def _status(scene: Scene, recorded: str) -> None:
    body = {
        "zaak": scene.made[recorded]["url"],
        "statustype": scene.types["Ontvangen"],
        "datumStatusGezet": "2026-11-23T08:00:00Z",
    }
    await scene.do("POST", "/zaken/api/v1/statussen", body)


async def _rol(scene: Scene, recorded: str) -> None:
    body = {
        "zaak": scene.made[recorded]["url"],
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": scene.types["Aanvrager"],
        "roltoelichting": "",
        "betrokkeneIdentificatie": {"inpBsn": "999993653"},
    }
    await scene.do("POST", "/zaken/api/v1/rollen", body)


async def _change(scene: Scene, recorded: str) -> None:
    await scene.do("PATCH", scene.made[recorded]["url"], {"toelichting": "gewijzigd"})


async def _any_status(scene: Scene, recorded: str) -> None:
    zaak = await scene.do("POST", "/zaken/api/v1/zaken", scene.zaak_body())
    body = {
        "zaak": zaak.json()["url"],
        "statustype": scene.types["Ontvangen"],
        "datumStatusGezet": "2026-11-23T08:00:00Z",
    }
    answer = await scene.do("POST", "/zaken/api/v1/statussen", body)
    scene.point(recorded, answer.json()["url"])


async def _lock(scene: Scene, argument: str) -> None:
    recorded, value = argument.split()
    answer = await scene.do("POST", scene.document_path(recorded) + "/lock", {})
    scene.learn({"lock": value}, answer.json())


async def _unlock(scene: Scene, recorded: str) -> None:
    await scene.do("POST", scene.document_path(recorded) + "/unlock", {})


async def _nothing(_scene: Scene, _argument: str) -> None:
    """The kanalen are a matter of the seed; see `needs_no_kanalen`."""


ACTIONS: dict[str, Callable[[Scene, str], Awaitable[None]]] = {
    "limited": _limited,
    "orphan": _orphan,
    "zaak": _zaak,
    "status": _status,
    "rol": _rol,
    "change": _change,
    "any-status": _any_status,
    "lock": _lock,
    "unlock": _unlock,
    "no": _nothing,
}


def needs_no_kanalen(name: str) -> bool:
    """Tell whether a recording, or what it needs first, starts without any kanaal."""
    steps = BEFORE.get(name, ())
    return "@no kanalen" in steps or any(
        needs_no_kanalen(step) for step in steps if not step.startswith("@")
    )
