from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from continuity.documents import (
    Blobs,
    BlobsFull,
    BlobsUnavailable,
    DocumentLibrary,
    in_folder,
    turns,
)
from continuity.documents.sealing import BLOCK
from continuity.store.memory import MemoryStore
from schakel.http import edge
from schakel.security import Scope
from tests.continuity.documents.shelf import library, pieces, put, sha_of, whole
from tests.schakel.http.harness import Client, Harness, event, problem, rules, serving

CONTENT = b"%PDF-1.7 aangifte van verhuizing"
SHA = sha_of(CONTENT)
PDF = {"Content-Type": "application/pdf"}
LIMIT = 12 * BLOCK
TENANT = "0344"


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return in_folder(tmp_path / "documents")


@pytest.fixture
def shelf(blobs: Blobs) -> DocumentLibrary:
    return library(blobs, MemoryStore(), limit=LIMIT)


@pytest.fixture
def hub(shelf: DocumentLibrary) -> Harness:
    return Harness(shelf._store, documents=shelf)  # type: ignore[arg-type]  # it is a whole store


@pytest.fixture
async def client(hub: Harness) -> AsyncIterator[Client]:
    async with hub.client(Scope.PUBLISH, tenant=TENANT) as client:
        yield client


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def path(sha256: str = SHA) -> str:
    return f"/v1/documents/{sha256}"


def referring(number: int = 1, *, sha256: str = SHA, **changes: Any) -> dict[str, Any]:
    made = event("document-toegevoegd", number=number, **changes)
    made["data"].pop("inhoud")
    return {**made, "dataref": f"urn:sha256:{sha256}"}


async def test_a_document_is_stored_and_referred_to(
    hub: Harness, shelf: DocumentLibrary, client: Client
) -> None:
    stored = await client.http.put(path(), content=CONTENT, headers=PDF)

    assert stored.status_code == 201
    assert stored.headers["location"] == path()
    assert stored.json() == {
        "sha256": SHA,
        "dataref": f"urn:sha256:{SHA}",
        "size": len(CONTENT),
        "mediaType": "application/pdf",
        "storedAt": "2026-11-23T09:00:00Z",
    }
    assert (await client.publish(referring())).status_code == 202
    assert await whole(shelf, CONTENT) == CONTENT
    assert not await hub.store.orphans(before=hub.clock.now().replace(year=9999), limit=1)


async def test_a_second_time_it_is_there_already(client: Client) -> None:
    first = await client.http.put(path(), content=CONTENT, headers=PDF)

    again = await client.http.put(path(SHA.upper()), content=CONTENT, headers=PDF)

    assert (again.status_code, again.json()) == (200, first.json())


async def test_it_is_asked_for_with_head(client: Client) -> None:
    assert (await client.http.head(path())).status_code == 404
    await client.http.put(path(), content=CONTENT, headers=PDF)

    there = await client.http.head(path())

    assert there.status_code == 200
    assert there.headers["content-length"] == str(len(CONTENT))
    assert there.headers["content-type"] == "application/pdf"


async def test_the_core_fetches_what_a_message_refers_to(hub: Harness, client: Client) -> None:
    await client.http.put(path(), content=CONTENT, headers=PDF)

    async with hub.client(Scope.INBOX, tenant=TENANT) as core:
        there = await core.http.get(path())
        nowhere = await core.http.get(path("0" * 64))

    assert there.status_code == 200
    assert there.content == CONTENT
    assert there.headers["content-type"] == "application/pdf"
    assert there.headers["content-length"] == str(len(CONTENT))
    problem(nowhere, 404, "not-found")


async def test_another_municipality_does_not_get_it(hub: Harness, client: Client) -> None:
    await client.http.put(path(), content=CONTENT, headers=PDF)

    async with hub.client(Scope.INBOX, tenant="0363") as stranger:
        problem(await stranger.http.get(path()), 404, "not-found")


async def test_content_that_differs_is_not_stored(client: Client) -> None:
    body = problem(await client.http.put(path(), content=CONTENT[1:]), 400, "content-differs")

    assert "SHA-256" in body["detail"]
    assert (await client.http.head(path())).status_code == 404


async def test_a_content_that_is_announced_too_large_is_not_read(client: Client) -> None:
    large = bytes(LIMIT + 1)

    body = problem(await client.http.put(path(), content=large), 413, "body-too-large")

    assert "under [documents]" in body["detail"]


async def test_a_content_in_chunks_is_stopped_at_the_limit(client: Client) -> None:
    body = problem(
        await client.http.put(path(), content=pieces(bytes(LIMIT + 1))), 413, "body-too-large"
    )

    assert "nothing was stored" in body["detail"]


async def test_a_document_may_be_larger_than_any_other_body(hub: Harness, client: Client) -> None:
    large = bytes(11 * BLOCK)

    stored = await client.http.put(path(sha_of(large)), content=pieces(large))

    assert stored.status_code == 201
    assert stored.json()["mediaType"] == "application/octet-stream"
    problem(await client.send(large), 413, "body-too-large")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "pdf"}, 415),
        ({"Content-Type": "a/b, c/d"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "Application/PDF; charset=x"}, 201),
    ],
)
async def test_the_media_type_is_one(client: Client, headers: dict[str, str], code: int) -> None:
    answer = await client.http.put(path(), content=CONTENT, headers=headers)

    assert answer.status_code == code


@pytest.mark.parametrize("wrong", ["x", SHA[1:], SHA + "0", "g" * 64])
async def test_a_path_without_a_hash_is_not_there(client: Client, wrong: str) -> None:
    problem(await client.http.put(path(wrong), content=CONTENT), 404, "not-found")


async def test_a_key_of_all_tenants_says_which(hub: Harness, shelf: DocumentLibrary) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        body = problem(await client.http.put(path(), content=CONTENT), 400, "invalid-request")
        assert rules(body) == {("tenant", "required")}
        unknown = await client.http.put(path(), content=CONTENT, params={"tenant": "9999"})
        assert rules(problem(unknown, 400, "invalid-request")) == {("tenant", "unknown_tenant")}
        stored = await client.http.put(path(), content=CONTENT, params={"tenant": "0363"})
        assert stored.status_code == 201

    assert await whole(shelf, CONTENT, tenant="0363") == CONTENT


async def test_a_bound_key_stores_and_sees_only_its_own(client: Client) -> None:
    other = {"tenant": "0363"}

    problem(await client.http.put(path(), content=CONTENT, params=other), 403, "other-tenant")
    assert (await client.http.head(path(), params=other)).status_code == 403


@pytest.mark.parametrize("scope", [Scope.OPERATE, Scope.ADMIN])
async def test_storing_needs_the_scope_of_publishing(hub: Harness, scope: Scope) -> None:
    async with hub.client(scope, tenant=TENANT) as client:
        problem(await client.http.put(path(), content=CONTENT), 403, "scope-missing")
    async with hub.client() as client:
        problem(await client.http.put(path(), content=CONTENT), 401, "no-key")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(BlobsFull, 507, "storage-full"), (BlobsUnavailable, 503, "documents-unavailable")],
)
async def test_a_blob_store_in_trouble_is_told(
    client: Client,
    blobs: Blobs,
    monkeypatch: pytest.MonkeyPatch,
    *,
    error: type[Exception],
    status: int,
    code: str,
) -> None:
    async def failing(*_: object) -> None:
        raise error("s3://geheime-naam")

    monkeypatch.setattr(blobs, "write", failing)

    answer = await client.http.put(path(), content=CONTENT)

    problem(answer, status, code)
    assert "geheime" not in answer.text


async def test_damaged_content_is_replaced(
    client: Client, shelf: DocumentLibrary, tmp_path: Path
) -> None:
    await client.http.put(path(), content=CONTENT)
    (file,) = files(tmp_path)
    file.write_bytes(bytes(file.stat().st_size))

    again = await client.http.put(path(), content=CONTENT, params={"replace": "true"})

    assert again.status_code == 201
    assert await whole(shelf, CONTENT) == CONTENT


async def test_a_message_with_an_unknown_document_is_refused(
    hub: Harness, client: Client, shelf: DocumentLibrary
) -> None:
    await put(shelf, CONTENT, tenant="0363")

    answer = await client.publish(referring())

    body = problem(answer, 422, "invalid-message")
    assert rules(body) == {("dataref", "unknown_document")}
    assert "PUT /v1/documents" in body["problems"][0]["detail"]


async def test_a_batch_with_one_unknown_document_is_not_stored_at_all(
    hub: Harness, client: Client
) -> None:
    await client.http.put(path(), content=CONTENT)
    batch = [referring(1), referring(2, sha256="0" * 64), event()]

    body = problem(await client.publish_all(batch), 422, "invalid-message")

    assert rules(body) == {("[1].dataref", "unknown_document")}
    assert await hub.store.find_message(TENANT, batch[0]["source"], batch[0]["id"]) is None


async def test_a_repeated_message_does_not_need_its_document_any_more(
    hub: Harness, client: Client
) -> None:
    await client.http.put(path(), content=CONTENT)
    first = await client.publish(referring())
    store: MemoryStore = hub.store  # type: ignore[assignment]  # the harness's own
    store._tables.documents.clear()

    again = await client.publish(referring())

    assert again.json() == {**first.json(), "new": False}
    problem(await client.publish(referring(2)), 422, "invalid-message")


@pytest.mark.parametrize("batch", [False, True])
async def test_a_document_that_goes_at_the_last_moment_is_told(
    hub: Harness, client: Client, monkeypatch: pytest.MonkeyPatch, *, batch: bool
) -> None:
    """Between the look for it and the acceptance of the message."""
    await client.http.put(path(), content=CONTENT)
    store: MemoryStore = hub.store  # type: ignore[assignment]  # the harness's own
    look = hub.intake.look_for_documents

    async def then_it_goes(checks: Any) -> Any:
        found = await look(checks)
        store._tables.documents.clear()
        return found

    monkeypatch.setattr(hub.intake, "look_for_documents", then_it_goes)

    if batch:
        body = problem(await client.publish_all([event(), referring()]), 422, "invalid-message")
        assert rules(body) == {("[1].dataref", "unknown_document")}
        assert [one["index"] for one in body["accepted"]] == [0]
    else:
        body = problem(await client.publish(referring()), 422, "invalid-message")
        assert rules(body) == {("dataref", "unknown_document")}


async def test_a_hub_without_documents_has_no_such_path(tmp_path: Path) -> None:
    hub = Harness()
    async with hub.client(Scope.PUBLISH, tenant=TENANT) as client:
        problem(await client.http.put(path(), content=CONTENT), 404, "not-found")


class Wire:
    """One raw connection: what a careful or careless client does with it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def head(self, **headers: str) -> None:
        lines = [f"PUT {path()} HTTP/1.1", "Host: hub"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        await self.writer.drain()

    async def status(self) -> int:
        line = await asyncio.wait_for(self.reader.readline(), 10)
        return int(line.split()[1])


@pytest.fixture
async def wire(hub: Harness) -> AsyncIterator[tuple[Wire, str]]:
    key = (await hub.key(Scope.PUBLISH, tenant=TENANT))["Authorization"]
    async with serving(hub.app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Wire(reader, writer), key
        writer.close()


async def test_who_asks_before_sending_is_told_to_go_on(wire: tuple[Wire, str]) -> None:
    one, key = wire
    await one.head(Authorization=key, Content_Length=str(len(CONTENT)), Expect="100-continue")

    assert await one.status() == 100
    await one.reader.readline()
    one.writer.write(CONTENT)
    assert await one.status() == 201


async def test_who_asks_before_sending_sends_nothing_that_is_there(
    wire: tuple[Wire, str], shelf: DocumentLibrary
) -> None:
    one, key = wire
    await put(shelf, CONTENT)

    await one.head(Authorization=key, Content_Length=str(len(CONTENT)), Expect="100-continue")

    assert await one.status() == 200


async def test_who_asks_before_sending_hears_a_refusal_at_once(wire: tuple[Wire, str]) -> None:
    one, _ = wire
    await one.head(Content_Length="1000", Expect="100-continue")

    assert await one.status() == 401


async def test_who_leaves_in_the_middle_leaves_nothing(
    wire: tuple[Wire, str], hub: Harness, tmp_path: Path, shelf: DocumentLibrary
) -> None:
    one, key = wire
    await one.head(Authorization=key, Content_Length=str(len(CONTENT)))
    one.writer.write(CONTENT[:10])
    await one.writer.drain()
    one.writer.close()
    await one.writer.wait_closed()

    async with asyncio.timeout(10), AsyncExitStack() as taken:  # until it has given its turn up
        for _ in range(shelf.uploads_at_once):
            await taken.enter_async_context(shelf._turns.take())

    assert await hub.store.find_document(TENANT, SHA) is None
    assert files(tmp_path) == []


async def test_who_sends_too_slowly_is_cut_off(
    wire: tuple[Wire, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.05)
    one, key = wire
    await one.head(Authorization=key, Content_Length=str(len(CONTENT)))
    one.writer.write(CONTENT[:1])

    assert await one.status() == 408
    assert (
        "bytes per second" in json.loads((await one.reader.read()).split(b"\r\n\r\n")[1])["detail"]
    )


async def test_who_keeps_others_waiting_by_being_silent_loses_its_turn(
    wire: tuple[Wire, str], shelf: DocumentLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, key = wire
    await one.head(Authorization=key, Content_Length=str(len(CONTENT)), Expect="100-continue")
    assert await one.status() == 100, "it has its turn"
    await one.reader.readline()
    monkeypatch.setattr(turns, "GRACE", timedelta(milliseconds=50))

    async with asyncio.timeout(10), AsyncExitStack() as others:
        for _ in range(shelf.uploads_at_once):  # the last one waits until the sender is cut off
            await others.enter_async_context(shelf._turns.take())

    assert await one.status() == 408
    told = json.loads((await one.reader.read()).split(b"\r\n\r\n")[1])
    assert "Others wait" in told["detail"]


async def test_who_waits_too_long_for_a_turn_is_told_to_come_later(
    client: Client, shelf: DocumentLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", timedelta(milliseconds=50))
    async with AsyncExitStack() as others:
        for _ in range(shelf.uploads_at_once):
            await others.enter_async_context(shelf._turns.take())

        answer = await client.http.put(path(), content=CONTENT, headers=PDF)

    problem(answer, 503, "documents-unavailable")
    assert answer.headers["Retry-After"] == "30"
