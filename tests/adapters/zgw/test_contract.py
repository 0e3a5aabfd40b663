"""The ZGW adapter keeps the contract, at every call, under every fault."""

from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.messages import (
    DOCUMENTS,
    PART_SIZE,
    SECRETS,
    STORY,
    adapter,
    large_document,
    message,
)
from tests.conformance.adapter import AdapterContract, Partner

GESTART, *REST, AFGESLOTEN = STORY


class TestZgw(AdapterContract):
    partner = Partner(
        simulator=lambda: ZgwSimulator(options=Options(part_size=PART_SIZE)),
        adapter=adapter,
        story=(GESTART, *REST, large_document(), AFGESLOTEN),
        refused=message("status-gezet", datumStatusGezet="2199-01-01T00:00:00Z"),
        secrets=SECRETS,
        documents=DOCUMENTS,
    )
