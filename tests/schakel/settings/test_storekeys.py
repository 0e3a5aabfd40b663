"""The keys of the store as the configuration gives them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from continuity.keyring import new_key
from tests.schakel.settings.configs import GOOD, loaded, mistakes, write

KEYS = """
[security]
data_keys = [{ id = "2026a", key = "env:OLD" }, { id = "2026b", key = "env:NEW" }]
index_key = "env:INDEX"
"""
PLAIN = '[security]\nencryption = "none"\n'


def with_security(folder: Path, section: str) -> Path:
    return write(folder, GOOD.replace(PLAIN, section))


def test_keys_are_read_and_the_last_one_is_the_newest(tmp_path: Path) -> None:
    settings = loaded(with_security(tmp_path, KEYS), OLD=new_key(), NEW=new_key(), INDEX=new_key())

    assert settings.store_keys is not None
    assert settings.store_keys.data.newest == "2026b"
    assert set(settings.store_keys.data.fingerprints) == {"2026a", "2026b"}


def test_a_key_may_stand_in_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "data.key").write_text(new_key() + "\n", encoding="utf-8")
    section = KEYS.replace('{ id = "2026a", key = "env:OLD" }, ', "").replace("env:", "file:")
    section = section.replace("NEW", "data.key").replace("INDEX", "data.key")

    assert loaded(with_security(tmp_path, section)).store_keys is not None


def test_no_encryption_has_to_be_said(tmp_path: Path) -> None:
    assert loaded(write(tmp_path)).store_keys is None

    [mistake] = mistakes(with_security(tmp_path, ""))

    assert mistake.startswith("schakel.toml: security.data_keys: Without keys nothing is started")
    assert "schakel keys make-data-key" in mistake
    assert 'encryption = "none"' in mistake


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("[security]", '[security]\nencryption = "none"', "security.encryption: Keys are conf"),
        ("2026b", "2026a", "security.data_keys[2].id: '2026a' is used already"),
        ("2026b", "2026 B", "security.data_keys[2].id: A key's id has 1 to 16 small letters"),
        ("env:NEW", "env:SHORT", "security.data_keys[2].key: This is no key of 32 bytes"),
        ("env:NEW", "env:NONE", "security.data_keys[2].key: The environment variable NONE"),
        ("env:INDEX", "env:SHORT", "security.index_key: This is no key of 32 bytes"),
        ('index_key = "env:INDEX"', "", "security.index_key: The data keys need an index key"),
        ("data_keys = [", "data_keys = [] # ", "security.data_keys: The index key needs a data"),
        ("index_key", "indexkey", "security.indexkey: This key is not known. Did you mean 'index_"),
    ],
)
def test_a_mistake_in_the_keys_says_what_to_do(
    tmp_path: Path, old: str, new: str, wanted: str
) -> None:
    path = with_security(tmp_path, KEYS.replace(old, new))
    short = base64.b64encode(b"only 16 bytes...").decode()

    found = mistakes(path, OLD=new_key(), NEW=new_key(), INDEX=new_key(), SHORT=short)

    assert any(line.startswith(f"schakel.toml: {wanted}") for line in found), found
    assert short not in "\n".join(found)


def test_a_key_in_the_file_itself_is_refused_and_not_shown(tmp_path: Path) -> None:
    key = new_key()
    path = with_security(tmp_path, KEYS.replace("env:OLD", key))

    found = mistakes(path, NEW=new_key(), INDEX=new_key())

    (mistake,) = found
    assert mistake.startswith("schakel.toml: security.data_keys[1].key: A secret may not stand in")
    assert key not in mistake


def test_retention_rules_keep_their_order(tmp_path: Path) -> None:
    rules = """
[[retention]]
type = "nl.burgerzaken.zaak.*"
tenant = "0344"
keep = "90d"
[[retention]]
keep = "365d"
"""
    settings = loaded(write(tmp_path, GOOD + rules))

    assert [rule.keep.days for rule in settings.retention] == [90, 365]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ('keep = "12h"', "schakel.toml: retention[1].keep: It must be"),
        ('tenant = "0363"\nkeep = "9d"', "schakel.toml: retention[1].tenant: There is no [[tenant"),
        ('type = "x"', "schakel.toml: retention[1].keep: This key is required"),
    ],
)
def test_a_mistake_in_a_rule_says_what_to_do(tmp_path: Path, rule: str, wanted: str) -> None:
    found = mistakes(write(tmp_path, f"{GOOD}\n[[retention]]\n{rule}"))

    assert any(line.startswith(wanted) for line in found), found
