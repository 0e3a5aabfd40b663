from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit.amqp import Properties
from schakel.amqp.events import BATCH, BINARY, PREFIXES, STRUCTURED, read_events
from schemas import InvalidMessage

EVENT = {"specversion": "1.0", "id": "1"}


def read(body: Any, *, limit: int = 3, **properties: Any) -> list[Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_events(Properties(**properties), raw, batch_limit=limit)


def refusal(body: Any, **properties: Any) -> tuple[str, str]:
    with pytest.raises(InvalidMessage) as caught:
        read(body, **properties)
    (problem,) = caught.value.problems
    return problem.field, problem.rule


@pytest.mark.parametrize(
    "content_type", [STRUCTURED, f"{STRUCTURED}; charset=UTF-8", STRUCTURED.upper()]
)
def test_one_event_is_the_body(content_type: str) -> None:
    assert read(EVENT, content_type=content_type) == [EVENT]


def test_a_batch_is_an_array() -> None:
    assert read([EVENT, EVENT], content_type=BATCH) == [EVENT, EVENT]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_in_binary_mode_the_attributes_are_headers(prefix: str) -> None:
    headers: dict[str, Any] = {f"{prefix}{name}": value for name, value in EVENT.items()} | {
        "trace": "x"
    }
    headers[f"{prefix}time"] = datetime(2026, 11, 23, 9, tzinfo=UTC).replace(tzinfo=None)
    assert read({"a": 1}, content_type=BINARY, headers=headers) == [
        EVENT | {"time": "2026-11-23T09:00:00+00:00", "datacontenttype": BINARY, "data": {"a": 1}}
    ]


def test_what_cannot_be_read_says_which_rule_it_breaks() -> None:
    assert refusal(EVENT) == ("content_type", "media_type")
    assert refusal(EVENT, content_type="text/xml") == ("content_type", "media_type")
    assert refusal(EVENT, content_type=f"{STRUCTURED};charset=latin1")[1] == "media_type"
    assert refusal(EVENT, content_type=STRUCTURED, content_encoding="gzip")[0] == "content_encoding"
    assert refusal(b"{", content_type=STRUCTURED)[1] == "invalid_json"
    assert refusal(b"\xff", content_type=STRUCTURED)[1] == "invalid_utf8"
    assert refusal(EVENT, content_type=BATCH) == ("", "wrong_type")
    assert refusal([], content_type=BATCH) == ("", "wrong_type")
    assert refusal([1, 2, 3, 4], content_type=BATCH) == ("", "batch_too_large")
    assert refusal({}, content_type=BINARY) == ("cloudEvents:specversion", "required")
    assert refusal({}, content_type=BINARY, headers={"cloudEvents:data": "x"})[1] == "not_allowed"
    both = {"cloudEvents:id": "1", "cloudEvents_id": "2"}
    assert refusal({}, content_type=BINARY, headers=both)[1] == "duplicate_name"
    assert refusal({}, content_type=BINARY, headers={"cloudEvents:id": b"\xff"})[1] == "wrong_type"


def test_a_refusal_never_quotes_what_was_sent() -> None:
    with pytest.raises(InvalidMessage) as caught:
        read({}, content_type=BINARY, headers={"cloudEvents:999993653": b"\xff"})
    assert "999993653" not in str(caught.value)


@given(
    body=st.binary(max_size=200),
    content_type=st.sampled_from([STRUCTURED, BATCH, BINARY, "", "x"]),
    headers=st.dictionaries(
        st.sampled_from(["cloudEvents:id", "cloudEvents:specversion", "x"]),
        st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text()), st.binary()),
    ),
)
def test_any_bytes_give_events_or_a_refusal(
    body: bytes, content_type: str, headers: dict[str, Any]
) -> None:
    properties = Properties(content_type=content_type, headers=headers)
    with suppress(InvalidMessage):
        assert isinstance(read_events(properties, body, batch_limit=10), list)
