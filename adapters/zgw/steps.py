"""Doing the calls of one message in their order, each at most once (see adapters/_kit/once.py).

When the zaaksysteem says that a thing exists already, the look-up by its natural key tells ours
from another's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, Protocol, Self

from adapters._kit.once import do_once, find_once
from adapters.contract import RejectedError
from adapters.zgw.errors import MISMATCH, DuplicateError
from adapters.zgw.resources import BELOW_ZAAK, Resource
from adapters.zgw.work import NUMBER, OPENING, Body, Work, read_body
from schemas import canonical_json

_AGAIN = "~2"
"""Ends the name of a step that is done with the types that its case turns out to have."""


class Task(Protocol):
    """One part of a plan: a single call, or several that belong together."""

    @property
    def name(self) -> str: ...

    async def carry_out(self, work: Work) -> None:
        """Does it, unless it is done; raises the consequence when it fails."""

    async def find_done(self, work: Work) -> bool:
        """Looks for it when it is in flight, and records it when it is there."""

    def renewed(self) -> Self | None:
        """The same with other stored requests; None when it uses nothing of the zaaktype."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call that changes something; `render` makes its body, for the first attempt only."""

    name: str
    resource: Resource
    render: Callable[[Work], Awaitable[Body]]
    method: Literal["POST", "PATCH"] = "POST"
    target: Callable[[Work], Awaitable[str]] | None = None
    """Address of what a PATCH changes; None: what the resource says."""

    async def carry_out(self, work: Work) -> None:
        await do_once(
            work.steps,
            self.name,
            render=partial(_render, self, work),
            send=partial(_send, self, work),
            find=partial(_find, self, work),
            look_first=work.again or self.resource.doubles,
        )

    async def find_done(self, work: Work) -> bool:
        return await find_once(work.steps, self.name, partial(_find, self, work))

    def renewed(self) -> Step:
        return replace(self, name=self.name + _AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A part of a plan that makes something so, whatever was there before.

    `settle` may take several calls: it looks at what is there, and leaves what is right, so that it
    can be begun anew at any point. `settled` looks only, and returns what to remember when all is
    as it should be.
    """

    name: str
    render: Callable[[Work], Awaitable[Body]]
    settle: Callable[[Work, Body], Awaitable[str]]
    settled: Callable[[Work, Body], Awaitable[str | None]]
    look_first: bool = True
    """False: the API itself refuses what is there already."""

    async def carry_out(self, work: Work) -> None:
        async def render() -> bytes:
            return canonical_json(await self.render(work))

        async def send(body: bytes) -> str:
            return await self.settle(work, read_body(body))

        await do_once(
            work.steps,
            self.name,
            render=render,
            send=send,
            find=partial(self._find, work),
            look_first=self.look_first or work.again,
        )

    async def find_done(self, work: Work) -> bool:
        return await find_once(work.steps, self.name, partial(self._find, work))

    def renewed(self) -> Settling:
        return replace(self, name=self.name + _AGAIN)

    async def _find(self, work: Work, body: bytes) -> str | None:
        return await self.settled(work, read_body(body))


async def carry_out(plan: Sequence[Task], work: Work) -> None:
    """Do every step that is not done yet; raises the consequence of the first that fails.

    The case may have got another zaaktype, or another version of it, since it was remembered: then
    the step that was refused is made anew with the types of the one that it has now.
    """
    for task in plan:
        try:
            await task.carry_out(work)
        except RejectedError as err:
            other = task.renewed() if err.code == MISMATCH else None
            if other is None or not await work.has_another_zaaktype():
                raise
            await other.carry_out(work)
            result = work.steps.result(other.name)
            await work.steps.complete(task.name, result or "")


async def find_done(plan: Sequence[Task], work: Work) -> bool:
    """Look for the step in flight and record it when it is there; True when all are done."""
    for task in plan:
        if not await task.find_done(work):
            return False
    return True


async def _render(step: Step, work: Work) -> bytes:
    return canonical_json(await step.render(work))


async def _send(step: Step, work: Work, body: bytes) -> str:
    target = await _target(step, work)
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
    resource, sent = step.resource, read_body(body)
    target = await _target(step, work)
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


async def _target(step: Step, work: Work) -> str:
    if step.target is not None:
        return await step.target(work)
    resource = step.resource
    if resource.path.startswith(BELOW_ZAAK):
        return (await work.zaak()).url + resource.path.removeprefix(BELOW_ZAAK)
    return work.client.url(resource.api, resource.path)
