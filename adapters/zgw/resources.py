"""The collections that we write to, and by which natural key a thing of ours is found again.

The ZGW APIs have no idempotency header; these keys take its place. Where the API itself keeps the
key unique, a second create is refused; where it does not (zaakeigenschap), only looking first
prevents a second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adapters.zgw import translate
from adapters.zgw.settings import Api

BELOW_ZAAK: Final = "{zaak}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """`keys` are the fields of a body by which the collection is filtered.

    `same` then tells our own from another's. A `path` starts at the API's root, or at the case
    when it starts with BELOW_ZAAK.
    """

    api: Api
    path: str
    keys: tuple[str, ...]
    same: translate.Sameness
    other_keys: tuple[str, ...] = ()
    """By which it is also sought at a zaaksysteem that gives numbers of its own."""


ZAAK: Final = Resource(
    api="zaken",
    path="/zaken",
    keys=("identificatie", "bronorganisatie"),
    same=translate.same_zaak,
    other_keys=("bronorganisatie", "zaaktype", "startdatum"),
)
ZAAK_ITSELF: Final = Resource(api="zaken", path=BELOW_ZAAK, keys=(), same=translate.same_changes)
ROL: Final = Resource(
    api="zaken", path="/rollen", keys=("zaak", "roltype"), same=translate.same_rol
)
STATUS: Final = Resource(api="zaken", path="/statussen", keys=("zaak",), same=translate.same_status)
EIGENSCHAP: Final = Resource(
    api="zaken",
    path=f"{BELOW_ZAAK}/zaakeigenschappen",
    keys=(),
    same=translate.same_eigenschap,
)
RESULTAAT: Final = Resource(
    api="zaken", path="/resultaten", keys=("zaak",), same=translate.same_resultaat
)
DOCUMENT: Final = Resource(
    api="documenten",
    path="/enkelvoudiginformatieobjecten",
    keys=("identificatie", "bronorganisatie"),
    same=translate.same_document,
)
KOPPELING: Final = Resource(
    api="zaken",
    path="/zaakinformatieobjecten",
    keys=("zaak", "informatieobject"),
    same=translate.same_koppeling,
)
