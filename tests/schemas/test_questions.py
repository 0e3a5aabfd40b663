"""The form of questions and answers."""

from __future__ import annotations

import pytest

from schemas import InvalidMessage
from schemas.identifiers import Zaakidentificatie
from schemas.questions import QUESTION_TYPES, ZaakIdentificatieAntwoord, parse_question

KIND = QUESTION_TYPES["zaak.identificatie"]


def test_a_question_comes_out_as_it_may_be_sent_on() -> None:
    raw = b'{"bronorganisatie": "002220647", "sleutel": "aanvraag-1"}'
    assert parse_question(KIND, raw) == {"bronorganisatie": "002220647", "sleutel": "aanvraag-1"}
    assert parse_question(KIND, {"bronorganisatie": "002220647", "sleutel": None}) == {
        "bronorganisatie": "002220647"
    }


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", ("", "invalid_json")),
        (b"null", ("", "wrong_type")),
        (b"{}", ("bronorganisatie", "required")),
        (b'{"bronorganisatie": 2220647}', ("bronorganisatie", "wrong_type")),
        (b'{"bronorganisatie": "002220647", "zaaktype": "B0237"}', ("zaaktype", "unknown_field")),
        (b'{"bronorganisatie": "002220647", "sleutel": "a b c d e"}', ("sleutel", "pattern")),
    ],
)
def test_a_wrong_question_names_the_rule_and_never_the_value(
    raw: bytes, problem: tuple[str, str]
) -> None:
    with pytest.raises(InvalidMessage) as caught:
        parse_question(KIND, raw)

    [found] = caught.value.problems
    assert (found.field, found.rule) == problem
    assert "B0237" not in found.detail


def test_an_answer_shows_no_content_in_its_repr() -> None:
    answer = ZaakIdentificatieAntwoord(
        identificatie=Zaakidentificatie("0344H1"),
        voorlopig=True,
        toegekend_door="hub",
        bestemming=None,
    )
    assert "0344H1" not in repr(answer)
    assert set(answer.model_dump(by_alias=True)) == {
        "identificatie",
        "voorlopig",
        "toegekendDoor",
        "bestemming",
    }
