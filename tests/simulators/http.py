"""HTTP clients for tests that talk to simulators on the loopback address."""

import ssl
from functools import cache
from typing import Any

import httpx


@cache
def _context() -> ssl.SSLContext:
    """One context for all: loading the certificates for each client would slow the tests."""
    return ssl.create_default_context()


def client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=_context(), trust_env=False, **options)
