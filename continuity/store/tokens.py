"""The form of a case number that is searched for and never shown: a token, and what it hides.

A sealed text is `MARK token END rest`. The token alone tells whether two texts were equal; only
with the rest, and the key, can the text be read. Stores know this much and nothing of keys.
"""

from __future__ import annotations

from typing import Final

MARK: Final = "\x01SI1"
"""No text from outside starts with it: the rules for messages allow no control character."""
END: Final = "."


def kept_token(text: str) -> str:
    """What a purge keeps of a case number: the token of a sealed one, nothing of a plain one."""
    return search_token(text) if text.startswith(MARK) else ""


def search_token(text: str) -> str:
    """What a purged row holds when its case number was `text`; a plain text finds only itself."""
    return text.partition(END)[0] if text.startswith(MARK) else text
