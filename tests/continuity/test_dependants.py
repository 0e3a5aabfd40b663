from __future__ import annotations

from continuity.dependants import Dependants


def test_those_that_waited_are_told_once_in_order_of_acceptance() -> None:
    dependants = Dependants()
    dependants.note({9: 1, 8: 2, 7: 1})
    assert dependants.freed_by([1, 5]) == [7, 9]
    assert dependants.freed_by([1]) == []
    assert dependants.freed_by([2]) == [8]


def test_those_that_wait_for_a_message_yet_to_come_are_told_apart() -> None:
    dependants = Dependants()
    dependants.note({9: None, 8: 2})
    assert dependants.take(unaccepted_only=True) == [9]
    assert dependants.take(unaccepted_only=True) == []
    assert dependants.freed_by([2]) == [8]


def test_all_of_them_can_be_told_to_look_again() -> None:
    dependants = Dependants()
    dependants.note({9: None, 8: 2})
    assert dependants.take(unaccepted_only=False) == [8, 9]
    assert dependants.freed_by([2]) == []
