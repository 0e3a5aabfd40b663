"""The head of every message: fixed order, Dutch time, numbers that stay the same."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf.markup import parsed
from adapters._kit.stuf.names import STUF, ZKN, q
from adapters._kit.stuf.stuurgegevens import (
    TOWN_HALL,
    Partij,
    Stuurgegevens,
    read,
    read_tijdstip,
    referentienummer,
    render,
    tijdstip,
)

FULL = Stuurgegevens(
    "Lk01",
    zender=Partij("SCHAKEL", "0344", "burgerzaken", "balie"),
    ontvanger=Partij("ZAAKSYS"),
    referentienummer="een-nummer",
    tijdstip_bericht="20261123101500123",
    crossrefnummer="ander-nummer",
    entiteittype="ZAK",
    functie="iets",
)


def test_parts_come_in_the_order_of_the_schema() -> None:
    element = parsed(render(FULL, "ZKN"))

    assert element.tag == q(ZKN, "stuurgegevens")
    assert [etree.QName(part).localname for part in element] == [
        "berichtcode", "zender", "ontvanger", "referentienummer", "tijdstipBericht",
        "crossRefnummer", "entiteittype", "functie",
    ]  # fmt: skip
    assert [etree.QName(part).localname for part in element[1]] == [
        "organisatie", "applicatie", "administratie", "gebruiker",
    ]  # fmt: skip
    assert {etree.QName(part).namespace for part in element} == {STUF}


def test_what_is_not_given_is_left_out() -> None:
    assert len(parsed(render(Stuurgegevens("Fo02"), "StUF"))) == 1


def test_what_is_rendered_is_read_back() -> None:
    assert read(parsed(render(FULL, "ZKN"))) == FULL


def test_empty_parts_read_as_absent() -> None:
    element = etree.fromstring(
        "<s><berichtcode> Bv03 </berichtcode><zender><organisatie/><applicatie/></zender>"
        "<referentienummer/></s>"
    )

    assert read(element) == Stuurgegevens("Bv03", zender=Partij(""))


def test_no_number_and_no_user_is_shown_in_a_repr() -> None:
    shown = repr(FULL)

    assert "een-nummer" not in shown
    assert "balie" not in shown


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 9, 15, 0, 123_456, UTC), "20261123101500123"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "20260702003000000"),
    ],
)
def test_times_are_written_in_dutch_local_time(moment: datetime, text: str) -> None:
    assert tijdstip(moment) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20261123", date(2026, 11, 23)),
        ("2026112310", datetime(2026, 11, 23, 10, tzinfo=TOWN_HALL)),
        ("202611231015", datetime(2026, 11, 23, 10, 15, tzinfo=TOWN_HALL)),
        ("20261123101530", datetime(2026, 11, 23, 10, 15, 30, tzinfo=TOWN_HALL)),
        ("202611231015305", datetime(2026, 11, 23, 10, 15, 30, 500_000, TOWN_HALL)),
        ("2026112310153055", datetime(2026, 11, 23, 10, 15, 30, 550_000, TOWN_HALL)),
        (" 20261123101530557 ", datetime(2026, 11, 23, 10, 15, 30, 557_000, TOWN_HALL)),
    ],
)
def test_every_length_that_occurs_is_read(text: str, moment: date) -> None:
    assert read_tijdstip(text) == moment


@pytest.mark.parametrize("text", [None, "", "2026", "20261350", "20261123T101500", "२०२६११२३"])
def test_what_is_no_moment_is_none(text: str | None) -> None:
    assert read_tijdstip(text) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds for hypothesis, which adds the zone
def test_a_written_time_is_read_to_the_millisecond(moment: datetime) -> None:
    read_back = read_tijdstip(tijdstip(moment))

    assert isinstance(read_back, datetime)
    # In the hour that comes twice in autumn, local digits cannot say which it is.
    gap = abs(read_back.replace(fold=0) - moment.astimezone(TOWN_HALL).replace(fold=0))
    assert gap.total_seconds() < 0.001


@given(st.text(max_size=200), st.text(max_size=50))
def test_a_number_is_the_same_each_time_and_fits(message_id: str, part: str) -> None:
    number = referentienummer(message_id, part)

    assert number == referentienummer(message_id, part)
    assert len(number) <= 40


def test_parts_of_one_message_have_numbers_of_their_own() -> None:
    assert referentienummer("a", "zaak") != referentienummer("a", "status")
