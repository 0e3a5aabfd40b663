"""The receiving side of the adapter, as one thing: what its settings switch on."""

from __future__ import annotations

from datetime import timedelta

from adapters.contract import (
    Clock,
    Context,
    DeliveryError,
    InboundRequest,
    Polled,
    Receipt,
    ReceiveContext,
    Received,
    RejectedError,
    WireAnswer,
)
from adapters.zgw import notifying, polling
from adapters.zgw.client import ZgwClient
from adapters.zgw.desk import Desk
from adapters.zgw.downloading import Downloader
from adapters.zgw.fetching import work_out
from adapters.zgw.postroom_settings import PostroomSettings
from adapters.zgw.reading import Reader
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.subscriptions import Subscriptions
from adapters.zgw.typenames import TypeNames
from schemas import Message


class Postroom:
    """Opens its connections at the first call; `aclose` closes them, and those of `downloader`."""

    def __init__(
        self, settings: ZgwSettings, client: ZgwClient, clock: Clock, downloader: Downloader
    ) -> None:
        self._settings = settings
        self._client = client
        self._downloader = downloader
        self._names = TypeNames(client, settings, clock)
        self.subscriptions = (
            None
            if settings.notificaties is None or settings.postroom is None
            else Subscriptions(settings, settings.notificaties, settings.postroom, clock)
        )

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        postroom = self._settings.postroom
        return notifying.NO_PLACE if postroom is None else notifying.refused(request, postroom)

    def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        return notifying.receive(request, self._client, context.clock.now())

    def unavailable(self) -> WireAnswer:
        return notifying.LATER

    async def work_out(self, message: Message, context: Context) -> Receipt:
        postroom = self._on()
        desk = Desk(reader=self._reader(postroom), downloader=self._downloader, settings=postroom)
        return await work_out(message, context, desk)

    @property
    def poll_every(self) -> timedelta | None:
        postroom = self._settings.postroom
        if postroom is None or postroom.poll_every == 0:
            return None
        return timedelta(seconds=postroom.poll_every)

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        reader = self._reader(self._on())
        return await polling.poll(self._client, reader, self._settings.list_by, cursor, clock)

    async def remark(self) -> str:
        """A sentence about the subscription when it is not as it should be, else nothing.

        It never makes a check fail: what we send does not depend on what we are told.
        """
        if self.subscriptions is None:
            return ""
        try:
            return await self.subscriptions.remark()
        except DeliveryError as err:
            return f"The subscription could not be looked at: {err.detail}"

    async def aclose(self) -> None:
        await self._downloader.aclose()
        if self.subscriptions is not None:
            await self.subscriptions.aclose()

    def _on(self) -> PostroomSettings:
        if self._settings.postroom is None:
            raise RejectedError(
                "zgw:postroom-uit",
                "This destination has no [postroom] settings (any more): give them, then replay.",
            )
        return self._settings.postroom

    def _reader(self, postroom: PostroomSettings) -> Reader:
        return Reader(self._client, self._names, postroom)
