"""The ZGW adapter keeps the contract, at every call, under every fault."""

from simulators.zgw import ZgwSimulator
from tests.adapters.zgw.messages import SECRETS, STORY, adapter, message
from tests.conformance.adapter import AdapterContract, Partner


class TestZgw(AdapterContract):
    partner = Partner(
        simulator=ZgwSimulator,
        adapter=adapter,
        story=STORY,
        refused=message("status-gezet", datumStatusGezet="2199-01-01T00:00:00Z"),
        secrets=SECRETS,
    )
