"""The keys under which personal data lies in the store: several to read with, one to write with.

A value is encrypted with AES-256-GCM under the newest data key; its header names that key, so that
older values stay readable while `schakel keys rotate` rewrites them. What must be found by its
value (case numbers, lanes) is encrypted with AES-SIV under the index key: equal texts give equal
results, and nobody without the key can tell which text it was.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from continuity.store.contract import StoreError
from continuity.store.tokens import END, MARK

KEY_BYTES: Final = 32
KEY_ID_LENGTH: Final = 16
"""Longest id: every header has the same length, so that a database can count values per key."""
BYTES_MARK: Final = b"\x00SK1"
"""Starts every encrypted value: no JSON, XML or text begins with a zero byte."""
TEXT_MARK: Final = "\x01SK1"
"""The same for columns of text; the rules for messages allow no control character in a text."""
HEADER_LENGTH: Final = len(BYTES_MARK) + KEY_ID_LENGTH

_KEY_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,15}", re.ASCII)
_FILLER: Final = "."
_NONCE_BYTES: Final = 12
_LOSSLESS: Final = ("utf-8", "surrogatepass")
"""A partner's words may hold half characters: they come back as they were."""


class Unreadable(StoreError):
    """A stored value cannot be turned back into what it was. The text says what to do."""


class MissingKey(Unreadable):
    """The value was encrypted under a key that the configuration does not have."""


class Damaged(Unreadable):
    """The value does not authenticate: it was changed, swapped or cut off since it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key of 256 bits as configured, with the id that stored values name it by."""

    id: str
    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_key_id(self.id)
        if len(self.value) != KEY_BYTES:
            raise ValueError(f"A key has {KEY_BYTES} bytes: make one with {MAKE_KEY}.")


MAKE_KEY: Final = "'schakel keys make-data-key'"


class DataKeyRing:
    """Encrypts under the newest of several data keys, decrypts under whichever a value names."""

    def __init__(self, keys: Iterable[Secret]) -> None:
        """`keys` in the order in which they were made: the last one is the newest."""
        ring = tuple(keys)
        if not ring:
            raise ValueError("A key ring needs at least one key.")
        self.newest: Final = ring[-1].id
        self.fingerprints: Final[Mapping[str, str]] = MappingProxyType(
            {key.id: fingerprint(key.value) for key in ring}
        )
        """Per key id a short one-way mark of its content: shows that a key was mistyped."""
        if len(self.fingerprints) != len(ring):
            raise ValueError("Two keys have the same id.")
        self._ciphers = {key.id: AESGCM(_derive(key.value, "data")) for key in ring}
        self._cipher = self._ciphers[self.newest]
        self._header = _header(self.newest)
        self._text_header = TEXT_MARK + self.newest.ljust(KEY_ID_LENGTH, _FILLER)

    def seal(self, plain: bytes, kind: str) -> bytes:
        """Encrypts; `kind` says what it is, and only `unseal` with the same kind reads it."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._header + nonce + self._cipher.encrypt(nonce, plain, kind.encode())

    def unseal(self, stored: bytes, kind: str) -> bytes:
        """The plain value. One that was never encrypted is returned as it is.

        Raises `MissingKey` or `Damaged`.
        """
        if not stored.startswith(BYTES_MARK):
            return stored
        key_id = key_of(stored)
        return self._open(key_id, stored[HEADER_LENGTH:], kind)

    def seal_text(self, plain: str, kind: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, _utf8(plain), kind.encode())
        return self._text_header + _to_text(sealed)

    def unseal_text(self, stored: str, kind: str) -> str:
        if not stored.startswith(TEXT_MARK):
            return stored
        key_id = key_of(stored)
        return self._open(key_id, _from_text(stored[HEADER_LENGTH:], kind), kind).decode(*_LOSSLESS)

    def _open(self, key_id: str, sealed: bytes, kind: str) -> bytes:
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise missing_key(key_id, kind)
        nonce, encrypted = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, encrypted, kind.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: cut off within the nonce
            raise damaged(kind, f"under key '{key_id}'") from error


class IndexKey:
    """Encrypts what is searched by value: the same text always gives the same result.

    The result has two parts, a token and the encrypted text. The token alone, without the rest,
    still says whether two texts are equal and can never be turned back: that is what a purge keeps.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"A key has {KEY_BYTES} bytes: make one with {MAKE_KEY}.")
        self.fingerprint: Final = fingerprint(secret)
        self._cipher = AESSIV(_derive(secret, "index", length=2 * KEY_BYTES))

    def seal(self, plain: bytes, kind: str) -> bytes:
        return INDEX_BYTES_MARK + self._cipher.encrypt(plain, [kind.encode()])

    def unseal(self, stored: bytes, kind: str) -> bytes:
        """The plain value; one that was never encrypted as it is. Raises `Damaged`."""
        if not stored.startswith(INDEX_BYTES_MARK):
            return stored
        return self._open(stored[len(INDEX_BYTES_MARK) :], kind)

    def seal_text(self, plain: str, kind: str) -> str:
        """An empty text stays empty, and one that was sealed before stays as it is."""
        if not plain or plain.startswith(MARK):
            return plain
        sealed = self._cipher.encrypt(_utf8(plain), [kind.encode()])
        token, rest = sealed[:_TOKEN_BYTES], sealed[_TOKEN_BYTES:]
        return f"{MARK}{_to_text(token)}{END}{_to_text(rest)}"

    def unseal_text(self, stored: str, kind: str) -> str:
        """The plain text; empty when a purge left only the token. Raises `Damaged`."""
        if not stored.startswith(MARK):
            return stored
        token, _, rest = stored[len(MARK) :].partition(END)
        if not rest:
            return ""
        return self._open(_from_text(token, kind) + _from_text(rest, kind), kind).decode(*_LOSSLESS)

    def _open(self, sealed: bytes, kind: str) -> bytes:
        try:
            return self._cipher.decrypt(sealed, [kind.encode()])
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a token
            raise damaged(kind, "under the index key") from error


INDEX_BYTES_MARK: Final = b"\x00SI1"
_TOKEN_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKeys:
    """What an encrypted store needs."""

    data: DataKeyRing
    index: IndexKey


def check_key_id(key_id: str) -> str:
    """Returns the id; `ValueError` says what one looks like."""
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError(
            "A key's id has 1 to 16 small letters, digits and '-', not starting with '-'."
        )
    return key_id


def key_of(stored: bytes | str) -> str:
    """The id of the data key that an encrypted value names."""
    header = stored[len(BYTES_MARK) : HEADER_LENGTH]
    text = header.decode("ascii", "replace") if isinstance(header, bytes) else header
    return text.rstrip(_FILLER)


def is_sealed(stored: bytes | str) -> bool:
    """Whether a data key was used."""
    if isinstance(stored, bytes):
        return stored.startswith(BYTES_MARK)
    return stored.startswith(TEXT_MARK)


def missing_key(key_id: str, what: str) -> MissingKey:
    return MissingKey(
        f"A stored {what} is encrypted under key '{key_id}', which is not configured: add that key "
        "to [security] data_keys again."
    )


def damaged(what: str, under: str) -> Damaged:
    return Damaged(
        f"A stored {what} cannot be decrypted {under}: it was changed outside the hub, or the key "
        "is another one than it was written with. Put the row back from a backup."
    )


def new_key() -> str:
    """A fresh key in the form in which the configuration reads it."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


def read_key(text: str) -> bytes:
    """The bytes of a key as `new_key` wrote it; `ValueError` says what is wrong, never the key."""
    try:
        value = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if len(value) != KEY_BYTES:
        raise ValueError(
            f"This is no key of {KEY_BYTES} bytes in base64: make one with {MAKE_KEY}."
        )
    return value


def protocol_key(secret: bytes) -> bytes:
    """Return the key under which persons are hashed in the protocol log."""
    return _derive(secret, "protocol")


def fingerprint(secret: bytes) -> str:
    return _derive(secret, "fingerprint", length=8).hex()


def _header(key_id: str) -> bytes:
    return BYTES_MARK + key_id.ljust(KEY_ID_LENGTH, _FILLER).encode("ascii")


def _derive(secret: bytes, purpose: str, *, length: int = KEY_BYTES) -> bytes:
    """A key of its own for each purpose, so that one secret can never serve two."""
    info = f"schakel 1 {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def _utf8(text: str) -> bytes:
    return text.encode(*_LOSSLESS)


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")


def _from_text(text: str, kind: str) -> bytes:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise damaged(kind, "at all") from error
