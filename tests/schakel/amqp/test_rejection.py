from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters._kit.amqp import Arrival, Properties
from schakel.amqp.rejection import (
    MOST_PROBLEMS,
    PROBLEMS,
    describe,
    identify,
    plain,
    refuse,
    restore,
)
from schemas import FieldProblem
from tests.schakel.http.harness import START

PUBLISHED = Properties(
    content_type="application/cloudevents+json",
    message_id="m1",
    expiration="60000",
    user_id="core",
    headers={"trace": "abc"},
)
WRONG = FieldProblem("data.x", "required", "This field is required and absent.")


def arrival(properties: Properties, body: bytes = b"{}") -> Arrival:
    return Arrival(
        tag=1,
        redelivered=False,
        exchange="",
        routing_key="nl.burgerzaken.zaak.gestart",
        properties=properties,
        body=body,
    )


def refused(*problems: FieldProblem, of: Properties = PUBLISHED) -> Properties:
    return refuse(of, reason="invalid", problems=problems, now=START, hub="hub-1")


def test_what_was_refused_says_why_when_and_by_whom() -> None:
    told = describe(arrival(refused(WRONG)))
    assert (told.reason, told.hub, told.at) == ("invalid", "hub-1", START)
    assert told.problems == (WRONG,)
    assert (told.routing_key, told.message_id, told.bytes) == (
        "nl.burgerzaken.zaak.gestart",
        "m1",
        2,
    )


def test_a_refused_message_never_expires_and_is_published_again_as_it_was() -> None:
    kept = refused(WRONG)
    assert kept.expiration is None
    assert kept.user_id is None, "only its own user may publish under a name"
    again = restore(kept)
    assert again.headers == PUBLISHED.headers
    assert (again.content_type, again.message_id) == (PUBLISHED.content_type, "m1")


def test_the_id_is_that_of_the_message_however_often_it_is_refused() -> None:
    first = identify(arrival(refused(WRONG)))
    again = identify(arrival(refused(of=restore(refused(WRONG)))))
    assert first == again
    assert identify(arrival(refused(WRONG), b"other")) != first


def test_only_the_first_problems_are_kept_so_that_the_headers_fit() -> None:
    kept = refused(*(FieldProblem(str(number), "x", "y") for number in range(100)))
    assert len(describe(arrival(kept)).problems) == MOST_PROBLEMS


def dead(reason: str) -> Properties:
    death: dict[str, Any] = {"reason": reason, "time": datetime(2026, 11, 23, 9)}  # noqa: DTZ001 - as AMQP has it
    return Properties(headers={"x-first-death-reason": reason, "x-death": [death]})


def test_what_the_broker_put_aside_is_explained_too() -> None:
    assert describe(arrival(dead("rejected"))).reason == "too_large"
    assert describe(arrival(dead("delivery_limit"))).reason == "delivered_too_often"
    assert describe(arrival(dead("delivery_limit"))).at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert describe(arrival(Properties())).reason == "unknown"


def test_headers_that_somebody_else_wrote_are_no_reason_to_fail() -> None:
    headers = {"schakel-reason": "invalid", PROBLEMS: "[1]", "schakel-rejected-at": "soon"}
    told = describe(arrival(Properties(headers=headers)))
    assert told.at is None
    assert [one.rule for one in told.problems] == ["unknown"]


def test_plain_properties_have_only_headers_that_can_be_written() -> None:
    """Pika reads an AMQP double and cannot write one; other client libraries can."""
    assert plain(Properties(headers={"double": 1.5, "kept": "yes"})).headers == {"kept": "yes"}
