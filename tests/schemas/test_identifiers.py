import copy
import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from schemas import (
    Bsn,
    Gemeentecode,
    InvalidIdentifier,
    KvkNummer,
    Oin,
    Rsin,
    Vestigingsnummer,
    Zaakidentificatie,
)
from schemas.identifiers import passes_elfproef
from tests.schemas.events import BSNS

NINE_DIGITS = st.text("0123456789", min_size=9, max_size=9)


class Holder(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    bsn: Bsn


@pytest.mark.parametrize("digits", BSNS)
def test_the_published_test_numbers_are_bsns(digits: str) -> None:
    assert Bsn(digits).reveal() == digits


@given(NINE_DIGITS.filter(passes_elfproef), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_elfproef(digits: str, place: int, step: int) -> None:
    wrong = str((int(digits[place]) + step) % 10)
    assert not passes_elfproef(digits[:place] + wrong + digits[place + 1 :])


@given(NINE_DIGITS.filter(passes_elfproef), st.integers(0, 7))
def test_two_neighbours_exchanged_never_pass_the_elfproef(digits: str, place: int) -> None:
    exchanged = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert exchanged == digits or not passes_elfproef(exchanged)


@given(st.text() | NINE_DIGITS)
def test_any_text_is_a_bsn_or_refused_without_being_repeated(text: str) -> None:
    if passes_elfproef(text):
        assert Bsn(text).reveal() == text
        return
    with pytest.raises(InvalidIdentifier) as refused:
        Bsn(text)
    assert (refused.value.rule, str(refused.value)) == ("elfproef", Bsn.detail)


@pytest.mark.parametrize(
    "text", ["", "000000000", "99999365", "9999936530", " 999993653", "999993653\n", "９99993653"]
)
def test_what_is_not_nine_ascii_digits_is_no_bsn(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        Bsn(text)


def test_a_bsn_masks_itself_wherever_it_is_shown() -> None:
    bsn = Bsn("999993653")
    holder = Holder(bsn=bsn)
    shown = [str(bsn), repr(bsn), f"{bsn}", f"{bsn:>20}", f"{bsn!r}", str(holder), repr(holder)]
    shown.append(str(holder.model_dump()))
    assert all("9999" not in text and "3653" not in text for text in shown)


def test_a_refused_bsn_is_not_in_the_error_that_pydantic_shows() -> None:
    with pytest.raises(ValidationError) as refused:
        Holder.model_validate({"bsn": "123456780"})
    assert "123456780" not in str(refused.value) + repr(refused.value)


def test_a_bsn_is_equal_to_the_same_number_and_to_no_text() -> None:
    assert Bsn("999993653") == Bsn("999993653") != Bsn("999990019")
    assert Bsn("999993653") != "999993653"
    assert len({Bsn("999993653"), Bsn("999993653")}) == 1


def test_a_bsn_does_not_change_and_copies_to_itself() -> None:
    bsn = Bsn("999993653")
    with pytest.raises(AttributeError):
        bsn._digits = "999990019"
    with pytest.raises(AttributeError):
        del bsn._digits
    assert copy.copy(bsn) is copy.deepcopy(bsn) is bsn


def test_a_bsn_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Bsn("999993653"))


def test_a_bsn_is_plain_text_in_json_only() -> None:
    holder = Holder.model_validate_json('{"bsn":"999993653"}')
    assert holder.model_dump_json() == '{"bsn":"999993653"}'
    assert holder.model_dump(mode="json") == {"bsn": "999993653"}


@pytest.mark.parametrize("value", [999993653, None, 9.0, ["999993653"]])
def test_a_bsn_in_json_has_to_be_a_string(value: object) -> None:
    with pytest.raises(ValidationError):
        Holder.model_validate({"bsn": value})


@pytest.mark.parametrize(
    ("kind", "good"),
    [
        (Rsin, ["002220647", "002564440"]),
        (KvkNummer, ["90000021", "00000001"]),
        (Vestigingsnummer, ["000090000021"]),
        (Gemeentecode, ["0344", "1680"]),
        (
            Oin,
            [
                "00000001002220647000",
                "00000003900000210000",
                "00000004123456789000",
                "00000099000000001000",
            ],
        ),
        (Zaakidentificatie, ["0344-2026-000001", "Z", "a.b_c-d", "0" * 40]),
    ],
)
def test_a_sound_identifier_equals_its_text_and_travels_through_json(
    kind: type[str], good: list[str]
) -> None:
    adapter = TypeAdapter(kind)
    for text in good:
        identifier = adapter.validate_python(text)
        assert identifier == text
        assert type(identifier) is kind
        assert adapter.validate_json(adapter.dump_json(identifier)) == identifier
        assert pickle.loads(pickle.dumps(identifier)) == identifier  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("kind", "rule", "bad"),
    [
        (Rsin, "elfproef", ["", "002220648", "000000000", "2220647", "002220647 "]),
        (KvkNummer, "kvk_nummer", ["", "9000002", "900000210", "9000002a"]),
        (Vestigingsnummer, "vestigingsnummer", ["", "90000021", "0000900000210"]),
        (Gemeentecode, "gemeentecode", ["", "344", "03440", "GM0344", "0344\n"]),
        (
            Oin,
            "oin",
            [
                "",
                "0000000100222064700",
                "00000001002220648000",
                "00000001002220647001",
                "00000003900000210001",
                "00000003000000000000",
                "00000000002220647000",
                "00000099000000000000",
                "10000001002220647000",
            ],
        ),
        (
            Zaakidentificatie,
            "zaakidentificatie",
            ["", "-1", ".", "a b", "a/b", "a\\b", "é", "a\n", "0" * 41, "a:b", "a*"],
        ),
    ],
)
def test_an_unsound_identifier_is_refused_by_the_name_of_its_rule(
    kind: type[str], rule: str, bad: list[str]
) -> None:
    for text in bad:
        with pytest.raises(InvalidIdentifier) as refused:
            kind(text)
        assert refused.value.rule == rule
        with pytest.raises(ValidationError) as in_model:
            TypeAdapter(kind).validate_python(text)
        assert in_model.value.errors()[0]["type"] == rule


@given(st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=40))
def test_a_zaakidentificatie_never_has_what_document_systems_forbid(text: str) -> None:
    try:
        identifier = Zaakidentificatie(text)
    except InvalidIdentifier:
        assert not text[0].isalnum()
    else:
        assert not set(identifier) & set('*\\/"?:<>| ')


@pytest.mark.parametrize(
    ("text", "code"),
    [("0344-2026-000001", "0344"), ("03442026000001", "0344"), ("Z-0344", None), ("034", None)],
)
def test_the_first_four_digits_of_a_zaakidentificatie_name_the_municipality(
    text: str, code: str | None
) -> None:
    assert Zaakidentificatie(text).gemeentecode == code


def test_the_prefix_of_an_oin_names_its_register() -> None:
    assert Oin("00000001002220647000").prefix == "00000001"
