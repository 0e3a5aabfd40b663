from typing import Any

from tests.simulators.zgw.helpers import Zaaksysteem, codes, document_body

DOCUMENTS = "/documenten/api/v1/enkelvoudiginformatieobjecten"
TERMS = "/documenten/api/v1/gebruiksrechten"


async def _document(zgw: Zaaksysteem) -> dict[str, Any]:
    types = await zgw.types()
    body = document_body(types["Aangifte"], "D")
    return dict(await zgw.made(DOCUMENTS, {**body, "indicatieGebruiksrecht": None}))


def _terms(document: str) -> dict[str, Any]:
    return {
        "informatieobject": document,
        "startdatum": "2026-11-01T23:00:00Z",
        "omschrijvingVoorwaarden": "Intern",
    }


async def test_the_indicatie_of_a_document_follows_its_terms(zgw: Zaaksysteem) -> None:
    document = await _document(zgw)
    assert document["indicatieGebruiksrecht"] is None
    made = await zgw.made(TERMS, _terms(document["url"]))
    assert (await zgw.get(document["url"]))["indicatieGebruiksrecht"] is True
    assert await zgw.get(TERMS, informatieobject=document["url"]) == [made]
    assert (await zgw.get(made["url"])) == made
    assert (await zgw.http.delete(made["url"])).status_code == 204
    assert (await zgw.get(document["url"]))["indicatieGebruiksrecht"] is None
    assert (await zgw.http.delete(made["url"])).status_code == 404
    kinds = [effect["kind"] for effect in await zgw.effects()]
    assert kinds == ["document", "gebruiksrecht", "gebruiksrecht_verwijderd"]


async def test_terms_need_words_and_a_document(zgw: Zaaksysteem) -> None:
    document = await _document(zgw)
    empty = {**_terms(document["url"]), "omschrijvingVoorwaarden": ""}
    assert codes(await zgw.post(TERMS, empty)) == [("omschrijvingVoorwaarden", "blank")]
    nowhere = _terms(document["url"][:-1] + "x")
    assert codes(await zgw.post(TERMS, nowhere)) == [("informatieobject", "does_not_exist")]


async def test_a_new_version_of_large_content_has_parts_until_it_is_unlocked(
    zgw: Zaaksysteem,
) -> None:
    document = await _document(zgw)
    url = document["url"]
    lock = (await zgw.post(f"{url}/lock", {})).json()["lock"]
    body = {"lock": lock, "inhoud": None, "bestandsomvang": 3}
    changed = (await zgw.http.patch(url, json=body)).json()
    assert changed["versie"] == 2
    assert changed["inhoud"] is None
    (part,) = changed["bestandsdelen"]
    sent = await zgw.http.put(part["url"], data={"lock": lock}, files={"inhoud": b"new"})
    assert sent.status_code == 200
    assert (await zgw.post(f"{url}/unlock", {"lock": lock})).status_code == 204
    now = await zgw.get(url)
    assert now["bestandsdelen"] == []
    assert (await zgw.http.get(now["inhoud"])).content == b"new"
    first = await zgw.get(url, versie="1")
    assert (await zgw.http.get(first["inhoud"])).content != b"new"
