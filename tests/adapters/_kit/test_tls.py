"""Certificates for calling a partner: what cannot be used is named by its setting."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from adapters._kit.tls import tls_context
from adapters.contract import ConfigurationError


def test_partners_are_verified_with_tls_of_today() -> None:
    context = tls_context(ca_file=None, client_certificate=None, client_key=None)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_cannot_be_used_is_named_by_its_setting(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "file.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as ca:
        tls_context(ca_file=path, client_certificate=None, client_key=None)
    with pytest.raises(ConfigurationError) as own:
        tls_context(ca_file=None, client_certificate=path, client_key=None, section="http.")
    assert (ca.value.setting, own.value.setting) == ("ca_file", "http.client_certificate")
