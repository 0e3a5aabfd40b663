"""The token that a client of the ZGW APIs signs itself (there is no token endpoint)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import jwt
from pydantic import SecretStr

from adapters.contract import Clock

_REUSE: Final = timedelta(minutes=5)
"""A server takes a token for an hour after `iat`; we stay far away from that."""

_EARLIER: Final = timedelta(seconds=10)
"""How far `iat` is set back: some versions refuse one that lies in their future."""


class Tokens:
    """Signs tokens and reuses each for some minutes, per client id."""

    def __init__(self, clock: Clock, *, user_id: str, user_representation: str) -> None:
        self._clock = clock
        self._user = {"user_id": user_id, "user_representation": user_representation}
        self._signed: dict[str, tuple[datetime, str]] = {}

    def bearer(self, client_id: str, secret: SecretStr) -> str:
        """Return the value for the Authorization header."""
        now = self._clock.now()
        at, token = self._signed.get(client_id, (None, ""))
        if at is None or not at <= now < at + _REUSE:  # also when the clock was set back
            token = self._sign(client_id, secret, now)
            self._signed[client_id] = (now, token)
        return f"Bearer {token}"

    def forget(self, client_id: str) -> None:
        self._signed.pop(client_id, None)

    def _sign(self, client_id: str, secret: SecretStr, now: datetime) -> str:
        claims = {
            "iss": client_id,
            "iat": int((now - _EARLIER).timestamp()),
            "client_id": client_id,
            **self._user,
        }
        return jwt.encode(claims, secret.get_secret_value(), algorithm="HS256")
