"""Whatever stands in the files, the answer is settings or a list of mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schakel.settings import ConfigurationMistakes
from schakel.settings.files import _merge
from schakel.settings.load import _Check
from tests.schakel.settings.configs import ADAPTERS

FILE = Path("schakel.toml")
TEXTS = st.sampled_from(
    [
        *("", "*", "0344", "plain", "zaken_only", "zaaksysteem", "unrouted", "30s", "07:00-22:00"),
        *("nl.burgerzaken.zaak.*", "nl.burgerzaken.zaak.gestart", "block", "env:X", "file:x"),
        *("sqlite:x", "1KiB", "\x00", "ß"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | TEXTS
KEYS = st.sampled_from(
    [
        *("name", "code", "rsin", "adapter", "tenant", "concurrency", "timeout", "send_window"),
        *("rate_per_second", "retry", "breaker", "settings", "type", "to", "when", "on_parked"),
        *("reason", "first", "longest", "jitter", "threshold", "zaken_root", "token", "api"),
        *("apis", "spare", "root", "secret", "exists", "data.zaaktype.identificatie", "port"),
        *("encryption", "data_keys", "index_key", "id", "key", "keep"),
        *("url", "host", "node", "body_limit", "log_level", "", "data.initiator"),
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6)
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=10)
SECTIONS = st.sampled_from(
    ["hub", "store", "security", "tenant", "destination", "route", "retention", "other"]
)
DOCUMENTS = st.dictionaries(SECTIONS, st.lists(TABLES, max_size=3) | TABLES | VALUES, max_size=6)


def tried(document: dict[str, Any]) -> tuple[str, ...]:
    """What is wrong with it, if anything."""
    try:
        _Check(_merge([FILE], [(FILE, document)]), ADAPTERS, {}).settings()
    except ConfigurationMistakes as error:
        return tuple(one.detail for one in error.mistakes)
    return ()


@settings(max_examples=150)
@given(DOCUMENTS)
def test_any_document_is_settings_or_mistakes(document: dict[str, Any]) -> None:
    tried(document)


@settings(max_examples=100)
@given(
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.dictionaries(KEYS, VALUES, max_size=4),
)
def test_a_wrong_key_added_to_a_good_item_is_settings_or_mistakes(
    destination: dict[str, Any], adapter_settings: dict[str, Any], route: dict[str, Any]
) -> None:
    good = {
        "tenant": [{"code": "0344", "name": "Utrecht"}],
        "destination": [
            {
                "name": "zaaksysteem",
                "adapter": "plain",
                "settings": {"zaken_root": "x", **adapter_settings},
                **destination,
            }
        ],
        "route": [{"type": "*", "to": ["zaaksysteem"], **route}],
    }
    tried(good)


@given(st.text(alphabet="abcdefghijklmnop", min_size=12), st.sampled_from(["token", "api", "tokn"]))
def test_no_mistake_ever_quotes_what_stands_where_a_secret_belongs(secret: str, key: str) -> None:
    value = {"root": "x", "secret": secret} if key == "api" else secret
    document = {
        "tenant": [{"code": "0344", "name": "Utrecht"}],
        "destination": [
            {"name": "a", "adapter": "plain", "settings": {"zaken_root": "x", key: value}}
        ],
    }
    details = tried(document)
    assert details
    assert not any(secret in detail for detail in details)
