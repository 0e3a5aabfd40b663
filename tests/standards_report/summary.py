"""Counts what was recorded over all examples that there are."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.standards_report import UNDERSTOOD


@dataclass(frozen=True, slots=True)
class Record:
    path: str
    outcome: str
    stated: str


@dataclass(frozen=True, slots=True)
class Summary:
    files: int
    understood: int
    refused_as_stated: int
    unexplained: tuple[str, ...]  # a sentence for each file

    def __str__(self) -> str:
        return (
            f"files={self.files} understood={self.understood} "
            f"refused_as_stated={self.refused_as_stated} unexplained={len(self.unexplained)}"
        )


def examples(standards: Path) -> Sequence[str]:
    """Return every example: those in the index of StUF, and the recorded exchanges of ZGW."""
    folder = standards / "stuf" / "examples"
    with (folder / "INDEX.tsv").open(encoding="utf-8") as lines:
        stuf = [f"stuf/examples/{row['path']}" for row in csv.DictReader(lines, delimiter="\t")]
    zgw = sorted((standards / "zgw" / "examples").glob("*.json"))
    return [*stuf, *(f"zgw/examples/{path.name}" for path in zgw)]


def read_records(report: Path) -> list[Record]:
    lines = report.read_text(encoding="utf-8").splitlines()
    return [Record(**json.loads(line)) for line in lines]


def summarise(paths: Sequence[str], records: Iterable[Record]) -> Summary:
    """A file is refused as stated when one test at least states a refusal; all have to agree."""
    told: Mapping[str, list[Record]] = defaultdict(list)
    for one in records:
        told[one.path].append(one)
    unexplained = {path: sentence for path in paths if (sentence := _trouble(told[path]))}
    strange = {path: "it is told of, but is no example" for path in told if path not in set(paths)}
    explained = [path for path in paths if path not in unexplained]
    refused = [path for path in explained if any(one.stated != UNDERSTOOD for one in told[path])]
    return Summary(
        files=len(paths),
        understood=len(explained) - len(refused),
        refused_as_stated=len(refused),
        unexplained=tuple(f"{path}: {why}" for path, why in (unexplained | strange).items()),
    )


def _trouble(records: Sequence[Record]) -> str | None:
    if not records:
        return "no test exercises it"
    for one in records:
        if one.outcome != one.stated:
            return f"{one.stated} is stated, {one.outcome} came out"
        if one.stated != UNDERSTOOD and not one.stated.startswith("refused:"):
            return f"{one.stated} is no outcome"
    return None
