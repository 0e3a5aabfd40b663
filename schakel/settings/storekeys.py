"""From `[security]` to the keys of the store, or to what is wrong with them."""

from __future__ import annotations

from typing import Final

from continuity.keyring import MAKE_KEY, DataKeyRing, IndexKey, Secret, StoreKeys, read_key
from schakel.settings.sections import SecuritySection

_NO_KEYS: Final = (
    "Without keys nothing is started: personal data would lie readable in the store. Make two keys "
    f"with {MAKE_KEY} and name them in data_keys and index_key; for a trial without real persons, "
    'write encryption = "none".'
)
_NOT_BOTH: Final = 'Keys are configured: leave encryption = "none" out, or remove the keys.'
_NO_INDEX_KEY: Final = f"The data keys need an index key beside them: make one with {MAKE_KEY}."
_NO_DATA_KEY: Final = f"The index key needs a data key beside it: make one with {MAKE_KEY}."

Problems = list[tuple[str, str]]
"""Dotted key and sentence."""


def read_store_keys(section: SecuritySection, problems: Problems) -> StoreKeys | None:
    """None when the section wants no encryption, or when `problems` is not empty afterwards."""
    if section.encryption == "none":
        if section.data_keys or section.index_key:
            problems.append(("encryption", _NOT_BOTH))
        return None
    if not section.data_keys and section.index_key is None:
        if not problems:
            problems.append(("data_keys", _NO_KEYS))
        return None
    data = _data_keys(section, problems)
    index = _index_key(section, problems)
    if problems or index is None:
        return None
    return StoreKeys(data=DataKeyRing(data), index=index)


def _data_keys(section: SecuritySection, problems: Problems) -> list[Secret]:
    keys: list[Secret] = []
    if not section.data_keys:
        problems.append(("data_keys", _NO_DATA_KEY))
    for number, one in enumerate(section.data_keys, start=1):
        place = f"data_keys[{number}]"
        if any(one.id == key.id for key in keys):
            problems.append((f"{place}.id", f"'{one.id}' is used already: it must be unique."))
        try:
            keys.append(Secret(id=one.id, value=read_key(one.key.get_secret_value())))
        except ValueError as error:
            problems.append((f"{place}.key", str(error)))
    return keys


def _index_key(section: SecuritySection, problems: Problems) -> IndexKey | None:
    if section.index_key is None:
        problems.append(("index_key", _NO_INDEX_KEY))
        return None
    try:
        return IndexKey(read_key(section.index_key.get_secret_value()))
    except ValueError as error:
        problems.append(("index_key", str(error)))
        return None
