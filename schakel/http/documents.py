"""Documents beside messages: stored before the message that refers to them is published."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable
from typing import Annotated, Any, Final, TypeVar

import structlog
from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse
from starlette.requests import Request

from continuity.documents import (
    Announced,
    BlobsFull,
    BlobsUnavailable,
    ContentDiffers,
    ContentTooLarge,
    ContentTooSlow,
    DocumentLibrary,
    UploadsBusy,
)
from continuity.store.records import Document
from schakel.http import models
from schakel.http.callers import authenticate, needs, owns
from schakel.http.draining import DrainingResponse
from schakel.http.entrance import hub_of
from schakel.http.problems import Problem, missing
from schakel.security import Caller, Scope
from schemas import FieldProblem
from schemas.dataref import document_ref

router = APIRouter(prefix="/v1/documents", tags=["documents"])

RETRY_AFTER_SECONDS: Final = 30
_ANY_BYTES: Final = "application/octet-stream"
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,80}/[A-Za-z0-9!#$&^_.+-]{1,80}", re.ASCII)
_CLOSE: Final = {"Connection": "close"}
_WAIT: Final = {**_CLOSE, "Retry-After": str(RETRY_AFTER_SECONDS)}
_LATER: Final = "Nothing was stored. Send it again later."
_CONTENT: Final[dict[str, Any]] = {
    "security": [{"apiKey": []}],
    "requestBody": {
        "required": True,
        "description": "The content, as it is; its media type is kept.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
}

Reader = Annotated[Caller, Depends(needs(Scope.PUBLISH, Scope.OPERATE))]
Core = Annotated[Caller, Depends(needs(Scope.INBOX))]
Sha256 = Annotated[
    str, Path(pattern=r"^[0-9A-Fa-f]{64}$", description="SHA-256 of the content, in hexadecimal.")
]
Tenant = Annotated[models.Word | None, Query(description="Not needed with a bound key.")]
Found = TypeVar("Found")
_log = structlog.stdlib.get_logger("schakel.http")


@router.put(
    "/{sha256}",
    status_code=201,
    response_model=models.DocumentView,
    responses={200: {"model": models.DocumentView, "description": "It was there already."}},
    openapi_extra=_CONTENT,
    summary="Store a document, in front of the message that refers to it",
)
async def put(
    request: Request,
    sha256: Sha256,
    tenant: Tenant = None,
    replace: Annotated[  # noqa: FBT002 - FastAPI reads it from the query, by its name
        bool, Query(description="Store it also when it is there: what is stored is damaged.")
    ] = False,
) -> Response:
    """Answers after it is durable. A document that is there is not read: ask with HEAD first."""
    caller = await authenticate(request, Scope.PUBLISH)
    announced = Announced(
        tenant=_tenant(request, caller, tenant),
        sha256=sha256.lower(),
        media_type=_media_type(request),
        size=_announced_size(request),
    )
    library = _library(request)
    if not replace:
        there = await _or_problem(library.find(announced.tenant, sha256.lower()))
        if there is not None:
            return _already_there(request, there)
    kept = await _or_problem(library.put(announced, _content(request), replace=replace))
    return Response(
        _view(kept),
        status_code=201,
        media_type="application/json",
        headers={"Location": f"/v1/documents/{kept.sha256}"},
    )


@router.head("/{sha256}", summary="Is this document stored?", response_class=Response)
async def head(request: Request, caller: Reader, sha256: Sha256, tenant: Tenant = None) -> Response:
    """When it is, it stays long enough to publish a message that refers to it."""
    found = await _or_problem(
        _library(request).find(_tenant(request, caller, tenant), sha256.lower())
    )
    if found is None:
        raise missing("document")
    headers = {"Content-Length": str(found.size), "Content-Type": found.media_type}
    return Response(headers=headers)


@router.get(
    "/{sha256}",
    response_class=Response,
    responses={200: {"description": "The content.", "content": {"*/*": {}}}},
    summary="Fetch a document that a message refers to",
)
async def fetch(
    request: Request, caller: Core, sha256: Sha256, tenant: Tenant = None
) -> StreamingResponse:
    """For the core, which got the reference in a message. A damaged one breaks off half-way."""
    library, owner = _library(request), _tenant(request, caller, tenant)
    found = await _or_problem(library.find(owner, sha256.lower()))
    if found is None:
        raise missing("document")
    content = await library.of(owner).open(document_ref(found.sha256))
    headers = {"Content-Length": str(found.size), "Content-Disposition": "attachment"}
    return StreamingResponse(content.read(), media_type=found.media_type, headers=headers)


def _library(request: Request) -> DocumentLibrary:
    library = hub_of(request).documents
    if library is None:
        raise missing("resource")
    return library


def _tenant(request: Request, caller: Caller, asked: str | None) -> str:
    wanted = asked or caller.tenant
    if wanted is None:
        raise _wrong_tenant("required", "This key serves all: say which tenant.")
    if not owns(caller, wanted):
        raise Problem("other-tenant", f"This key stores for {caller.tenant} only.")
    if wanted not in hub_of(request).intake.tenants:
        detail = "This municipality is not configured in the hub; see [[tenant]]."
        raise _wrong_tenant("unknown_tenant", detail)
    return wanted


def _wrong_tenant(rule: str, detail: str) -> Problem:
    problem = FieldProblem("tenant", rule, detail)
    return Problem("invalid-request", "The tenant is needed.", problems=(problem,))


def _media_type(request: Request) -> str:
    if "content-encoding" in request.headers:
        detail = "Send the content as it is, without Content-Encoding: its SHA-256 is of that."
        raise Problem("media-type", detail)
    given = request.headers.get("content-type", _ANY_BYTES).partition(";")[0].strip()
    if not _MEDIA_TYPE.fullmatch(given):
        raise Problem("media-type", "Content-Type is no media type, such as application/pdf.")
    return given.lower()


def _announced_size(request: Request) -> int | None:
    """The server has refused what is no number; none is announced when it comes in chunks."""
    given = request.headers.get("content-length")
    return None if given is None else int(given)


async def _content(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        if piece:
            yield piece


async def _or_problem(work: Awaitable[Found]) -> Found:
    """What goes wrong with the content, as the sender must hear it."""
    try:
        return await work
    except ContentDiffers as error:
        raise Problem("content-differs", f"{error} Nothing was stored.") from error
    except ContentTooLarge as error:
        raise Problem("body-too-large", f"{error} Nothing was stored.", headers=_CLOSE) from error
    except ContentTooSlow as error:
        raise Problem("body-timeout", f"{error} Nothing was stored.", headers=_CLOSE) from error
    except UploadsBusy as error:
        raise Problem("documents-unavailable", f"{error} {_LATER}", headers=_WAIT) from error
    except BlobsFull as error:
        _log.error("documents_full", detail=str(error))
        detail = "There is no room for this document; nothing was stored. An operator must act."
        raise Problem("storage-full", detail, headers=_CLOSE) from error
    except BlobsUnavailable as error:
        _log.error("documents_away", detail=str(error))
        detail = f"Documents cannot be stored now. {_LATER}"
        raise Problem("documents-unavailable", detail, headers=_WAIT) from error


def _already_there(request: Request, document: Document) -> Response:
    """Whoever waits for "100 Continue" sends nothing; others are still sending."""
    if request.headers.get("expect", "").lower() == "100-continue":
        return Response(_view(document), media_type="application/json")
    return DrainingResponse(_view(document), media_type="application/json", headers=_CLOSE)


def _view(document: Document) -> bytes:
    view = models.DocumentView(
        sha256=document.sha256,
        dataref=document_ref(document.sha256),
        size=document.size,
        media_type=document.media_type,
        stored_at=document.stored_at,
    )
    return view.model_dump_json(by_alias=True).encode()
