"""Sending notifications to subscribers: at least once, without a promise about the order."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from simulators.zgw.notifier_habits import Habits
from simulators.zgw.store import NOTIFICATIES

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine, Mapping, Sequence

    from simulators.kit import SettableClock
    from simulators.zgw.store import Record, Store
    from simulators.zgw.world import Change

RETRY_DELAYS: tuple[float, ...] = (25, 100, 400, 1_600, 6_400, 25_600, 52_000)
"""Seconds between attempts as Open Notificaties has them; after the last one it gives up."""

_SENDER_TIMEOUT = 10.0
_HELD_SECONDS = 1.0
"""A notification that is to be overtaken goes out after this when nothing overtakes it."""
_PROBE = {
    "kanaal": "test",
    "hoofdObject": "http://some.hoofdobject.nl/",
    "resource": "some_resource",
    "resourceUrl": "http://some.resource.nl/",
    "actie": "create",
    "aanmaakdatum": "2019-01-01T12:00:00Z",
    "kenmerken": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What a callback answered to the two probes; None where it could not be reached."""

    without_auth: int | None
    with_auth: int | None = None


class Notifier:
    """Sends in the background; `idle` waits until nothing is due at once."""

    def __init__(
        self,
        store: Store,
        clock: SettableClock,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._delays = tuple(retry_delays)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[tuple[Record, Mapping[str, Any]]] = []
        self.habits = Habits()

    async def stop(self) -> None:
        self.forget()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def forget(self) -> None:
        """Drop everything that is still to be sent."""
        self._held.clear()
        for task in self._tasks:
            task.cancel()

    def take_over(self, other: Notifier) -> None:
        """Go on with the connections and the running tasks of a notifier that is done."""
        self._session, other._session = other._session, None
        self._tasks |= other._tasks

    async def idle(self) -> None:
        """Wait until all notifications have been delivered or given up."""
        while self._tasks or self._held:
            self._release()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """Notifications that have neither been delivered nor given up."""
        return len(self._tasks) + len(self._held)

    def publish(self, change: Change) -> None:
        """Hand a change to every subscription that wants it."""
        if not change.channel or not len(self._store[NOTIFICATIES + "abonnement"]):
            return
        self.send(
            {
                "kanaal": change.channel,
                "hoofdObject": change.main,
                "resource": change.resource,
                "resourceUrl": change.url,
                "actie": change.action,
                "aanmaakdatum": _milliseconds(self._clock),
                "kenmerken": dict(change.marks),
            }
        )

    def send(self, notification: Mapping[str, Any]) -> None:
        for abonnement in self._store[NOTIFICATIES + "abonnement"]:
            if not _wants(abonnement, notification):
                continue
            for _ in range(self.habits.copies()):
                if self.habits.swaps():
                    self._held.append((abonnement, notification))
                    asyncio.get_running_loop().call_later(_HELD_SECONDS, self._release)
                else:
                    self._begin(self._deliver(abonnement, notification))
                    self._release()

    def _release(self) -> None:
        """Send what was held back, after everything that is under way now."""
        held, self._held = self._held, []
        before = tuple(self._tasks)
        for abonnement, notification in held:
            self._begin(self._deliver(abonnement, notification, after=before))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def probe(self, url: str, auth: str) -> ProbeResult:
        """Try a callback without and with authorisation, as is done before subscribing."""
        bare = await self._post(url, "", _PROBE)
        if bare not in {401, 403}:
            return ProbeResult(without_auth=bare)
        return ProbeResult(without_auth=bare, with_auth=await self._post(url, auth, _PROBE))

    async def _deliver(
        self,
        abonnement: Record,
        notification: Mapping[str, Any],
        after: Collection[asyncio.Task[None]] = (),
    ) -> None:
        if after:
            await asyncio.wait(after)
        url, auth = abonnement.body["callbackUrl"], abonnement.own["auth"]
        if abonnement.body["sendCloudevents"]:
            notification = _cloud_event(self._store.new_id(), notification)
        for delay in (*(self.habits.pauses or self._delays), None):
            status = await self._post(url, auth, notification)
            if status is not None and 200 <= status < 300:  # noqa: PLR2004 - the 2xx class
                return
            if delay is None:
                return
            await asyncio.sleep(delay)

    async def _post(self, url: str, auth: str, body: Mapping[str, Any]) -> int | None:
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=_SENDER_TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=limit)
        headers = {"Authorization": auth} if auth else {}
        if "specversion" in body:
            headers["Content-Type"] = "application/cloudevents+json"
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with self._session.post(
                url, json=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status
        return None


def _wants(abonnement: Record, notification: Mapping[str, Any]) -> bool:
    """Every filter must equal the kenmerk; a filter on a kenmerk that is not there fails."""
    marks = notification["kenmerken"]
    return any(
        kanaal["naam"] == notification["kanaal"]
        and all(marks.get(name) == value for name, value in kanaal["filters"].items())
        for kanaal in abonnement.body["kanalen"]
    )


def _cloud_event(number: str, notification: Mapping[str, Any]) -> dict[str, Any]:
    """The form that Open Notificaties (1.14) sends to subscriptions with `sendCloudevents`."""
    kind = ".".join(str(notification[name]) for name in ("kanaal", "resource", "actie"))
    return {
        "id": number,
        "source": "zgw-simulator",
        "specversion": "1.0",
        "type": f"nl.overheid.{kind}",
        "subject": notification["resourceUrl"],
        "time": notification["aanmaakdatum"],
        "datacontenttype": "application/json",
        "data": {**notification["kenmerken"], "hoofdObject": notification["hoofdObject"]},
    }


def _milliseconds(clock: SettableClock) -> str:
    return clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
