"""A broker's address: `amqps://user:password@host:5671/vhost`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

_DEFAULT_PORTS: Final = {"amqp": 5672, "amqps": 5671}
_LOOPBACK: Final = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class AmqpAddress:
    """The parts of an AMQP URL. What is shown of it holds no password."""

    host: str
    port: int
    vhost: str
    user: str
    password: str = field(repr=False)
    tls: bool

    @classmethod
    def parse(cls, url: str) -> AmqpAddress:
        """Read `url`; a ValueError says what is wrong with it, without quoting it."""
        try:
            parts = urlsplit(url)
        except ValueError as err:
            raise ValueError("this is not an AMQP address") from err
        if parts.scheme not in _DEFAULT_PORTS:
            raise ValueError("an AMQP address starts with amqps:// (or amqp:// on this machine)")
        if parts.query or parts.fragment:
            raise ValueError("an AMQP address has no query; options are settings of their own")
        if not parts.hostname:
            raise ValueError("an AMQP address names a host: amqps://user:password@host/vhost")
        try:
            port = parts.port or _DEFAULT_PORTS[parts.scheme]
        except ValueError as err:
            raise ValueError("the port of an AMQP address is a number below 65536") from err
        vhost = unquote(parts.path[1:])
        if "/" in parts.path[1:]:
            raise ValueError("an AMQP address has one /; in the name of a virtual host it is %2F")
        return cls(
            host=parts.hostname,
            port=port,
            vhost=vhost or "/",
            user=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
            tls=parts.scheme == "amqps",
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port} (virtual host {self.vhost})"


def check_amqp_url(url: str, *, allow_plain: bool) -> str:
    """Return `url`; a ValueError says what is wrong with it.

    Without TLS only this machine may be called, unless something else encrypts the traffic.
    """
    address = AmqpAddress.parse(url)
    if not (address.tls or allow_plain or _LOOPBACK.fullmatch(address.host)):
        raise ValueError(
            "amqp:// to another machine sends personal data unencrypted; use amqps://, "
            "or set allow_plain = true where something else encrypts the traffic"
        )
    return url
