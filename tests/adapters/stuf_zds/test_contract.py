"""The StUF-ZDS adapter keeps the contract in both profiles, at every call, under every fault.

What comes in (ONTVANGST) makes no call and has no effect at the zaaksysteem: it is left out here,
and tested in tests/adapters/stuf_zds/inbound. So is the answer to a transfer, which is refused
when nobody asked for one (test_adapter.py), and in 1.1 what 1.1 has no message for.

Documents are changed without check-out: a checkedOutId that is lost with its answer cannot be asked
for again, so a person has to free the document (test_documents.py).
"""

from collections.abc import Callable
from typing import ClassVar, Final

from adapters.contract import Clock, Deliverer
from adapters.stuf_zds import StufZdsAdapter
from schemas.messagetypes import ONTVANGST
from tests.adapters.stuf_zds.messages import (
    DOCUMENTS,
    OLDER_TYPES,
    SECRETS,
    STORY_11,
    STORY_12,
    message,
    settings_for,
    simulator,
)
from tests.conformance.adapter import AdapterContract, Partner

TRANSFER: Final = "nl.burgerzaken.zaak.overdracht-beantwoord"


NEEDS_12: Final = {
    2: (0,),  # document-toegevoegd
    3: (0,),  # bijgewerkt
    4: (0, 2),  # document-bijgewerkt
    5: (0, 2),  # besluit-vastgesteld
    6: (0, 2, 5),  # besluit-bijgewerkt
    7: (0, 2),  # document-ontkoppeld
    8: (0,),  # afgesloten
    9: (0, 8),  # heropend
    10: (0,),  # document-toegevoegd, beside the message
    11: (0, 10),  # document-bijgewerkt, beside the message
}
NEEDS_11: Final = {
    2: (0,),  # document-toegevoegd
    3: (0,),  # bijgewerkt
    4: (0, 2),  # document-bijgewerkt
    5: (0, 2),  # besluit-vastgesteld
    6: (0,),  # afgesloten
    7: (0, 6),  # heropend
    8: (0,),  # document-toegevoegd, beside the message
    9: (0, 8),  # document-bijgewerkt, beside the message
}


class _Newer(StufZdsAdapter):
    handles: ClassVar[frozenset[str]] = StufZdsAdapter.handles - {ONTVANGST, TRANSFER}


class _Older(StufZdsAdapter):
    handles: ClassVar[frozenset[str]] = frozenset(
        f"nl.burgerzaken.zaak.{name}" for name in OLDER_TYPES
    )


def _adapter(kind: type[StufZdsAdapter], **changes: object) -> Callable[..., Deliverer]:
    def make(base_url: str, clock: Clock, right: bool) -> Deliverer:  # noqa: FBT001 - as Partner wants it
        return kind(settings_for(base_url, right=right, **changes), clock=clock)

    return make


class TestProfile11(AdapterContract):
    partner = Partner(
        simulator=simulator,
        adapter=_adapter(_Older, profile="1.1", uitchecken=False),
        story=STORY_11,
        refused=message("status-gezet", zaak="0344-2026-999999", event="nergens"),
        secrets=SECRETS,
        documents=DOCUMENTS,
        needs=NEEDS_11,
    )


class TestProfile12(AdapterContract):
    partner = Partner(
        simulator=simulator,
        adapter=_adapter(_Newer, profile="1.2", uitchecken=False),
        story=STORY_12,
        refused=message("status-gezet", zaak="0344-2026-999999", event="nergens"),
        secrets=SECRETS,
        documents=DOCUMENTS,
        needs=NEEDS_12,
    )
