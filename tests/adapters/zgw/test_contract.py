"""The ZGW adapter keeps the contract, at every call, under every fault."""

from typing import Final

from schemas.messagetypes import ONTVANGST
from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.messages import (
    DOCUMENTS,
    FULL_STORY,
    PART_SIZE,
    SECRETS,
    adapter,
    message,
)
from tests.conformance.adapter import AdapterContract, Partner
from tests.conformance.worker import WallClock

NEEDS: Final = {
    2: (0,),  # document-toegevoegd
    3: (0, 2),  # document-bijgewerkt
    4: (0,),  # bijgewerkt
    5: (0, 2),  # besluit-vastgesteld
    6: (0, 2, 5),  # besluit-bijgewerkt
    7: (0,),  # document-toegevoegd, beside the message
    8: (0, 7),  # document-bijgewerkt, beside the message
    9: (0, 2),  # document-ontkoppeld
    10: (0,),  # afgesloten
    11: (0, 10),  # heropend
}
"""One test delivers the whole story in its order."""


class TestZgw(AdapterContract):
    partner = Partner(
        simulator=lambda: ZgwSimulator(options=Options(part_size=PART_SIZE)),
        adapter=adapter,
        story=FULL_STORY,
        refused=message("status-gezet", datumStatusGezet="2199-01-01T00:00:00Z"),
        secrets=SECRETS,
        documents=DOCUMENTS,
        needs=NEEDS,
    )

    def test_the_story_has_every_type_that_the_adapter_handles(self) -> None:
        """What the zaaksysteem told is read, not sent: tests/adapters/zgw/inbound has it."""
        made = self.partner.adapter("http://127.0.0.1:1", WallClock(), True)
        assert made.handles - {ONTVANGST} == {message.type for message in self.partner.story}
