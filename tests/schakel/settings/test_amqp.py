from __future__ import annotations

from pathlib import Path

import pytest

from schakel.settings import ConfigurationMistakes, Settings, load
from tests.schakel.settings.configs import ADAPTERS, GOOD, write

SECTION = '\n[amqp]\nurl = "env:BROKER"\n'
ENVIRON = {"BROKER": "amqps://hub:hush@rabbit.example.nl/burgerzaken"}


def read(folder: Path, more: str = SECTION, **environ: str) -> Settings:
    return load(write(folder, GOOD + more), adapters=ADAPTERS, environ={**ENVIRON, **environ})


def mistakes(folder: Path, more: str = SECTION, **environ: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigurationMistakes) as caught:
        read(folder, more, **environ)
    assert "hush" not in str(caught.value)
    return [(one.key, one.detail) for one in caught.value.mistakes]


def test_without_the_section_the_entrance_is_closed(tmp_path: Path) -> None:
    assert read(tmp_path, "").amqp is None


def test_the_address_comes_from_elsewhere_and_is_never_shown(tmp_path: Path) -> None:
    section = read(tmp_path).amqp
    assert section is not None
    assert section.url.get_secret_value() == ENVIRON["BROKER"]
    assert "hush" not in repr(section)
    assert (section.shards, section.prefetch, section.delivery_limit) == (1, 500, 200)


def test_an_address_in_the_file_itself_is_one_mistake(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, '\n[amqp]\nurl = "amqps://hub:hush@rabbit"\n')
    assert mistake[0] == "amqp.url"
    assert "env:NAME" in mistake[1]


def test_an_address_that_is_not_set_is_one_mistake(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, '\n[amqp]\nurl = "env:NOBODY"\n')
    assert mistake == (
        "amqp.url",
        "The environment variable NOBODY is not set: put the secret there.",
    )


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("https://hub:hush@rabbit", "amqps://"),
        ("amqp://hub:hush@rabbit.example.nl", "unencrypted"),
        ("amqps://hub:hush@rabbit/a/b", "%2F"),
    ],
)
def test_an_address_that_cannot_be_used_says_why_under_its_key(
    tmp_path: Path, address: str, part: str
) -> None:
    (mistake,) = mistakes(tmp_path, BROKER=address)
    assert mistake[0] == "amqp.url"
    assert part in mistake[1]


def test_what_else_is_wrong_is_listed_too(tmp_path: Path) -> None:
    found = mistakes(tmp_path, f"{SECTION}shards = 0\nprefech = 3\n")
    assert {key for key, _ in found} == {"amqp.shards", "amqp.prefech"}
    assert any("prefetch" in detail for _, detail in found)


def test_a_file_with_authorities_that_cannot_be_used_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "nowhere.pem"):
        (mistake,) = mistakes(tmp_path, f'{SECTION}ca_file = "{name}"\n')
        assert mistake[0] == "amqp.ca_file"
        assert "give a PEM file" in mistake[1]


def test_plain_traffic_to_another_machine_must_be_allowed_on_purpose(tmp_path: Path) -> None:
    section = read(tmp_path, f"{SECTION}allow_plain = true\n", BROKER="amqp://rabbit").amqp
    assert section is not None
