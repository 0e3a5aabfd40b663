"""What the control page shows of this zaaksysteem."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simulators.kit import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.stuf_zds.pushing import Pusher
    from simulators.stuf_zds.world import World

_SHOWN = 50


def overview(world: World, pusher: Pusher) -> Sequence[Table]:
    """The latest cases, the documents, and what was told to the other side."""
    state = world.state
    cases = [
        (
            case.number,
            case.value("isVan", "gerelateerde", "code"),
            case.latest.name if case.latest else "",
            case.value("resultaat", "omschrijving"),
            ", ".join(case.documents),
            "ja" if case.closed else "",
            "ja" if case.own else "",
        )
        for case in islice(reversed(state.cases.values()), _SHOWN)
    ]
    documents = [
        (known.number, ", ".join(known.cases), str(len(known.versions)), known.checkout)
        for known in islice(reversed(state.documents.values()), _SHOWN)
    ]
    pushes = [
        (push.message, push.case, push.outcome, str(len(push.attempts)))
        for push in islice(reversed(pusher.pushes), _SHOWN)
    ]
    return (
        Table(
            title=f"Zaken ({len(state.cases)})",
            columns=("Zaak", "Zaaktype", "Status", "Resultaat", "Documenten", "Gesloten", "Eigen"),
            rows=cases,
        ),
        Table(
            title=f"Documenten ({len(state.documents)})",
            columns=("Document", "Zaken", "Versies", "Uitgecheckt"),
            rows=documents,
        ),
        Table(
            title=f"Verzonden ({len(pusher.pushes)})",
            columns=("Bericht", "Zaak", "Uitkomst", "Pogingen"),
            rows=pushes,
        ),
    )
