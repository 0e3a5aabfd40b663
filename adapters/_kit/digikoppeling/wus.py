"""Asking a WUS service: zeep writes and reads the messages, from a WSDL of our own.

Nothing is ever loaded from a network: imports are found beside the WSDL. What comes back is read by
the hardened parser before zeep sees it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.helpers import serialize_object
from zeep.transports import Transport

from adapters._kit.digikoppeling.envelope import NoAnswer, SoapFault, addressed, opened
from adapters._kit.digikoppeling.settings import SigningSettings, WusSettings
from adapters._kit.digikoppeling.signing import Signer
from adapters._kit.http import make_client
from adapters._kit.sending import Answer, send
from adapters.contract import (
    Clock,
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)
from schemas.xml import XmlRefused, parse_xml

__all__ = ["SoapFault", "WusClient"]

_XML: Final = "text/xml; charset=utf-8"
_OK: Final = 200
_CREDENTIAL: Final = frozenset({401, 403, 407})
_ADDRESS: Final = frozenset({301, 302, 303, 307, 308, 404, 405, 415})
_BUSY: Final = frozenset({429, 503})
_FAULTY: Final = 500


class _BesideTheWsdl(Transport):
    """Finds what a WSDL imports in its own folder, by the last part of the name."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # zeep has no types
        self._folder = folder

    def load(self, url: str) -> bytes:
        """Never touch a network: another place than the folder is an error of the WSDL."""
        return (self._folder / Path(urlsplit(url).path).name).read_bytes()


class WusClient:
    """One service at one address. `aclose` closes its connections."""

    def __init__(
        self,
        settings: WusSettings,
        *,
        wsdl: Path,
        section: str = "",
        signing: SigningSettings | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`wsdl` is one of ours, with a single port; `section` comes before names of settings.

        With `signing` every question is signed and every answer has to be (2W-be-S): it needs the
        `clock`, and addressing.
        """
        if signing is not None and (clock is None or settings.addressing == "none"):
            raise ValueError("signing needs a clock, and WS-Addressing")
        self._settings = settings
        self._signing = signing
        self._clock = clock
        self._signer: Signer | None = None
        self._wsdl = wsdl
        self._section = section
        self._client: httpx.AsyncClient | None = None
        self._zeep: zeep.Client | None = None
        self._reading = asyncio.Lock()

    async def call(
        self, operation: str, *, seconds: float, reads: bool, **parts: Any
    ) -> Mapping[str, Any] | list[Any] | str | None:
        """Return the answer's content as plain values.

        `reads`: a lost answer does no harm and is a TransientError, else an UncertainError. Also
        raises SoapFault, ConfigurationError, and RejectedError with code `wus:invalid` for what
        the WSDL does not allow to be said.
        """
        soap = await self._soap()
        message_id = f"urn:uuid:{uuid.uuid4()}"
        bound = soap.service._binding.get(operation)  # noqa: SLF001 - zeep has no other way
        try:
            envelope = soap.create_message(  # type: ignore[no-untyped-call]  # as all of zeep
                soap.service, operation, **parts
            )
        except (ZeepError, ValueError, TypeError) as error:
            detail = f"This cannot be said in {operation} ({type(error).__name__})."
            raise RejectedError("wus:invalid", detail) from None
        action = bound.soapaction or operation
        addressed(envelope, self._settings, action=action, message_id=message_id)
        await self._signed(envelope)
        try:
            answer = await self._send(envelope, action, seconds)
        except UncertainError as error:
            raise TransientError(error.detail) if reads else error from error
        root = await self._envelope_of(answer, message_id, reads=reads)
        try:
            found = serialize_object(  # type: ignore[no-untyped-call]  # as all of zeep
                bound.process_reply(root), dict
            )
        except (ZeepError, ValueError, TypeError, AttributeError):
            raise self._unreadable(answer, "it does not fit the WSDL", reads=reads) from None
        return found  # type: ignore[no-any-return]  # zeep has no types

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _soap(self) -> zeep.Client:
        """Read the WSDL, once, beside the loop."""
        async with self._reading:
            if self._zeep is None:
                self._zeep = await asyncio.to_thread(self._read_wsdl)
            return self._zeep

    def _read_wsdl(self) -> zeep.Client:
        settings = zeep.Settings(strict=False, xml_huge_tree=False)
        transport = _BesideTheWsdl(self._wsdl.parent)
        return zeep.Client(  # type: ignore[no-untyped-call]  # as all of zeep
            str(self._wsdl), transport=transport, settings=settings
        )

    async def _send(self, envelope: etree._Element, action: str, seconds: float) -> Answer:
        settings = self._settings
        if self._client is None:
            self._client = make_client(settings.http, tls=settings.url.startswith("https:"))
        body: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
        said = action if settings.soap_action == "action" else ""
        headers = {"Content-Type": _XML, "SOAPAction": f'"{said}"'}
        auth = None
        if settings.password is not None:
            auth = httpx.BasicAuth(settings.user, settings.password.get_secret_value())
        request = self._client.build_request("POST", settings.url, content=body, headers=headers)
        if auth is not None:
            request = next(auth.auth_flow(request))
        limit = min(seconds, settings.http.call_timeout)
        most = settings.http.max_answer_bytes
        return await send(self._client, request, seconds=limit, max_answer_bytes=most)

    async def _signed(self, envelope: etree._Element) -> None:
        """Sign it, where that is asked for; the files are read once."""
        if self._signing is None or self._clock is None:
            return
        if self._signer is None:
            self._signer = await asyncio.to_thread(
                Signer.read, self._signing, section=self._section
            )
        await asyncio.to_thread(self._signer.sign, envelope, self._clock.now())

    async def _envelope_of(self, answer: Answer, message_id: str, *, reads: bool) -> etree._Element:
        """Faults come with status 500; a status without one speaks for itself."""
        problem = self._by_status(answer, reads=reads)
        try:
            root = parse_xml(answer.body)
            if self._signer is not None and self._clock is not None:
                await asyncio.to_thread(self._signer.check, root, self._clock.now())
            return opened(root, self._settings, message_id=message_id)
        except SoapFault:
            raise
        except (XmlRefused, NoAnswer) as error:
            if problem is not None:
                raise problem from None
            why = str(error) if isinstance(error, NoAnswer) else "it is no XML that can be read"
            raise self._unreadable(answer, why, reads=reads) from None

    def _by_status(self, answer: Answer, *, reads: bool) -> DeliveryError | None:
        status, host = answer.status, answer.host
        if status == _OK:
            return None
        if status in _CREDENTIAL:
            detail = f"{host} does not accept our credential ({status})."
            return ConfigurationError(f"{self._section}user", detail)
        if status in _ADDRESS:
            detail = f"{host} has no such service at this address ({status})."
            return ConfigurationError(f"{self._section}url", detail)
        if status in _BUSY or status < _FAULTY:
            return TransientError(f"{host} answered {status}.")
        return self._lost(f"{host} answered {status}.", reads=reads)

    def _unreadable(self, answer: Answer, why: str, *, reads: bool) -> DeliveryError:
        return self._lost(f"{answer.host} gave an answer that cannot be used: {why}.", reads=reads)

    def _lost(self, detail: str, *, reads: bool) -> DeliveryError:
        return TransientError(detail) if reads else UncertainError(detail)
