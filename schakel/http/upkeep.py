"""Keys of what lies in the store, and removing content in time. For keys of all municipalities."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from continuity.store.contract import WrongState
from schakel import retention, rotation
from schakel.http.callers import needs
from schakel.http.entrance import hub_of
from schakel.http.models import ApiModel
from schakel.http.problems import Problem
from schakel.security import Caller, Scope
from schakel.settings.units import format_duration

router = APIRouter(prefix="/v1", tags=["upkeep"])


class RotationView(ApiModel):
    state: str = Field(description="running or done.")
    key: str = Field(description="Id of the key that everything is brought under.")
    started_by: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    done: dict[str, int] = Field(description="Values looked at, per kind.")
    total: dict[str, int] = Field(description="Values there were at the start, per kind.")


class DataKeyView(ApiModel):
    id: str
    newest: bool = Field(description="The one that encrypts.")
    values: int = Field(description="Stored values that need it; 0: it may be taken away.")


class DataKeysView(ApiModel):
    encrypted: bool = Field(description='False: the configuration says encryption = "none".')
    items: list[DataKeyView]
    plain: int = Field(description="Stored values that are not encrypted.")
    rotation: RotationView | None = Field(description="The one that runs, or the last one.")


class PurgeRunView(ApiModel):
    state: str = Field(description="wanted, running, wiping or done.")
    by: str
    at: AwareDatetime = Field(description="The moment by which everything is judged.")
    messages: int = Field(description="Removed until now.")
    ended_at: AwareDatetime | None


class DueView(ApiModel):
    tenant: str
    type: str
    keep: str = Field(description="How long after the last change of its deliveries.")
    messages: int = Field(description="Messages whose content would be removed now.")


class RetentionView(ApiModel):
    items: list[DueView]
    run: PurgeRunView | None = Field(description="The purge that goes on, or the last one.")


def _of_all(caller: Annotated[Caller, Depends(needs(Scope.ADMIN))]) -> Caller:
    if caller.tenant is not None:
        detail = f"This concerns all municipalities; this key works for {caller.tenant} only."
        raise Problem("other-tenant", detail)
    return caller


Admin = Annotated[Caller, Depends(_of_all)]


@router.get("/data-keys", summary="Keys of the store, and how many values need each")
async def data_keys(request: Request, _caller: Admin) -> DataKeysView:
    hub = hub_of(request)
    progress = await rotation.read_progress(hub.store)
    shown = progress and _rotation_view(progress)
    if hub.data_keys is None:
        return DataKeysView(encrypted=False, items=[], plain=0, rotation=shown)
    uses, plain = await rotation.key_use(hub.store, hub.data_keys)
    items = [DataKeyView(id=use.id, newest=use.newest, values=use.values) for use in uses]
    return DataKeysView(encrypted=True, items=items, plain=plain, rotation=shown)


@router.get("/data-keys/rotation", summary="The rotation that runs, or the last one")
async def show_rotation(request: Request, _caller: Admin) -> RotationView:
    progress = await rotation.read_progress(hub_of(request).store)
    if progress is None:
        raise Problem("not-found", "No rotation was ever started.")
    return _rotation_view(progress)


@router.post(
    "/data-keys/rotation", status_code=202, summary="Bring everything under the newest key"
)
async def start_rotation(request: Request, caller: Admin) -> RotationView:
    hub = hub_of(request)
    if hub.data_keys is None:
        raise WrongState('The configuration says encryption = "none": there is no key to turn to.')
    return _rotation_view(
        await rotation.start_rotation(hub.store, hub.data_keys, hub.clock, by=caller.actor)
    )


@router.get("/retention", summary="What the rules would remove now, and how far a purge is")
async def show_retention(request: Request, _caller: Admin) -> RetentionView:
    hub = hub_of(request)
    found = await retention.due(hub.store, hub.retention, hub.clock.now())
    run = await retention.read_run(hub.store)
    items = [
        DueView(
            tenant=one.tenant,
            type=one.type,
            keep=format_duration(one.keep),
            messages=one.messages,
        )
        for one in found
    ]
    return RetentionView(items=items, run=run and _run_view(run))


@router.get("/retention/run", summary="The purge that goes on, or the last one")
async def show_run(request: Request, _caller: Admin) -> PurgeRunView:
    run = await retention.read_run(hub_of(request).store)
    if run is None:
        raise Problem("not-found", "No purge was ever started.")
    return _run_view(run)


@router.post("/retention/run", status_code=202, summary="Remove now what the rules say")
async def start_run(request: Request, caller: Admin) -> PurgeRunView:
    hub = hub_of(request)
    return _run_view(await retention.ask_for_run(hub.store, hub.clock, by=caller.actor))


def _rotation_view(progress: rotation.Progress) -> RotationView:
    return RotationView.model_validate(
        {
            "state": progress.state,
            "key": progress.key,
            "started_by": progress.started_by,
            "started_at": progress.started_at,
            "ended_at": progress.ended_at,
            "done": progress.done,
            "total": progress.total,
        }
    )


def _run_view(run: retention.Run) -> PurgeRunView:
    return PurgeRunView.model_validate(
        {
            "state": run.state,
            "by": run.by,
            "at": run.at,
            "messages": run.messages,
            "ended_at": run.ended_at,
        }
    )
