"""Settings that cannot work are refused at start, by the name of the key."""

from typing import Any

import pytest
from pydantic import ValidationError

from adapters._kit.stuf.settings import StufSettings
from adapters._kit.stuf.stuurgegevens import Partij

SOUND: dict[str, Any] = {
    "zender": {"applicatie": "SCHAKEL", "organisatie": "0344"},
    "ontvanger": {"applicatie": "ZAAKSYS"},
    "ontvang_asynchroon_url": "https://zaken.example.nl/stuf/OntvangAsynchroon",
}


def test_sound_settings_have_the_common_defaults() -> None:
    settings = StufSettings(**SOUND)

    assert (settings.profile, settings.soap_version, settings.charset) == ("1.1", "1.1", "utf-8")
    assert settings.zender.partij == Partij("SCHAKEL", "0344")
    assert settings.url("OntvangAsynchroon") == SOUND["ontvang_asynchroon_url"]
    assert settings.url("BeantwoordVraag") is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zender": {"applicatie": "ab"}}, "at least 3"),
        ({"ontvang_asynchroon_url": "http://zaken.example.nl/x"}, "unencrypted"),
        ({"ontvang_asynchroon_url": "ftp://zaken.example.nl/x"}, "https://"),
        ({"user": "hub"}, "user and password together"),
        ({"wsse": "digest"}, "needs user and password"),
        ({"soap_version": "1.3"}, "'1.1' or '1.2'"),
        ({"proefiel": "1.1"}, "Extra inputs"),
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        StufSettings(**{**SOUND, **wrong})


def test_the_password_is_not_shown() -> None:
    settings = StufSettings(**SOUND, user="hub", password="zeer-geheim")

    assert "zeer-geheim" not in repr(settings)
