"""Our own certificates: found wherever settings hold one, and told of in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from adapters.brp import BrpSettings
from adapters.digimelding import DigimeldingSettings
from adapters.zgw import ZgwSettings
from continuity.policy import DestinationPolicy
from schakel.certificates import EVERY, Certificates, read_certificates
from schakel.cli.checking import _certificate
from schakel.settings.settings import DestinationSettings
from tests.adapters.digimelding.test_signing import pem as signing_pem
from tests.certificates import Authority
from tests.schakel.asking_kit import SettableClock

METRIC = "schakel_certificate_expires_timestamp_seconds"


def destination(file: Path | None) -> DestinationSettings:
    http: dict[str, Any] = {} if file is None else {"client_certificate": file}
    settings = BrpSettings.model_validate({"personen_url": "https://brp.example.nl", "http": http})
    return DestinationSettings(
        name="brp", adapter="brp", tenant="0344", policy=DestinationPolicy(), settings=settings
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good for a day from now."""
    return Authority.made(tmp_path_factory.mktemp("ca")).certificate("gemeente")


def test_each_is_found_and_who_has_none_is_left_out(file: Path) -> None:
    [one] = read_certificates({"brp": destination(file), "open": destination(None)})
    assert (one.destination, one.file) == ("brp", file)
    assert one.expires is not None
    left = one.left(one.expires - timedelta(days=3))
    assert left == timedelta(days=3)
    assert BrpSettings.model_fields.keys() >= {"http"}
    assert ZgwSettings.model_fields.keys() >= {"http"}


async def test_the_metric_has_the_first_that_ends_of_those_to_call_and_to_sign_with(
    file: Path, tmp_path: Path
) -> None:
    longer = signing_pem(tmp_path, "langer")  # until 2040
    given = {
        "url": "https://digimelding.example.nl",
        "oin": "00000099000000001000",
        "naam": "Balie",
        "email": "balie@gemeente.example",
        "http": {"client_certificate": file},
        "signing": {"certificate": longer, "partner": longer},
    }
    one = DestinationSettings(
        name="digimelding",
        adapter="digimelding",
        tenant="0344",
        policy=DestinationPolicy(),
        settings=DigimeldingSettings.model_validate(given),
    )
    found = {each.file: each.expires for each in read_certificates({"digimelding": one})}
    assert set(found) == {file, longer}
    registry, clock = CollectorRegistry(), SettableClock()
    await Certificates({"digimelding": one}, clock=clock, registry=registry).step()
    ends = found[file]
    assert ends is not None
    assert registry.get_sample_value(METRIC, {"destination": "digimelding"}) == ends.timestamp()


@pytest.mark.parametrize(
    ("days", "level", "left"),
    [(61, None, None), (59, "warning", 59), (29, "error", 29), (-1, "error", -1)],
)
async def test_it_is_said_in_time_and_once_a_day(
    file: Path, days: int, level: str | None, left: int | None
) -> None:
    [one] = read_certificates({"brp": destination(file)})
    assert one.expires is not None
    clock, registry = SettableClock(), CollectorRegistry()
    clock.time = one.expires - timedelta(days=days)
    watch = Certificates({"brp": destination(file)}, clock=clock, registry=registry)
    with capture_logs() as said:
        await watch.step()
        await watch.step()
    levels = [(line["log_level"], line["days_left"]) for line in said]
    assert levels == ([] if level is None else [(level, left)])
    assert registry.get_sample_value(METRIC, {"destination": "brp"}) == one.expires.timestamp()
    clock.time += EVERY
    with capture_logs() as again:
        await watch.step()
    assert len(again) == 1  # the next day it is said (again)


@pytest.mark.parametrize(
    ("days", "ok", "words"),
    [(61, True, "61 days"), (29, False, "renew it now"), (-2, False, "expired on")],
)
def test_a_check_of_everything_names_what_has_to_be_renewed(
    file: Path, days: int, *, ok: bool, words: str
) -> None:
    [one] = read_certificates({"brp": destination(file)})
    assert one.expires is not None
    finding = _certificate(one, one.expires - timedelta(days=days))
    assert (finding.subject, finding.ok) == ("certificate brp", ok)
    assert words in finding.detail


def test_a_check_names_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    [one] = read_certificates({"brp": destination(tmp_path / "away.pem")})
    finding = _certificate(one, SettableClock().now())
    assert not finding.ok
    assert "away.pem cannot be read" in finding.detail


async def test_a_file_that_is_no_certificate_is_said_too(tmp_path: Path) -> None:
    wrong = tmp_path / "own.pem"
    wrong.write_text("geen certificaat", encoding="ascii")
    for file in (wrong, tmp_path / "away.pem"):
        watch = Certificates(
            {"brp": destination(file)}, clock=SettableClock(), registry=CollectorRegistry()
        )
        with capture_logs() as said:
            await watch.step()
        assert [line["event"] for line in said] == ["certificate_unreadable"]
