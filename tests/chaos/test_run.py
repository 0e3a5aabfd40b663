"""What the last line of a chaotic run says, and when it is called clean."""

from __future__ import annotations

import pytest

from tests.chaos.judging import Verdict
from tests.chaos.run import Chaos


def ended() -> Chaos:
    chaos = Chaos(7, kills=2, accepted=10, received=6)
    chaos.done.update({"kill -9": 2, "calm": 1})
    chaos.out.expected = chaos.out.arrived = 10
    chaos.back.expected = chaos.back.arrived = 5
    return chaos


def test_the_last_line_has_the_sum_of_both_directions() -> None:
    chaos = ended()
    assert chaos.line() == (
        "accepted=10 delivered=10 kills=2 faults=3 lost=0 doubled=0 out_of_order=0 "
        "told=5 received=6 echoed=0 seed=7"
    )
    chaos.out.add("stuf", {"findings": {"lost": [{"event": "1"}], "doubled": ["x"]}})
    chaos.back.add("portaal", {"findings": {"lost": ["u"], "outOfOrder": ["v"], "echoed": ["w"]}})
    chaos.out.arrived, chaos.back.arrived = 9, 4
    assert "delivered=9 kills=2 faults=3 lost=2 doubled=1 out_of_order=1 told=5" in chaos.line()
    assert chaos.line().endswith("received=6 echoed=1 seed=7")
    assert "in: outOfOrder: portaal: v" in chaos.findings


@pytest.mark.parametrize("kind", ["lost", "doubled", "outOfOrder", "incomplete", "echoed"])
@pytest.mark.parametrize("way", ["out", "back"])
def test_no_finding_of_either_direction_is_clean(way: str, kind: str) -> None:
    chaos = ended()
    assert chaos.clean
    verdict: Verdict = getattr(chaos, way)
    verdict.add("stuf", {"findings": {kind: ["x"]}})
    assert not chaos.clean


def test_what_did_not_arrive_and_trouble_in_the_books_are_not_clean() -> None:
    short, unheard, uncounted, troubled = ended(), ended(), ended(), ended()
    short.out.arrived -= 1
    unheard.back.arrived -= 1
    uncounted.accepted += 1
    troubled.trouble.append("a bug is in hub-1.log")
    assert not any(one.clean for one in (short, unheard, uncounted, troubled))
