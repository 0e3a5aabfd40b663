"""The BAG's answers as ours, and the day's quota."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from adapters._kit.sending import Answer
from adapters.bag import translate
from adapters.bag.errors import DayQuotaError, day_quota
from schemas.adresvragen import AdressenAntwoord

ADDRESS: dict[str, Any] = {
    "openbareRuimteNaam": "Lindelaan",
    "korteNaam": "Lindelaan",
    "huisnummer": 21,
    "huisletter": "A",
    "postcode": "3511AB",
    "woonplaatsNaam": "Utrecht",
    "nummeraanduidingIdentificatie": "0344200000000021",
    "adresseerbaarObjectIdentificatie": "0344010000000021",
    "typeAdresseerbaarObject": "Verblijfsobject",
    "gebruiksdoelen": ["woonfunctie"],
    "oppervlakte": 88,
    "oorspronkelijkBouwjaar": ["1931"],
}


def test_an_address_is_read_and_fits_our_answer() -> None:
    document = {"_embedded": {"adressen": [ADDRESS]}, "_links": {"next": {"href": "x"}}}
    answer = AdressenAntwoord.model_validate(translate.addresses(document))
    (one,) = answer.adressen
    assert (one.straatnaam, one.huisnummer, one.oppervlakte) == ("Lindelaan", 21, 88)
    assert one.bouwjaren == ("1931",)
    assert answer.meer is True


@pytest.mark.parametrize("empty", [{}, {"_links": {}}, {"_embedded": {}}, {"_embedded": None}])
def test_nothing_found_is_an_empty_list(empty: dict[str, Any]) -> None:
    assert translate.addresses(empty) == {"adressen": [], "meer": False}


def test_a_free_search_gives_descriptions() -> None:
    document = {"_embedded": {"zoekresultaten": [{"omschrijving": "Lindelaan 21, Utrecht"}, {}]}}
    assert translate.hits(document)["adressen"] == [{"omschrijving": "Lindelaan 21, Utrecht"}]


def refused(status: int, **headers: str) -> Answer:
    return Answer(
        method="GET",
        host="bag.example.nl",
        status=status,
        headers=httpx.Headers(headers),
        body=b"{}",
    )


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 11, 24, 8, 55, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), datetime(2026, 7, 1, 22, tzinfo=UTC)),
        # The nights in which the clock is changed.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize(
    "header", ["Kadaster-RateLimit-DayLimit-Remaining", "RateLimit-DayLimit-Remaining"]
)
def test_a_spent_day_lasts_until_midnight(now: datetime, midnight: datetime, header: str) -> None:
    error = day_quota(refused(429, **{header: "0"}), now)
    assert isinstance(error, DayQuotaError)
    assert error.until == midnight
    assert error.retry_after == midnight - now


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {}),
        (429, {"Kadaster-RateLimit-DayLimit-Remaining": "3"}),
        (200, {"Kadaster-RateLimit-DayLimit-Remaining": "0"}),
    ],
)
def test_another_429_is_a_pause_like_any_other(status: int, headers: dict[str, str]) -> None:
    assert day_quota(refused(status, **headers), datetime(2026, 11, 24, tzinfo=UTC)) is None
