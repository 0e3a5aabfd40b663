"""How an answer looks on a terminal."""

from __future__ import annotations

from schakel.cli.outline import outline


def test_it_reads_from_top_to_bottom() -> None:
    answer = {
        "personen": [
            {
                "bsn": "999990019",
                "geslachtsnaam": "Bakker",
                "verblijfplaats": {"postcode": "3511ZZ", "huisnummer": 12, "regels": []},
                "nationaliteiten": ["Nederlandse", "Belgische"],
                "partners": [{"geslachtsnaam": "Molenaar"}, {"geslachtsnaam": "Vroeger"}],
                "geheimhouding": True,
            }
        ],
        "meer": False,
    }
    assert list(outline(answer)) == [
        "personen (1)",
        "  1. bsn              999990019",
        "     geslachtsnaam    Bakker",
        "     verblijfplaats",
        "       postcode    3511ZZ",
        "       huisnummer  12",
        "     nationaliteiten  Nederlandse, Belgische",
        "     partners (2)",
        "       1. geslachtsnaam  Molenaar",
        "       2. geslachtsnaam  Vroeger",
        "     geheimhouding    yes",
    ]


def test_more_than_is_shown_is_said() -> None:
    assert list(outline({"adressen": [{"huisnummer": 1}], "meer": True})) == [
        "adressen (1)",
        "  1. huisnummer  1",
        "There are more than these: ask more narrowly.",
    ]


def test_nothing_is_said_to_be_nothing() -> None:
    assert list(outline({"personen": [], "meer": False})) == ["Nothing was found."]
    assert list(outline({})) == ["Nothing was found."]


def test_an_empty_part_keeps_its_place() -> None:
    assert list(outline({"personen": [{}, {"bsn": "999990019"}]})) == [
        "personen (2)",
        "  1. -",
        "  2. bsn  999990019",
    ]


def test_what_a_register_says_is_no_control_sequence() -> None:
    assert list(outline({"naam": "a\x1b[2Jb"})) == ["naam  a [2Jb"]
