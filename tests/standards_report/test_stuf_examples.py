"""Every real StUF message is read as tests/schemas/stuf_examples.toml states, or so refused."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Final

import pytest

from adapters._kit.stuf.reading import Bericht, NietLeesbaar, read_bericht
from schemas.xsdset import violations
from tests.standards import standards_dir
from tests.standards_report import UNDERSTOOD, record

pytestmark = pytest.mark.standards

_TABLE: Final = Path(__file__).parents[1] / "schemas" / "stuf_examples.toml"
_STATED: Final[dict[str, dict[str, str]]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
_SET_OF: Final = {
    "1.1": "zds-1.1",
    "1.2": "zds-1.2",
    "bg-3.10": "bg-3.10",
    "stuf-3.01": "stuf-3.01",
}


def _index() -> dict[str, dict[str, str]]:
    with (standards_dir() / "stuf/examples/INDEX.tsv").open(encoding="utf-8") as lines:
        return {row["path"]: row for row in csv.DictReader(lines, delimiter="\t")}


def _read(path: str) -> tuple[str, Bericht | None]:
    try:
        bericht = read_bericht((standards_dir() / "stuf/examples" / path).read_bytes())
    except NietLeesbaar as refusal:
        return f"refused:{refusal.code}", None
    return UNDERSTOOD, bericht


def test_the_table_states_every_file_of_the_index() -> None:
    assert set(_STATED) == set(_index())


@pytest.mark.parametrize("path", _STATED)
def test_a_message_is_read_as_stated(path: str) -> None:
    stated = _STATED[path]
    outcome, bericht = _read(path)
    record(f"stuf/examples/{path}", outcome, stated["outcome"])
    assert outcome == stated["outcome"]
    if bericht is not None:
        assert (bericht.berichtcode, bericht.operation or "-") == (
            stated["code"],
            stated["operation"],
        )


@pytest.mark.parametrize("path", _STATED)
def test_our_schema_says_of_a_message_what_is_stated(path: str) -> None:
    row = _index()[path]
    _, bericht = _read(path)
    if row["version"] not in _SET_OF or bericht is None:
        assert "schema" not in _STATED[path]  # there is no message to judge
        return
    found = violations(_SET_OF[row["version"]], bericht.element)
    first = f"{found[0].path}: {found[0].rule}" if found else None
    assert first == _STATED[path].get("schema")
    if row["xsd_valid"] == "no":
        assert found, "the official schema refuses it; ours may not be looser"
