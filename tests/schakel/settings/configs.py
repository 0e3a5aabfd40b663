"""Configurations for the tests, with an adapter of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from adapters.contract import Clock, Deliverer
from schakel.settings import AdapterKind, ConfigurationMistakes, Settings, load
from schemas import MESSAGE_TYPES


class Api(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    root: str
    secret: SecretStr | None = None


class PlainSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zaken_root: str
    token: SecretStr | None = None
    api: Api | None = None
    apis: dict[str, Api] = Field(default_factory=dict)
    spare: tuple[Api, ...] = ()
    certificate: Path | None = None

    @field_validator("token")
    @classmethod
    def _quoting(cls, token: SecretStr | None) -> SecretStr | None:
        """A careless validator: what it raises would show the secret."""
        if token is not None and "bad" in token.get_secret_value():
            raise ValueError(f"The token {token.get_secret_value()} is bad.")
        return token


def never(settings: Any, clock: Clock) -> Deliverer:
    raise AssertionError("settings make no adapters")


ADAPTERS = {
    "plain": AdapterKind(settings=PlainSettings, create=never, handles=frozenset(MESSAGE_TYPES)),
    "zaken_only": AdapterKind(
        settings=PlainSettings, create=never, handles=frozenset({"nl.burgerzaken.zaak.gestart"})
    ),
}

GOOD = """
[[tenant]]
code = "0344"
name = "Utrecht"

[[destination]]
name = "zaaksysteem"
adapter = "plain"
[destination.settings]
zaken_root = "https://zaken.example.nl/api/v1"

[[route]]
type = "nl.burgerzaken.zaak.*"
to = ["zaaksysteem"]

[security]
encryption = "none"
"""


def write(folder: Path, text: str = GOOD, **more: str) -> Path:
    """`schakel.toml` with `text`, and `conf.d/NAME.toml` for each of `more`."""
    main = folder / "schakel.toml"
    main.write_text(text, encoding="utf-8")
    for name, part in more.items():
        (folder / "conf.d").mkdir(exist_ok=True)
        (folder / "conf.d" / f"{name}.toml").write_text(part, encoding="utf-8")
    return main


def loaded(path: Path | None, **environ: str) -> Settings:
    return load(path, adapters=ADAPTERS, environ=environ)


def mistakes(path: Path, **environ: str) -> list[str]:
    """What is wrong, a line each, with file names relative to the main file's folder."""
    with pytest.raises(ConfigurationMistakes) as caught:
        loaded(path, **environ)
    return [str(one).replace(f"{path.parent}/", "") for one in caught.value.mistakes]
