"""The smallest simulated system: POST writes a note, GET counts them. Kit tests use it."""

import asyncio
import json
from collections.abc import Sequence

from simulators.kit import Answer, ControlCall, ControlProblem, Incoming, Surroundings, Table


class Notebook:
    name = "Notebook"

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.around: Surroundings | None = None
        self.written = asyncio.Event()

    async def start(self, surroundings: Surroundings) -> None:
        self.around = surroundings

    async def stop(self) -> None:
        self.around = None

    def reset(self) -> None:
        self.notes.clear()

    async def answer(self, incoming: Incoming) -> Answer:
        headers = {"Content-Type": "application/json"}
        if incoming.method == "POST":
            assert self.around is not None
            self.notes.append(incoming.body.decode())
            self.around.journal.committed(
                "note", request=incoming.number, case=None, key={"text": self.notes[-1]}
            )
            self.written.set()
        document = {"notes": len(self.notes), "echo": "één notitie"}
        body = json.dumps(document, ensure_ascii=False).encode()
        return Answer(status=201 if incoming.method == "POST" else 200, body=body, headers=headers)

    def tables(self) -> Sequence[Table]:
        return (Table(title="Notes", columns=("Text",), rows=[(note,) for note in self.notes]),)

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="POST", path="/shout", run=_shout),)


def _shout(document: object) -> dict[str, str]:
    if not isinstance(document, str):
        raise ControlProblem("Expected a JSON text.")
    return {"shouted": document.upper()}
