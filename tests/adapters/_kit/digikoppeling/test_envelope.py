"""Addressing, faults and OINs: as WUS has them, and switched per endpoint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from pydantic import ValidationError

from adapters._kit.digikoppeling.envelope import (
    SOAP,
    WSA,
    NoAnswer,
    SoapFault,
    addressed,
    opened,
)
from adapters._kit.digikoppeling.oin import as_urn, in_address, oin_of
from adapters._kit.digikoppeling.settings import WusSettings

OIN = "00000099000000001000"
URL = "https://dienst.example.nl/wus"
ID = "urn:uuid:1"


def settings(**changes: Any) -> WusSettings:
    return WusSettings.model_validate({"url": URL, **changes})


def envelope(body: str = "<a/>", header: str = "") -> etree._Element:
    text = f"""<s:Envelope xmlns:s="{SOAP}" xmlns:w="{WSA}">{header}
    <s:Body>{body}</s:Body></s:Envelope>"""
    return etree.fromstring(text)


def test_nothing_is_added_where_the_service_wants_none() -> None:
    made = addressed(envelope(), settings(), action="urn:a", message_id=ID)
    assert made.find(f"{{{SOAP}}}Header") is None


def test_addressing_names_both_parties_and_the_question() -> None:
    wanted = settings(addressing="wsa", oin_from=OIN, oin_to=OIN.replace("1000", "2000"))
    made = addressed(envelope(), wanted, action="urn:a", message_id=ID)
    header = made[0]
    assert etree.QName(header).localname == "Header"
    said = {etree.QName(one).localname: (one.text or one[0].text) for one in header}
    assert said == {
        "To": f"{URL}?OIN=00000099000000002000",
        "Action": "urn:a",
        "MessageID": ID,
        "From": f"{WSA}/anonymous?OIN={OIN}",
        "ReplyTo": f"{WSA}/anonymous",
    }


def test_an_answer_to_another_question_is_no_answer() -> None:
    wanted = settings(addressing="wsa")
    other = "<s:Header><w:RelatesTo>urn:uuid:2</w:RelatesTo></s:Header>"
    for header in ("", other):
        with pytest.raises(NoAnswer, match="RelatesTo"):
            opened(envelope(header=header), wanted, message_id=ID)
    own = envelope(header=other.replace("uuid:2", "uuid:1"))
    assert opened(own, wanted, message_id=ID) is own


@pytest.mark.parametrize(
    "root", [etree.Element("html"), envelope(""), etree.Element(f"{{{SOAP}}}Envelope")]
)
def test_what_is_no_envelope_is_no_answer(root: etree._Element) -> None:
    with pytest.raises(NoAnswer):
        opened(root, settings(), message_id=ID)


def test_a_fault_keeps_the_services_own_words() -> None:
    fault = """<s:Fault><faultcode>s:Server</faultcode><faultstring>Weg</faultstring>
    <detail><x:DependentServiceFault xmlns:x="urn:x"><x:Message>later</x:Message>
    </x:DependentServiceFault></detail></s:Fault>"""
    with pytest.raises(SoapFault) as caught:
        opened(envelope(fault), settings(), message_id=ID)
    found = caught.value
    assert (found.code, found.text) == ("s:Server", "Weg")
    assert found.detail_name() == "DependentServiceFault"
    assert found.detail_text("Message") == "later"
    with pytest.raises(SoapFault) as bare:
        opened(envelope("<s:Fault/>"), settings(), message_id=ID)
    assert (bare.value.detail_name(), bare.value.detail_text("Message")) == ("", "")


def test_an_oin_is_written_as_each_place_wants() -> None:
    assert as_urn(OIN) == f"urn:osb:oin:{OIN}"
    assert in_address(URL, OIN) == f"{URL}?OIN={OIN}"
    assert in_address(f"{URL}?a=1", OIN) == f"{URL}?a=1&OIN={OIN}"
    assert in_address(URL, "") == URL


@pytest.mark.parametrize(("serial", "found"), [(OIN, OIN), ("12", None), (None, None)])
def test_a_certificate_holds_its_oin_in_the_subject(serial: str | None, found: str | None) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, "proef")]
    if serial is not None:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    name = x509.Name(parts)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    certificate = (
        builder.public_key(key.public_key())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    assert oin_of(certificate) == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "dienst"},
        {"url": "http://dienst.example.nl"},
        {"user": "gemeente"},
        {"oin_to": OIN},
        {"oin_to": "12", "addressing": "wsa"},
        {"sign": True},
    ],
)
def test_settings_that_do_not_go_together_are_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        settings(**wrong)
