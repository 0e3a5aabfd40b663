"""Somebody else who works in the same zaaksysteem, over its own API: behind the hub's back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from adapters.zgw.token import Tokens
from simulators.zgw.seed import DEMO_CLIENT, DEMO_SECRET, RSIN
from tests.conformance.worker import WallClock

_DOCUMENTS = "/documenten/api/v1/enkelvoudiginformatieobjecten"
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

    def found(self, path: str, **filters: str) -> list[dict[str, Any]]:
        """Items of a collection, of any of the APIs."""
        found = self._call("GET", path, params=filters)
        items: list[dict[str, Any]] = found if isinstance(found, list) else found["results"]
        return items

    def document(self, number: str) -> dict[str, Any]:
        (found,) = self.found(_DOCUMENTS, identificatie=number)
        return found

    def lock_document(self, number: str) -> str:
        """Check it out, as an employee does; returns the value of the lock."""
        return str(self._call("POST", f"{self._document(number)}/lock", json={})["lock"])

    def unlock_document(self, number: str, lock: str) -> None:
        self._call("POST", f"{self._document(number)}/unlock", json={"lock": lock})

    def add_role(self, number: str, bsn: str, soort: str = "belanghebbende") -> str:
        """Returns the address of the rol."""
        case = self.case(number)["url"]
        path = "/catalogi/api/v1/roltypen"
        zaaktype = self.case(number)["zaaktype"]
        roltypen = self.found(path, zaaktype=zaaktype, omschrijvingGeneriek=soort)
        body = {
            "zaak": case,
            "betrokkeneType": "natuurlijk_persoon",
            "roltype": roltypen[0]["url"],
            "roltoelichting": "Kwam later",
            "betrokkeneIdentificatie": {"inpBsn": bsn},
        }
        return str(self._call("POST", "/zaken/api/v1/rollen", json=body)["url"])

    def remove(self, url: str) -> None:
        self._call("DELETE", url)

    def set_property(self, number: str, naam: str, waarde: str) -> None:
        collection = f"{self.case(number)['url']}/zaakeigenschappen"
        (found,) = [one for one in self._call("GET", collection) if one["naam"] == naam]
        body = {"zaak": found["zaak"], "eigenschap": found["eigenschap"], "waarde": waarde}
        self._call("PATCH", found["url"], json=body)

    def set_case(self, number: str, **changes: Any) -> None:
        self._call("PATCH", self.case(number)["url"], json=changes)

    def content(self, number: str) -> bytes:
        url = str(self.document(number)["inhoud"])
        return httpx.get(url, headers=self._headers("GET"), timeout=30).content

    def _document(self, number: str) -> str:
        return str(self.document(number)["url"])

    def _cases(self, number: str) -> list[dict[str, Any]]:
        found = self._call("GET", "/zaken/api/v1/zaken", params={"identificatie": number})
        cases: list[dict[str, Any]] = found["results"]
        return cases

    def _call(self, method: str, path: str, **request: Any) -> Any:
        url = path if path.startswith("http") else self.base_url + path
        headers = self._headers(method)
        answer = httpx.request(method, url, headers=headers, timeout=30, **request)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def _headers(self, method: str) -> dict[str, str]:
        tokens = Tokens(WallClock(), user_id="collega", user_representation="Collega")
        bearer = tokens.bearer(DEMO_CLIENT, SecretStr(DEMO_SECRET))
        return {"Authorization": bearer, **({} if method == "DELETE" else _CRS)}
