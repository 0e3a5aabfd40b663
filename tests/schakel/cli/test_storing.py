from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.continuity.documents.shelf import sha_of
from tests.schakel.cli.running import schakel_here

CONTENT = b"%PDF-1.7 bouwtekening" * 50_000


class Hub(HTTPServer):
    """What the command needs of a hub."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stored: dict[str, bytes] = {}
        self.heard: list[tuple[str, str, str | None]] = []


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        path = self._hear()
        self.send_response(200 if path in self.server.stored else 404)
        self.end_headers()

    def do_PUT(self) -> None:
        path = self._hear()
        self.server.stored[path] = self.rfile.read(int(self.headers["Content-Length"]))
        sha = path.rpartition("/")[2]
        body = json.dumps({"sha256": sha, "dataref": f"urn:sha256:{sha}", "size": 1}).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hear(self) -> str:
        self.server.heard.append((self.command, self.path, self.headers["Content-Type"]))
        return self.path.partition("?")[0]

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def put(hub: Hub, folder: Path, *more: str) -> str:
    (folder / "key").write_text("schakel_x", encoding="ascii")
    (folder / "tekening.pdf").write_bytes(CONTENT)
    url = f"http://127.0.0.1:{hub.server_port}"
    options = ("--url", url, "--key-file", "key", "--tenant", "0344", *more)
    ended = schakel_here("documents", "put", "tekening.pdf", *options, folder=folder)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_a_file_is_stored_and_its_reference_printed(hub: Hub, tmp_path: Path) -> None:
    path = f"/v1/documents/{sha_of(CONTENT)}"

    assert put(hub, tmp_path) == f"urn:sha256:{sha_of(CONTENT)}"

    assert hub.stored == {path: CONTENT}
    assert hub.heard[-1] == ("PUT", f"{path}?tenant=0344", "application/pdf")


def test_what_the_hub_has_is_not_sent_again(hub: Hub, tmp_path: Path) -> None:
    put(hub, tmp_path)
    hub.heard.clear()

    assert put(hub, tmp_path) == f"urn:sha256:{sha_of(CONTENT)}"

    assert [method for method, _, _ in hub.heard] == ["HEAD"]


def test_damaged_content_is_replaced(hub: Hub, tmp_path: Path) -> None:
    put(hub, tmp_path)

    put(hub, tmp_path, "--replace", "--media-type", "image/tiff")

    method, path, kind = hub.heard[-1]
    assert (method, kind) == ("PUT", "image/tiff")
    assert path.endswith("?tenant=0344&replace=true")
