"""The Berichtenbox adapter keeps the contract, at every call, under every fault."""

from typing import Final

from adapters.berichtenbox import BerichtenboxAdapter
from adapters.contract import Clock
from schemas.messagetypes import ONTVANGST
from simulators.berichtenbox import BerichtenboxSimulator, Options
from tests.adapters.berichtenbox.post import TOWN, WANTS, letter, settings
from tests.conformance.adapter import AdapterContract, Partner
from tests.conformance.worker import WallClock

_QUICK: Final = {"connect_timeout": 0.9, "read_timeout": 0.9, "call_timeout": 1.2}


def adapter(base_url: str, clock: Clock, right: bool) -> BerichtenboxAdapter:  # noqa: FBT001 - as Partner calls it
    password = Options().password if right else "iets-anders"
    return BerichtenboxAdapter(settings(base_url, http=_QUICK, password=password), clock=clock)


class TestBerichtenbox(AdapterContract):
    partner = Partner(
        simulator=lambda: BerichtenboxSimulator(town=TOWN),
        adapter=adapter,
        story=(letter("1"),),
        refused=letter("2", berichttype="ANDERS"),
        secrets=(WANTS, "Uw verhuizing is verwerkt"),
    )

    def test_the_story_has_every_type_that_the_adapter_handles(self) -> None:
        """What is heard of letters is in test_letters.py."""
        made = self.partner.adapter("http://127.0.0.1:1", WallClock(), True)
        assert made.handles - {ONTVANGST} == {message.type for message in self.partner.story}
