"""The table of operations says what the standard says."""

import pytest

from adapters._kit.stuf.names import BG, OPERATIONS, ZDS, ZKN, Profile, operation, q


def twice(ns: str, name: str) -> tuple[str, str]:
    return f"{ns}/{name}", q(ns, name)


@pytest.mark.parametrize(
    ("name", "profile", "action", "element", "answer"),
    [
        ("creeerZaak", "1.1", f"{ZKN}/creeerZaak_Lk01", q(ZKN, "zakLk01"), "Bv03"),
        ("creeerZaak", "1.2", f"{ZDS}/creeerZaak_ZakLk01", q(ZDS, "creeerZaak_ZakLk01"), "Bv03"),
        ("geefZaakdetails", "1.1", f"{ZKN}/geefZaakdetails_Lv01", q(ZKN, "zakLv01"), "La01"),
        ("cancelCheckout", "1.1", *twice(ZKN, "cancelCheckout_Di02"), "Bv02"),
        ("npsLv01", "1.1", *twice(BG, "npsLv01"), "La01"),
    ],
)
def test_an_operation_has_its_action_element_and_answer(
    name: str, profile: Profile, action: str, element: str, answer: str
) -> None:
    found = operation(name, profile)

    assert (found.action, found.element, set(found.answers)) == (action, element, {answer})


def test_check_out_of_1_2_has_another_capital_in_its_element_than_in_its_action() -> None:
    found = operation("geefZaakdocumentbewerken", "1.2")

    assert found.action == f"{ZDS}/geefZaakdocumentbewerken_Di02"
    assert found.element == q(ZDS, "geefZaakdocumentBewerken_Di02")


def test_besluiten_and_overdragen_are_in_1_2_only() -> None:
    newer = {name for name, profile in OPERATIONS if profile == "1.2"}
    older = {name for name, profile in OPERATIONS if profile == "1.1"}

    assert newer - older == {
        "genereerBesluitIdentificatie", "geefBesluitdetails", "geefLijstBesluiten",
        "ontkoppelZaakdocument", "overdragenZaak", "overdragenZaakAntwoord",
        "updateBesluit", "voegBesluitToe",
    }  # fmt: skip
    assert older <= newer


def test_who_asks_for_what_a_profile_lacks_is_told() -> None:
    with pytest.raises(KeyError):
        operation("voegBesluitToe", "1.1")


def test_refusals_of_stored_messages_are_fo03_and_of_others_fo02() -> None:
    assert operation("creeerZaak", "1.1").fault == "Fo03"
    assert operation("geefZaakstatus", "1.1").fault == "Fo02"


def test_only_questions_and_numbers_change_nothing() -> None:
    harmless = {one.name for one in OPERATIONS.values() if not one.changes}

    assert harmless == {
        "geefZaakstatus", "geefZaakdetails", "geefLijstZaakdocumenten", "geefZaakdocumentLezen",
        "geefBesluitdetails", "geefLijstBesluiten", "zakLv01", "npsLv01",
        "genereerZaakIdentificatie", "genereerDocumentIdentificatie",
        "genereerBesluitIdentificatie",
    }  # fmt: skip
