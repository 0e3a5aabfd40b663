"""`schakel bench stuf`: what writing and reading StUF costs, beside other ways to do it.

Writing: our translation, held to our own schema, beside zeep's `create_message` for the same
message; zeep neither validates nor makes bytes of it. Reading: from bytes to a message whose
operation, sides and number are known, beside what lxml itself needs to parse the same bytes and to
validate them. Shown beside them, and held to nothing: a thousand different messages on both sides,
and a message that is read into our model. All in one process, in turns, and in CPU time: what else
the machine does hardly counts.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from lxml import etree
from rich.console import Console
from rich.table import Table

from adapters._kit.stuf.reading import read_bericht
from adapters._kit.stuf.soap import envelope
from adapters._kit.stuf.stuurgegevens import Partij
from schakel.bench.zeepside import NoZeep, zeep_client
from schakel.compose import ADAPTERS
from schemas import Message, parse_message
from schemas.examples import load
from schemas.xsdset import compiled
from schemas.zaakvragen import ZaakBeeld

STANDARDS: Final = Path(__file__).resolve().parents[3] / "shared" / "standards"
_GESTART: Final = "nl.burgerzaken.zaak.gestart"
_PROFILES: Final = ("1.1", "1.2")
_WRITE_GOAL: Final = 20.0
_READ_GOAL: Final = 2.0
_WIDTH: Final = 110
_DIFFERENT: Final = 1_000
_NUMBER: Final = "6f1d0ef2-5d6a-4c6f-9a3f-"
_MOMENT: Final = "20261123120000000"


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU microseconds per message, one figure for each round."""

    what: str
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    def __str__(self) -> str:
        return f"{self.median:,.0f} ({min(self.rounds):,.0f}-{max(self.rounds):,.0f})"


def run(arguments: Sequence[str]) -> int:
    """Measure and print a table. Exit codes: 0 measured, 1 a goal was missed."""
    parser = argparse.ArgumentParser(prog="schakel bench stuf", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--messages", type=int, default=400, help="messages per round")
    parser.add_argument("--standards", type=Path, default=STANDARDS)
    options = parser.parse_args(arguments)
    console = Console(width=_WIDTH)
    missed = 0
    for profile in _PROFILES:
        missed += _measure_profile(console, profile, options)
    console.print("Medians of the rounds, with the lowest and the highest.")
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    version = ".".join(map(str, etree.LXML_VERSION[:3]))
    console.print(f"{machine}, lxml {version}; n = {options.rounds} x {options.messages}")
    return 1 if missed else 0


def _measure_profile(console: Console, profile: str, options: argparse.Namespace) -> int:
    same, other = _writer(profile, 1), _writer(profile, _DIFFERENT)
    written = envelope(same())
    writing: dict[str, Callable[[], object]] = {
        "ours, built and validated": _validated(same, profile)
    }
    try:
        client = zeep_client(options.standards, profile)
    except NoZeep as reason:
        console.print(f"ZDS {profile}: zeep is not measured: {reason}", soft_wrap=True)
    else:
        writing["zeep, create_message"] = client([same()])
        writing["ours, 1,000 different ones"] = _validated(other, profile)
        writing["zeep, 1,000 different ones"] = client([other() for _ in range(_DIFFERENT)])
    reading: dict[str, Callable[[], object]] = {
        "ours, parsed": lambda: read_bericht(written),
        "lxml, parse and validate": _lxml(written, profile),
        "ours, parsed and validated": _known(written, profile),
        "ours, read into the model": _reader(written),
    }
    rows = _in_turns(writing, options), _in_turns(reading, options)
    goals = (_WRITE_GOAL, "times as fast as zeep"), (_READ_GOAL, "times lxml")
    table = Table("what", "CPU µs a message", "ratio", "goal", width=_WIDTH)
    missed = 0
    for measured, (goal, said), faster in zip(rows, goals, (True, False), strict=True):
        ratio, kept = judge(measured, goal, faster=faster)
        missed += not kept
        for number, one in enumerate(measured):
            own, _ = judge((one, *measured[1:2]), goal, faster=faster)
            shown = f"{own:.1f} {said}" if own and one.what.startswith("ours") else ""
            judged = _goal(goal, kept=kept, faster=faster) if ratio and number == 0 else ""
            table.add_row(one.what, str(one), shown, judged)
    console.print(f"ZDS {profile}, creeerZaak, {len(written):,} bytes", highlight=False)
    console.print(table)
    return missed


def judge(measured: Sequence[Measured], goal: float, *, faster: bool) -> tuple[float, bool]:
    """Return the ratio of the first to the second, and whether the goal is kept; 0: one is absent.

    The ratio is that of the medians: how many times as fast, or as slow.
    """
    if len(measured) < 2:  # noqa: PLR2004 - a comparison has two sides
        return 0.0, True
    ours, theirs = measured[0].median, measured[1].median
    ratio = theirs / ours if faster else ours / theirs
    return ratio, ratio >= goal if faster else ratio <= goal


def _goal(goal: float, *, kept: bool, faster: bool) -> str:
    return f"{'at least' if faster else 'at most'} {goal:g}: {'kept' if kept else 'MISSED'}"


def _in_turns(
    sides: Mapping[str, Callable[[], object]], options: argparse.Namespace
) -> list[Measured]:
    """Measure every side in every round: what disturbs the machine disturbs all of them."""
    for side in sides.values():
        side()
    gc.collect()
    gc.freeze()  # as a hub does once it has started
    taken: dict[str, list[float]] = {what: [] for what in sides}
    for _ in range(options.rounds):
        for what, side in sides.items():
            start = time.process_time_ns()
            for _ in range(options.messages):
                side()
            taken[what].append((time.process_time_ns() - start) / options.messages / 1_000)
    return [Measured(what, tuple(rounds)) for what, rounds in taken.items()]


def _part(name: str) -> Any:
    """Return a module of the adapter; the composition root says where that lives."""
    package = ADAPTERS["stuf_zds"].settings.__module__.rpartition(".")[0]
    return importlib.import_module(f"{package}.{name}")


def _writer(profile: str, different: int) -> Callable[[], etree._Element]:
    """Return what makes the body of a creeerZaak: so many different ones, in turns."""
    translate, berichten = _part("translate"), _part("writing.berichten")
    vocabulary = _part("vocabulary")
    messages = [_example(number) for number in range(different)]
    first: Any = messages[0].data
    names = vocabulary.Vocabulary(
        zaaktypen={first.zaaktype.identificatie: vocabulary.Zaaktype("B0237")}
    )
    target = berichten.Target(profile=profile, vocabulary=names)
    sides = Partij("SCHAKEL"), Partij("ZAAKSYSTEEM")
    turns = cycle(
        [
            (one, one.data, berichten.Head(*sides, f"{_NUMBER}{number:012d}", _MOMENT))
            for number, one in enumerate(messages)
        ]
    )

    def build() -> etree._Element:
        message, data, head = next(turns)
        body: etree._Element = translate.creeer_zaak(message, data, target, head).element
        return body

    return build


def _example(number: int) -> Message:
    """Return the example message as that of another case."""
    document: Any = load(_GESTART)
    document["id"] = f"{document['id']}-{number}"
    data = document["data"]
    document["subject"] = data["zaakidentificatie"] = f"0344-2026-{number:06d}"
    data["startdatum"] = (date(2026, 1, 1) - timedelta(days=number % 5_000)).isoformat()
    data["omschrijving"] = f"{data['omschrijving']} ({number})"
    data["initiator"]["geslachtsnaam"] = f"Duinrade {_letters(number)}"
    return parse_message(json.dumps(document).encode())


def _letters(number: int) -> str:
    return number.to_bytes(4, "big").hex().translate(str.maketrans("0123456789", "ghijklmnop"))


def _validated(build: Callable[[], etree._Element], profile: str) -> Callable[[], object]:
    schema = compiled(f"zds-{profile}")

    def written() -> None:
        body = build()
        if not schema.validate(body):
            raise ValueError(f"our own creeerZaak is wrong: {schema.error_log}")

    return written


def _reader(written: bytes) -> Callable[[], object]:
    reading = _part("reading")

    def read() -> object:
        found = next(read_bericht(written).element.iter("{*}object"))
        return ZaakBeeld.model_validate(reading.zaak_beeld(found, reading.Opmerkingen()))

    return read


def _known(written: bytes, profile: str) -> Callable[[], object]:
    schema = compiled(f"zds-{profile}")

    def known() -> None:
        if not schema.validate(read_bericht(written).element):
            raise ValueError("our own creeerZaak is wrong")

    return known


def _lxml(written: bytes, profile: str) -> Callable[[], object]:
    schema = compiled(f"zds-{profile}")

    def parsed() -> None:
        body = etree.fromstring(written)[1][0]
        if not schema.validate(body):
            raise ValueError("our own creeerZaak is wrong")

    return parsed
