from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from simulators.kit import KINDS, FaultRule, Match, Outage
from simulators.kit.faults import FaultBook

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _book(*rules: FaultRule) -> FaultBook:
    book = FaultBook()
    book.add(rules, NOON)
    return book


def _hits(book: FaultBook, calls: int, method: str = "POST", path: str = "/zaken") -> list[bool]:
    return [book.choose(method, path, NOON) is not None for _ in range(calls)]


def test_a_rule_hits_as_often_as_it_says_and_then_lets_pass() -> None:
    assert _hits(_book(FaultRule(kind="reset", times=2)), 4) == [True, True, False, False]


def test_a_rule_without_a_limit_hits_always() -> None:
    assert all(_hits(_book(FaultRule(kind="reset", times=None)), 50))


def test_a_rule_skips_the_first_matching_requests_and_ignores_others() -> None:
    book = _book(FaultRule(kind="reset", match=Match(method="POST", path="^/zaken", skip=1)))
    assert _hits(book, 3, method="GET") == [False] * 3
    assert _hits(book, 3, path="/rollen") == [False] * 3
    assert _hits(book, 3) == [False, True, False]


def test_the_first_live_rule_decides() -> None:
    book = _book(FaultRule(kind="reset"), FaultRule(kind="timeout"))
    kinds = [rule.kind for rule in (book.choose("GET", "/", NOON) for _ in range(2)) if rule]
    assert kinds == ["reset", "timeout"]
    assert book.hits == {"reset": 1, "timeout": 1}


def test_a_rule_lives_from_its_since_to_just_before_its_until() -> None:
    rule = FaultRule(kind="reset", since=NOON, until=NOON + HOUR, times=None)
    book = _book(rule)
    moments = [NOON - HOUR, NOON, NOON + HOUR / 2, NOON + HOUR]
    assert [book.choose("GET", "/", m) is not None for m in moments] == [False, True, True, False]


@given(st.floats(0.05, 0.95), st.integers(0, 1000))
def test_a_probability_hits_the_same_requests_for_the_same_seed(chance: float, seed: int) -> None:
    rule = FaultRule(kind="reset", match=Match(probability=chance, seed=seed), times=None)
    first, second = _hits(_book(rule), 300), _hits(_book(rule), 300)
    assert first == second
    assert abs(sum(first) / 300 - chance) < 0.2


def test_an_outage_of_refused_connections_closes_and_opens_on_the_clock() -> None:
    outage = Outage(start=NOON + HOUR, end=NOON + 2 * HOUR, fault=FaultRule(kind="refuse"))
    book = _book(outage.rule())
    moments = [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert [book.closed(moment) for moment in moments] == [False, True, False]
    assert book.next_change(NOON) == NOON + HOUR
    assert book.next_change(NOON + HOUR) == NOON + 2 * HOUR
    assert book.next_change(NOON + 2 * HOUR) is None


def test_an_outage_is_not_used_up() -> None:
    fault = FaultRule(kind="status", times=1)
    book = _book(Outage(start=NOON, end=NOON + HOUR, fault=fault).rule())
    assert all(_hits(book, 20))


def test_every_kind_knows_its_phases_and_says_what_it_does() -> None:
    for kind in KINDS.values():
        assert kind.phases
        assert kind.summary
        rule = FaultRule(kind=kind.name, phase=kind.phases[0])
        assert {name: rule.setting(name) for name in kind.settings} == dict(kind.settings)


def test_the_lines_for_people_name_live_faults_only() -> None:
    book = _book(FaultRule(kind="reset", match=Match(method="POST", path="/zaken")))
    assert book.texts(NOON) == ["reset (before) on POST /zaken, 0 of 1 times"]
    book.choose("POST", "/zaken", NOON)
    assert book.texts(NOON) == []
