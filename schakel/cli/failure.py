"""What a command says when it cannot go on: one sentence and an exit code, never a traceback."""

from __future__ import annotations

from typing import Final

FOUND_PROBLEMS: Final = 1
WRONG_USE: Final = 2


class Failure(Exception):
    """A command cannot do what was asked; the text is a sentence that says what to do."""

    def __init__(self, sentence: str, *, code: int = FOUND_PROBLEMS) -> None:
        super().__init__(sentence)
        self.code = code
