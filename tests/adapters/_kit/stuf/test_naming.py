"""Plain StUF-ZKN questions share an element with three questions of ZDS."""

import pytest
from lxml import etree

from adapters._kit.stuf.names import STUF, ZKN
from adapters._kit.stuf.naming import BERICHTCODES, name_of
from adapters._kit.stuf.stuurgegevens import Stuurgegevens

KEYED = "<gelijk><identificatie>1</identificatie></gelijk>"


def named(content: str, name: str = "zakLv01") -> str | None:
    element = etree.fromstring(f'<{name} xmlns="{ZKN}">{content}</{name}>')
    return name_of(element, Stuurgegevens(name[3:]), None).operation


@pytest.mark.parametrize(
    ("content", "operation"),
    [
        ("<scope><object><heeftRelevant/></object></scope>", "geefLijstZaakdocumenten"),
        (KEYED + "<scope><object><heeft/></object></scope>", "geefZaakstatus"),
        (KEYED + "<scope><object><heeft/><startdatum/></object></scope>", "geefZaakdetails"),
        (KEYED, "geefZaakdetails"),
        ("<gelijk><heeftAlsInitiator/></gelijk>", "zakLv01"),
    ],
)
def test_a_question_without_action_is_told_by_what_it_asks(content: str, operation: str) -> None:
    assert named(content) == operation


@pytest.mark.parametrize(
    ("content", "operation"),
    [
        ("<object><inhoud>QQ==</inhoud></object>", "voegZaakdocumentToe"),
        ("<object/>", "maakZaakdocument"),
    ],
)
def test_a_document_with_content_is_added_and_without_is_made(content: str, operation: str) -> None:
    assert named(content, "edcLk01") == operation


def test_an_answer_of_1_1_does_not_say_to_what_it_answers() -> None:
    assert named("", "zakLa01") is None


def test_the_list_of_berichtcodes_has_those_of_the_standard() -> None:
    assert {"Lk01", "Lv01", "La01", "Di02", "Du02", "Bv03", "Fo03", "Tr01"} <= BERICHTCODES
    assert "Bv05" not in BERICHTCODES


def test_a_fault_without_stuurgegevens_is_named_by_its_element() -> None:
    fault = etree.fromstring(f'<Fo03Bericht xmlns="{STUF}"/>')

    assert name_of(fault, Stuurgegevens(""), None).berichtcode == "Fo03"
