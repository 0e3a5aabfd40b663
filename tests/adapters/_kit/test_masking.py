"""Numbers that could be a burgerservicenummer do not get through."""

import pytest

from adapters._kit import mask_numbers


@pytest.mark.parametrize("bsn", ["999993653", "999990019", "999991772", "999992132", "900003509"])
@pytest.mark.parametrize("text", ["{}", "bsn={}&a", "BSN '{}'.", "{}\n", "x{}y"])
def test_every_test_bsn_is_masked(bsn: str, text: str) -> None:
    assert bsn not in mask_numbers(text.format(bsn))


@pytest.mark.parametrize("text", ["123456789", "1999993653", "0344-2026-000001", "99999365", ""])
def test_other_numbers_stay(text: str) -> None:
    assert mask_numbers(text) == text
