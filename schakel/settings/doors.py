"""What the settings say of the way in: addresses, networks, names of headers."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from adapters._kit.roots import check_root

Network = IPv4Network | IPv6Network

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
_CALLERS_OWN: Final = frozenset(
    {"authorization", "content-length", "content-type", "host", "soapaction", "user-agent"}
)
"""Headers that callers give as a matter of course."""


def check_public_url(url: str) -> str:
    """Return the address without a slash at its end; a ValueError says what is wrong with it."""
    try:
        return check_root(url, allow_http=True)  # what encrypts the way to it is not known here
    except ValueError as error:
        raise ValueError(f"Write an address such as https://hub.example.nl: {error}.") from error


def read_networks(value: object) -> object:
    """Networks from their texts; one may be written without the brackets of a list."""
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple):
        return value
    return tuple(_network(text) for text in texts)


def _network(text: object) -> Network:
    try:
        return ip_network(str(text))
    except ValueError as error:
        raise ValueError(
            f"'{text}' is no address or network: write 10.0.3.7, 10.1.0.0/16 or fd00::/8."
        ) from error


def check_header_name(name: str) -> str:
    """Return the name in small letters; a ValueError says why it cannot be."""
    if not _TOKEN.fullmatch(name):
        raise ValueError("This is no name of a header: write one such as X-Client-Subject.")
    if name.lower() in _CALLERS_OWN:
        raise ValueError(f"Callers send {name} themselves: choose a header of your own.")
    return name.lower()
