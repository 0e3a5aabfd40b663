"""Doing the calls of one message in their order, each at most once (see adapters/_kit/once.py).

When the zaaksysteem says that a thing exists already, the look-up by its natural key tells ours
from another's.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, Protocol

from adapters._kit.once import do_once, find_once, stored_request
from adapters.contract import Documents, NoDocuments, RejectedError, Steps
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from adapters.zgw.errors import DuplicateError
from adapters.zgw.resources import BELOW_ZAAK, Resource
from schemas import canonical_json

Body = dict[str, Any]

OPENING: Final = "zaak"
"""Name of the step that opens a case."""

NUMBER: Final = "zaak-identificatie"
"""Where the number is kept under which the zaaksysteem has the case that a message opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zaak:
    """The case as the zaaksysteem knows it; `zaaktype` is the version that the case has."""

    url: str
    zaaktype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One attempt at one message; `known` is the case, None when the message opens it."""

    client: ZgwClient
    catalogue: Catalogue
    steps: Steps
    known: Zaak | None
    again: bool = False
    """Every step may be done already, by an earlier delivery: look before each (`Context`)."""
    own_numbers: bool = False
    """The zaaksysteem gives cases a number of its own."""
    documents: Documents = field(default_factory=NoDocuments)
    locks: dict[str, str] = field(default_factory=dict, repr=False)
    """By document: what a large one is locked with is told once, when it is made."""

    async def zaak(self) -> Zaak:
        """Return the case of this message, also when an earlier step of it opened the case."""
        if self.known is not None:
            return self.known
        url = self.result(OPENING)
        request = await stored_request(self.steps, OPENING)
        opened = await self.client.get("zaken", url) if request is None else _read(request)
        return Zaak(url=url, zaaktype=str(opened["zaaktype"]))

    async def number(self) -> str:
        """Return the number of the case that this message opened, as the zaaksysteem has it."""
        told = self.steps.result(NUMBER)
        if told is None:
            opened = await self.client.get("zaken", self.result(OPENING))
            told = str(opened["identificatie"])
            await self.steps.complete(NUMBER, told)
        return told

    def result(self, step: str) -> str:
        """Return the URL that an earlier step of this message got."""
        url = self.steps.result(step)
        if url is None:
            raise RuntimeError(f"step {step} is used before it is done")
        return url


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call that changes something; `render` makes its body, for the first attempt only."""

    name: str
    resource: Resource
    render: Callable[[Work], Awaitable[Body]]
    method: Literal["POST", "PATCH"] = "POST"

    async def carry_out(self, work: Work) -> None:
        await do_once(
            work.steps,
            self.name,
            render=partial(_render, self, work),
            send=partial(_send, self, work),
            find=partial(_find, self, work),
            look_first=work.again,
        )

    async def find_done(self, work: Work) -> bool:
        return await find_once(work.steps, self.name, partial(_find, self, work))


class Task(Protocol):
    """One part of a plan: a single call, or an upload of many."""

    @property
    def name(self) -> str: ...

    async def carry_out(self, work: Work) -> None:
        """Does it, unless it is done; raises the consequence when it fails."""

    async def find_done(self, work: Work) -> bool:
        """Looks for it when it is in flight, and records it when it is there."""


async def carry_out(plan: Sequence[Task], work: Work) -> None:
    """Do every step that is not done yet; raises the consequence of the first that fails."""
    for task in plan:
        await task.carry_out(work)


async def find_done(plan: Sequence[Task], work: Work) -> bool:
    """Look for the step in flight and record it when it is there; True when all are done."""
    for task in plan:
        if not await task.find_done(work):
            return False
    return True


async def _render(step: Step, work: Work) -> bytes:
    return canonical_json(await step.render(work))


async def _send(step: Step, work: Work, body: bytes) -> str:
    target = await _target(step.resource, work)
    try:
        answer = await work.client.write(step.resource.api, step.method, target, body)
    except DuplicateError as err:
        url = await _find(step, work, body)
        if url is None:
            raise RejectedError(
                err.code,
                f"{err.detail} What is there differs from what was sent, or is hidden from us: "
                f"somebody else made it (step {step.name}).",
            ) from err
        return url
    if answer.get("lock"):
        work.locks[str(answer["url"])] = str(answer["lock"])
    return await _known(step, work, answer)


async def _find(step: Step, work: Work, body: bytes) -> str | None:
    """Return the URL of our own thing at the zaaksysteem, None when it is not there."""
    resource, sent = step.resource, _read(body)
    target = await _target(resource, work)
    if step.method == "PATCH":
        items = [await work.client.get(resource.api, target)]
        return next((str(item["url"]) for item in items if resource.same(sent, item)), None)
    ways = [resource.keys]
    if work.own_numbers and resource.other_keys:
        ways.append(resource.other_keys)
    for keys in ways:
        filters = {name: str(sent[name]) for name in keys}
        for item in await work.client.find(resource.api, target, filters):
            if resource.same(sent, item):
                return await _known(step, work, item)
    return None


async def _known(step: Step, work: Work, item: Mapping[str, Any]) -> str:
    """Keep what later messages need of a thing that is there now; return its URL."""
    if step.name == OPENING and isinstance(item.get("identificatie"), str):
        await work.steps.complete(NUMBER, item["identificatie"])
    return str(item["url"])


async def _target(resource: Resource, work: Work) -> str:
    if resource.path.startswith(BELOW_ZAAK):
        return (await work.zaak()).url + resource.path.removeprefix(BELOW_ZAAK)
    return work.client.url(resource.api, resource.path)


def _read(body: bytes) -> Body:
    document: Body = json.loads(body)
    return document
