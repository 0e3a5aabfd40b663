"""What stands in front of the BRP: tokens, keys and the headers that a gateway wants."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from simulators.brp.problems import Problem
from simulators.kit import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simulators.brp.options import Options

_WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    "headers": ("x-doelbinding", "x-verwerking", "x-gebruiker"),
    "amsterdam": ("x-user", "x-correlation-id", "x-task-description"),
}
_JSON: Final = {"Content-Type": "application/json"}


class Gateway:
    """Knows the tokens that it gave out, and until when each is good."""

    def __init__(self) -> None:
        self._tokens: dict[str, datetime] = {}

    def token(self, options: Options, body: bytes, now: datetime) -> Answer:
        """Answer client credentials, in the form that RvIG wants them."""
        given = {
            name: values[0] for name, values in parse_qs(body.decode("ascii", "replace")).items()
        }
        good = (
            given.get("grant_type") == "client_credentials"
            and given.get("client_id") == options.client_id
            and given.get("client_secret") == options.client_secret
        )
        if not good:
            return Answer(status=401, body=b'{"error":"invalid_client"}', headers=_JSON)
        made = secrets.token_urlsafe(24)
        self._tokens[made] = now + timedelta(seconds=options.token_seconds)
        document = {
            "access_token": made,
            "token_type": "Bearer",
            "expires_in": options.token_seconds,
            "scope": given.get("scope", ""),
        }
        return Answer(status=200, body=json.dumps(document).encode(), headers=_JSON)

    def admit(self, options: Options, headers: Mapping[str, str], now: datetime) -> None:
        """Raise Problem for a caller who may not ask."""
        if options.api_key and headers.get("x-api-key") != options.api_key:
            raise Problem("authentication")
        if options.client_id:
            token = headers.get("authorization", "").removeprefix("Bearer ")
            until = self._tokens.get(token)
            if until is None or until <= now:
                raise Problem("authentication")
        missing = [name for name in _WANTED[options.gateway] if not headers.get(name)]
        if missing:
            raise Problem("missingHeaders", f"Verplicht: {', '.join(missing)}.")

    def forget(self) -> None:
        """Let every token expire at once."""
        self._tokens.clear()
