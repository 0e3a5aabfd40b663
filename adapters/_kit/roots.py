"""Which addresses the hub may call: only those under a configured root.

A partner's answer holds links (`next`, `url`, `Location`). Following one that leads elsewhere
would send our credential and personal data to a host that nobody chose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import httpx

_SOUND: Final = re.compile(r"[A-Za-z0-9:/?&=%._~,;+*!'()\[\]-]+", re.ASCII)
_DOTS: Final = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_LOOPBACK: Final = re.compile(r"localhost|127(?:\.\d{1,3}){3}|::1")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class ForeignUrl(ValueError):
    """An address that is not under a configured root; `host` is where it leads."""

    def __init__(self, host: str) -> None:
        super().__init__(f"The address leads to {host}, which is not under a configured root.")
        self.host = host


class Roots:
    """A set of roots, such as `https://zaken.example.nl/zaken/api/v1`."""

    def __init__(self, roots: Iterable[str]) -> None:
        texts = tuple(roots)
        self._roots = tuple(_parts(root) for root in texts)
        self._beginnings = tuple(f"{root.rstrip('/')}/" for root in texts)

    def covers(self, url: str) -> bool:
        if url.startswith(self._beginnings) and _SOUND.fullmatch(url) and not _DOTS.search(url):
            return True  # nearly every address is written as the root is; parsing is far slower
        try:
            origin, path = _parts(url)
        except ValueError:
            return False
        return any(
            origin == root_origin and (path == root or path.startswith(f"{root}/"))
            for root_origin, root in self._roots
        )

    def require(self, url: str) -> str:
        """Return `url`, or raise ForeignUrl when no root covers it."""
        if self.covers(url):
            return url
        raise ForeignUrl(_shown_host(url))


def check_root(root: str, *, allow_http: bool) -> str:
    """Return `root` without a slash at its end; a ValueError says what is wrong with it."""
    scheme = root.partition("://")[0].lower()
    if scheme not in _DEFAULT_PORTS:
        raise ValueError("a root starts with https:// (or http:// on this machine)")
    (_, host, _), _ = _parts(root)
    if "?" in root or not host:
        raise ValueError("a root is a scheme, a host and a path, without a query")
    if scheme == "http" and not allow_http and not _LOOPBACK.fullmatch(host):
        raise ValueError(
            "http:// to another machine sends personal data unencrypted; use https://, "
            "or set http.allow_http = true where something else encrypts the traffic"
        )
    return root.rstrip("/")


def _parts(url: str) -> tuple[tuple[str, str, int | None], str]:
    """Scheme, host and port, and the path without a slash at its end."""
    if not _SOUND.fullmatch(url):
        raise ValueError(
            "an address holds no user, no fragment and only the characters of RFC 3986"
        )
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as err:
        raise ValueError("this is not an address") from err
    if _DOTS.search(url.partition("?")[0]):  # before httpx takes them out of the path
        raise ValueError("an address may not hold . or .. as a part of its path")
    path = parsed.raw_path.decode("ascii").partition("?")[0]
    port = parsed.port or _DEFAULT_PORTS.get(parsed.scheme)
    return (parsed.scheme, parsed.host.lower(), port), path.rstrip("/")


def _shown_host(url: str) -> str:
    try:
        return httpx.URL(url).host or "nowhere"
    except httpx.InvalidURL:
        return "an address that cannot be read"
