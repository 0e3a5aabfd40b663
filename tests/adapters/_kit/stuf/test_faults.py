"""What a fault means: the code decides, then the circumstances."""

from typing import Any

import pytest
from lxml import etree

from adapters._kit.stuf.faults import (
    LIMITED_TRIES,
    Fout,
    NumberTakenError,
    StaleMomentError,
    consequence_of,
    read_fault,
    to_error,
)
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)

TABLE = [
    ("StUF001", ConfigurationError),
    ("StUF010", ConfigurationError),
    ("StUF013", ConfigurationError),
    ("StUF016", NumberTakenError),
    ("StUF019", StaleMomentError),
    ("StUF022", RejectedError),
    ("StUF046", TransientError),
    ("StUF049", TransientError),
    ("StUF052", ConfigurationError),
    ("StUF055", RejectedError),
    ("StUF058", TransientError),
    ("StUF061", TransientError),
    ("StUF064", RejectedError),
    ("StUF067", RejectedError),
    ("StUF099", RejectedError),
    ("StUF124", RejectedError),
    ("StUF960", TransientError),
]


@pytest.mark.parametrize(("code", "kind"), TABLE)
def test_each_code_has_its_consequence(code: str, kind: type[DeliveryError]) -> None:
    error = to_error(Fout(code, "server", "Het lukt niet"), asynchronous=True)

    assert type(error) is kind
    assert "Het lukt niet" in error.detail


@pytest.mark.parametrize(
    ("fout", "when", "kind"),
    [
        (Fout("StUF064", "server"), {"after_create": True}, TransientError),
        (Fout("StUF058", "server"), {"sent_before": True}, UncertainError),
        (Fout("StUF058", "server"), {"attempt": LIMITED_TRIES}, TransientError),
        (Fout("StUF058", "server"), {"attempt": LIMITED_TRIES + 1}, RejectedError),
        (Fout("StUF046", "server"), {"attempt": LIMITED_TRIES + 1}, TransientError),
        (Fout("", "client"), {}, RejectedError),
        (Fout("", "server"), {}, TransientError),
        (Fout("", "server"), {"attempt": LIMITED_TRIES + 1}, RejectedError),
        (Fout("", None), {}, UncertainError),
    ],
)
def test_circumstances_decide_what_a_fault_of_a_stored_message_means(
    fout: Fout, when: dict[str, Any], kind: type[DeliveryError]
) -> None:
    assert type(to_error(fout, asynchronous=True, **when)) is kind


@pytest.mark.parametrize(
    ("fout", "changes", "kind"),
    [
        (Fout("StUF960", "server"), True, UncertainError),
        (Fout("StUF960", "server"), False, TransientError),
        (Fout("StUF058", "server"), True, TransientError),
        (Fout("", None, "Policy Falsified"), True, UncertainError),
        (Fout("", None, "Policy Falsified"), False, TransientError),
    ],
)
def test_a_question_may_be_asked_again_and_a_change_may_have_happened(
    fout: Fout, *, changes: bool, kind: type[DeliveryError]
) -> None:
    assert type(to_error(fout, asynchronous=False, changes=changes)) is kind


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ({}, TransientError),
        ({"sent_before": True}, UncertainError),
        ({"attempt": LIMITED_TRIES}, TransientError),
        ({"attempt": LIMITED_TRIES + 1}, RejectedError),
    ],
)
def test_a_change_that_cannot_be_processed_is_tried_some_times_and_then_parked(
    when: dict[str, Any], kind: type[DeliveryError]
) -> None:
    fout = Fout("StUF058", "server")
    assert type(to_error(fout, asynchronous=False, changes=True, **when)) is kind


def test_configuration_names_the_setting_to_mend() -> None:
    error = to_error(Fout("StUF013", "client"), asynchronous=True)

    assert isinstance(error, ConfigurationError)
    assert error.setting == "zender"


def test_a_rejection_carries_the_code_for_grouping() -> None:
    error = to_error(Fout("StUF055", "client"), asynchronous=True)

    assert isinstance(error, RejectedError)
    assert error.code == "stuf:StUF055"


def test_what_it_says_is_shown_on_one_line_without_numbers_or_payload() -> None:
    assert Fout("StUF058", "server", "Fout bij\n 999993653").words == "Fout bij *********"
    assert "zakLk01" not in Fout("StUF058", "server", "<zakLk01>..</zakLk01>").words
    assert len(Fout("StUF058", "server", "x" * 1000).words) == 200
    assert "Jansen" not in repr(Fout("StUF058", "server", "Jansen", "Jansen"))


def body(code: str, plek: str = "server") -> etree._Element:
    return etree.fromstring(
        f'<Fo03Bericht xmlns="http://www.egem.nl/StUF/StUF0301"><body><code>{code}</code>'
        f"<plek>{plek}</plek><omschrijving>woorden</omschrijving>"
        f"<details>meer <b>woorden</b></details></body></Fo03Bericht>"
    )


def test_a_fault_is_read() -> None:
    assert read_fault(body("StUF058")) == Fout("StUF058", "server", "woorden", "meer woorden")


def test_the_message_code_in_place_of_a_fault_code_is_no_code() -> None:
    fout = read_fault(body("Fo03", "client"))

    assert fout.code == ""
    assert consequence_of(fout) == "park"


@pytest.mark.parametrize(
    "document",
    [
        "<Fault><faultstring>Object niet gevonden</faultstring></Fault>",
        "<Fault><Code/><Reason><Text>Object niet gevonden</Text></Reason></Fault>",
    ],
)
def test_a_bare_soap_fault_has_words_only(document: str) -> None:
    assert read_fault(etree.fromstring(document)) == Fout("", None, "Object niet gevonden")
