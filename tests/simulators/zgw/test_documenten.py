import hashlib
from typing import Any

import httpx
import pytest

from simulators.zgw import RSIN
from tests.simulators.http import client as http_client
from tests.simulators.zgw.helpers import Zaaksysteem, codes, document_body, token

DOCUMENTS = "/documenten/api/v1/enkelvoudiginformatieobjecten"
SECRET = "een-geheim-van-meer-dan-tweeendertig-tekens"
CONTENT = bytes(range(256)) * 10  # 2560 bytes, so three parts of at most 1000


async def _large(zgw: Zaaksysteem) -> dict[str, Any]:
    types = await zgw.types()
    more = {"inhoud": None, "bestandsomvang": len(CONTENT)}
    return await zgw.made(DOCUMENTS, document_body(types["Aangifte"], "GROOT", **more))


async def _put(zgw: Zaaksysteem, part: dict[str, Any], content: bytes) -> httpx.Response:
    return await zgw.http.put(
        part["url"], files={"inhoud": ("deel", content)}, data={"lock": part["lock"]}
    )


async def _put_all(zgw: Zaaksysteem, document: dict[str, Any]) -> None:
    start = 0
    for part in document["bestandsdelen"]:
        answer = await _put(zgw, part, CONTENT[start : start + part["omvang"]])
        assert answer.json()["voltooid"]
        start += part["omvang"]


async def _only_documents(zgw: Zaaksysteem, scopes: list[str]) -> httpx.AsyncClient:
    """A client that may do with documents what `scopes` say, and cannot force an unlock."""
    types = await zgw.types()
    grant = {
        "component": "drc",
        "scopes": scopes,
        "informatieobjecttype": types["Aangifte"],
        "maxVertrouwelijkheidaanduiding": "zeer_geheim",
    }
    body = {"clientIds": ["documenten"], "label": "Documenten", "autorisaties": [grant]}
    await zgw.made("/autorisaties/api/v1/applicaties", body)
    await zgw.control.put("/credentials", json={"clientId": "documenten", "secret": SECRET})
    bearer = token(zgw.simulator.clock.now(), "documenten", SECRET)
    return http_client(
        base_url=zgw.simulator.base_url, headers={"Authorization": f"Bearer {bearer}"}
    )


async def test_parts_are_joined_by_the_unlock_and_can_be_downloaded(zgw: Zaaksysteem) -> None:
    document = await _large(zgw)
    assert [part["omvang"] for part in document["bestandsdelen"]] == [1000, 1000, 560]
    await _put_all(zgw, document)
    answer = await zgw.post(f"{document['url']}/unlock", {"lock": document["lock"]})
    assert answer.status_code == 204
    shown = await zgw.get(document["url"])
    assert (shown["locked"], shown["bestandsdelen"]) == (False, [])
    assert (await zgw.http.get(shown["inhoud"])).content == CONTENT


async def test_a_part_of_the_wrong_size_or_lock_is_refused_and_a_second_time_is_fine(
    zgw: Zaaksysteem,
) -> None:
    part = (await _large(zgw))["bestandsdelen"][0]
    assert codes(await _put(zgw, part, b"kort")) == [("nonFieldErrors", "file-size")]
    wrong = part | {"lock": "0" * 32}
    assert codes(await _put(zgw, wrong, CONTENT[:1000])) == [
        ("nonFieldErrors", "incorrect-lock-id")
    ]
    for _ in range(2):
        assert (await _put(zgw, part, CONTENT[:1000])).status_code == 200
    answer = await zgw.http.put(part["url"], json={})
    assert answer.status_code == 415


async def test_forcing_an_unlock_while_parts_are_missing_throws_the_upload_away(
    zgw: Zaaksysteem,
) -> None:
    document = await _large(zgw)
    part = document["bestandsdelen"][0]
    await _put(zgw, part, CONTENT[:1000])
    answer = await zgw.post(f"{document['url']}/unlock", {"lock": document["lock"]})
    assert answer.status_code == 204
    shown = await zgw.get(document["url"])
    assert (shown["inhoud"], shown["bestandsdelen"]) == (None, [])
    assert (await _put(zgw, part, CONTENT[:1000])).status_code == 404


async def test_without_the_right_to_force_an_incomplete_upload_stays_locked(
    zgw: Zaaksysteem,
) -> None:
    document = await _large(zgw)
    scopes = ["documenten.lezen", "documenten.bijwerken", "documenten.lock"]
    async with await _only_documents(zgw, scopes) as client:
        lock = {"lock": document["lock"]}
        answer = await client.post(f"{document['url']}/unlock", json=lock)
        assert codes(answer) == [("nonFieldErrors", "file-size")]
        answer = await client.post(f"{document['url']}/unlock", json={})
        assert codes(answer) == [("nonFieldErrors", "missing-lock-id")]
        assert (await client.get(document["url"])).json()["locked"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"bestandsomvang": 2}, [("nonFieldErrors", "file-size")]),
        (
            {"ontvangstdatum": "2026-11-20", "status": "in_bewerking"},
            [("status", "invalid_for_received")],
        ),
        ({"informatieobjecttype": "Aangifte"}, [("informatieobjecttype", "bad-url")]),
        ({"titel": "t" * 201}, [("titel", "max_length")]),
        ({"taal": ""}, [("taal", "blank")]),
    ],
)
async def test_a_document_that_breaks_a_rule_is_refused(
    zgw: Zaaksysteem, more: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    types = await zgw.types()
    body = document_body(types["Aangifte"], "D") | more
    assert codes(await zgw.post(DOCUMENTS, body)) == expected
    assert await zgw.effects() == []


async def test_every_change_is_a_version_with_its_own_content(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    document = await zgw.made(DOCUMENTS, document_body(types["Aangifte"], "D"))
    lock = (await zgw.post(f"{document['url']}/lock", {})).json()["lock"]
    changes: list[dict[str, Any]] = [{"titel": "Tweede"}, {"inhoud": "YmI=", "bestandsomvang": 2}]
    for change in changes:
        answer = await zgw.http.patch(document["url"], json=change | {"lock": lock})
        assert answer.status_code == 200
    versions = [await zgw.get(document["url"], versie=str(number)) for number in (1, 2, 3)]
    assert [version["titel"] for version in versions] == ["Titel van D", "Tweede", "Tweede"]
    contents = [(await zgw.http.get(version["inhoud"])).content for version in versions]
    assert contents == [b"a", b"a", b"bb"]
    assert (await zgw.http.get(document["url"], params={"versie": "4"})).status_code == 404


async def test_the_lock_rules_of_a_change(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    document = await zgw.made(DOCUMENTS, document_body(types["Aangifte"], "D"))
    change = {"titel": "x", "lock": "1" * 32}
    assert codes(await zgw.http.patch(document["url"], json=change)) == [
        ("nonFieldErrors", "unlocked")
    ]
    await zgw.post(f"{document['url']}/lock", {})
    assert codes(await zgw.http.patch(document["url"], json=change)) == [
        ("nonFieldErrors", "incorrect-lock-id")
    ]


async def test_a_document_is_found_by_its_natural_key(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    await zgw.made(DOCUMENTS, document_body(types["Aangifte"], "D-1"))
    await zgw.made(DOCUMENTS, document_body(types["Aangifte"], "D-2"))
    found = await zgw.get(DOCUMENTS, identificatie="D-1", bronorganisatie=RSIN)
    assert [row["identificatie"] for row in found["results"]] == ["D-1"]
    answer = await zgw.http.get(DOCUMENTS, params={"onbekend": "1"})
    assert codes(answer) == [("nonFieldErrors", "unknown-parameters")]


async def test_parts_may_come_in_any_order_and_the_whole_is_judged_by_its_hash(
    zgw: Zaaksysteem,
) -> None:
    document = await _large(zgw)
    parts = document["bestandsdelen"]
    for part in reversed(parts):
        start = (part["volgnummer"] - 1) * 1_000
        answer = await _put(zgw, part, CONTENT[start : start + part["omvang"]])
        assert answer.status_code == 200
    lock = {"lock": document["lock"]}
    assert (await zgw.post(f"{document['url']}/unlock", lock)).status_code == 204

    (effect,) = [one for one in await zgw.effects() if one["kind"] == "inhoud"]

    assert effect["key"]["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert effect["key"]["omvang"] == len(CONTENT)


async def test_a_part_of_a_megabyte_is_not_kept_in_the_journal(zgw: Zaaksysteem) -> None:
    content = bytes(1_500_000)
    answer = await zgw.control.put("/options", json={"partSize": len(content)})
    assert answer.json() == {"partSize": len(content)}
    types = await zgw.types()
    body = document_body(types["Aangifte"], "G", inhoud=None, bestandsomvang=len(content))
    (part,) = (await zgw.made(DOCUMENTS, body))["bestandsdelen"]

    assert (await _put(zgw, part, content)).status_code == 200

    put = next(one for one in zgw.simulator.journal.requests if one.method == "PUT")
    assert (put.path, put.body) == (httpx.URL(part["url"]).path, b"")


@pytest.mark.parametrize("wrong", [{}, {"partSize": 0}, {"partSize": "1"}, {"size": 1}, []])
async def test_an_option_that_does_not_exist_is_refused(zgw: Zaaksysteem, wrong: Any) -> None:
    assert (await zgw.control.put("/options", json=wrong)).status_code == 400
