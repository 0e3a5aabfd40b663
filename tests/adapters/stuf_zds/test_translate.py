"""What is sent: against the official schemas, our own, and bodies that were looked at by people.

After a wanted change: SCHAKEL_UPDATE_GOLDEN=1 pytest tests/adapters/stuf_zds/test_translate.py
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters._kit.stuf.names import Profile
from adapters._kit.stuf.reading import at, children, text
from adapters._kit.stuf.validation import Rules
from adapters.contract import RejectedError
from adapters.stuf_zds import translate
from adapters.stuf_zds.plans import plan_for
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.berichten import Target
from adapters.stuf_zds.writing.build import sent_moment, status_moment
from tests.adapters.stuf_zds.messages import (
    BEHANDELAAR,
    BSN,
    OBJECTEN,
    OLDER_TYPES,
    PARTNER,
    message,
    transfer_answered,
)
from tests.adapters.stuf_zds.requests import HEAD, filled, official, requests_of, targets
from tests.schemas import strategies

PROFILES: Final[tuple[Profile, ...]] = ("1.1", "1.2")
GOLDEN: Final = Path(__file__).parent / "golden"
NEWER_TYPES: Final = (*OLDER_TYPES, "besluit-bijgewerkt", "document-ontkoppeld")
_EXAMPLES: Final = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("message_type", sorted(strategies.PAYLOADS))
def test_whatever_the_core_says_can_be_said_by_the_official_schema(
    message_type: str, profile: Profile
) -> None:
    """Seen failing with extraElementen after isVan."""

    @_EXAMPLES
    @given(strategies.messages(message_type), st.sampled_from(list(targets(profile))))
    def holds(one: Any, target: Target) -> None:
        for request in requests_of(one, target):
            assert official(profile, request.element) == ""

    holds()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("message_type", sorted(strategies.PAYLOADS))
def test_whatever_the_core_says_can_be_said_by_our_own_schema(
    message_type: str, profile: Profile
) -> None:
    @_EXAMPLES
    @given(strategies.messages(message_type), st.sampled_from(list(targets(profile))))
    def holds(one: Any, target: Target) -> None:
        for request in requests_of(one, target):
            assert list(Rules(f"zds-{profile}").breaches(filled(request.element))) == []

    holds()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_case_with_a_known_initiator_keeps_to_our_own_schema(profile: Profile) -> None:
    for target in targets(profile):
        for request in requests_of(message("gestart"), target):
            assert list(Rules(f"zds-{profile}").breaches(filled(request.element))) == []


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", [*NEWER_TYPES, "overdracht-beantwoord"])
def test_the_bodies_are_as_they_were_looked_at(name: str, profile: Profile) -> None:
    one = transfer_answered() if name == "overdracht-beantwoord" else message(name)
    target = next(targets(profile))
    for place, request in enumerate(requests_of(one, target), start=1):
        etree.cleanup_namespaces(request.element, keep_ns_prefixes=["StUF", "xsi"])
        made = etree.tostring(request.element, pretty_print=True).decode()
        kept = GOLDEN / f"{profile}-{name}-{place}-{request.operation.name}.xml"
        if os.environ.get("SCHAKEL_UPDATE_GOLDEN") == "1":
            kept.write_text(made)
        assert made == kept.read_text()


@pytest.mark.parametrize("name", ["document-ontkoppeld", "besluit-bijgewerkt"])
def test_what_1_1_has_no_message_for_is_refused_in_words(name: str) -> None:
    with pytest.raises(RejectedError, match=r"StUF-ZDS 1\.1 has no") as caught:
        plan_for(message(name), next(targets("1.1")), None)
    assert caught.value.code == "stuf:not-in-1.1"


def test_our_kenmerk_comes_first_and_those_of_others_stay() -> None:
    body = _opened(message("gestart"))
    marks = [(text(one, "kenmerk"), text(one, "bron")) for one in children(body, "kenmerk")]
    assert marks == [("0344-2026-000001-gestart", "schakel"), ("FORM-77", "formulieren")]


def test_a_long_event_id_becomes_a_kenmerk_that_tells_it_from_others() -> None:
    one, other = translate.kenmerk("e" * 60 + "1"), translate.kenmerk("e" * 60 + "2")
    assert len(one) == len(other) == 40
    assert one != other


def test_a_code_that_is_too_long_for_stuf_asks_for_a_setting() -> None:
    with pytest.raises(RejectedError, match="zaaktypen") as caught:
        _opened(message("gestart", zaaktype={"identificatie": "VERHUIZING-BINNEN"}))
    assert caught.value.code == "stuf:zaaktype"


def test_a_part_of_a_case_is_told_to_its_main_case() -> None:
    one = message("gestart", hoofdzaak={"zaakidentificatie": "0344-2026-HOOFD"})
    second = list(requests_of(one, next(targets("1.1"))))[1]
    new = children(second.element, "object")[-1]
    assert text(new, "identificatie") == "0344-2026-HOOFD"
    assert text(new, "heeftAlsDeelzaak/gerelateerde/identificatie") == "0344-2026-000001"


def test_who_goes_is_in_the_old_object_and_empty_in_the_new_one() -> None:
    """Seen failing with the party in both objects."""
    body = list(requests_of(message("bijgewerkt"), next(targets("1.2"))))[1].element
    old, new = children(body, "object")
    path = "heeftAlsBelanghebbende/gerelateerde/natuurlijkPersoon/inp.bsn"
    assert text(old, path) == PARTNER["betrokkene"]["bsn"]
    assert text(new, path) is None
    gone = at(new, "heeftAlsBelanghebbende")
    assert gone is not None
    assert {etree.QName(name).localname: str(value) for name, value in gone.attrib.items()} == {
        "noValue": "geenWaarde",
        "entiteittype": "ZAKBTRBLH",
        "verwerkingssoort": "V",
        "nil": "true",
    }


def test_a_field_that_is_emptied_is_said_to_have_no_value_and_others_are_not_there() -> None:
    one = message(
        "bijgewerkt",
        toelichting="",
        omschrijving=None,
        rollenToegevoegd=None,
        rollenVerwijderd=None,
        opschorting=None,
        verlenging=None,
    )
    (request,) = requests_of(one, Target(profile="1.1", vocabulary=Vocabulary()))
    new = children(request.element, "object")[-1]
    assert [etree.QName(part).localname for part in new] == [
        "identificatie",
        "toelichting",
        "isVan",
    ]
    assert not len(new[1])
    assert new[1].get("{http://www.egem.nl/StUF/StUF0301}noValue") == "geenWaarde"


def test_every_role_goes_by_its_relation_and_the_settings_may_name_another() -> None:
    one = message("bijgewerkt", rollenToegevoegd=[BEHANDELAAR], rollenVerwijderd=None)
    usual = Target(profile="1.1", vocabulary=Vocabulary())
    (request,) = requests_of(one, usual)
    new = children(request.element, "object")[-1]
    who = at(new, "heeftAlsUitvoerende")
    assert text(who, "gerelateerde/medewerker/identificatie") == "m.tester"
    assert text(who, "omschrijving") == "Balie"


def test_objects_go_as_address_and_as_another_object() -> None:
    body = _opened(message("gestart", objecten=list(OBJECTEN)))
    adres = at(body, "heeftBetrekkingOp/gerelateerde/adres")
    assert (text(adres, "postcode"), text(adres, "huisnummer")) == ("3511AB", "12")
    other = at(body, "anderZaakObject")
    assert text(other, "aanduiding") == "kenteken: XX-99-XX"
    assert text(other, "registratie") == "parkeervergunning"


def test_a_status_is_never_set_at_midnight_sharp() -> None:
    midnight = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)  # 00:00 in the Netherlands
    assert status_moment(midnight) == "20261102000001"
    assert translate.mark_of(midnight) == "status:20261101230001"
    assert sent_moment(midnight.replace(minute=1)) == midnight.replace(minute=1)


def test_milliseconds_of_a_status_are_said_where_there_are_any() -> None:
    moment = datetime(2026, 7, 1, 8, 0, 1, 250_999, tzinfo=UTC)
    assert status_moment(moment) == "20260701100001250"


def test_no_bsn_is_where_a_log_would_show_it() -> None:
    (request, *_) = requests_of(message("gestart"), next(targets("1.1")))
    assert BSN not in repr(request)


def _opened(one: Any) -> etree._Element:
    target = Target(profile="1.1", vocabulary=Vocabulary())
    return children(translate.creeer_zaak(one, one.data, target, HEAD).element, "object")[0]
