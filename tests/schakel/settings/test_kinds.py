"""The kinds of adapters, each made when it is first asked for."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from schakel.settings import AdapterKind, AdapterKinds


class Nothing(BaseModel):
    pass


def kinds(made: list[str]) -> AdapterKinds:
    def make(name: str) -> AdapterKind:
        made.append(name)
        return AdapterKind(settings=Nothing, create=None)

    return AdapterKinds({"post": lambda: make("post"), "mail": lambda: make("mail")})


def test_a_kind_is_made_once_and_not_before_it_is_asked_for() -> None:
    made: list[str] = []
    table = kinds(made)
    assert table["post"] is table["post"]
    assert made == ["post"]


def test_names_are_listed_and_looked_for_without_making_a_kind() -> None:
    made: list[str] = []
    table = kinds(made)
    assert (list(table), len(table), "mail" in table, "fax" in table) == (
        ["post", "mail"],
        2,
        True,
        False,
    )
    assert made == []


def test_a_name_that_is_not_there_is_none() -> None:
    table = kinds([])
    assert table.get("fax") is None
    with pytest.raises(KeyError):
        table["fax"]
