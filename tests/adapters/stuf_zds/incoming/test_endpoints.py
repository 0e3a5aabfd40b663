"""Requests: who may send, what is recorded, what is answered."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from adapters._kit.stuf.security import username_token
from adapters.contract import (
    DocumentAwayError,
    Received,
    Reception,
    RejectedError,
)
from tests.adapters.stuf_zds.incoming.desk import NOW, desk, request
from tests.adapters.stuf_zds.incoming.messages import (
    BASICS,
    BSN,
    CASE,
    INITIATOR,
    ZAAKTYPE,
    add_document,
    creeer_zaak,
    envelope,
    head,
    inhoud,
    numbered,
    set_status,
    update_zaak,
    vraag,
)

ONTVANGST = "nl.burgerzaken.ontvangst.gemeld"
BASIC = "Basic " + b64encode(b"partner:only for tests").decode()


def code_of(received: Received) -> str | None:
    found = etree.fromstring(received.answer.body).find(".//{*}body/{*}code")
    return None if found is None else found.text


def berichtcode_of(received: Received) -> str | None:
    found = etree.fromstring(received.answer.body).find(".//{*}stuurgegevens/{*}berichtcode")
    return None if found is None else found.text


def text_of(received: Received, name: str) -> str | None:
    return etree.fromstring(received.answer.body).findtext(f".//{{*}}{name}")


async def test_a_case_of_a_zaaksysteem_is_confirmed_and_kept_for_its_lane() -> None:
    received = await desk().call(creeer_zaak())
    assert received.outcome is Reception.TAKEN
    assert received.kind == "creeerZaak"
    assert berichtcode_of(received) == "Bv03"
    assert text_of(received, "crossRefnummer") == "ref-1"
    (news,) = received.news
    assert (news.type, news.subject) == (ONTVANGST, CASE)
    assert news.data["soort"] == "zaak"


async def test_the_parties_are_swapped_in_the_answer() -> None:
    received = await desk().call(creeer_zaak())
    root = etree.fromstring(received.answer.body)
    assert root.findtext(".//{*}zender/{*}applicatie") == "SCHAKEL"
    assert root.findtext(".//{*}ontvanger/{*}applicatie") == "ZAAKSYS"


async def test_the_same_message_again_has_the_same_key_digest_and_news() -> None:
    called = desk()
    first, second = [await called.call(creeer_zaak()) for _ in range(2)]
    assert (first.key, first.digest) == (second.key, second.digest)
    assert [each.id for each in first.news] == [each.id for each in second.news]


async def test_other_prefixes_and_white_space_do_not_make_another_message() -> None:
    called = desk()
    message = creeer_zaak()
    other = message.replace(b"<s:", b"<soap:").replace(b"</s:", b"</soap:")
    other = other.replace(b"xmlns:s=", b"xmlns:soap=")
    assert (await called.call(message)).digest == (await called.call(other)).digest


async def test_the_same_number_for_something_else_clashes_with_stuf016() -> None:
    called = desk()
    first = await called.call(creeer_zaak())
    other = await called.call(creeer_zaak(BASICS + ZAAKTYPE + INITIATOR))
    assert first.key == other.key
    assert first.digest != other.digest
    assert other.clash is not None
    fault = etree.fromstring(other.clash.body)
    assert fault.findtext(".//{*}code") == "StUF016"
    assert fault.findtext(".//{*}berichtcode") == "Fo03"


async def test_two_senders_may_use_the_same_number() -> None:
    called = desk()
    keys = {(await called.call(creeer_zaak(zender=name))).key for name in ("ONE", "TWO")}
    assert len(keys) == 2


async def test_without_a_number_the_content_is_the_key() -> None:
    called = desk()
    first = await called.call(creeer_zaak(number=""))
    same = await called.call(creeer_zaak(number=""))
    other = await called.call(creeer_zaak(number="", case="0344-2026-000999"))
    assert first.key == same.key != other.key


async def test_a_number_of_64_characters_is_taken_and_never_repeated_at_length() -> None:
    received = await desk().call(creeer_zaak(number="x" * 64))
    assert received.outcome is Reception.TAKEN
    assert text_of(received, "crossRefnummer") == "x" * 40


async def test_soap_12_is_answered_in_soap_12() -> None:
    body = creeer_zaak().replace(
        b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
    )
    received = await desk().call(body, content_type="application/soap+xml; charset=utf-8")
    assert received.answer.content_type.startswith("application/soap+xml")
    assert etree.QName(etree.fromstring(received.answer.body)).namespace == (
        "http://www.w3.org/2003/05/soap-envelope"
    )


async def test_answers_are_in_the_charset_of_the_target() -> None:
    received = await desk(charset="iso-8859-1").call(creeer_zaak())
    assert b"encoding='iso-8859-1'" in received.answer.body.lower()
    assert "iso-8859-1" in received.answer.content_type


async def test_a_message_in_the_charset_of_the_header_is_read() -> None:
    body = creeer_zaak("<ZKN:omschrijving>Café</ZKN:omschrijving>" + ZAAKTYPE).decode()
    received = await desk().call(
        body.encode("iso-8859-1"), content_type="text/xml; charset=iso-8859-1"
    )
    assert received.news[0].data["inhoud"]["zaak"]["omschrijving"] == "Café"


async def test_the_wrong_charset_is_refused() -> None:
    body = creeer_zaak("<ZKN:omschrijving>Café</ZKN:omschrijving>" + ZAAKTYPE).decode()
    received = await desk().call(body.encode("iso-8859-1"))
    assert (received.outcome, received.code) == (Reception.REFUSED, "StUF055")


ATTACKS = {
    "cut off": creeer_zaak()[:-40],
    "no xml": b"zaak=1",
    "empty": b"",
    "entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + creeer_zaak(),
    "deep": envelope("<a>" * 200 + "</a>" * 200),
    "billion": b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>',
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_what_cannot_be_read_is_refused_and_kept(name: str) -> None:
    received = await desk().call(ATTACKS[name])
    assert received.outcome is Reception.REFUSED
    assert received.keep
    assert (received.code, code_of(received)) == ("StUF055", "StUF055")
    assert berichtcode_of(received) == "Fo03"
    assert received.answer.status == 500
    assert received.news == ()


@pytest.mark.parametrize(
    ("path", "kind"), [("BeantwoordVraag", "Fo02"), ("vrijeberichten", "Fo02")]
)
async def test_an_unreadable_question_gets_fo02(path: str, kind: str) -> None:
    assert berichtcode_of(await desk().call(b"<a>", path=path)) == kind


async def test_another_sector_model_is_refused_with_its_own_code() -> None:
    body = envelope('<x:zakLk01 xmlns:x="http://www.egem.nl/StUF/sector/zkn/0320"/>')
    received = await desk().call(body)
    assert received.outcome is Reception.REFUSED
    assert received.code in ("StUF007", "StUF022")


async def test_a_message_without_stuurgegevens_is_refused() -> None:
    body = envelope('<ZKN:zakLk01 xmlns:ZKN="http://www.egem.nl/StUF/sector/zkn/0310"/>')
    received = await desk("application").call(body)
    assert (received.outcome, received.code) == (Reception.REFUSED, "StUF055")


async def test_a_refusal_has_no_key_so_that_it_is_looked_at_again() -> None:
    received = await desk().call(set_status("<ZKN:x/>", case="x" * 50))
    assert received.outcome is Reception.REFUSED
    assert received.key == ""


async def test_nothing_that_was_sent_stands_in_a_refusal() -> None:
    wrong = INITIATOR.replace(BSN, "123456789")
    received = await desk("application").call(creeer_zaak(BASICS + ZAAKTYPE + wrong))
    assert received.outcome is Reception.REFUSED
    for secret in ("123456789", "Moulin", "Domstraat"):
        assert secret not in received.detail
        assert secret not in received.answer.body.decode()
        assert secret not in repr(received)


async def test_switched_off_it_takes_nothing() -> None:
    received = await desk(enabled=False).call(creeer_zaak())
    assert received.answer.status == 404
    assert not received.keep


async def test_only_get_and_post_are_taken() -> None:
    received = await desk().call(b"", method="DELETE")
    assert (received.answer.status, received.answer.headers["Allow"]) == (405, "GET, POST")


async def test_a_body_that_is_too_large_is_refused_unread() -> None:
    called = desk(max_body_bytes=64 * 1024)
    received = await called.call(creeer_zaak() + b" " * 64 * 1024)
    assert (received.code, received.keep) == ("StUF055", False)
    assert "max_body_bytes" in received.detail


async def test_a_body_that_says_it_is_too_large_is_not_even_read() -> None:
    called = desk(max_body_bytes=64 * 1024)
    said = called.endpoints.admits(request(headers={"content-length": str(64 * 1024 + 1)}))
    assert said is not None
    assert b"StUF055" in said.body
    assert called.endpoints.admits(request(headers={"content-length": str(64 * 1024)})) is None


@pytest.mark.parametrize("given", [None, "Basic x", "Basic " + b64encode(b"partner:no").decode()])
async def test_basic_authentication_is_asked_for(given: str | None) -> None:
    called = desk(open=False, user="partner", password="only for tests")
    headers = {} if given is None else {"authorization": given}
    received = await called.call(creeer_zaak(), headers=headers)
    assert received.answer.status == 401
    assert received.answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert (received.news, received.keep) == ((), False)


async def test_the_right_password_lets_in() -> None:
    called = desk(open=False, user="partner", password="only for tests")
    received = await called.call(creeer_zaak(), headers={"authorization": BASIC})
    assert received.outcome is Reception.TAKEN


@pytest.mark.parametrize("digest", [True, False])
async def test_a_username_token_lets_in(digest: bool) -> None:  # noqa: FBT001 - a parameter
    called = desk(open=False, wsse_user="partner", wsse_password="only for tests")
    token = username_token("partner", "only for tests", digest=digest, nonce=b"n" * 16, now=NOW)
    header = etree.tostring(token, encoding="unicode").encode()
    body = creeer_zaak().replace(b"<s:Header></s:Header>", b"<s:Header>" + header + b"</s:Header>")
    assert (await called.call(body)).outcome is Reception.TAKEN
    called.clock.moment = datetime(2026, 11, 23, 12, 15, tzinfo=UTC)
    assert (await called.call(body)).code == "StUF052"


async def test_without_a_token_it_is_refused_with_stuf052() -> None:
    called = desk(open=False, wsse_user="partner", wsse_password="only for tests")
    received = await called.call(creeer_zaak())
    assert (received.outcome, code_of(received)) == (Reception.REFUSED, "StUF052")
    assert received.news == ()


@pytest.mark.parametrize(
    ("subject", "taken"), [("CN=zaaksysteem", True), ("CN=x", False), (None, False)]
)
async def test_only_certificates_that_are_named_let_in(
    subject: str | None,
    taken: bool,  # noqa: FBT001 - a parameter
) -> None:
    called = desk(open=False, certificate_subjects=("CN=zaaksysteem",))
    received = await called.call(creeer_zaak(), client_certificate=subject)
    assert (received.outcome is Reception.TAKEN) is taken
    assert code_of(received) == (None if taken else "StUF052")


async def test_an_application_that_is_not_listed_is_refused_with_stuf013() -> None:
    called = desk(applicaties=("ZAAKSYS",))
    assert (await called.call(creeer_zaak())).outcome is Reception.TAKEN
    assert (await called.call(creeer_zaak(zender="ANDERS"))).code == "StUF013"


async def test_a_document_is_kept_beside_the_message() -> None:
    called = desk()
    received = await called.call(add_document(inhoud(b"%PDF " + b"x" * 300_000)))
    (news,) = received.news
    assert news.dataref is not None
    assert called.documents.contents[news.dataref] == b"%PDF " + b"x" * 300_000
    assert called.documents.types[news.dataref] == "application/pdf"
    assert "inhoud" not in news.data["inhoud"]["document"]


async def test_a_document_of_twelve_megabytes_is_taken() -> None:
    content = bytes(range(256)) * 48_000
    called = desk()
    received = await called.call(add_document(inhoud(content)))
    (news,) = received.news
    assert news.dataref is not None
    assert called.documents.contents[news.dataref] == content


async def test_other_content_makes_another_message() -> None:
    called = desk()
    digests = {
        (await called.call(add_document(inhoud(b"a" * 100_000 + end)))).digest
        for end in (b"one", b"two")
    }
    assert len(digests) == 2


async def test_a_document_of_two_cases_is_told_of_both() -> None:
    received = await desk().call(add_document(cases=(CASE, "0344-2026-000999")))
    assert [each.subject for each in received.news] == [CASE, "0344-2026-000999"]
    assert len({each.id for each in received.news}) == 2


@pytest.mark.parametrize("text", ["AAA", "A===", "QUJD*", "QQ==QQ=="])
async def test_damaged_base64_is_refused_and_not_kept(text: str) -> None:
    called = desk()
    received = await called.call(add_document(inhoud(text)))
    assert (received.code, code_of(received)) == ("StUF055", "StUF055")
    assert "base64" in received.detail
    assert called.documents.contents == {}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DocumentAwayError("Our store of documents is away."), "StUF046"),
        (RejectedError("document:too_large", "The document is too large."), "StUF055"),
    ],
)
async def test_a_document_that_we_cannot_keep_is_refused(error: Exception, code: str) -> None:
    called = desk()

    async def broken(*_args: Any) -> str:
        raise error

    called.documents.keep = broken  # type: ignore[method-assign, assignment]  # a store that fails
    received = await called.call(add_document())
    assert (received.outcome, code_of(received)) == (Reception.REFUSED, code)
    assert received.key == ""


async def test_a_late_refusal_of_our_message_is_recorded_for_the_operator() -> None:
    ns = 'xmlns:StUF="http://www.egem.nl/StUF/StUF0301"'
    start = head("Fo01", rest="", prefix="StUF", cross="ours")
    body = (
        "<StUF:body><StUF:code>StUF058</StUF:code><StUF:plek>server</StUF:plek>"
        "<StUF:omschrijving>mislukt</StUF:omschrijving></StUF:body>"
    )
    message = envelope(f"<StUF:Fo01Bericht {ns}>{start}{body}</StUF:Fo01Bericht>")
    received = await desk().call(message)
    assert (received.kind, received.code, berichtcode_of(received)) == ("Fo01", "StUF058", "Bv03")
    assert received.keep


async def test_while_the_store_is_away_the_sender_is_told_to_come_again() -> None:
    called = desk()
    answer = called.endpoints.unavailable(request(creeer_zaak()))
    fault = etree.fromstring(answer.body)
    assert fault.findtext(".//{*}code") == "StUF046"
    assert fault.findtext(".//{*}crossRefnummer") == "ref-1"
    asked = request(vraag("geefZaakdetails_ZakLv01", numbered(CASE)), path="BeantwoordVraag")
    fault = etree.fromstring(called.endpoints.unavailable(asked).body)
    assert fault.findtext(".//{*}code") == "StUF049"
    assert fault.findtext(".//{*}berichtcode") == "Fo02"
    assert called.endpoints.unavailable(request(b"<a>")).status == 500


async def test_a_change_that_says_nothing_is_confirmed_and_told_to_nobody() -> None:
    received = await desk().call(
        update_zaak("<ZKN:betalingsIndicatie>Geheel</ZKN:betalingsIndicatie>")
    )
    assert received.outcome is Reception.IGNORED
    assert berichtcode_of(received) == "Bv03"
    assert received.detail != ""
