"""The TLS context for calling a partner, from the files that its settings name."""

from __future__ import annotations

import ssl
from pathlib import Path

from adapters.contract import ConfigurationError


def tls_context(
    *,
    ca_file: Path | None,
    client_certificate: Path | None,
    client_key: Path | None,
    section: str = "",
) -> ssl.SSLContext:
    """Read the files. One that cannot be used is a ConfigurationError that names its setting.

    `section` comes before the names of the settings: `http.`.
    """
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as err:
        raise ConfigurationError(
            f"{section}ca_file",
            f"The file with certificate authorities cannot be used ({_reason(err)}); "
            "give a PEM file that the hub may read.",
        ) from err
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client_certificate is not None:
        try:
            context.load_cert_chain(client_certificate, client_key, _no_password)
        except (OSError, ssl.SSLError) as err:
            raise ConfigurationError(
                f"{section}client_certificate",
                f"The client certificate cannot be used ({_reason(err)}); give PEM files with a "
                "certificate and the key that belongs to it, without password.",
            ) from err
    return context


def _no_password() -> bytes:
    """Keep OpenSSL from asking on the terminal: a key with a password then fails at once."""
    return b""


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "not PEM"
    return error.strerror or type(error).__name__
