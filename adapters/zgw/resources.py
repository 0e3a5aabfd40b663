"""The collections that we write to, and by which natural key a thing of ours is found again.

The ZGW APIs have no idempotency header; these keys take its place. Where the API itself keeps the
key unique, a second create is refused; where it does not (zaakeigenschap), only looking first
prevents a second one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from adapters.zgw import recognising
from adapters.zgw.betrokkenen import same_zaakobject
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
    same: recognising.Sameness
    other_keys: tuple[str, ...] = ()
    """By which it is also sought at a zaaksysteem that gives numbers of its own."""
    doubles: bool = False
    """The API takes the same thing twice without a word: it is looked for before the first call."""


ZAAK: Final = Resource(
    api="zaken",
    path="/zaken",
    keys=("identificatie", "bronorganisatie"),
    same=recognising.same_zaak,
    other_keys=("bronorganisatie", "zaaktype", "startdatum"),
)
ZAAK_ITSELF: Final = Resource(api="zaken", path=BELOW_ZAAK, keys=(), same=recognising.same_changes)
ROL: Final = Resource(
    api="zaken", path="/rollen", keys=("zaak", "roltype"), same=recognising.same_rol
)
OTHER_ROL: Final = replace(ROL, doubles=True)
"""Of another kind than initiator and zaakcoordinator, of which the API allows only one."""
ZAAKOBJECT: Final = Resource(
    api="zaken",
    path="/zaakobjecten",
    keys=("zaak", "objectType"),
    same=same_zaakobject,
    doubles=True,
)
STATUS: Final = Resource(
    api="zaken", path="/statussen", keys=("zaak",), same=recognising.same_status
)
EIGENSCHAP: Final = Resource(
    api="zaken",
    path=f"{BELOW_ZAAK}/zaakeigenschappen",
    keys=(),
    same=recognising.same_eigenschap,
)
RESULTAAT: Final = Resource(
    api="zaken", path="/resultaten", keys=("zaak",), same=recognising.same_resultaat
)
DOCUMENT: Final = Resource(
    api="documenten",
    path="/enkelvoudiginformatieobjecten",
    keys=("identificatie", "bronorganisatie"),
    same=recognising.same_document,
)
GEBRUIKSRECHT: Final = Resource(
    api="documenten",
    path="/gebruiksrechten",
    keys=("informatieobject",),
    same=recognising.same_gebruiksrecht,
    doubles=True,
)
KOPPELING: Final = Resource(
    api="zaken",
    path="/zaakinformatieobjecten",
    keys=("zaak", "informatieobject"),
    same=recognising.same_koppeling,
)
BESLUIT: Final = Resource(
    api="besluiten",
    path="/besluiten",
    keys=("identificatie", "verantwoordelijkeOrganisatie"),
    same=recognising.same_besluit,
)
BESLUIT_ITSELF: Final = Resource(
    api="besluiten", path="/besluiten", keys=(), same=recognising.same_changes
)
BESLUITDOCUMENT: Final = Resource(
    api="besluiten",
    path="/besluitinformatieobjecten",
    keys=("besluit", "informatieobject"),
    same=recognising.same_besluitdocument,
)
