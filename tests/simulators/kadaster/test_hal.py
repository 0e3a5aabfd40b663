"""`fields` gives what it names and nothing else."""

from __future__ import annotations

import pytest

from simulators.kadaster import Problem, only

WHOLE = {
    "naam": {"voornamen": "Anna", "geslachtsnaam": "Dam"},
    "rsin": "002220647",
    "_links": {"self": {"href": "x"}},
}
ALLOWED = frozenset({"naam", "rsin", "kvkNummer"})


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("rsin", {"rsin": "002220647"}),
        ("naam.voornamen", {"naam": {"voornamen": "Anna"}}),
        ("naam.voornamen, naam.geslachtsnaam", {"naam": WHOLE["naam"]}),
        ("naam", {"naam": WHOLE["naam"]}),
        ("kvkNummer", {}),
        ("rsin.deel", {"rsin": "002220647"}),
    ],
)
def test_only_what_is_named_is_kept_beside_the_links(fields: str, kept: object) -> None:
    made = only(dict(WHOLE), fields, ALLOWED)
    assert made.pop("_links") == WHOLE["_links"]
    assert made == kept


@pytest.mark.parametrize("fields", ["", "kleur", "rsin,kleur", "_links"])
def test_a_name_that_is_not_there_is_a_problem(fields: str) -> None:
    with pytest.raises(Problem) as caught:
        only(dict(WHOLE), fields, ALLOWED)
    assert (caught.value.code, caught.value.invalid[0].name) == ("paramsValidation", "fields")


def test_nothing_named_is_everything() -> None:
    assert only(dict(WHOLE), None, ALLOWED) == WHOLE
