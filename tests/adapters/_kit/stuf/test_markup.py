"""XML as text: what goes in comes out of a parser, whatever it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf.charset import clean
from adapters._kit.stuf.markup import (
    Markup,
    document,
    element,
    element_with,
    local_name,
    parsed,
    text,
    written,
)
from adapters._kit.stuf.names import STUF, ZKN, q

ANY_TEXT = st.text(st.characters(codec="utf-8"), min_size=1)


@given(ANY_TEXT)
def test_a_text_comes_out_as_it_went_in(value: str) -> None:
    part = text("ZKN:toelichting", value)
    assert part is not None
    made = parsed(part)
    assert made.tag == q(ZKN, "toelichting")
    assert (made.text or "") == clean(value)
    assert len(made) == 0


@given(ANY_TEXT)
def test_an_attribute_comes_out_as_it_went_in(value: str) -> None:
    made = parsed(element_with("ZKN:inhoud", {"StUF:bestandsnaam": clean(value)}))
    assert made.get(q(STUF, "bestandsnaam")) == clean(value)


@given(ANY_TEXT)
def test_no_value_becomes_an_element(value: str) -> None:
    made = document("ZKN:object", text("ZKN:titel", f"<ZKN:x/>{value}]]></ZKN:titel>"))
    assert len(made) == 1
    assert len(made[0]) == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 11, 4), "20261104"),
        (datetime(2026, 11, 4, 8, 55, tzinfo=UTC), "20261104"),
        (7, "7"),
        ("a & b", "a &amp; b"),
        ("a\rb", "a&#13;b"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_a_value_is_written(value: str | date | int, said: str) -> None:
    assert written(value) == said


def test_one_instant_has_the_day_of_its_own_zone() -> None:
    late = datetime(2026, 11, 4, 23, 30, tzinfo=UTC)
    further_east = late.astimezone(timezone(timedelta(hours=1)))
    assert late == further_east
    assert [written(late), written(further_east)] == ["20261104", "20261105"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_value_is_no_element(nothing: str | None) -> None:
    assert text("ZKN:titel", nothing) is None


def test_what_is_none_is_left_out() -> None:
    assert element("ZKN:a", None, Markup("<ZKN:b/>"), None) == "<ZKN:a><ZKN:b/></ZKN:a>"
    assert element("ZKN:a", None) == "<ZKN:a/>"


def test_a_name_is_found_again() -> None:
    assert local_name(element("ZKN:dct.omschrijving")) == "dct.omschrijving"
    assert local_name(element_with("ZKN:a", {"x": "y"})) == "a"
    with pytest.raises(ValueError, match="no element"):
        local_name(Markup("a"))


def test_the_usual_prefixes_are_declared_once() -> None:
    made = document("ZKN:a", element("ZKN:b", element("StUF:c")))
    assert etree.tostring(made).count(b"xmlns:ZKN") == 1
