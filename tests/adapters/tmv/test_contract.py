"""The TMV adapter keeps the contract, at every call, under every fault."""

from typing import Final

from adapters.contract import Clock
from adapters.tmv import TmvAdapter
from schemas.messagetypes import ONTVANGST
from simulators.tmv import Options, TmvSimulator
from simulators.tmv.system import PATH
from tests.adapters.tmv.office import ACCOUNT, BSN, message, settings
from tests.conformance.adapter import AdapterContract, Partner
from tests.conformance.worker import WallClock

_QUICK: Final = {"connect_timeout": 0.9, "read_timeout": 0.9, "call_timeout": 1.2}


def adapter(base_url: str, clock: Clock, right: bool) -> TmvAdapter:  # noqa: FBT001 - as Partner calls it
    given = {"password": ACCOUNT["password"] if right else "iets-anders"}
    return TmvAdapter(settings(base_url + PATH, http=_QUICK, **given), clock=clock)


class TestTmv(AdapterContract):
    partner = Partner(
        simulator=lambda: TmvSimulator(options=Options(**ACCOUNT, unknown=("999990019",))),
        adapter=adapter,
        story=(message("gedaan"), message("ingetrokken")),
        refused=message("gedaan", "2", bsn="999990019"),
        secrets=(BSN, "Wterplein", "999990019"),
    )

    def test_the_story_has_every_type_that_the_adapter_handles(self) -> None:
        """An answer makes nothing at the other side, and what is heard is in test_dossiers.py."""
        made = self.partner.adapter("http://127.0.0.1:1", WallClock(), True)
        beantwoord = "nl.burgerzaken.terugmelding.beantwoord"
        assert made.handles - {ONTVANGST, beantwoord} == {one.type for one in self.partner.story}
