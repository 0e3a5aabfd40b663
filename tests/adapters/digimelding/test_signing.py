"""Signed messages both ways (2W-be-S): what is not signed by the partner is no answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from adapters._kit.digikoppeling.envelope import SOAP, WSA, NoAnswer
from adapters._kit.digikoppeling.settings import SigningSettings
from adapters._kit.digikoppeling.signing import WSSE, WSU, Signer
from adapters.contract import ConfigurationError, RejectedError, UncertainError
from simulators.digimelding import DigimeldingSimulator
from simulators.digimelding.seal import Seal
from simulators.kit import running
from tests.adapters.digimelding.desk import OIN, SOURCE, Desk, Looking, settings
from tests.adapters.roundabout import Watch
from tests.adapters.tmv.office import message

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANSWER: Final = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Header><a:RelatesTo xmlns:a="{WSA}">m-1</a:RelatesTo>'
    '</s:Header><s:Body><x xmlns="urn:x">goed</x></s:Body></s:Envelope>'
).encode()


def pem(folder: Path, name: str, *, curve: bool = False) -> Path:
    """A certificate to sign with, and its key."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = (
        ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(encoding, form, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(encoding) + secret)
    return file


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pem(tmp_path_factory.mktemp("ours"), "gemeente")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pem(tmp_path_factory.mktemp("theirs"), "digimelding")


@asynccontextmanager
async def signing(seal: Seal | None, **files: Path) -> AsyncIterator[Desk]:
    clock = Watch()
    async with running(DigimeldingSimulator(seal=seal)) as simulator:
        simulator.clock.set(clock.at, frozen=True)
        adapter = Looking(settings(simulator.url, signing=files), clock=clock)
        try:
            yield Desk(
                adapter=adapter,
                simulator=simulator,
                simulated=simulator,
                clock=clock,
                source=SOURCE,
            )
        finally:
            await adapter.aclose()


async def test_what_is_signed_both_ways_goes_through(ours: Path, theirs: Path) -> None:
    seal = Seal(own=theirs, asker=ours)
    async with signing(seal, certificate=ours, partner=theirs) as here:
        await here.send(message("gedaan"))
        await here.go_by(days=2)
        assert [one.type.rpartition(".")[2] for one in here.told] == ["gewijzigd"] * 2
        assert (await here.adapter.check()).ok
        sent = etree.fromstring(here.simulator.journal.requests[0].body or b"")
    signed = {one.get("URI") for one in sent.iter("{*}Reference") if one.get("Type") is None}
    parts = [*sent.iter(f"{{{WSA}}}To", f"{{{WSA}}}Action", f"{{{WSA}}}MessageID")]
    parts += [*sent.iter(f"{{{SOAP}}}Body", f"{{{WSU}}}Timestamp")]
    assert len(parts) == 5
    assert {f"#{part.get(f'{{{WSU}}}Id')}" for part in parts} <= signed
    assert {one.text for one in sent.iter("{*}Oin")} == {OIN}


@pytest.mark.parametrize("left_out", ["Body", "RelatesTo", "Timestamp"])
async def test_an_answer_of_which_a_part_is_not_signed_is_none(
    ours: Path, theirs: Path, left_out: str
) -> None:
    seal = Seal(own=theirs, asker=ours, leave_out=left_out)
    async with signing(seal, certificate=ours, partner=theirs) as here:
        with pytest.raises(UncertainError, match="not signed"):
            await here.adapter.deliver(message("gedaan"), here.context())
        assert not (await here.adapter.check()).ok


async def test_who_does_not_sign_or_is_another_is_not_believed(ours: Path, theirs: Path) -> None:
    async with signing(None, certificate=ours, partner=theirs) as here:
        with pytest.raises(UncertainError, match="not signed"):
            await here.adapter.deliver(message("gedaan"), here.context())
    async with signing(Seal(own=ours, asker=ours), certificate=ours, partner=theirs) as here:
        with pytest.raises(UncertainError, match="somebody else"):
            await here.adapter.deliver(message("gedaan"), here.context())


async def test_a_question_signed_by_another_is_refused(ours: Path, theirs: Path) -> None:
    seal = Seal(own=theirs, asker=theirs)
    async with signing(seal, certificate=ours, partner=theirs) as here:
        with pytest.raises((ConfigurationError, RejectedError)):
            await here.adapter.deliver(message("gedaan"), here.context())
        assert here.simulator.journal.effects == []


def signer(ours: Path, theirs: Path) -> Signer:
    return Signer.read(SigningSettings(certificate=ours, partner=theirs))


def sealed(theirs: Path, ours: Path, body: bytes = ANSWER) -> etree._Element:
    return etree.fromstring(Seal(own=theirs, asker=ours).put_on(body, NOW))


def changed(root: etree._Element, path: str, value: str) -> None:
    found = root.find(path)
    assert found is not None
    found.text = value


def test_an_answer_that_was_touched_is_none(ours: Path, theirs: Path) -> None:
    by = signer(ours, theirs)
    by.check(sealed(theirs, ours), NOW)
    for path in ("{*}Body/{*}x", "{*}Header/{*}RelatesTo", ".//{*}Created"):
        root = sealed(theirs, ours)
        changed(root, path, "2026-11-23T09:00:01+00:00")
        with pytest.raises(NoAnswer, match="not right"):
            by.check(root, NOW)


def test_a_signed_body_that_was_moved_aside_is_none(ours: Path, theirs: Path) -> None:
    """Signature wrapping: what is signed is still there, and another body is in its place."""
    root = sealed(theirs, ours)
    body = root.find(f"{{{SOAP}}}Body")
    header = root.find(f"{{{SOAP}}}Header")
    assert body is not None
    assert header is not None
    etree.SubElement(header, "aside").append(body)
    etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Body"), "{urn:x}x").text = "vals"
    with pytest.raises(NoAnswer, match="part of it is not signed"):
        signer(ours, theirs).check(root, NOW)


def test_the_same_name_twice_is_none(ours: Path, theirs: Path) -> None:
    root = sealed(theirs, ours)
    body = root.find(f"{{{SOAP}}}Body")
    assert body is not None
    copy = etree.SubElement(root, "kopie")
    copy.set(f"{{{WSU}}}Id", body.get(f"{{{WSU}}}Id", ""))
    with pytest.raises(NoAnswer, match="not right"):
        signer(ours, theirs).check(root, NOW)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_an_old_answer_is_none(ours: Path, theirs: Path, late: timedelta) -> None:
    with pytest.raises(NoAnswer, match="not of now"):
        signer(ours, theirs).check(sealed(theirs, ours), NOW + late)


def test_without_a_certificate_in_it_an_answer_is_none(ours: Path, theirs: Path) -> None:
    root = sealed(theirs, ours)
    changed(root, f".//{{{WSSE}}}BinarySecurityToken", "geen certificaat")
    with pytest.raises(NoAnswer, match="names no certificate"):
        signer(ours, theirs).check(root, NOW)


def test_files_that_cannot_be_used_name_their_setting(
    tmp_path: Path, ours: Path, theirs: Path
) -> None:
    empty = tmp_path / "leeg.pem"
    empty.write_text("niets", encoding="ascii")
    wrong: dict[str, dict[str, Any]] = {
        "signing.certificate": {"certificate": empty, "partner": theirs},
        "signing.partner": {"certificate": ours, "partner": tmp_path / "weg.pem"},
        "signing.key": {"certificate": ours, "partner": theirs, "key": empty},
    }
    for name, files in wrong.items():
        with pytest.raises(ConfigurationError) as caught:
            Signer.read(SigningSettings(**files))
        assert caught.value.setting == name
    curve = pem(tmp_path, "kromme", curve=True)
    with pytest.raises(ConfigurationError, match="RSA"):
        Signer.read(SigningSettings(certificate=curve, partner=theirs))
