"""Somebody else who works in the same zaaksysteem, over its own API: behind the hub's back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from adapters.zgw.token import Tokens
from simulators.zgw.seed import DEMO_CLIENT, DEMO_SECRET, RSIN
from tests.conformance.worker import WallClock

_CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}


@dataclass(frozen=True, slots=True)
class Colleague:
    base_url: str

    def count(self, path: str, **filters: str) -> int:
        found = self._call("GET", f"/zaken/api/v1{path}", params=filters)
        return len(found) if isinstance(found, list) else int(found["count"])

    def case(self, number: str) -> dict[str, Any]:
        (found,) = self._cases(number)
        return found

    def remove_case(self, number: str) -> None:
        self._call("DELETE", self.case(number)["url"])

    def remove_document(self, number: str) -> None:
        """With its links, as an archivist would."""
        self.unlink_document(number)
        self._call("DELETE", self._document(number))

    def unlink_document(self, number: str) -> None:
        """The document stays, without its case."""
        path = "/zaken/api/v1/zaakinformatieobjecten"
        asked = {"informatieobject": self._document(number)}
        for link in self._call("GET", path, params=asked):
            self._call("DELETE", link["url"])

    def open_case(self, number: str, *, day: str) -> None:
        zaaktypen = self._call(
            "GET", "/catalogi/api/v1/zaaktypen", params={"identificatie": "B0237"}
        )
        self._call(
            "POST",
            "/zaken/api/v1/zaken",
            json={
                "identificatie": number,
                "bronorganisatie": RSIN,
                "verantwoordelijkeOrganisatie": RSIN,
                "zaaktype": zaaktypen["results"][0]["url"],
                "startdatum": day,
                "registratiedatum": day,
            },
        )

    def _document(self, number: str) -> str:
        path = "/documenten/api/v1/enkelvoudiginformatieobjecten"
        (found,) = self._call("GET", path, params={"identificatie": number})["results"]
        return str(found["url"])

    def _cases(self, number: str) -> list[dict[str, Any]]:
        found = self._call("GET", "/zaken/api/v1/zaken", params={"identificatie": number})
        cases: list[dict[str, Any]] = found["results"]
        return cases

    def _call(self, method: str, path: str, **request: Any) -> Any:
        tokens = Tokens(WallClock(), user_id="collega", user_representation="Collega")
        headers = {
            "Authorization": tokens.bearer(DEMO_CLIENT, SecretStr(DEMO_SECRET)),
            **({} if method == "DELETE" else _CRS),
        }
        url = path if path.startswith("http") else self.base_url + path
        answer = httpx.request(method, url, headers=headers, timeout=30, **request)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None
