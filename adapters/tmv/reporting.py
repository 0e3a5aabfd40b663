"""Reporting a doubt, and taking it back: once, whatever breaks in between."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

from adapters._kit.deadline import within_deadline
from adapters._kit.once import do_once, find_once
from adapters._kit.terugmelding import registered, taken
from adapters.contract import Context, NotThere, Receipt, RejectedError
from adapters.tmv import terms, translate
from adapters.tmv.client import TmvClient
from adapters.tmv.errors import REGISTER
from adapters.tmv.settings import TmvSettings
from schemas import Message
from schemas.terugmelding import TerugmeldingGedaan, TerugmeldingIngetrokken

GEDAAN: Final = "nl.burgerzaken.terugmelding.gedaan"
INGETROKKEN: Final = "nl.burgerzaken.terugmelding.ingetrokken"
_STEP: Final = "registreren"
_NO_DETAIL: Final = "tmv:dossier"


class Reporting:
    """Two calls: one that registers, and one that finds what was registered."""

    def __init__(self, settings: TmvSettings, client: TmvClient) -> None:
        self._settings = settings
        self._client = client

    async def report(self, message: Message, context: Context) -> Receipt:
        """Register what a message reports or takes back."""
        data = _data_of(message)
        key = translate.key_of(message)

        async def render() -> bytes:
            return json.dumps(translate.melding(data, key)).encode()

        async def send(request: bytes) -> str:
            seconds = (context.deadline - context.clock.now()).total_seconds()
            number = await self._client.register(json.loads(request), seconds=seconds)
            if not number:
                detail = "The TMV took it and gave no number of a dossier: look in its portal."
                raise RejectedError(_NO_DETAIL, detail)
            return number

        async with within_deadline(context):
            number = await do_once(
                context.steps,
                _STEP,
                render=render,
                send=send,
                find=lambda request: self._find(request, context),
            )
        return self._receipt(message, number)

    async def find(self, message: Message, context: Context) -> Receipt | NotThere:
        """Look for our own mark among the dossiers of the same person."""
        found = await find_once(context.steps, _STEP, lambda request: self._find(request, context))
        if not found:
            return NotThere()
        return self._receipt(message, context.steps.result(_STEP) or "")

    async def _find(self, request: bytes, context: Context) -> str | None:
        melding = json.loads(request)
        who = {name: melding[name] for name in ("anummer", "bsn")}
        wanted = translate.inspection(melding["berichtnummer"], **who)
        seconds = (context.deadline - context.clock.now()).total_seconds()
        for row in await self._client.dossiers(wanted, seconds=seconds):
            if row and melding["melderId"] in translate.melder_marks(row):
                return translate.dossier(row).get("dossiernummer")
        return None

    def _receipt(self, message: Message, number: str) -> Receipt:
        """The same one however it was found out."""
        if isinstance(_data_of(message), TerugmeldingIngetrokken):
            return taken(message, number)
        every = timedelta(hours=self._settings.follow_every_hours)
        return registered(terms.SOURCE, terms.FOLLOW, message, number, every)


def _data_of(message: Message) -> TerugmeldingGedaan | TerugmeldingIngetrokken:
    if not isinstance(message.data, TerugmeldingGedaan | TerugmeldingIngetrokken):
        raise RejectedError(f"{REGISTER}:soort", "This adapter reports and takes back only.")
    return message.data
