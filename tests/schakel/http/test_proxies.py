"""Whom the hub believes about a caller: the address at the other end of the socket decides."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from starlette.requests import Request

from schakel.http.bodies import Room
from schakel.http.proxies import Proxies
from schakel.http.serving import server_config
from tests.schakel.http.desks import behind
from tests.schakel.http.harness import Harness

SUBJECT = "CN=zaken.example.nl,O=Gemeente,C=NL"
PROXIES = Proxies(
    trusted=(ip_network("10.0.3.7"), ip_network("10.1.0.0/16"), ip_network("fd00::/8")),
    certificate_header="x-client-subject",
)


def request(*headers: tuple[str, str], peer: str | None = "10.0.3.7") -> Request:
    return Request(
        {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/inbound/0344/djuma",
            "query_string": b"",
            "server": ("10.0.0.1", 8080),
            "client": None if peer is None else (peer, 4711),
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
    )


@pytest.mark.parametrize("peer", ["10.0.3.7", "10.1.255.9", "fd00::1", "::ffff:10.0.3.7"])
def test_a_trusted_proxy_says_whose_certificate_it_checked(peer: str) -> None:
    assert PROXIES.certificate_of(request(("x-client-subject", SUBJECT), peer=peer)) == SUBJECT


@pytest.mark.parametrize("peer", ["10.0.3.8", "127.0.0.1", "::1", "fe80::1", "testclient", None])
def test_anybody_else_who_says_so_is_not_believed(peer: str | None) -> None:
    assert PROXIES.certificate_of(request(("x-client-subject", SUBJECT), peer=peer)) is None


def test_an_address_that_the_caller_names_does_not_count() -> None:
    forged = (("x-forwarded-for", "10.0.3.7"), ("x-client-subject", SUBJECT))
    assert PROXIES.certificate_of(request(*forged, peer="192.0.2.9")) is None


@pytest.mark.parametrize("values", [(), ("",), (" ",), (SUBJECT, SUBJECT), ("CN=me", SUBJECT)])
def test_no_subject_an_empty_one_and_two_of_them_are_none(values: tuple[str, ...]) -> None:
    assert PROXIES.certificate_of(request(*(("x-client-subject", one) for one in values))) is None


def test_without_the_setting_no_header_is_looked_at() -> None:
    assert (
        Proxies(trusted=PROXIES.trusted).certificate_of(request(("x-client-subject", "x"))) is None
    )


def test_the_public_address_counts_whatever_the_request_says() -> None:
    proxies = Proxies(public_url="https://hub.example.nl/schakel")
    assert proxies.address_of(request(("host", "elders"))) == "https://hub.example.nl/schakel"


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("10.0.3.7", "https", "https://hub.nl"),
        ("127.0.0.1", "https", "https://hub.nl"),
        ("::1", "https", "https://hub.nl"),
        ("192.0.2.9", "https", "http://hub.nl"),
        (None, "https", "http://hub.nl"),
        ("10.0.3.7", "gopher", "http://hub.nl"),
        ("10.0.3.7", "", "http://hub.nl"),
    ],
)
def test_else_it_is_the_host_with_the_scheme_of_the_proxy(
    peer: str | None, said: str, address: str
) -> None:
    found = PROXIES.address_of(request(("host", "hub.nl"), ("x-forwarded-proto", said), peer=peer))
    assert found == address


def test_the_server_leaves_the_address_of_the_socket_alone(hub: Harness) -> None:
    """Else uvicorn would put what X-Forwarded-For says in its place."""
    assert server_config(hub.app, host="127.0.0.1", port=0).proxy_headers is False


def test_every_hub_has_a_room_of_its_own_size() -> None:
    hub, _ = behind(Harness(inbound_memory=1234))
    room = hub.app.state.entrance.room
    assert isinstance(room, Room)
    assert room.left == 1234
