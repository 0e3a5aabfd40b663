"""The Digimelding adapter keeps the contract, at every call, under every fault."""

from typing import Final

from adapters.contract import Clock
from adapters.digimelding import DigimeldingAdapter
from schemas.messagetypes import ONTVANGST
from simulators.digimelding import DigimeldingSimulator, Options
from simulators.digimelding.system import PATH
from tests.adapters.digimelding.desk import settings
from tests.adapters.tmv.office import BSN, message
from tests.conformance.adapter import AdapterContract, Partner
from tests.conformance.worker import WallClock

_QUICK: Final = {"connect_timeout": 0.9, "read_timeout": 0.9, "call_timeout": 1.2}
REFUSED: Final = "999990019"


def adapter(base_url: str, clock: Clock, right: bool) -> DigimeldingAdapter:  # noqa: FBT001 - as Partner calls it
    path = PATH if right else "/elders"
    return DigimeldingAdapter(settings(base_url + path, http=_QUICK), clock=clock)


class TestDigimelding(AdapterContract):
    partner = Partner(
        simulator=lambda: DigimeldingSimulator(options=Options(refuse_bsn=REFUSED)),
        adapter=adapter,
        story=(message("gedaan"), message("ingetrokken")),
        refused=message("gedaan", "2", bsn=REFUSED),
        secrets=(BSN, "Wterplein", REFUSED),
    )

    def test_the_story_has_every_type_that_the_adapter_handles(self) -> None:
        """What is heard is in test_reports.py."""
        made = self.partner.adapter("http://127.0.0.1:1", WallClock(), True)
        assert made.handles - {ONTVANGST} == {one.type for one in self.partner.story}
