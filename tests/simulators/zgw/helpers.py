"""A client of the ZGW simulator for tests: tokens, CRS headers and the usual calls."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt

from simulators import ZgwSimulator
from simulators.zgw import DEMO_CLIENT, DEMO_SECRET, RSIN
from tests.simulators.http import client as http_client

NOON = datetime(2026, 11, 23, 12, 50, tzinfo=UTC)
CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}


def token(
    moment: datetime, client_id: str = DEMO_CLIENT, secret: str = DEMO_SECRET, **claims: Any
) -> str:
    """Make a token as a client of the zaaksysteem does; a claim of None is left out."""
    payload = {
        "iss": client_id,
        "iat": int(moment.timestamp()),
        "client_id": client_id,
        "user_id": "test",
        "user_representation": "Test",
        **claims,
    }
    return jwt.encode({k: v for k, v in payload.items() if v is not None}, secret)


class Zaaksysteem:
    """What a test asks of a running simulator, in few words."""

    def __init__(self, simulator: ZgwSimulator) -> None:
        self.simulator = simulator
        bearer = f"Bearer {token(simulator.clock.now())}"
        self.http = http_client(
            base_url=simulator.base_url, headers={"Authorization": bearer, **CRS}, timeout=10
        )
        self.control = http_client(base_url=simulator.control_url, timeout=10)

    async def close(self) -> None:
        await self.http.aclose()
        await self.control.aclose()

    async def types(self, identificatie: str = "B0237") -> dict[str, Any]:
        """The current zaaktype with its parts by omschrijving, as URLs."""
        answer = await self.get(
            "/catalogi/api/v1/zaaktypen",
            identificatie=identificatie,
            datumGeldigheid=self.simulator.clock.now().date().isoformat(),
        )
        zaaktype = answer["results"][0]
        found: dict[str, Any] = {"zaaktype": zaaktype["url"]}
        for name in ("statustypen", "roltypen", "resultaattypen", "eigenschappen"):
            rows = (await self.get(f"/catalogi/api/v1/{name}", zaaktype=zaaktype["url"]))["results"]
            found |= {row.get("omschrijving") or row["naam"]: row["url"] for row in rows}
        rows = (await self.get("/catalogi/api/v1/informatieobjecttypen"))["results"]
        found |= {row["omschrijving"]: row["url"] for row in rows}
        rows = (await self.get("/catalogi/api/v1/besluittypen"))["results"]
        return found | {row["omschrijving"]: row["url"] for row in rows}

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        return await self.http.post(path, json=body)

    async def made(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create something that must succeed."""
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def zaak(self, zaaktype: str, identificatie: str, **more: Any) -> dict[str, Any]:
        return await self.made("/zaken/api/v1/zaken", zaak_body(zaaktype, identificatie, **more))

    async def effects(self) -> list[dict[str, Any]]:
        answer = await self.control.get("/effects", params={"limit": "10000"})
        results: list[dict[str, Any]] = answer.json()["results"]
        return results


def zaak_body(zaaktype: str, identificatie: str, **more: Any) -> dict[str, Any]:
    return {
        "bronorganisatie": RSIN,
        "identificatie": identificatie,
        "zaaktype": zaaktype,
        "verantwoordelijkeOrganisatie": RSIN,
        "startdatum": "2026-11-23",
        **more,
    }


def document_body(kind: str, identificatie: str, **more: Any) -> dict[str, Any]:
    return {
        "bronorganisatie": RSIN,
        "identificatie": identificatie,
        "creatiedatum": "2026-11-23",
        "titel": f"Titel van {identificatie}",
        "auteur": "Gemeente",
        "taal": "nld",
        "informatieobjecttype": kind,
        "inhoud": "YQ==",
        "bestandsomvang": 1,
        "bestandsnaam": "a.txt",
        "formaat": "text/plain",
        "indicatieGebruiksrecht": False,
        **more,
    }


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    """Names and codes of the invalidParams of a 400."""
    assert answer.status_code == 400, answer.text
    return [(param["name"], param["code"]) for param in answer.json()["invalidParams"]]
