"""Reporting a doubt to Digimelding, finding it again, and following it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, cast

from adapters._kit.deadline import within_deadline
from adapters._kit.once import do_once, find_once
from adapters._kit.terugmelding import followed, mark_of, registered, taken
from adapters.contract import Context, NotThere, Receipt, RejectedError
from adapters.digimelding import translate
from adapters.digimelding.client import DigimeldingClient
from adapters.digimelding.errors import REGISTER
from adapters.digimelding.settings import DigimeldingSettings
from schemas import Message
from schemas.postroom import OntvangstGemeld
from schemas.terugmelding import TerugmeldingGedaan, TerugmeldingIngetrokken

FOLLOW: Final = "digimelding.volgen"
_STEP: Final = "toevoegen"


class Reporting:
    """What is done with our reports."""

    def __init__(self, settings: DigimeldingSettings, client: DigimeldingClient) -> None:
        self._settings = settings
        self._client = client
        self._sender = {
            name: getattr(settings, name) for name in ("oin", "naam", "email", "afdeling")
        }
        self._every = timedelta(hours=settings.follow_every_hours)

    async def report(self, message: Message, context: Context) -> Receipt:
        """Hand over what a message reports or takes back, once."""
        part = self._part(message, context)

        async def render() -> bytes:
            return json.dumps(part).encode()

        async def send(request: bytes) -> str:
            return await self._client.add(json.loads(request), seconds=_left(context))

        async with within_deadline(context):
            number = await do_once(
                context.steps,
                _STEP,
                render=render,
                send=send,
                find=lambda _: self._find(message, context),
            )
        return self._receipt(message, number, context)

    async def find(self, message: Message, context: Context) -> Receipt | NotThere:
        """Look whether Digimelding has it after all."""
        if not await find_once(context.steps, _STEP, lambda _: self._find(message, context)):
            return NotThere()
        return self._receipt(message, context.steps.result(_STEP) or "", context)

    def _part(self, message: Message, context: Context) -> dict[str, Any]:
        """What is sent for a message. Raises RejectedError."""
        data = message.data
        if isinstance(data, TerugmeldingGedaan):
            uris = {"bron": self._settings.bron_uri, "attribuut": self._settings.attribuut_uri}
            return {"AnnotatieBoom": translate.tree(data, message, self._sender, uris)}
        if not isinstance(data, TerugmeldingIngetrokken):
            raise RejectedError(f"{REGISTER}:soort", "This adapter reports and takes back only.")
        root = data.dossiernummer or context.references.get("dossiernummer")
        if root is None:
            detail = "Say which report is taken back: data.dossiernummer, or its subject."
            raise RejectedError(f"{REGISTER}:dossiernummer", detail)
        return {"Annotatie": translate.withdrawal(message, root, self._sender)}

    async def _find(self, message: Message, context: Context) -> str | None:
        """Look under our mark; a withdrawal is there when its report says so."""
        data = message.data
        if isinstance(data, TerugmeldingGedaan):
            rows = await self._client.find(translate.kenmerk_of(message), seconds=_left(context))
            return next((str(row["AnnotatieVerwijzing"]) for row in rows), None)
        root = getattr(data, "dossiernummer", None) or context.references.get("dossiernummer")
        mark = context.references.get("kenmerk", "")
        for row in await self._client.find(mark, seconds=_left(context)):
            if row.get("AnnotatieVerwijzing") == root and _is_withdrawn(row):
                return str(root)
        return None

    def _receipt(self, message: Message, number: str, context: Context) -> Receipt:
        if isinstance(message.data, TerugmeldingGedaan):
            mark = translate.kenmerk_of(message)
            found = registered(REGISTER, FOLLOW, message, number, self._every)
            return Receipt(
                references={**found.references, "kenmerk": mark} if message.subject else {},
                detail=found.detail,
                news=found.news,
            )
        root = getattr(message.data, "dossiernummer", None)
        return taken(message, root or context.references.get("dossiernummer", number))

    async def follow(self, message: Message, data: OntvangstGemeld, context: Context) -> Receipt:
        """Look how far a report is, and tell what changed."""
        if data.soort != FOLLOW:
            raise RejectedError(f"{REGISTER}:soort", "This is no stage that this adapter knows.")
        number, origin = (
            data.inhoud["dossiernummer"],
            cast("dict[str, str]", data.inhoud["bericht"]),
        )
        mark = mark_of(message.tenant, origin["bron"], origin["id"])
        for row in await self._client.find(mark, seconds=_left(context)):
            if row.get("AnnotatieVerwijzing") == number:
                return followed(
                    REGISTER,
                    FOLLOW,
                    data.inhoud,
                    translate.dossier(row),
                    now=context.clock.now(),
                    every=self._every,
                )
        raise RejectedError(
            f"{REGISTER}:dossier", "Digimelding does not know this report any more."
        )


def _is_withdrawn(row: Mapping[str, Any]) -> bool:
    return str(row.get("Status") or "").upper() == translate.WITHDRAWN


def _left(context: Context) -> float:
    return (context.deadline - context.clock.now()).total_seconds()
