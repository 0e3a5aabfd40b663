"""Offering a letter: asking whether it is wanted, handing it over, finding it again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from adapters._kit.deadline import within_deadline
from adapters._kit.once import stored_request
from adapters.berichtenbox import dossier, letters
from adapters.berichtenbox.client import BerichtenboxClient
from adapters.berichtenbox.dossier import Brief
from adapters.berichtenbox.errors import REGISTER
from adapters.berichtenbox.gateway import Gateway
from adapters.berichtenbox.pdf import remarks_on
from adapters.berichtenbox.settings import BerichtenboxSettings, GatewaySettings
from adapters.berichtenbox.subscriptions import subscriptions
from adapters.contract import (
    CannotTell,
    ConfigurationError,
    Context,
    NotThere,
    Receipt,
    RejectedError,
)
from schemas import Message
from schemas.bericht import BerichtenboxGevraagd

BELIEVED: Final = timedelta(days=7)
"""Age of a subscription check that may still be relied on (Aansluithandleiding, chapter 7)."""
UNREACHABLE: Final = "NietActiefOfGeabonneerd"
_NO: Final = "geen-abonnement"


class Offering:
    """Takes letters to the gateway."""

    def __init__(
        self, settings: BerichtenboxSettings, wus: BerichtenboxClient, gateway: Gateway
    ) -> None:
        if settings.gateway is None:
            raise ConfigurationError("gateway", "Letters go over a gateway: add its settings.")
        self.gateway_settings: GatewaySettings = settings.gateway
        self.gateway = gateway
        self._settings = settings
        self._wus = wus

    async def offer(self, message: Message, context: Context) -> Receipt:
        """Offer a new letter, at most once for each age that Logius allows."""
        letter = _letter_in(message)
        numbers = letters.numbers_of(message)
        if letters.too_far_ahead(letter, context.clock.now()):
            detail = "publicatiedatum is more than 13 days ahead: publish it later (deliverfrom)."
            raise RejectedError(f"{REGISTER}:publicatiedatum", detail)
        async with within_deadline(context):
            refused = context.steps.result(_NO)
            if refused is not None:
                return _unreachable(message, letter, numbers, datetime.fromisoformat(refused))
            turn, stored = await self._last(context)
            if stored is None or context.steps.result(_step(turn)) is None:
                checked = await self._checked(letter, context)
                if checked is None:
                    at = context.clock.now()
                    await context.steps.complete(_NO, at.isoformat())
                    return _unreachable(message, letter, numbers, at)
                if stored is None or letters.too_old(_batch_in(stored), context.clock.now()):
                    turn += 1
                    batch = letters.written(
                        letter, numbers, self._settings.leverancier, context.clock.now()
                    )
                    stored = await self._prepared(numbers.letter, turn, batch, context)
                said = await self.gateway.offer(stored, letters.message_id(numbers.letter, turn))
                await context.steps.complete(_step(turn), said)
            return await self._receipt(message, turn, stored, context)

    async def find(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        """Look whether the gateway has it after all."""
        turn, stored = await self._last(context)
        if stored is None:
            return NotThere()
        if not await self._is_there(letters.numbers_of(message).letter, turn, context):
            return NotThere()
        return await self._receipt(message, turn, stored, context)

    async def offer_again(self, brief: Brief, turn: int, context: Context) -> Brief:
        """Offer what the gateway carried before once more; a result in it: it cannot be."""
        async with within_deadline(context):
            now, letter = context.clock.now(), brief.numbers.letter
            stored = await stored_request(context.steps, _step(turn))
            if stored is None:
                batch = await self._carried(brief)
                if batch is None:
                    lost = brief.step("mislukt", now, dossier.GATEWAY, "kwijt")
                    return replace(lost, result="kwijt")
                checked = brief.checked_at
                if checked is None or now - checked > BELIEVED:
                    bsn, kind = letters.recipient(batch)
                    if not await self._subscribed(bsn, kind, context):
                        told = brief.step("verwerkt", now, dossier.BOX, UNREACHABLE)
                        return replace(told, result=UNREACHABLE)
                    brief = brief.step("abonnement_gecontroleerd", now, dossier.BOX)
                if letters.too_old(batch, now):
                    batch = letters.renewed(batch, now)
                stored = await self._prepared(letter, turn, batch, context)
                await self.gateway.offer(stored, letters.message_id(letter, turn))
            elif not await self._is_there(letter, turn, context):
                await self.gateway.offer(stored, letters.message_id(letter, turn))
            return replace(
                brief.step("aangenomen", now, dossier.GATEWAY),
                turn=turn,
                ebms=self._number(letter, turn),
                sha256=letters.digest(_batch_in(stored)),
            )

    async def _last(self, context: Context) -> tuple[int, bytes | None]:
        """The last turn that was prepared, and its request; 0 and None: none was."""
        turn, stored = 0, None
        while (found := await stored_request(context.steps, _step(turn + 1))) is not None:
            turn, stored = turn + 1, found
        return turn, stored

    async def _checked(self, letter: BerichtenboxGevraagd, context: Context) -> datetime | None:
        """When the subscription was found good, not longer ago than may be relied on."""
        turn, at = await _last_check(context)
        now = context.clock.now()
        if at is not None and now - at <= BELIEVED:
            return at
        if not await self._subscribed(letter.bsn.reveal(), letter.berichttype, context):
            return None
        await context.steps.prepare(_check(turn + 1), lambda: now.isoformat().encode())
        return now

    async def _subscribed(self, bsn: str, kind: str, context: Context) -> bool:
        said = await subscriptions(
            self._wus,
            {"bsns": [bsn], "berichttype": kind},
            self._settings.leverancier,
            now=context.clock.now(),
            deadline=context.deadline,
        )
        return bool(said["abonnementen"][0]["actief"])

    async def _prepared(self, letter: str, turn: int, batch: bytes, context: Context) -> bytes:
        body = letters.request(self.gateway_settings, batch, letter, turn)
        return await context.steps.prepare(_step(turn), lambda: body)

    async def _is_there(self, letter: str, turn: int, context: Context) -> bool:
        number = self._number(letter, turn)
        if await self.gateway.message(number) is None:
            return False
        await context.steps.complete(_step(turn), number)
        return True

    async def _carried(self, brief: Brief) -> bytes | None:
        found = await self.gateway.message(brief.ebms)
        try:
            return None if found is None else letters.content_of(found)
        except letters.Unreadable:
            return None

    def _number(self, letter: str, turn: int) -> str:
        return f"{letters.message_id(letter, turn)}@{self.gateway_settings.host}"

    async def _receipt(
        self, message: Message, turn: int, stored: bytes, context: Context
    ) -> Receipt:
        """The same one however it was found out: all in it is stored, nothing is of now."""
        numbers, batch = letters.numbers_of(message), _batch_in(stored)
        made = letters.made_at(batch)
        brief = Brief(
            origin=dossier.origin_of(message),
            numbers=numbers,
            sha256=letters.digest(batch),
            ebms=self._number(numbers.letter, turn),
            turn=turn,
        )
        _, checked = await _last_check(context)
        if checked is not None:
            brief = brief.step("abonnement_gecontroleerd", checked, dossier.BOX)
        brief = brief.step("aangenomen", made, dossier.GATEWAY)
        remarks = remarks_on(_letter_in(message))
        detail = f"The gateway has it as BerichtID {numbers.letter}; its result follows."
        return Receipt(
            references={f"BerichtID {message.id}"[:200]: numbers.letter} if message.subject else {},
            detail=" ".join([detail, *remarks]),
            news=[dossier.offered(brief, made)],
        )


def _unreachable(
    message: Message, letter: BerichtenboxGevraagd, numbers: letters.Numbers, at: datetime
) -> Receipt:
    """Nothing was offered: the core hears of it, and takes another way."""
    batch = letters.written(letter, numbers, "", at)
    brief = Brief(
        origin=dossier.origin_of(message),
        numbers=numbers,
        sha256=letters.digest(batch),
        ebms="-",
        turn=0,
        result=UNREACHABLE,
    ).step("abonnement_gecontroleerd", at, dossier.BOX, UNREACHABLE)
    detail = "Not offered: this citizen does not get such letters there."
    return Receipt(detail=detail, news=[dossier.offered(brief, at)])


def _letter_in(message: Message) -> BerichtenboxGevraagd:
    if not isinstance(message.data, BerichtenboxGevraagd):
        raise RejectedError(f"{REGISTER}:soort", "This adapter sends letters only.")
    return message.data


def _batch_in(stored: bytes) -> bytes:
    body: Mapping[str, Any] = json.loads(stored)
    return base64.b64decode(body["dataSources"][0]["content"])


async def _last_check(context: Context) -> tuple[int, datetime | None]:
    turn, at = 0, None
    while (found := await stored_request(context.steps, _check(turn + 1))) is not None:
        turn, at = turn + 1, datetime.fromisoformat(found.decode())
    return turn, at


def _step(turn: int) -> str:
    return f"aanbieden-{turn}"


def _check(turn: int) -> str:
    return f"abonnement-{turn}"
