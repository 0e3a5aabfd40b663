from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from continuity.delivery import OnParked
from continuity.store.memory import MemoryStore
from continuity.store.records import UNROUTED, Conflict
from routing import Route, RouteTable, Target
from schakel.intake import Checked, Intake, Published, Refused, Unwanted, lane_key
from schemas import MESSAGE_TYPES, canonical_json, parse_message
from schemas.examples import load
from tests.schakel.http.harness import BSN, PREFIX, FakeClock, event

ROUTES = [
    Route(name="zaken", types=(PREFIX + "gestart",), to=("zaken", "archief"), on_parked="skip"),
    Route(name="niets", types=(PREFIX + "bijgewerkt",), to=(), reason="nobody keeps these"),
]


class Case:
    def __init__(self, *routes: Route) -> None:
        self.store = MemoryStore()
        self.woken: list[set[str]] = []
        target = Target(handles=frozenset(MESSAGE_TYPES))
        self.intake = Intake(
            store=self.store,
            routes=RouteTable(
                [*ROUTES, *routes], destinations={"zaken": target, "archief": target}
            ),
            tenants=frozenset({"0344"}),
            clock=FakeClock(),
            wake=self._wake,
        )

    def _wake(self, destinations: Iterable[str]) -> None:
        self.woken.append(set(destinations))

    def checked(self, raw: dict[str, Any]) -> Checked:
        check = self.intake.check(raw)
        assert isinstance(check, Checked)
        return check


@pytest.fixture
def case() -> Case:
    return Case()


async def test_what_can_be_taken_is_stored_in_order_and_the_rest_is_refused(case: Case) -> None:
    other = event(time="2026-11-23T11:00:00Z")
    raws: list[Any] = [event(), b"{", event(number=2), other, event(), [], event(tenant="0363")]
    outcomes = await case.intake.publish(raws)
    assert outcomes[0] == Published(id=1, new=True)
    assert outcomes[2] == Published(id=2, new=True)
    assert outcomes[3] == Conflict(message_id=1)
    assert outcomes[4] == Published(id=1, new=False)
    refused = [one.problems[0].rule for one in outcomes if isinstance(one, Refused)]
    assert refused == ["invalid_json", "wrong_type", "unknown_tenant"]


async def test_the_worker_is_woken_once_for_new_messages_and_not_for_known_ones(
    case: Case,
) -> None:
    await case.intake.publish([event(), event(number=2)])
    await case.intake.publish([event()])
    await case.intake.publish([b"{"])
    assert case.woken == [{"zaken", "archief"}]


def test_every_destination_gets_a_delivery_with_the_rule_that_chose_it(case: Case) -> None:
    new = case.checked(event()).new
    assert [(one.destination, one.route, one.on_parked) for one in new.deliveries] == [
        ("zaken", "zaken", OnParked.SKIP),
        ("archief", "zaken", OnParked.SKIP),
    ]


async def test_a_message_that_no_rule_wants_starts_parked(case: Case) -> None:
    (delivery,) = case.checked(event("afgesloten")).new.deliveries
    assert delivery.destination == UNROUTED
    assert delivery.parked is not None
    assert delivery.parked.code == "no_route"
    await case.intake.publish([event("afgesloten")])
    assert case.woken == []


def test_a_message_deliberately_sent_nowhere_has_no_delivery(case: Case) -> None:
    assert case.checked(event("bijgewerkt")).new.deliveries == ()


def test_what_is_stored_is_the_event_as_published_in_canonical_form(case: Case) -> None:
    raw = event(correlationid=None, dependson="earlier-1", deliveruntil="2026-12-01T01:00:00+01:00")
    new = case.checked(raw).new
    raw.pop("correlationid")
    assert new.body == canonical_json(raw)
    assert new.digest == hashlib.sha256(new.body).digest()
    assert parse_message(new.body).id == raw["id"]
    assert new.depends_on == "earlier-1"
    assert new.deliver_until == datetime(2026, 12, 1, tzinfo=UTC)
    assert new.deliver_until.tzinfo is UTC


def test_bytes_and_an_object_of_the_same_event_are_the_same_message(case: Case) -> None:
    check = case.intake.check(canonical_json(event()))
    assert isinstance(check, Checked)
    assert check.new == case.checked(event()).new


def test_a_reference_to_a_document_is_refused_with_the_way_that_works(case: Case) -> None:
    raw = event("document-toegevoegd", dataref="https://documenten.example/1")
    raw["data"].pop("inhoud")
    check = case.intake.check(raw)
    assert isinstance(check, Refused)
    assert [(one.field, one.rule) for one in check.problems] == [("dataref", "not_supported")]


@pytest.mark.parametrize(
    "spoil",
    [
        {"data": {f"x{number}": 1 for number in range(100_000)}},
        {f"x{number}": 1 for number in range(100_000)},
        {"data": {"eigenschappen": [{}] * 100_000}},
        {"data": [[[1] * 500] * 3]},
    ],
)
def test_an_event_of_very_many_values_is_refused_before_each_is_explained(
    case: Case, spoil: dict[str, Any]
) -> None:
    check = case.intake.check(event() | spoil)
    assert isinstance(check, Refused)
    assert [one.rule for one in check.problems] == ["too_many_values"]


def test_an_event_of_many_values_is_taken(case: Case) -> None:
    raw = event()
    raw["data"]["eigenschappen"] = [{"naam": f"n{n}", "waarde": "1"} for n in range(100)]
    assert isinstance(case.intake.check(raw), Checked)


def test_problems_never_quote_what_the_message_says(case: Case) -> None:
    raw = event()
    raw["data"]["initiator"]["bsn"] = BSN + "0"
    check = case.intake.check(raw)
    assert isinstance(check, Refused)
    assert BSN not in str(check)


def test_the_lane_is_the_case_within_its_municipality() -> None:
    assert lane_key(parse_message(event())) == "0344/0344-2026-000001"
    assert lane_key(parse_message(event(orderingkey="gezin"))) == "0344/gezin"


def test_a_message_without_any_key_has_a_lane_of_its_own() -> None:
    message = parse_message(event()).model_copy(update={"subject": None})
    other = message.model_copy(update={"id": "another"})
    assert lane_key(message) != lane_key(other)


RECEIPT = "nl.burgerzaken.aflevering.geslaagd"


async def test_what_only_the_hub_says_is_refused_from_a_publisher(case: Case) -> None:
    """Seen failing without the check: a publisher could tell the core what never happened."""
    (outcome,) = await case.intake.publish([load(RECEIPT)])
    assert isinstance(outcome, Refused)
    assert [(one.field, one.rule) for one in outcome.problems] == [("type", "only_from_hub")]


async def test_the_hub_says_only_what_a_route_wants() -> None:
    quiet, told = Case(), Case(Route(name="kern", types=(RECEIPT,), to=("archief",)))
    assert quiet.intake.told == frozenset()
    assert told.intake.told == {RECEIPT}
    other = load("nl.burgerzaken.aflevering.verlopen")
    assert await quiet.intake.tell([load(RECEIPT)]) == [Unwanted()]
    assert await told.intake.tell([other, load(RECEIPT), load(RECEIPT)]) == [
        Unwanted(),
        Published(id=1, new=True),
        Published(id=1, new=False),
    ]
    assert told.woken == [{"archief"}]
