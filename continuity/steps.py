"""The durable memory of one delivery's calls, kept in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from continuity.store.contract import Dispatch
from continuity.store.records import Lease, StoredStep, Work


class StoredSteps:
    """Implements `adapters.contract.Steps` for one attempt.

    A completed step is written with the next `prepare`, or with the attempt's outcome: one
    commit per call to the partner. Lost in a crash between the two, it is found again by the
    look-up that follows every crash.
    """

    def __init__(self, store: Dispatch, lease: Lease, work: Work) -> None:
        self._store = store
        self._lease = lease
        self._delivery_id = work.delivery_id
        self._steps = dict(work.steps)
        self._unsaved: dict[str, str] = {}

    def result(self, step: str) -> str | None:
        stored = self._steps.get(step)
        return stored.result if stored else None

    def prepared(self, step: str) -> bool:
        return step in self._steps

    async def prepare(self, step: str, render: Callable[[], bytes]) -> bytes:
        stored = self._steps.get(step)
        if stored is not None and stored.request is not None:
            return stored.request
        request = render()
        completed = dict(self._unsaved)
        await self._store.save_steps(
            self._lease,
            self._delivery_id,
            prepared={step: request},
            completed=completed,
        )
        self._unsaved = {
            name: result for name, result in self._unsaved.items() if name not in completed
        }
        self._steps[step] = StoredStep(request=request, result=None)
        return request

    async def complete(self, step: str, result: str) -> None:
        stored = self._steps.get(step)
        self._steps[step] = StoredStep(request=stored.request if stored else None, result=result)
        self._unsaved[step] = result

    def forget_unfinished(self) -> None:
        """Looked up and not there: what an operator replays is rendered anew, not resent."""
        self._steps = {name: step for name, step in self._steps.items() if step.result is not None}

    @property
    def unsaved(self) -> Mapping[str, str]:
        """Completed steps that the outcome must carry into the store."""
        return self._unsaved
