from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import MESSAGE_TYPES, canonical_json, parse_message
from schemas.examples import example_types, household_messages, load
from schemas.examples.households import (
    BRONORGANISATIE,
    FAULTY_YEAR,
    SOURCE,
    STEPS_PER_HOUSEHOLD,
    TENANT,
)
from schemas.examples.pdf import small_pdf

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
STORY = ["gestart", "status-gezet", "document-toegevoegd", "status-gezet", "afgesloten"]


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_every_type_has_a_sound_example(name: str) -> None:
    message = parse_message(load(name))
    assert message.type == name


def test_there_is_no_example_of_anything_else() -> None:
    assert set(example_types()) == set(MESSAGE_TYPES)
    with pytest.raises(KeyError):
        load("../secrets")


@given(st.integers(0, 12), st.integers(), st.booleans())
def test_each_household_goes_through_its_five_messages_in_order(
    n: int,
    seed: int,
    faulty: bool,  # noqa: FBT001 - hypothesis fills it
) -> None:
    raw = household_messages(n, seed, START, with_faulty=faulty)
    assert raw == household_messages(n, seed, START, with_faulty=faulty)
    assert len(raw) == n * STEPS_PER_HOUSEHOLD
    messages = [parse_message(canonical_json(each)) for each in raw]
    assert len({message.id for message in messages}) == len(messages)
    assert all(earlier.time < later.time for earlier, later in pairwise(messages))
    per_case = defaultdict(list)
    for message in messages:
        assert (message.tenant, message.source) == (TENANT, SOURCE)
        per_case[message.subject].append(message.type.rpartition(".")[2])
    assert len(per_case) == n
    assert all(events == STORY for events in per_case.values())
    assert sum(is_faulty(each) for each in raw) == (faulty and n > 0)


def is_faulty(raw: dict[str, object]) -> bool:
    data = raw["data"]
    return isinstance(data, dict) and str(data.get("datumStatusGezet")).startswith(FAULTY_YEAR)


def test_the_households_come_and_go_between_each_other() -> None:
    subjects = [each["subject"] for each in household_messages(10, 1, START)]
    assert any(
        subjects.index(subject) + 4 < len(subjects) - 1 - subjects[::-1].index(subject)
        for subject in set(subjects)
    )


def test_another_seed_tells_another_story() -> None:
    assert household_messages(3, 1, START) != household_messages(3, 2, START)


def test_a_start_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        household_messages(1, 1, datetime(2026, 11, 23))  # noqa: DTZ001 - naive on purpose


def test_the_case_starts_on_the_day_of_the_netherlands() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    first = household_messages(1, 1, late)[0]
    assert first["data"]["startdatum"] == "2026-11-23"
    assert first["data"]["bronorganisatie"] == BRONORGANISATIE


def test_the_small_pdf_has_a_sound_table_of_contents() -> None:
    pdf = small_pdf(["Aangifte (proef) \\", "Één €"])
    assert pdf.startswith(b"%PDF-1.4\n")
    table = int(pdf.split(b"startxref\n")[1].split(b"\n")[0])
    assert pdf[table:].startswith(b"xref")
    offsets = [int(line[:10]) for line in pdf[table:].splitlines()[3:8]]
    for number, offset in enumerate(offsets, start=1):
        assert pdf[offset:].startswith(b"%d 0 obj" % number)
    assert rb"(Aangifte \(proef\) \\)" in pdf
