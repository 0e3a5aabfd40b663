"""Our subscription at the Notificaties API: looking whether it is right, and putting it right.

A subscription is recognised by its callbackUrl. The API lets anybody subscribe twice and then tells
everything twice; it never shows the `auth` value that it was given. So what is wrong is replaced: a
new one first, which the API tries out before it answers, and then the old ones are removed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from adapters._kit.http import make_client
from adapters._kit.problem import read_json
from adapters._kit.roots import Roots
from adapters._kit.sending import Answer, send
from adapters.contract import Clock, ConfigurationError, RejectedError, UncertainError
from adapters.zgw.errors import consequence, unreadable
from adapters.zgw.postroom_settings import NotificatiesSettings, PostroomSettings
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.token import Tokens

_MOST_SHOWN: Final = 500

_NO_AUTH: Final = "zgw:no-auth-on-callback-url"
_BAD_CALLBACK: Final = "zgw:invalid-callback-url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One abonnement, as the API shows it."""

    url: str
    callback: str
    kanalen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Filters by name of the channel."""

    @property
    def wording(self) -> str:
        channels = ", ".join(
            name + "".join(f" [{mark}={value}]" for mark, value in sorted(filters.items()))
            for name, filters in sorted(self.kanalen.items())
        )
        return f"{self.callback}: {channels or 'no channel'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the subscription stands. `done` says what was changed, in sentences."""

    right: bool
    detail: str
    ours: Sequence[Subscription] = ()
    others: int = 0
    done: Sequence[str] = ()


class Subscriptions:
    """Opens its connections at the first call; `aclose` closes them."""

    def __init__(
        self,
        settings: ZgwSettings,
        notificaties: NotificatiesSettings,
        postroom: PostroomSettings,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._notificaties = notificaties
        self._postroom = postroom
        self._clock = clock
        self._roots = Roots([notificaties.root])
        self._tokens = Tokens(
            clock,
            user_id=settings.user_id,
            user_representation=settings.user_representation,
        )
        self._http: httpx.AsyncClient | None = None

    @property
    def callback_url(self) -> str | None:
        """The configured address, where there is one."""
        return self._postroom.callback_url

    @property
    def wanted(self) -> Mapping[str, Mapping[str, str]]:
        """Channels with their filters. A filter on zaaktype would break with its next version."""
        bron = self._postroom.bronorganisatie
        filters = {} if bron is None else {"bronorganisatie": str(bron)}
        names = ("zaken", "documenten") if self._postroom.documenten else ("zaken",)
        # a document of one organisation may be in a case of another
        return {name: filters if name == "zaken" else {} for name in names}

    async def remark(self) -> str:
        """A sentence when the subscription at the configured address is not right."""
        if self.callback_url is None:
            return ""
        report = await self.show(self.callback_url)
        return "" if report.right else f"{report.detail} Run `schakel subscriptions ensure`."

    async def show(self, callback_url: str) -> Report:
        """Look only."""
        every = await self._listed()
        ours = [one for one in every if one.callback == callback_url]
        right = [one for one in ours if one.kanalen == self.wanted]
        if len(ours) == len(right) == 1:
            detail = "The subscription is there."
        elif not ours:
            detail = "There is no subscription: nothing that happens there is told to the hub."
        elif right:
            detail = f"There are {len(ours)} subscriptions: everything is told more than once."
        else:
            detail = "The subscription has other channels or filters than the settings want."
        return Report(
            right=len(ours) == len(right) == 1,
            detail=detail,
            ours=ours,
            others=len(every) - len(ours),
        )

    async def ensure(
        self, callback_url: str, *, renew: bool = False, old_url: str | None = None
    ) -> Report:
        """See to it that there is exactly one, and that it is right.

        `renew` replaces one that looks right: after a change of `callback_auth`, which cannot be
        seen. `old_url` is an address at which the hub was before. Raises as every call does; what
        the API says about the address is put into words.
        """
        every = await self._listed()
        ours = [one for one in every if one.callback == callback_url]
        right = [one for one in ours if one.kanalen == self.wanted]
        done: list[str] = []
        kept = None if renew or not right else right[0]
        if kept is None:
            kept = await self._created(callback_url)
            done.append("A subscription was made.")
        superfluous = [one for one in ours if one.url != kept.url]
        superfluous += [one for one in every if old_url is not None and one.callback == old_url]
        for one in superfluous:
            await self._removed(one)
        if superfluous:
            done.append(f"{len(superfluous)} older subscription(s) were removed.")
        return Report(
            right=True,
            detail="The subscription is there.",
            ours=(kept,),
            others=len(every) - len(ours),
            done=done,
        )

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _listed(self) -> list[Subscription]:
        answer = await self._call("GET", self._url("/abonnement"))
        items = read_json(answer.body)
        if isinstance(items, dict):  # a product that pages it
            items = items.get("results")
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            raise unreadable(answer)
        return [_subscription(one) for one in items[:_MOST_SHOWN]]

    async def _created(self, callback_url: str) -> Subscription:
        body = {
            "callbackUrl": callback_url,
            "auth": self._postroom.callback_auth.get_secret_value(),
            "kanalen": [
                {"naam": name, "filters": dict(filters)} for name, filters in self.wanted.items()
            ],
        }
        try:
            answer = await self._call("POST", self._url("/abonnement"), json.dumps(body).encode())
        except RejectedError as err:
            raise RejectedError(err.code, _explained(err)) from err
        except UncertainError as err:
            raise UncertainError(
                f"{err.detail} An address that the Notificaties API cannot reach gets such an "
                f"answer: can it reach {callback_url}? Look with `schakel subscriptions show`."
            ) from err
        made = read_json(answer.body)
        if not isinstance(made, dict):
            raise unreadable(answer)
        return _subscription(made)

    async def _removed(self, one: Subscription) -> None:
        if not self._roots.covers(one.url):
            raise ConfigurationError(
                "notificaties.root",
                "The Notificaties API refers to a subscription outside notificaties.root; make "
                "the root equal to what it calls itself.",
            )
        try:
            await self._call("DELETE", one.url)
        except RejectedError as err:
            if err.code not in {"zgw:not_found", "zgw:404"}:
                raise

    async def _call(self, method: str, url: str, body: bytes | None = None) -> Answer:
        http = self._settings.http
        if self._http is None:
            tls = self._notificaties.root.lower().startswith("https:")
            self._http = make_client(http, tls=tls)
        headers = {"Authorization": self._bearer(), "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(method, url, headers=headers, content=body)
        answer = await send(
            self._http,
            request,
            seconds=http.call_timeout,
            max_answer_bytes=http.max_answer_bytes,
        )
        if answer.status // 100 != 2:  # noqa: PLR2004 - the 2xx statuses
            raise consequence(answer, api="notificaties", now=self._clock.now())
        return answer

    def _url(self, path: str) -> str:
        return self._notificaties.root.rstrip("/") + path

    def _bearer(self) -> str:
        client_id = self._notificaties.client_id or self._settings.client_id
        secret = self._notificaties.secret or self._settings.secret
        if client_id is None or secret is None:
            raise LookupError("notificaties has no credential")
        return self._tokens.bearer(client_id, secret)


def _subscription(item: Mapping[str, Any]) -> Subscription:
    kanalen: dict[str, Mapping[str, str]] = {}
    listed = item.get("kanalen")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            filters = one.get("filters")
            shown = filters.items() if isinstance(filters, dict) else ()
            kanalen[str(one.get("naam"))] = {str(k): str(v) for k, v in shown if v}
    return Subscription(
        url=str(item.get("url")), callback=str(item.get("callbackUrl")), kanalen=kanalen
    )


def _explained(error: RejectedError) -> str:
    """Its own words, and what they mean for who runs the hub."""
    hints = {
        _NO_AUTH: "At that address somebody answers calls without Authorization: is it the hub?",
        _BAD_CALLBACK: "The hub did not answer 204 there: is it running, with these settings, and "
        "is the address right?",
        "zgw:bad-url": "The address is no URL for the Notificaties API.",
        "zgw:kanaal_naam": "The channel does not exist there: the zaaksysteem has to register it.",
    }
    return f"{error.detail} {hints.get(error.code, '')}".strip()
