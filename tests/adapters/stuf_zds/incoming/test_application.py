"""An application that takes us for its zaaksysteem: its messages as the core's own types."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from adapters.contract import News, Reception, RejectedError
from tests.adapters.stuf_zds.incoming.answers import ANSWERS, DOCUMENT
from tests.adapters.stuf_zds.incoming.desk import RSIN, Desk, desk
from tests.adapters.stuf_zds.incoming.messages import (
    BASICS,
    BSN,
    CASE,
    INITIATOR,
    ZAAKTYPE,
    add_document,
    check_in,
    creeer_zaak,
    di02,
    document,
    inhoud,
    lk01,
    numbered,
    overdracht,
    relevant,
    set_status,
    status,
    update_zaak,
    zaak,
)
from tests.adapters.stuf_zds.incoming.test_postroom import assert_sound, worked_out

PREFIX = "nl.burgerzaken.zaak."
EINDDATUM = "<ZKN:einddatum>20261130</ZKN:einddatum>"
RESULTAAT = "<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>"
KEYS = {"zaakidentificatie": CASE, "bronorganisatie": RSIN}


async def published(body: bytes, **inbound: Any) -> list[News]:
    received = await desk("application", **inbound).call(body)
    assert received.outcome is not Reception.REFUSED, received.detail
    for each in received.news:
        assert_sound(each)
    return list(received.news)


async def refused(body: bytes, **inbound: Any) -> str:
    received = await desk("application", **inbound).call(body)
    assert (received.outcome, received.code) == (Reception.REFUSED, "StUF055")
    return received.detail


def names(news: list[News]) -> list[str]:
    return [each.type.removeprefix(PREFIX) for each in news]


def role(
    name: str, party: str, *, soort: str = "T", omschrijving: str = "", extra: str = ""
) -> str:
    said = f"<ZKN:omschrijving>{omschrijving}</ZKN:omschrijving>" if omschrijving else ""
    return (
        f'<ZKN:{name} StUF:verwerkingssoort="{soort}"><ZKN:gerelateerde>{party}'
        f"</ZKN:gerelateerde>{said}{extra}</ZKN:{name}>"
    )


def medewerker(number: str) -> str:
    return f"<ZKN:medewerker><ZKN:identificatie>{number}</ZKN:identificatie></ZKN:medewerker>"


async def test_a_case_becomes_zaak_gestart() -> None:
    (news,) = await published(creeer_zaak(BASICS + ZAAKTYPE + INITIATOR))
    assert news.type == PREFIX + "gestart"
    assert dict(news.data) == {
        **KEYS,
        "zaaktype": {"identificatie": "B0237"},
        "omschrijving": "Verhuizing naar de Domstraat",
        "startdatum": "2026-11-23",
        "initiator": {"soort": "natuurlijk_persoon", "bsn": BSN, "geslachtsnaam": "Moulin"},
    }


async def test_what_a_new_case_has_besides_goes_in_messages_of_its_own() -> None:
    parts = (
        BASICS
        + "<ZKN:opschorting><ZKN:indicatie>J</ZKN:indicatie><ZKN:reden>wacht</ZKN:reden>"
        + "</ZKN:opschorting><ZKN:archiefnominatie>J</ZKN:archiefnominatie>"
        + ZAAKTYPE
        + status("Ontvangen")
    )
    news = await published(creeer_zaak(parts))
    assert names(news) == ["gestart", "bijgewerkt", "status-gezet"]
    assert news[1].data["opschorting"] == {"indicatie": True, "reden": "wacht"}
    assert news[1].data["archivering"] == {"archiefnominatie": "vernietigen"}
    assert news[2].data["statustype"] == "Ontvangen"
    assert {each.subject for each in news} == {CASE}


async def test_their_names_are_turned_into_ours() -> None:
    news = await published(
        creeer_zaak(BASICS + ZAAKTYPE + status("Bezig")),
        zaaktypen={"B0237": "verhuizing"},
        statustypen={"2": "In behandeling"},
    )
    assert news[0].data["zaaktype"] == {"identificatie": "verhuizing"}
    assert news[1].data["statustype"] == "In behandeling"


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        (ZAAKTYPE + "<ZKN:startdatum>20261123</ZKN:startdatum>", "object/omschrijving"),
        (ZAAKTYPE + "<ZKN:omschrijving>x</ZKN:omschrijving>", "object/startdatum"),
        (BASICS, "object/isVan/gerelateerde/code"),
        (BASICS + ZAAKTYPE + INITIATOR.replace(BSN, ""), "heeftAlsInitiator"),
        (BASICS + ZAAKTYPE + "<ZKN:einddatum>Wordt</ZKN:einddatum>", "einddatum"),
    ],
)
async def test_what_the_core_needs_and_is_not_there_is_said(parts: str, where: str) -> None:
    assert where in await refused(creeer_zaak(parts))


@pytest.mark.parametrize("number", ["0344/1", "a b", "x" * 41, ""])
async def test_a_number_that_other_systems_cannot_carry_is_refused(number: str) -> None:
    assert "dentificatie" in await refused(creeer_zaak(case=number))


async def test_without_any_bronorganisatie_it_is_refused_by_name_of_the_setting() -> None:
    detail = await refused(creeer_zaak(), bronorganisatie=None)
    assert "inbound.bronorganisatie" in detail


async def test_a_bronorganisatie_in_the_message_leads() -> None:
    extra = (
        "<StUF:extraElementen>"
        '<StUF:extraElement naam="bronorganisatie">001234567</StUF:extraElement>'
        "</StUF:extraElementen>"
    ).replace("001234567", "823288444")
    (news,) = await published(creeer_zaak(BASICS + extra + ZAAKTYPE))
    assert news.data["bronorganisatie"] == "823288444"
    assert "eigenschappen" not in news.data


async def test_extra_elements_become_eigenschappen_by_name_or_all() -> None:
    extra = (
        '<StUF:extraElementen><StUF:extraElement naam="adults">3</StUF:extraElement>'
        '<StUF:extraElement naam="language_code">nl</StUF:extraElement></StUF:extraElementen>'
    )
    body = creeer_zaak(BASICS + extra + ZAAKTYPE)
    (every,) = await published(body, eigenschappen={"adults": "aantal"})
    assert every.data["eigenschappen"] == [
        {"naam": "aantal", "waarde": "3"},
        {"naam": "language_code", "waarde": "nl"},
    ]
    (some,) = await published(body, eigenschappen={"adults": "aantal"}, eigenschappen_overig=False)
    assert some.data["eigenschappen"] == [{"naam": "aantal", "waarde": "3"}]


async def test_roles_get_our_rolsoort() -> None:
    parts = (
        role("heeftAlsUitvoerende", medewerker("m1"), omschrijving="Behandelend ambtenaar")
        + role("heeftAlsGemachtigde", medewerker("m2"))
        + role("heeftAlsOverigBetrokkene", medewerker("m3"), omschrijving="Beslisser")
        + role("heeftAlsOverigBetrokkene", medewerker("m4"), omschrijving="Partner")
    )
    (news,) = await published(
        creeer_zaak(BASICS + ZAAKTYPE + parts),
        roltypen={"Behandelend ambtenaar": "Behandelaar"},
        rollen={"heeftAlsGemachtigde": "klantcontacter"},
    )
    found = [(each["rolsoort"], each.get("roltype")) for each in news.data["rollen"]]
    assert found == [
        ("behandelaar", "Behandelaar"),
        ("klantcontacter", None),
        ("beslisser", None),
        ("belanghebbende", None),
    ]


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        (
            (
                "<ZKN:nietNatuurlijkPersoon><BG:inn.nnpId>12345678</BG:inn.nnpId>"
                "</ZKN:nietNatuurlijkPersoon>"
            ),
            {"soort": "niet_natuurlijk_persoon", "kvkNummer": "12345678"},
        ),
        (
            (
                "<ZKN:vestiging><BG:vestigingsNummer>12345678</BG:vestigingsNummer>"
                "<BG:handelsnaam>Bakker</BG:handelsnaam></ZKN:vestiging>"
            ),
            {"soort": "niet_natuurlijk_persoon", "kvkNummer": "12345678", "naam": "Bakker"},
        ),
        (
            (
                "<ZKN:vestiging><BG:vestigingsNummer>000090000021</BG:vestigingsNummer>"
                "</ZKN:vestiging>"
            ),
            {"soort": "vestiging", "vestigingsnummer": "000090000021"},
        ),
        (
            (
                "<ZKN:medewerker><ZKN:medewerkeridentificatie>m9</ZKN:medewerkeridentificatie>"
                "</ZKN:medewerker>"
            ),
            {"soort": "medewerker", "identificatie": "m9"},
        ),
    ],
)
async def test_parties_are_known_by_the_number_they_have(
    party: str, expected: dict[str, str]
) -> None:
    (news,) = await published(creeer_zaak(BASICS + ZAAKTYPE + role("heeftAlsInitiator", party)))
    assert news.data["initiator"] == expected


async def test_objects_become_addresses_persons_and_others() -> None:
    adres = (
        "<ZKN:adres><BG:wpl.woonplaatsNaam>Utrecht</BG:wpl.woonplaatsNaam>"
        "<BG:gor.openbareRuimteNaam>Domstraat</BG:gor.openbareRuimteNaam>"
        "<BG:huisnummer>4</BG:huisnummer><BG:postcode>3512 je</BG:postcode></ZKN:adres>"
    )
    persoon = f"<ZKN:natuurlijkPersoon><BG:inp.bsn>{BSN}</BG:inp.bsn></ZKN:natuurlijkPersoon>"
    buurt = "<ZKN:buurt><BG:buurtCode>0021</BG:buurtCode></ZKN:buurt>"
    parts = "".join(
        f'<ZKN:heeftBetrekkingOp StUF:verwerkingssoort="T"><ZKN:gerelateerde>{each}'
        "</ZKN:gerelateerde></ZKN:heeftBetrekkingOp>"
        for each in (adres, persoon, buurt)
    )
    (news,) = await published(creeer_zaak(BASICS + ZAAKTYPE + parts))
    assert news.data["objecten"] == [
        {
            "soort": "adres",
            "adres": {
                "postcode": "3512JE",
                "huisnummer": 4,
                "straatnaam": "Domstraat",
                "woonplaats": "Utrecht",
            },
        },
        {"soort": "natuurlijk_persoon", "persoon": {"soort": "natuurlijk_persoon", "bsn": BSN}},
        {
            "soort": "overige",
            "objecttype": "buurt",
            "kenmerken": {"buurtCode": "0021", "identificatie": "0021"},
        },
    ]


async def test_of_two_objects_only_what_differs_is_a_change() -> None:
    old = BASICS + "<ZKN:einddatumGepland>20261201</ZKN:einddatumGepland>"
    new = BASICS + "<ZKN:einddatumGepland>20261215</ZKN:einddatumGepland>"
    (news,) = await published(update_zaak(old, new))
    assert dict(news.data) == {**KEYS, "einddatumGepland": "2026-12-15"}


async def test_a_correction_is_said_to_be_one() -> None:
    body = update_zaak(BASICS).replace(b"mutatiesoort>W<", b"mutatiesoort>F<")
    (news,) = await published(body)
    assert news.data["correctie"] is True


async def test_nothing_changed_is_confirmed_and_published_to_nobody() -> None:
    assert await published(update_zaak(BASICS, BASICS)) == []


async def test_an_emptied_toelichting_is_emptied() -> None:
    old = BASICS + "<ZKN:toelichting>oud</ZKN:toelichting>"
    (news,) = await published(update_zaak(old, BASICS + "<ZKN:toelichting/>"))
    assert news.data["toelichting"] == ""


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("", ("T", "m2"), [], ["m2"]),
        (("V", "m1"), "", ["m1"], []),
        (("E", "m1"), "", ["m1"], []),
        (("R", "m1"), ("R", "m2"), ["m1"], ["m2"]),
        (("I", "m1"), ("I", "m1"), [], []),
        (("W", "m1"), ("W", "m1"), [], []),
    ],
)
async def test_role_changes_follow_their_verwerkingssoort(
    old: Any, new: Any, removed: list[str], added: list[str]
) -> None:
    sides = [
        BASICS + (role("heeftAlsUitvoerende", medewerker(each[1]), soort=each[0]) if each else "")
        for each in (old, new)
    ]
    news = await published(update_zaak(*sides))
    data = news[0].data if news else {}
    for key, expected in (("rollenVerwijderd", removed), ("rollenToegevoegd", added)):
        found = [each["betrokkene"]["identificatie"] for each in data.get(key, ())]
        assert found == expected


async def test_a_status_becomes_status_gezet() -> None:
    (news,) = await published(set_status())
    assert dict(news.data) == {
        **KEYS,
        "statustype": "In behandeling",
        "datumStatusGezet": "2026-11-23T10:15:00+01:00",
    }


async def test_a_status_without_a_moment_gets_that_of_the_message() -> None:
    (news,) = await published(set_status(status(set_at="")))
    assert news.data["datumStatusGezet"] == "2026-11-23T12:15:30+01:00"


async def test_a_status_by_number_alone_is_understood() -> None:
    (news,) = await published(set_status(status(None)), statustypen={"2": "Bezig"})
    assert news.data["statustype"] == "Bezig"


async def test_an_end_date_closes_a_case_with_its_result() -> None:
    (news,) = await published(update_zaak(RESULTAAT + EINDDATUM))
    assert dict(news.data) == {
        **KEYS,
        "resultaattype": "Verwerkt",
        "datumAfgesloten": "2026-11-30T12:15:30+01:00",
    }


async def test_an_end_status_closes_a_case_where_the_settings_say_so() -> None:
    news = await published(
        set_status(status("Gereed")),
        sluiten="eindstatus",
        eindstatussen=("gereed",),
        resultaat="Verwerkt",
    )
    assert names(news) == ["afgesloten"]
    assert news[0].data["datumAfgesloten"] == "2026-11-23T10:15:00+01:00"


async def test_closing_goes_by_the_rule_of_the_zaaktype() -> None:
    body = update_zaak(RESULTAAT + EINDDATUM + ZAAKTYPE)
    rules = {"sluiten_per_zaaktype": {"B0237": "niet"}}
    assert names(await published(body, **rules)) != ["afgesloten"]
    assert names(await published(body)) == ["afgesloten"]


async def test_a_case_whose_end_is_taken_away_goes_on() -> None:
    gone = '<ZKN:einddatum xsi:nil="true" StUF:noValue="geenWaarde"/>'
    news = await published(update_zaak(EINDDATUM, gone + status("Heropend")))
    assert names(news) == ["heropend"]
    assert news[0].data["statustype"] == "Heropend"
    assert names(await published(update_zaak("", gone + status("Bezig")))) == ["status-gezet"]


async def closed(called: Desk, *bodies: bytes) -> list[News]:
    """What comes of messages whose result and end come apart."""
    references: dict[str, str] = {}
    found: list[News] = []
    for body in bodies:
        for each in (await called.call(body)).news:
            receipt = await worked_out(called, each, references)
            references |= receipt.references
            found += receipt.news
    return found


async def test_a_result_that_came_before_is_used_when_the_case_is_closed() -> None:
    called = desk("application")
    news = await closed(called, update_zaak(RESULTAAT), update_zaak(EINDDATUM, number="ref-2"))
    assert names(news) == ["afgesloten"]
    assert news[0].data["resultaattype"] == "Verwerkt"


async def test_a_case_without_any_result_waits_for_a_person() -> None:
    called = desk("application")
    with pytest.raises(RejectedError, match=r"inbound\.resultaat"):
        await closed(called, update_zaak(EINDDATUM))


async def test_a_document_becomes_document_toegevoegd() -> None:
    received = await desk("application").call(add_document())
    (news,) = received.news
    assert_sound(news)
    assert news.dataref is not None
    assert dict(news.data) == {
        **KEYS,
        "documentidentificatie": "DOC-1",
        "titel": "Verzoek",
        "informatieobjecttype": "Brief",
        "bestandsnaam": "verzoek.pdf",
        "formaat": "application/pdf",
        "creatiedatum": "2026-11-20",
        "auteur": "De Wit",
        "taal": "nld",
        "vertrouwelijkheidaanduiding": "beperkt_openbaar",
    }


@pytest.mark.parametrize("name", ["titel", "dct.omschrijving", "creatiedatum", "auteur"])
async def test_a_document_without_what_the_core_needs_is_refused(name: str) -> None:
    parts = f"<ZKN:{name}></ZKN:{name}>"
    whole = "".join(each + ">" for each in add_document().decode().split(">") if each)
    start, end = whole.index(f"<ZKN:{name}>"), whole.index(f"</ZKN:{name}>")
    body = (whole[:start] + parts + whole[end + len(f"</ZKN:{name}>") :]).encode()
    assert name in await refused(body)


async def test_an_author_can_be_given_by_the_settings() -> None:
    body = add_document().replace(b"<ZKN:auteur>De Wit</ZKN:auteur>", b"")
    (news,) = await published(body, auteur="Onbekend")
    assert news.data["auteur"] == "Onbekend"


async def test_a_document_without_content_is_refused() -> None:
    body = lk01("maakZaakdocument_EdcLk01", document(relevant(CASE)), entity="EDC")
    assert "inhoud" in await refused(body)


CHECK_OUT = di02(
    "geefZaakdocumentBewerken_Di02",
    "geefZaakdocumentbewerken",
    '<ZDS:edcLv01><ZKN:gelijk StUF:entiteittype="EDC">'
    f"{numbered('DOC-1')}</ZKN:gelijk></ZDS:edcLv01>",
)


async def checked_out(called: Desk) -> str:
    named = {**DOCUMENT, "documentidentificatie": "DOC-1"}
    called.answers = {"document.inhoud": {**ANSWERS["document.inhoud"], "document": named}}
    received = await called.call(CHECK_OUT, path="VerwerkSynchroonVrijBericht")
    found = etree.fromstring(received.answer.body).findtext(".//{*}checkedOutId")
    assert found is not None
    return found


async def test_a_document_is_checked_out_changed_and_checked_in() -> None:
    called = desk("application", secret="only for tests")
    given = await checked_out(called)
    old = document(relevant(CASE, soort="I"), soort="W")
    new = document(
        "<ZKN:titel>Nieuwe titel</ZKN:titel>" + inhoud(b"two") + relevant(CASE, soort="I"),
        soort="W",
    )
    received = await called.call(check_in(given, old, new))
    (news,) = received.news
    assert_sound(news)
    assert news.type == PREFIX + "document-bijgewerkt"
    assert news.data["titel"] == "Nieuwe titel"
    assert b"Bv02Bericht" in received.answer.body


@pytest.mark.parametrize("given", ["", "x", "s1.x.y", "s1.0000000000.00000000000000000000"])
async def test_an_id_that_we_did_not_give_is_refused(given: str) -> None:
    body = check_in(given, document(relevant(CASE)))
    assert "checkedOutId" in await refused(body, secret="only for tests")


async def test_an_id_for_another_document_or_of_long_ago_is_refused() -> None:
    called = desk("application", secret="only for tests", checkout_seconds=60)
    given = await checked_out(called)
    other = check_in(given, document(relevant(CASE), number="DOC-2"))
    assert (await called.call(other)).code == "StUF055"
    called.clock.moment += timedelta(seconds=61)
    late = check_in(given, document(relevant(CASE)))
    assert (await called.call(late)).code == "StUF055"


async def test_a_document_is_taken_from_its_case() -> None:
    edc = (
        "<ZDS:parameters/><ZDS:edcLk02>"
        + document(relevant(CASE, soort="V"), soort="W")
        + document("", soort="W")
        + "</ZDS:edcLk02>"
    )
    body = di02("ontkoppelZaakdocument_Di02", "ontkoppelZaakdocument", edc)
    (news,) = await published(body)
    assert dict(news.data) == {**KEYS, "documentidentificatie": "DOC-1"}


def besluit(parts: str) -> bytes:
    start = add_document()  # for its namespaces
    ns = start[start.index(b"<ZDS:") : start.index(b">", start.index(b"<ZDS:"))].split(b" ", 1)[1]
    body = (
        f"<ZDS:voegBesluitToe_Di01 {ns.decode()}><ZKN:stuurgegevens>"
        "<StUF:berichtcode>Di01</StUF:berichtcode><StUF:zender>"
        "<StUF:applicatie>APP</StUF:applicatie></StUF:zender>"
        "<StUF:referentienummer>b-1</StUF:referentienummer></ZKN:stuurgegevens>"
        f"<ZKN:object><ZKN:besluit>{numbered('B-1')}{parts}</ZKN:besluit>"
        f"<ZKN:zaak>{numbered(CASE)}</ZKN:zaak></ZKN:object></ZDS:voegBesluitToe_Di01>"
    )
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f"{body}</s:Body></s:Envelope>"
    ).encode()


DECIDED = "<ZKN:datumBeslissing>20261120</ZKN:datumBeslissing>"


async def test_a_decision_becomes_besluit_vastgesteld() -> None:
    named = "<ZKN:bst.omschrijving>Toekenning</ZKN:bst.omschrijving>"
    (news,) = await published(besluit(named + DECIDED))
    assert dict(news.data) == {
        **KEYS,
        "besluitidentificatie": "B-1",
        "besluittype": "Toekenning",
        "datum": "2026-11-20",
        "ingangsdatum": "2026-11-20",
    }


async def test_a_decision_without_a_besluittype_needs_the_setting() -> None:
    assert "bst.omschrijving" in await refused(besluit(DECIDED))
    (news,) = await published(besluit(DECIDED), besluittype="Overig")
    assert news.data["besluittype"] == "Overig"


async def test_a_handover_is_answered() -> None:
    parts = (
        f'<ZKN:object StUF:entiteittype="ZAK">{numbered(CASE)}'
        "<ZKN:antwoord>Overdracht geweigerd</ZKN:antwoord></ZKN:object>"
    )
    (news,) = await published(
        overdracht("Du01", "<ZKN:melding>Nee</ZKN:melding>" + parts, cross="q")
    )
    assert dict(news.data) == {
        "zaakidentificatie": CASE,
        "kenmerk": "q",
        "geaccepteerd": False,
        "toelichting": "Nee",
    }


async def test_a_message_that_only_a_zaaksysteem_sends_is_refused() -> None:
    parts = f'<ZKN:object StUF:entiteittype="ZAK">{numbered(CASE)}{ZAAKTYPE}</ZKN:object>'
    received = await desk("application").call(overdracht("Di01", parts))
    assert received.code == "StUF037"


async def test_an_object_of_another_kind_is_refused() -> None:
    body = lk01("updateZaak_ZakLk01", zaak(BASICS).replace('"ZAK"', '"BSL"'), mutatie="W")
    assert "entiteittype" in await refused(body)
