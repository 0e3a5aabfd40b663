"""The outcome of a comparison in one sentence, for whoever looks at it every morning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from continuity.reconciliation.progress import Progress
from continuity.store.records import Reconciliation, ReconciliationState

_NAMES: Final = {
    "zaak": ("case", "cases"),
    "document": ("document", "documents"),
    "status": ("status", "statuses"),
    "message": ("other message", "other messages"),
}


def in_one_line(report: Reconciliation) -> str:
    """Return, as in: 2026-11-22, zaaksysteem: 214 cases, 391 documents: all there."""
    progress = Progress.read(report.checkpoint, start=report.asked_at)
    about = f"{report.day.isoformat()}, {report.destination}"
    numbers = ", ".join(_numbers(progress)) or "no messages"
    if report.state is ReconciliationState.INCOMPLETE:
        return f"{about}: incomplete after {progress.messages} messages. {report.note}"
    if report.state is ReconciliationState.WANTED:
        return f"{about}: under way, {progress.messages} messages compared."
    return f"{about}: {numbers}: {_verdict(report, progress)}."


def _numbers(progress: Progress) -> Iterator[str]:
    for kind, names in _NAMES.items():
        count = progress.tally(kind).expected
        if count:
            yield f"{count} {names[count != 1]}"


def _verdict(report: Reconciliation, progress: Progress) -> str:
    if not report.differences:
        known = f", apart from {progress.acknowledged} that were acknowledged before"
        return "all there" + (known if progress.acknowledged else "")
    word = "difference" if report.differences == 1 else "differences"
    settled = report.differences - report.open
    done = f", {settled} of them dealt with" if settled else ""
    return f"{report.differences} {word}{done}"
