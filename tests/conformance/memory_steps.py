"""The smallest durable memory of steps, with the two ways in which a crash may treat it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


class CrashError(BaseException):
    """The process ends here; nothing in an adapter may catch it."""


@dataclass(slots=True)
class MemorySteps:
    """`Steps` in memory. `prepare` is durable at once, `complete` with the next `prepare`.

    `crash_at` counts the calls of prepare and complete; at that one the process "dies", after the
    call was carried out.
    """

    requests: dict[str, bytes] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    durable_results: dict[str, str] = field(default_factory=dict)
    crash_at: int | None = None
    calls: int = 0

    def result(self, step: str) -> str | None:
        return self.results.get(step)

    def prepared(self, step: str) -> bool:
        return step in self.requests or step in self.results

    async def prepare(self, step: str, render: Callable[[], bytes]) -> bytes:
        if step not in self.requests:
            self.requests[step] = render()
            self.durable_results = dict(self.results)
            self._count()
        return self.requests[step]

    async def complete(self, step: str, result: str) -> None:
        self.results[step] = result
        self._count()

    def after_crash(self, *, last_complete_lost: bool) -> MemorySteps:
        """Return what a new process finds; a `complete` since the last `prepare` may be lost."""
        kept: Mapping[str, str] = self.durable_results if last_complete_lost else self.results
        return MemorySteps(
            requests=dict(self.requests), results=dict(kept), durable_results=dict(kept)
        )

    def after_edit(self) -> MemorySteps:
        """Return what is left when an operator has edited the message: the results."""
        return MemorySteps(results=dict(self.results), durable_results=dict(self.results))

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.crash_at:
            raise CrashError
