"""Who may do what: API keys and their scopes."""

from schakel.security.keys import (
    SCOPES,
    Caller,
    KeyRing,
    NewKey,
    Scope,
    create_key,
    ensure_first_key,
    key_id_of,
)

__all__ = [
    "SCOPES",
    "Caller",
    "KeyRing",
    "NewKey",
    "Scope",
    "create_key",
    "ensure_first_key",
    "key_id_of",
]
