"""A new version of a document: lock it, change it, send what is large, let it go."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import partial
from typing import Final

from adapters._kit.once import do_once, find_once
from adapters.contract import RejectedError
from adapters.zgw import locks, translate
from adapters.zgw.cases import document_url
from adapters.zgw.documents import DOCUMENT_STEP
from adapters.zgw.recognising import same_changes
from adapters.zgw.uploads import Upload
from adapters.zgw.work import Body, Work, read_body
from schemas import canonical_json
from schemas.zaakdocument import ZaakDocumentBijgewerkt

CHANGE_STEP: Final = "wijziging"
"""Its result is the number of the new version."""

_CONTENT: Final = frozenset({"inhoud", "bestandsomvang"})
_BEFORE_PARTS: Final = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """The one task of a changed document.

    The stored request of the change has no lock in it, which may be another one after a refusal,
    and has the number of the version before, by which a change is known to have been taken.
    """

    data: ZaakDocumentBijgewerkt
    dataref: str | None
    name: str = locks.LOCK

    async def carry_out(self, work: Work) -> None:
        upload = self._upload()
        if self._is_done(work, upload):
            return
        url = await self._document(work)
        size = await self._size(work)
        lock = await locks.take_lock(work, url)
        try:
            await do_once(
                work.steps,
                CHANGE_STEP,
                render=partial(self._render, work, url, size),
                send=partial(_send, work, url, lock),
                find=partial(_find, work, url),
            )
        except RejectedError:
            await locks.give_back(work, url, lock)
            raise
        if upload is None:
            await locks.release(work, url, lock)
        else:
            work.locks[url] = lock
            await upload.carry_out(work)

    async def find_done(self, work: Work) -> bool:
        upload = self._upload()
        if self._is_done(work, upload):
            return True
        if not work.steps.result(locks.LOCK):
            return False
        url = await self._document(work)
        if not await find_once(work.steps, CHANGE_STEP, partial(_find, work, url)):
            return False
        return await (locks.is_released(work, url) if upload is None else upload.find_done(work))

    def renewed(self) -> None:
        return None

    def _upload(self) -> Upload | None:
        if self.dataref is None:
            return None
        name = self.data.bestandsnaam or self.data.documentidentificatie
        return Upload(of=DOCUMENT_STEP, dataref=self.dataref, file_name=name)

    def _is_done(self, work: Work, upload: Upload | None) -> bool:
        if upload is None:
            return locks.was_released(work)
        return work.steps.result(upload.name) is not None

    async def _document(self, work: Work) -> str:
        known = work.steps.result(DOCUMENT_STEP)
        if known is None:
            data = self.data
            known = await document_url(
                work.client, data.documentidentificatie, data.bronorganisatie
            )
            await work.steps.complete(DOCUMENT_STEP, known)
        return known

    async def _size(self, work: Work) -> int | None:
        """Of content beside the message, which has to be there before anything is locked."""
        if self.dataref is None:
            return None
        if work.client.version("documenten").startswith(_BEFORE_PARTS):
            raise _too_old()
        return (await work.documents.open(self.dataref)).size

    async def _render(self, work: Work, url: str, size: int | None) -> bytes:
        before = (await work.client.get("documenten", url)).get("versie")
        return canonical_json(
            {"before": before, "body": translate.document_changes(self.data, size)}
        )


async def _send(work: Work, url: str, lock: str, stored: bytes) -> str:
    body: Body = read_body(stored)["body"]
    request = canonical_json({**body, "lock": lock})
    answer = await work.client.write("documenten", "PATCH", url, request)
    if _is_large(body) and not answer.get("bestandsdelen"):
        raise _too_old()
    return str(answer.get("versie"))


async def _find(work: Work, url: str, stored: bytes) -> str | None:
    """Return the number of the version that our change made; None when there is none."""
    request = read_body(stored)
    body: Body = request["body"]
    there = await work.client.get("documenten", url)
    if there.get("versie") == request["before"]:
        return None
    if not same_changes({k: v for k, v in body.items() if k not in _CONTENT}, there):
        return None
    if _is_large(body):
        return str(there["versie"]) if there.get("bestandsdelen") else None
    if "inhoud" in body and not await _has_content(work, there, body["inhoud"]):
        return None
    return str(there["versie"])


async def _has_content(work: Work, there: Body, inhoud: str) -> bool:
    content = base64.b64decode(inhoud)
    if there.get("bestandsomvang") != len(content) or not there.get("inhoud"):
        return False
    return await work.client.content(str(there["inhoud"])) == content


def _is_large(body: Body) -> bool:
    return "inhoud" in body and body["inhoud"] is None


def _too_old() -> RejectedError:
    return RejectedError(
        "zgw:grote-versie",
        "This zaaksysteem takes no large content for a new version of a document (bestandsdelen): "
        "add it as another document, or put it there by hand and drop this.",
    )
