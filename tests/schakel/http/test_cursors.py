from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schakel.http.cursors import cursor_after, read_cursor
from schakel.http.problems import Problem


@given(st.integers(min_value=1, max_value=2**63 - 1))
def test_a_cursor_leads_back_to_the_id_it_was_made_of(delivery_id: int) -> None:
    assert read_cursor(cursor_after(delivery_id)) == delivery_id


@given(st.text(max_size=40))
def test_any_other_text_is_refused(text: str) -> None:
    with suppress(Problem):  # rarely, a text of chance is a cursor
        found = read_cursor(text)
        assert found is not None
        assert 1 <= found <= 2**63 - 1


@pytest.mark.parametrize("text", ["", "ZDA", "ZC0x", "!!!!"])
def test_a_text_that_looks_like_a_cursor_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        read_cursor(text)
