from typing import Any

import jwt
import pytest

from simulators.zgw import DEMO_CLIENT, DEMO_SECRET, LIMITED_CLIENT, LIMITED_SECRET
from tests.simulators.http import client as http_client
from tests.simulators.zgw.helpers import CRS, NOON, Zaaksysteem, token, zaak_body

ZAKEN = "/zaken/api/v1/zaken"
NOW = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iat": None}, "jwt-missing-iat-claim"),
        ({"iat": NOW - 3601}, "jwt-expired"),
        ({"exp": NOW - 1}, "jwt-expiredsignatureerror"),
        ({"nbf": NOW + 60}, "jwt-immaturesignatureerror"),
    ],
)
async def test_the_times_in_a_token_are_held_against_the_settable_clock(
    zgw: Zaaksysteem, claims: dict[str, Any], code: str
) -> None:
    bearer = f"Bearer {token(NOON, **claims)}"
    answer = await zgw.http.get(ZAKEN, headers={"Authorization": bearer})
    assert (answer.status_code, answer.json()["code"]) == (403, code)


@pytest.mark.parametrize("iat", [NOW - 3600, NOW + 60, NOW + 3600])
async def test_a_token_of_an_hour_old_or_from_the_future_is_accepted(
    zgw: Zaaksysteem, iat: int
) -> None:
    bearer = f"Bearer {token(NOON, iat=iat)}"
    assert (await zgw.http.get(ZAKEN, headers={"Authorization": bearer})).status_code == 200


async def test_another_algorithm_is_refused(zgw: Zaaksysteem) -> None:
    claims = {"client_id": DEMO_CLIENT, "iat": NOW}
    bearer = jwt.encode(claims, DEMO_SECRET * 2, algorithm="HS512")
    answer = await zgw.http.get(ZAKEN, headers={"Authorization": f"Bearer {bearer}"})
    assert answer.json()["code"] == "jwt-invalidalgorithmerror"


async def test_a_token_that_was_good_expires_while_the_clock_runs(zgw: Zaaksysteem) -> None:
    assert (await zgw.http.get(ZAKEN)).status_code == 200
    await zgw.control.put("/clock", json={"advance": 3601})
    assert (await zgw.http.get(ZAKEN)).json()["code"] == "jwt-expired"


async def test_a_new_secret_makes_old_tokens_worthless(zgw: Zaaksysteem) -> None:
    assert (await zgw.http.get(ZAKEN)).status_code == 200
    await zgw.control.put("/credentials", json={"clientId": DEMO_CLIENT, "secret": "y" * 40})
    assert (await zgw.http.get(ZAKEN)).json()["code"] == "invalid-jwt-signature"
    answer = await zgw.control.put("/credentials", json={"clientId": "x"})
    assert answer.status_code == 400


async def test_the_limited_application_may_do_only_what_it_was_given(zgw: Zaaksysteem) -> None:
    types, other = await zgw.types(), await zgw.types("B0105")
    await zgw.zaak(other["zaaktype"], "ANDER")
    bearer = f"Bearer {token(NOON, LIMITED_CLIENT, LIMITED_SECRET)}"
    async with http_client(
        base_url=zgw.simulator.base_url, headers={"Authorization": bearer, **CRS}
    ) as limited:
        made = await limited.post(ZAKEN, json=zaak_body(types["zaaktype"], "Z"))
        assert made.status_code == 201
        secret = zaak_body(types["zaaktype"], "Y", vertrouwelijkheidaanduiding="geheim")
        assert (await limited.post(ZAKEN, json=secret)).status_code == 403
        body = zaak_body(other["zaaktype"], "X")
        assert (await limited.post(ZAKEN, json=body)).status_code == 403
        listed = (await limited.get(ZAKEN)).json()
        assert [row["identificatie"] for row in listed["results"]] == ["Z"]
        status = {"zaak": made.json()["url"], "statustype": types["Ontvangen"]}
        moments = ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z")
        answers = [
            await limited.post(
                "/zaken/api/v1/statussen", json=status | {"datumStatusGezet": moment}
            )
            for moment in moments
        ]
        assert [answer.status_code for answer in answers] == [201, 403]


async def test_an_application_may_read_itself_and_nobody_else(zgw: Zaaksysteem) -> None:
    path = "/autorisaties/api/v1/applicaties/consumer"
    bearer = f"Bearer {token(NOON, LIMITED_CLIENT, LIMITED_SECRET)}"
    headers = {"Authorization": bearer}
    own = await zgw.http.get(path, params={"clientId": LIMITED_CLIENT}, headers=headers)
    assert own.json()["clientIds"] == [LIMITED_CLIENT]
    other = await zgw.http.get(path, params={"clientId": DEMO_CLIENT}, headers=headers)
    assert other.status_code == 403


async def test_an_application_is_changed_by_patch_and_its_client_ids_are_its_own(
    zgw: Zaaksysteem,
) -> None:
    path = "/autorisaties/api/v1/applicaties"
    body = {"clientIds": [DEMO_CLIENT], "label": "Dubbel", "heeftAlleAutorisaties": True}
    answer = await zgw.post(path, body)
    assert answer.json()["invalidParams"][0]["code"] == "clientId-exists"
    found = (await zgw.get(path, clientIds=LIMITED_CLIENT))["results"][0]
    change = {"heeftAlleAutorisaties": True, "autorisaties": []}
    assert (await zgw.http.patch(found["url"], json=change)).json()["heeftAlleAutorisaties"]
    bearer = f"Bearer {token(NOON, LIMITED_CLIENT, LIMITED_SECRET)}"
    answer = await zgw.http.get(path, headers={"Authorization": bearer})
    assert answer.status_code == 200
