"""The content of a large document: in bestandsdelen of the size that the zaaksysteem wants.

The document exists and is locked when this begins. The zaaksysteem's own books say which parts it
has (`voltooid`), so whoever continues after a crash sends the others, and a part that is sent again
changes nothing. The unlock joins the parts; it would throw them away were one missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters._kit.once import stored_request
from adapters._kit.problem import read_json
from adapters._kit.uploading import Form
from adapters.contract import Content, RejectedError, TransientError
from adapters.zgw.work import Work
from schemas import canonical_json

Found = Mapping[str, Any]

STEP: Final = "inhoud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A step of a plan: sends the content of the document that step `of` made, and unlocks it.

    Its stored request is the body of the unlock: the lock is told once, when a document is made.
    """

    of: str
    dataref: str
    file_name: str
    name: str = STEP

    async def carry_out(self, work: Work) -> None:
        if work.steps.result(self.name) is not None:
            return
        url = work.result(self.of)
        document = await work.client.get("documenten", url)
        if not _is_whole(document):
            await self._send(work, document, await work.documents.open(self.dataref))
            document = await work.client.get("documenten", url)
        if not _is_whole(document):
            raise _thrown_away()
        await work.steps.complete(self.name, str(document["inhoud"]))

    async def find_done(self, work: Work) -> bool:
        if work.steps.result(self.name) is not None:
            return True
        document = await work.client.get("documenten", work.result(self.of))
        if not _is_whole(document):
            return False
        await work.steps.complete(self.name, str(document["inhoud"]))
        return True

    def renewed(self) -> None:
        return None

    async def _send(self, work: Work, document: Found, content: Content) -> None:
        url = str(document["url"])
        parts = _parts(document, content.size)
        lock = await self._lock(work, document)
        unlock = await work.steps.prepare(self.name, lambda: canonical_json({"lock": lock}))
        try:
            for part, start in _missing(parts):
                await work.client.put_part(str(part["url"]), self._form(part, start, lock, content))
            await _check_parts(work, url)
            await work.client.act("documenten", f"{url}/unlock", unlock)
        except RejectedError:
            # Another owner of this destination may have finished the same upload meanwhile.
            if not _is_whole(await work.client.get("documenten", url)):
                raise

    def _form(self, part: Found, start: int, lock: str, content: Content) -> Form:
        return Form(
            fields={"lock": str(part.get("lock") or lock)},
            file_field="inhoud",
            file_name=self.file_name,
            content=content,
            start=start,
            length=int(part["omvang"]),
        )

    async def _lock(self, work: Work, document: Found) -> str:
        """The lock as it was told, or as the parts have it, which in Documenten 1.1 do not."""
        stored = await stored_request(work.steps, self.name)
        told = None if stored is None else read_json(stored)
        lock = (told or {}).get("lock") or work.locks.get(str(document["url"]))
        lock = lock or next((part.get("lock") for part in document["bestandsdelen"]), None)
        if not lock:
            raise RejectedError(
                "zgw:slot-onbekend",
                "The document was made, and the zaaksysteem told its lock in an answer that was "
                "lost. Unlock the document and remove it there, then replay this.",
            )
        return str(lock)


def _is_whole(document: Found) -> bool:
    """Whether the zaaksysteem has the whole content; it shows none before the parts are joined."""
    return bool(document.get("inhoud")) and not document.get("bestandsdelen")


def _parts(document: Found, size: int) -> list[Found]:
    """The parts in their order; raises when they cannot hold this content."""
    parts = sorted(document.get("bestandsdelen") or (), key=lambda part: int(part["volgnummer"]))
    if not parts:
        raise _thrown_away()
    if sum(int(part["omvang"]) for part in parts) != size:
        raise RejectedError(
            "zgw:bestandsdelen",
            f"The zaaksysteem expects another content than this one of {size} bytes: somebody "
            "changed the document there. Remove it there, then replay this.",
        )
    return parts


def _missing(parts: list[Found]) -> Iterator[tuple[Found, int]]:
    """Each part that is not there yet, and where it starts in the content."""
    start = 0
    for part in parts:
        if part.get("voltooid") is not True:
            yield part, start
        start += int(part["omvang"])


async def _check_parts(work: Work, url: str) -> None:
    """An unlock with a part missing may throw the whole upload away, and still answer 204."""
    document = await work.client.get("documenten", url)
    missing = [part for part, _ in _missing(list(document.get("bestandsdelen") or ()))]
    if missing:
        raise TransientError(
            f"The zaaksysteem took {len(missing)} part(s) of the document and does not have them."
        )


def _thrown_away() -> RejectedError:
    return RejectedError(
        "zgw:inhoud-verloren",
        "The zaaksysteem has the document without its content and takes no parts any more: "
        "somebody unlocked it during the upload. Remove the document there, then replay this.",
    )
