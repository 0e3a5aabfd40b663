"""What our own adapter writes, our receiving side understands: the hub in front of another hub."""

from __future__ import annotations

import asyncio
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf.names import Profile
from adapters.contract import Received, Reception, RejectedError
from adapters.stuf_zds import translate
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.berichten import Request, Target
from schemas import Message
from tests.adapters.stuf_zds.incoming.desk import Desk, desk
from tests.adapters.stuf_zds.requests import HEAD
from tests.schemas.strategies import messages

ZAAK = "nl.burgerzaken.zaak."
PROFILES: tuple[Profile, ...] = ("1.1", "1.2")


def taken(request: Request, called: Desk) -> Received:
    body = etree.tostring(request.element)
    return asyncio.run(called.call(body, action=request.operation.action))


def target(profile: Profile) -> Target:
    return Target(
        profile=profile,
        vocabulary=Vocabulary(extra_elementen={"bronorganisatie": "bronorganisatie"}),
    )


def words(text: Any) -> list[str]:
    """Return the words, composed: what is written is the same letter in one code point or two."""
    return normalize("NFC", str(text or "")).split()


@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(message=messages(ZAAK + "gestart"))
def test_a_new_case_comes_out_as_it_went_in(profile: Profile, message: Message) -> None:
    data: Any = message.data
    try:
        request = translate.creeer_zaak(message, data, target(profile), HEAD)
    except RejectedError:
        return  # StUF cannot say it, and the sending side said so
    called = desk("application")
    received = taken(request, called)
    assert received.outcome is Reception.TAKEN, received.detail
    told = received.news[0].data
    assert told["zaakidentificatie"] == data.zaakidentificatie
    assert told["bronorganisatie"] == data.bronorganisatie
    assert told["zaaktype"] == {"identificatie": data.zaaktype.identificatie}
    assert told["startdatum"] == data.startdatum.isoformat()
    assert words(told["omschrijving"]) == words(data.omschrijving)
    assert len(told.get("rollen", ())) == len(data.rollen)
    assert ("initiator" in told) == (data.initiator is not None)


@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(message=messages(ZAAK + "bijgewerkt"), objects=st.sampled_from((1, 2)))
def test_a_change_is_understood(profile: Profile, message: Message, objects: int) -> None:
    data: Any = message.data
    aim = target(profile)
    if profile == "1.1" and objects == 1:
        aim = Target(profile=profile, vocabulary=aim.vocabulary, update_objects=1)
    try:
        request = translate.update_zaak(data, "B0237", aim, HEAD)
    except RejectedError:
        return
    received = taken(request, desk("application"))
    assert received.outcome is not Reception.REFUSED, received.detail
    for news in received.news:
        assert news.subject == data.zaakidentificatie


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(message=messages(ZAAK + "status-gezet"), profile=st.sampled_from(PROFILES))
def test_a_status_comes_out_as_it_went_in(profile: Profile, message: Message) -> None:
    data: Any = message.data
    request = translate.zet_status(data, "B0237", target(profile), HEAD)
    received = taken(request, desk("application"))
    assert received.outcome is Reception.TAKEN, received.detail
    (news,) = received.news
    assert words(news.data["statustype"]) == words(data.statustype)
