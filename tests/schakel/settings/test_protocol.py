"""`[protocol]`: how long the log is kept, and which keys its hashes have."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from continuity.keyring import protocol_key
from schakel.settings import load
from schakel.settings.mistakes import ConfigurationMistakes
from schakel.settings.settings import Settings

KEYS = {name: base64.b64encode(name.encode() * 8).decode() for name in ("KEY1", "KEY2", "INDX")}
SEALED = """[security]
data_keys = [{ id = "one", key = "env:KEY1" }]
index_key = "env:INDX"
"""
OPEN = '[security]\nencryption = "none"\n'
REST = """
[[tenant]]
code = "0344"
name = "Utrecht"
[[route]]
type = "*"
to = []
reason = "nothing yet"
"""


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "schakel.toml"
    path.write_text(text + REST, encoding="utf-8")
    return load(path, environ=KEYS | {"BAD": "x"})


def test_twenty_years_and_a_key_of_the_index_key_unless_it_says_otherwise(tmp_path: Path) -> None:
    found = loaded(tmp_path, SEALED).protocol
    assert found.keep == timedelta(days=7305)
    assert found.keys == (protocol_key(b"INDX" * 8),)
    assert "INDX" not in repr(found)


def test_it_may_have_keys_of_its_own_the_newest_last(tmp_path: Path) -> None:
    own = '[protocol]\nkeep = "10957d"\nkeys = ["env:KEY1", "env:KEY2"]\n'
    found = loaded(tmp_path, SEALED + own).protocol
    assert found.keep == timedelta(days=10957)
    assert found.keys == (protocol_key(b"KEY1" * 8), protocol_key(b"KEY2" * 8))


def test_a_trial_without_encryption_has_a_log_too(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, OPEN + '[protocol]\nkeep = "30d"\n').protocol.keys) == 1


@pytest.mark.parametrize(
    ("section", "mistake"),
    [
        ('keys = ["env:BAD"]', "protocol.keys[1]: This is no key of 32 bytes"),
        ('keys = ["env:NONE"]', "protocol.keys[1]: "),
        ('keep = "0d"', "protocol.keep: A length of time is"),
        ('kept = "1d"', "protocol.kept: This key is not known."),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, section: str, mistake: str) -> None:
    with pytest.raises(ConfigurationMistakes) as caught:
        loaded(tmp_path, f"{OPEN}[protocol]\n{section}\n")
    found = [f"{one.key}: {one.detail}" for one in caught.value.mistakes]
    assert any(one.startswith(mistake) for one in found), found
