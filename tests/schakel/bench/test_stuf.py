"""The bench must measure what it says: the same message on every side, and an honest judgement."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from schakel.bench import run
from schakel.bench.stuf import Measured, _writer, judge
from schakel.bench.zeepside import NoZeep, _as_arguments, zeep_client


def _took(*medians: float) -> list[Measured]:
    return [Measured(str(one), (one, one * 2, one / 2)) for one in medians]


@pytest.mark.parametrize(
    ("measured", "goal", "faster", "ratio", "kept"),
    [
        (_took(10, 200), 20, True, 20, True),
        (_took(10, 199), 20, True, 19.9, False),
        (_took(200, 100), 2, False, 2, True),
        (_took(201, 100), 2, False, 2.01, False),
        (_took(10), 20, True, 0, True),  # nothing to compare with is no failure
    ],
)
def test_a_goal_is_judged_by_the_medians(
    measured: list[Measured], goal: float, ratio: float, *, faster: bool, kept: bool
) -> None:
    found, is_kept = judge(measured, goal, faster=faster)
    assert found == pytest.approx(ratio)
    assert is_kept is kept


def test_a_figure_is_shown_with_its_spread() -> None:
    assert str(Measured("x", (1_000, 3_000, 2_000))) == "2,000 (1,000-3,000)"


def test_without_the_standards_zeep_is_left_out_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["stuf", "--rounds", "1", "--messages", "1", "--standards", str(tmp_path)])
    said = capsys.readouterr().out
    assert said.count("zeep is not measured") == 2
    assert "into the model" in " ".join(said.split())
    assert "n = 1 x 1" in said


def test_what_is_judged_is_parsing_and_what_the_model_costs_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["stuf", "--rounds", "1", "--messages", "1", "--standards", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    judged = [line for line in lines if "at most 2" in line]
    assert len(judged) == 2
    assert all("ours, parsed " in line for line in judged)
    assert len([line for line in lines if "into the model" in line]) == 2


@pytest.mark.parametrize("profile", ["1.1", "1.2"])
def test_the_messages_that_are_written_differ(profile: str) -> None:
    build = _writer(profile, 5)
    assert len({etree.tostring(build()) for _ in range(10)}) == 5


def test_zeep_says_why_it_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(NoZeep, match="not"):
        zeep_client(tmp_path, "1.1")


def test_a_message_becomes_what_zeep_takes() -> None:
    body = etree.fromstring(
        '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="urn:s"><b>1</b>'
        '<c s:noValue="geenWaarde" i:nil="true"/><d s:soort="T"><e>2</e></d><b>3</b><b>4</b></a>'
    )
    assert _as_arguments(body) == {
        "b": ["1", "3", "4"],
        "c": {"_value_1": None, "noValue": "geenWaarde"},
        "d": {"e": "2", "soort": "T"},
    }
