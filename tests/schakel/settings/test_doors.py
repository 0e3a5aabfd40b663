"""`[hub]`: what is believed of proxies, where callers reach the hub, how much they may fill."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import BaseModel

from schakel.settings import AdapterKind, ConfigurationMistakes, Mistake, load
from tests.schakel.settings.configs import ADAPTERS, GOOD, loaded, never, write


def hub(*lines: str) -> str:
    return "\n".join(["[hub]", *lines, GOOD])


def wrong(path: Path, adapters: Mapping[str, AdapterKind] = ADAPTERS) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigurationMistakes) as caught:
        load(path, adapters=adapters, environ={})
    return caught.value.mistakes


def test_by_default_no_proxy_is_believed_and_the_host_of_a_request_counts(tmp_path: Path) -> None:
    found = loaded(write(tmp_path)).hub
    assert (found.trusted_proxies, found.client_certificate_header) == ((), None)
    assert found.public_url is None
    assert found.inbound_memory == 256 * 1024 * 1024


def test_what_is_said_of_the_proxies_is_read(tmp_path: Path) -> None:
    text = hub(
        'trusted_proxies = ["10.0.3.7", "10.1.0.0/16", "fd00::/8"]',
        'client_certificate_header = "X-Client-Subject"',
        'public_url = "https://hub.example.nl/schakel/"',
    )
    found = loaded(write(tmp_path, text)).hub
    assert found.trusted_proxies == (
        ip_network("10.0.3.7/32"),
        ip_network("10.1.0.0/16"),
        ip_network("fd00::/8"),
    )
    assert found.client_certificate_header == "x-client-subject"
    assert found.public_url == "https://hub.example.nl/schakel"


def test_one_proxy_may_be_written_without_brackets(tmp_path: Path) -> None:
    found = loaded(write(tmp_path, hub('trusted_proxies = "10.0.3.7"'))).hub
    assert found.trusted_proxies == (ip_network("10.0.3.7"),)


@pytest.mark.parametrize(
    ("line", "key", "said"),
    [
        ('trusted_proxies = ["proxy.local"]', "hub.trusted_proxies", "10.1.0.0/16"),
        ('trusted_proxies = ["10.0.0.7/8"]', "hub.trusted_proxies", "no address or network"),
        ("trusted_proxies = 7", "hub.trusted_proxies", "Write a list"),
        ('client_certificate_header = "X Y"', "hub.client_certificate_header", "no name"),
        ('client_certificate_header = "Host"', "hub.client_certificate_header", "themselves"),
        ('client_certificate_header = "X-Subject"', "hub", "trusted_proxies"),
        ('public_url = "hub.example.nl"', "hub.public_url", "https://hub.example.nl"),
        ('public_url = "https://u:p@hub.nl"', "hub.public_url", "no user"),
        ('public_url = "https://hub.nl/?a=b"', "hub.public_url", "without a query"),
        ('inbound_memory = "1MiB"', "hub", "inbound_limit"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key(
    tmp_path: Path, line: str, key: str, said: str
) -> None:
    (found,) = wrong(write(tmp_path, hub(line)))
    assert found.key == key
    assert said in found.detail


class ByCertificate(BaseModel):
    """An adapter whose callers may show a certificate."""

    zaken_root: str
    subjects: tuple[str, ...] = ()


def test_certificates_without_a_proxy_that_tells_of_them_are_a_mistake(tmp_path: Path) -> None:
    """The door would never open, and nobody would know why."""
    kind = AdapterKind(
        settings=ByCertificate,
        create=never,
        handles=ADAPTERS["plain"].handles,
        certificates=lambda settings: "subjects" if settings.subjects else "",
    )
    asking = GOOD.replace("zaken_root", 'subjects = ["CN=x"]\nzaken_root')
    (found,) = wrong(write(tmp_path, asking), {"plain": kind})
    assert found.key == "destination[1].settings.subjects"
    assert "client_certificate_header" in found.detail

    told = '[hub]\nclient_certificate_header = "X-S"\ntrusted_proxies = "10.0.0.1"\n' + asking
    found_hub = load(write(tmp_path, told), adapters={"plain": kind}, environ={}).hub
    assert found_hub.client_certificate_header == "x-s"
