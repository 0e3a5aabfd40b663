from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.standards import standards_dir
from tests.standards_report import REPORT_VARIABLE, record
from tests.standards_report.__main__ import main
from tests.standards_report.plugin import stated_outcome
from tests.standards_report.summary import Record, Summary, examples, read_records, summarise


def _told(path: str, outcome: str = "understood", stated: str = "understood") -> Record:
    return Record(path, outcome, stated)


def test_every_file_as_stated_leaves_nothing_unexplained() -> None:
    found = summarise(
        ["a", "b"], [_told("a"), _told("b", "refused:StUF055", "refused:StUF055"), _told("b")]
    )
    assert found == Summary(files=2, understood=1, refused_as_stated=1, unexplained=())
    assert str(found) == "files=2 understood=1 refused_as_stated=1 unexplained=0"


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([], "a: no test exercises it"),
        ([_told("a", "refused:StUF055")], "a: understood is stated, refused:StUF055 came out"),
        ([_told("a"), _told("a", "understood", "refused:StUF058")], "a: refused:StUF058 is stated"),
        ([_told("a", "skipped", "skipped")], "a: skipped is no outcome"),
        ([_told("a"), _told("zut")], "zut: it is told of, but is no example"),
    ],
)
def test_what_is_not_as_stated_is_named(records: list[Record], said: str) -> None:
    found = summarise(["a"], records)
    assert len(found.unexplained) == 1
    assert found.unexplained[0].startswith(said)


def test_what_is_recorded_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "report"
    monkeypatch.setenv(REPORT_VARIABLE, str(report))
    record("stuf/examples/é.xml", "understood", "understood")
    record("b", "refused:404", "refused:404")
    assert read_records(report) == [
        _told("stuf/examples/é.xml"),
        _told("b", "refused:404", "refused:404"),
    ]


def test_nothing_is_recorded_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REPORT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    record("a", "understood", "understood")
    assert not list(tmp_path.iterdir())


@pytest.mark.standards
def test_the_program_fails_for_one_file_that_nobody_exercised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = examples(standards_dir())
    report = tmp_path / "report"
    lines = [
        json.dumps({"path": one, "outcome": "understood", "stated": "understood"}) for one in paths
    ]
    report.write_text("\n".join(lines), encoding="utf-8")
    assert main(report) == 0
    report.write_text("\n".join(lines[1:]), encoding="utf-8")
    assert main(report) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == f"unexplained: {paths[0]}: no test exercises it"
    assert said[-1].endswith("unexplained=1")


@pytest.mark.standards
def test_a_recording_states_the_status_that_it_holds() -> None:
    assert stated_outcome("ac-applicatie-create") == "understood"
    assert stated_outcome("ac-limited-zaak-patch-forbidden") == "refused:403"
