"""Headers by which a gateway learns who asks, and why."""

from datetime import UTC, datetime

import pytest

from adapters._kit.haalcentraal.headers import NAMES, broken_template, filled
from adapters._kit.haalcentraal.settings import PRESETS
from adapters.contract import Question, Reason

QUESTION = Question(
    type="persoon.raadplegen",
    tenant="0344",
    data={"bsn": "999990019"},
    deadline=datetime(2026, 11, 24, tzinfo=UTC),
    caller="balie",
    reason=Reason(
        doelbinding="verhuizing", gebruiker="m.dewit", verwerking="Verhuizen@Intake aangifte"
    ),
)


def test_a_template_is_filled() -> None:
    made = filled(
        PRESETS["open-formulieren"], QUESTION, oin="00000001002220647000", correlation="1"
    )
    assert made == {
        "x-origin-oin": "00000001002220647000",
        "x-doelbinding": "verhuizing",
        "x-verwerking": "Verhuizen@Intake aangifte",
        "x-gebruiker": "m.dewit",
    }


def test_what_comes_out_empty_is_not_sent() -> None:
    made = filled(PRESETS["amsterdam"], None, oin="", correlation="1")
    assert made == {"X-Correlation-ID": "1"}


def test_a_value_is_cut_and_holds_plain_letters_only() -> None:
    reason = Reason(doelbinding="x" * 300, gebruiker="J. Müller\r\nX-Evil: 1")
    question = Question(
        type=QUESTION.type,
        tenant="0344",
        data={},
        deadline=QUESTION.deadline,
        caller="balie",
        reason=reason,
    )
    made = filled({"a": "{doelbinding}", "b": "{gebruiker}"}, question, oin="", correlation="")
    assert len(made["a"]) == 242
    assert made["b"] == "J. M?ller??X-Evil: 1"


def test_a_value_is_never_taken_for_a_template() -> None:
    reason = Reason(doelbinding="{oin}", gebruiker="m.dewit")
    question = Question(
        type=QUESTION.type,
        tenant="0344",
        data={},
        deadline=QUESTION.deadline,
        caller="balie",
        reason=reason,
    )
    assert filled({"a": "{doelbinding}"}, question, oin="1", correlation="") == {"a": "{oin}"}


@pytest.mark.parametrize(
    ("name", "template", "said"),
    [
        ("x-doel", "{doel}", "'doel' is not known"),
        ("x doel", "a", "letters, digits and hyphens"),
        ("Authorization", "a", "hub's own"),
        ("x-doel", "é", "ASCII"),
    ],
)
def test_a_broken_template_says_why(name: str, template: str, said: str) -> None:
    why = broken_template(name, template)
    assert why is not None
    assert said in why


def test_the_presets_are_sound() -> None:
    assert all(
        broken_template(name, template) is None
        for preset in PRESETS.values()
        for name, template in preset.items()
    )
    assert {"doelbinding", "gebruiker"} <= NAMES
