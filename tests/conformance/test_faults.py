"""What the adapter contract strikes with."""

from tests.conformance.faults import FAULTS, HANGING, TURNS


def test_no_fault_is_left_out_where_faults_take_turns() -> None:
    struck = [fault for turns in TURNS.values() for fault in turns]
    assert sorted(struck) == sorted(FAULTS)


def test_a_hanging_fault_takes_no_turns() -> None:
    assert all(TURNS[fault] == (fault,) for fault in HANGING)
