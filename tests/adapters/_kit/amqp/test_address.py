"""Addresses of brokers: what they mean, and which are refused without being quoted."""

from __future__ import annotations

import pytest

from adapters._kit.amqp import AmqpAddress, check_amqp_url


@pytest.mark.parametrize(
    ("url", "host", "port", "vhost", "user", "password", "tls"),
    [
        ("amqp://127.0.0.1", "127.0.0.1", 5672, "/", "guest", "guest", False),
        ("amqps://hub:a%2Fb@mq.example.nl/", "mq.example.nl", 5671, "/", "hub", "a/b", True),
        ("amqps://hub:x@mq:5673/burgerzaken", "mq", 5673, "burgerzaken", "hub", "x", True),
        ("amqp://hub:x@[::1]:1/%2Fa%2Fb", "::1", 1, "/a/b", "hub", "x", False),
    ],
)
def test_an_address_has_its_parts(  # noqa: PLR0917 - a table reads best in one line a case
    url: str, host: str, port: int, vhost: str, user: str, password: str, *, tls: bool
) -> None:
    assert AmqpAddress.parse(url) == AmqpAddress(
        host=host, port=port, vhost=vhost, user=user, password=password, tls=tls
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://mq.example.nl",
        "amqps://",
        "amqps://hub:geheim@mq:99999/",
        "amqps://hub:geheim@mq/a/b",
        "amqps://hub:geheim@mq/?heartbeat=1",
        "amqps://hub:geheim@[mq/",
    ],
)
def test_what_is_no_address_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match="AMQP") as caught:
        AmqpAddress.parse(url)
    assert "geheim" not in str(caught.value)


def test_without_tls_only_this_machine_may_be_called() -> None:
    assert check_amqp_url("amqp://localhost/", allow_plain=False)
    assert check_amqp_url("amqps://mq.example.nl/", allow_plain=False)
    assert check_amqp_url("amqp://mq.example.nl/", allow_plain=True)
    with pytest.raises(ValueError, match="unencrypted"):
        check_amqp_url("amqp://mq.example.nl/", allow_plain=False)


def test_no_text_shows_the_password() -> None:
    address = AmqpAddress.parse("amqps://hub:geheim@mq/")
    assert "geheim" not in f"{address} {address!r}"
