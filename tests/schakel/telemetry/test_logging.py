from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from schakel.telemetry import configure_logging

BSN = "999993653"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], level = before
    root.setLevel(level)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_time_level_and_what_is_bound(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.stdlib.get_logger("schakel.test").info("replay_done", replay=3)
    (line,) = _lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "replay_done",
        "replay": 3,
        "request_id": "r1",
        "level": "info",
        "logger": "schakel.test",
    }


def test_our_own_lines_show_no_bsn_wherever_it_stands(stream: io.StringIO) -> None:
    log = structlog.stdlib.get_logger()
    try:
        int(f"about {BSN}")
    except ValueError:
        event = f"failed for {BSN}"
        log.exception(event, person={"bsn": BSN}, others=[(BSN,)])
    assert BSN not in stream.getvalue()
    assert "about *********" in _lines(stream)[0]["exception"]


def test_lines_of_other_libraries_show_no_bsn_either(stream: io.StringIO) -> None:
    try:
        int(f"about {BSN}")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed for %s", BSN, extra={"who": BSN})
    (line,) = _lines(stream)
    assert BSN not in stream.getvalue()
    assert (line["event"], line["who"]) == ("failed for *********", "*********")
    assert line["logger"] == "uvicorn.error"


def test_warnings_are_log_lines(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"odd {BSN}", stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "odd *********" in _lines(stream)[0]["event"]


def test_requests_are_not_logged_one_by_one(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1/deliveries?subject=x")
    logging.getLogger("httpx").info("GET https://partner.example/zaken")
    structlog.stdlib.get_logger().debug("attempted")
    assert stream.getvalue() == ""


def test_a_library_that_quotes_messages_says_nothing(stream: io.StringIO) -> None:
    configure_logging("DEBUG", "json", stream)
    logging.getLogger("pika.connection").debug("frame with %s", BSN)
    logging.getLogger("pika.adapters.utils").error("Socket closed")
    assert stream.getvalue() == ""


def test_the_console_format_is_for_people_and_masks_as_well(stream: io.StringIO) -> None:
    configure_logging("INFO", "console", stream)
    structlog.stdlib.get_logger().warning("destination_away", reason=f"refused {BSN}")
    assert "destination_away" in stream.getvalue()
    assert BSN not in stream.getvalue()
