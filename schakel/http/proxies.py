"""What a proxy in front says of a caller, and whether it is believed.

It goes by the address at the other end of the socket: uvicorn's own reading of X-Forwarded-For is
off (`schakel.http.serving`), since that would put an address in its place that the caller chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.requests import Request

Network = IPv4Network | IPv6Network
_SCHEMES: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies in front of the hub, and the address that they give it."""

    trusted: tuple[Network, ...] = ()
    """Where they call from."""
    certificate_header: str | None = None
    """In which they pass on the subject of a certificate that they checked; None: they do not."""
    public_url: str | None = None
    """Where callers reach the hub, without a slash at its end; None: as the request says."""

    def certificate_of(self, request: Request) -> str | None:
        """The subject of the caller's certificate; None where no trusted proxy names exactly one.

        A header that comes twice is the caller's own beside the proxy's: neither is believed.
        """
        if self.certificate_header is None or not self._is_trusted(_peer(request)):
            return None
        given = request.headers.getlist(self.certificate_header)
        return (given[0].strip() or None) if len(given) == 1 else None

    def address_of(self, request: Request) -> str:
        """Where the caller reached the hub, without a slash at its end."""
        if self.public_url is not None:
            return self.public_url
        return str(request.base_url.replace(scheme=self._scheme_of(request))).rstrip("/")

    def _scheme_of(self, request: Request) -> str:
        peer = _peer(request)
        said = request.headers.get("x-forwarded-proto", "").strip()
        believed = peer is not None and (peer.is_loopback or self._is_trusted(peer))
        return said if believed and said in _SCHEMES else request.base_url.scheme

    def _is_trusted(self, peer: IPv4Address | IPv6Address | None) -> bool:
        return peer is not None and any(peer in network for network in self.trusted)


NO_PROXIES: Final = Proxies()


def _peer(request: Request) -> IPv4Address | IPv6Address | None:
    """Who is at the other end of the socket; None where that is no address."""
    if request.client is None:
        return None
    try:
        found = ip_address(request.client.host)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
