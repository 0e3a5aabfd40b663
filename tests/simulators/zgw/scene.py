"""Replaying recorded exchanges: the recorded addresses are mapped to the simulator's own."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import jwt

from simulators import ZgwSimulator
from simulators.zgw import DEMO_CLIENT, DEMO_SECRET, RSIN
from tests.simulators.http import client as http_client
from tests.simulators.zgw.helpers import CRS, Zaaksysteem, token
from tests.simulators.zgw.receiver import Receiver
from tests.simulators.zgw.story import ACTIONS, BEFORE

RECORDED_HOST = "http://127.0.0.1:8000"
RECORDED_NRC = "http://127.0.0.1:8001"
RECORDED_RECEIVER = "http://127.0.0.1:8055"
LIMITED_SECRET = "beperkt-geheim-voor-de-opnamen-lang-genoeg"

_CATALOGUE = {
    "05756f2b": "catalogus",
    "c7455b14": "zaaktype",
    "855503c4": "oud",
    "6b7ffe88": "Ontvangen",
    "78bd7288": "In behandeling",
    "678fc1f8": "Afgehandeld",
    "c4ea6012": "Aanvrager",
    "ab76cdd8": "Behandelaar",
    "21f62755": "Belanghebbende",
    "66cc35f9": "Verwerkt",
    "8cb6ed36": "verhuisdatum",
    "e9beffca": "Aangifte",
    "48100840": "Intern advies",
    "7439657f": "Besluit op aanvraag",
}


class Scene:
    """One running simulator with what has been replayed on it."""

    def __init__(self, folder: Path, simulator: ZgwSimulator, receiver: Receiver) -> None:
        self._folder = folder
        self.simulator = simulator
        self.receiver = receiver
        self._map: dict[str, str] = {
            RECORDED_RECEIVER: receiver.url,
            RECORDED_NRC: simulator.base_url,
            RECORDED_HOST: simulator.base_url,
        }
        self._done: set[str] = set()
        self.made: dict[str, dict[str, Any]] = {}
        self.types: dict[str, str] = {}
        self.http = http_client(timeout=10)

    async def close(self) -> None:
        await self.http.aclose()

    async def map_catalogue(self) -> None:
        """Let the recorded types stand for the simulator's own, each by its part in a zaak."""
        known = Zaaksysteem(self.simulator)
        self.types = await known.types()
        old = await known.get("/catalogi/api/v1/zaaktypen", datumGeldigheid="2024-01-15")
        catalogus = await known.get("/catalogi/api/v1/catalogussen")
        await known.close()
        self.types["oud"] = old["results"][0]["url"]
        self.types["catalogus"] = catalogus["results"][0]["url"]
        for recorded, name in _CATALOGUE.items():
            self.point(recorded, self.types[name])

    def document_path(self, recorded_id: str) -> str:
        """Path of the document that stands for a recorded one."""
        own = next(v for k, v in self._map.items() if k.startswith(recorded_id))
        return f"/documenten/api/v1/enkelvoudiginformatieobjecten/{own}"

    def recording(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_text())
        return document

    async def prepare(self, name: str) -> None:
        """Do everything that a recording needs before it, in order, each thing once."""
        for step in BEFORE.get(name, ()):
            if step in self._done:
                continue
            if step.startswith("@"):
                self._done.add(step)
                action, _, argument = step[1:].partition(" ")
                await ACTIONS[action](self, argument)
            else:
                await self.prepare(step)
                if step not in self._done:
                    answer = await self.replay(step)
                    expected = self.recording(step)["response"]["status"]
                    assert answer.status_code == expected, f"{step}: {answer.text}"

    async def replay(self, name: str) -> httpx.Response:
        """Send the recorded request and remember which addresses its answer corresponds to."""
        self._done.add(name)
        recording = self.recording(name)
        request = recording["request"]
        answer = await self.http.request(
            request["method"],
            self.here(request["url"]),
            headers=self._headers(name, request["headers"]),
            content=self._content(request),
        )
        recorded = recording["response"].get("body")
        if answer.headers.get("Content-Type") == "application/json" and answer.is_success:
            self.learn(recorded, answer.json() if answer.content else None)
        return answer

    def learn(self, recorded: Any, own: Any) -> None:
        """Map every URL and lock value of a recorded answer to the one at the same place here."""
        if isinstance(recorded, dict) and isinstance(own, dict):
            for name in recorded.keys() & own.keys():
                self.learn(recorded[name], own[name])
                if name == "lock" and recorded[name]:
                    self._map[recorded[name]] = own[name]
        elif isinstance(recorded, list) and isinstance(own, list):
            for left, right in zip(recorded, own, strict=False):
                self.learn(left, right)
        elif isinstance(recorded, str) and isinstance(own, str) and recorded.startswith("http"):
            key = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}$", recorded)
            if key is not None:
                self._map[recorded] = own
                self._map[key[0]] = own.rpartition("/")[2]

    def point(self, recorded_id: str, own_url: str) -> None:
        """Say which resource here stands for a recorded one, by the start of its uuid."""
        text = "".join(path.read_text() for path in self._folder.glob("*.json"))
        found = re.search(rf"{recorded_id}-[0-9a-f-]{{27}}", text)
        assert found is not None, f"no recording mentions {recorded_id}"
        self._map[found[0]] = own_url.rpartition("/")[2]

    def here(self, text: str) -> str:
        """Rewrite recorded addresses, ids and lock values to the simulator's."""
        for recorded in sorted(self._map, key=len, reverse=True):
            text = text.replace(recorded, self._map[recorded])
        return text

    async def do(
        self, method: str, path: str, body: Any = None, client: str = ""
    ) -> httpx.Response:
        """Make a call of one's own as the application with all rights."""
        answer = await self.http.request(
            method,
            self.simulator.base_url + path.removeprefix(self.simulator.base_url),
            json=body,
            headers={"Authorization": f"Bearer {self._token(client)}", **CRS},
        )
        assert answer.is_success, answer.text
        return answer

    def zaak_body(self, **more: Any) -> dict[str, Any]:
        return {
            "bronorganisatie": RSIN,
            "zaaktype": self.types["zaaktype"],
            "verantwoordelijkeOrganisatie": RSIN,
            "startdatum": "2026-11-23",
            **more,
        }

    def _token(self, name: str) -> str:
        now = self.simulator.clock.now()
        if name.startswith("ac-limited"):
            return token(now, "limited", LIMITED_SECRET)
        return token(now)

    def _headers(self, name: str, recorded: dict[str, str]) -> dict[str, str]:
        headers = {
            k: v for k, v in recorded.items() if k not in {"Authorization", "Content-Length"}
        }
        if "Authorization" in recorded:
            headers["Authorization"] = self._authorization(name)
        return headers

    def _authorization(self, name: str) -> str:
        now = self.simulator.clock.now()
        iat, secret = int(now.timestamp()), DEMO_SECRET
        minimal = {"client_id": DEMO_CLIENT, "iat": iat}
        special = {
            "jwt-err-basic": "Basic Z2VicnVpa2VyOmdlaGVpbQ==",
            "jwt-err-expired-iat": f"Bearer {token(now, iat=iat - 7200)}",
            "jwt-err-garbage": "Bearer geen.jwt",
            "jwt-err-missing-client-id": f"Bearer {jwt.encode({'iss': 'x', 'iat': iat}, secret)}",
            "jwt-err-no-application": f"Bearer {token(now, 'wees', LIMITED_SECRET)}",
            "jwt-err-no-bearer-prefix": token(now),
            "jwt-err-unknown-client": f"Bearer {token(now, 'onbekend')}",
            "jwt-err-wrong-secret": f"Bearer {token(now, secret='x' * 40)}",
            "jwt-ok-minimal": f"Bearer {jwt.encode(minimal, secret)}",
        }
        return special.get(name) or f"Bearer {self._token(name)}"

    def _content(self, request: dict[str, Any]) -> bytes | None:
        if "multipart" in request:
            return self._multipart(request)
        if "body_raw" in request:
            return str(request["body_raw"]).encode()
        if "body" in request:
            body = request["body"]
            return self.here(json.dumps(body)).encode()
        return None

    def _multipart(self, request: dict[str, Any]) -> bytes:
        boundary = request["headers"]["Content-Type"].partition("boundary=")[2]
        size = int(re.sub(r"\D", "", request["multipart"]["inhoud"]))
        lock = self.here(request["multipart"]["lock"]).encode()
        pieces = (
            (b'name="inhoud"; filename="deel"', b"\x00\r\n" + b"a" * (size - 3)),
            (b'name="lock"', lock),
        )
        body = b"".join(
            b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n"
            % (boundary.encode(), name, content)
            for name, content in pieces
        )
        return body + b"--%b--\r\n" % boundary.encode()
