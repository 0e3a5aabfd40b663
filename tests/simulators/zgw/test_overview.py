from tests.simulators.zgw.helpers import Zaaksysteem, document_body


async def test_the_page_shows_cases_with_status_roles_and_documents(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "BZ-2026-1")
    parts = {
        "/zaken/api/v1/statussen": {
            "statustype": types["In behandeling"],
            "datumStatusGezet": "2026-11-23T08:00:00Z",
        },
        "/zaken/api/v1/rollen": {
            "betrokkeneType": "medewerker",
            "roltype": types["Behandelaar"],
            "roltoelichting": "",
            "betrokkeneIdentificatie": {"identificatie": "mw1"},
        },
        "/zaken/api/v1/resultaten": {"resultaattype": types["Verwerkt"]},
    }
    for path, body in parts.items():
        await zgw.made(path, {"zaak": zaak["url"], **body})
    documents = "/documenten/api/v1/enkelvoudiginformatieobjecten"
    for number, titel in enumerate(("Brief <1>", "Los blad")):
        body = document_body(types["Aangifte"], f"D-{number}", titel=titel)
        eio = await zgw.made(documents, body)
        if number == 0:
            link = {"zaak": zaak["url"], "informatieobject": eio["url"]}
            await zgw.made("/zaken/api/v1/zaakinformatieobjecten", link)
    page = (await zgw.control.get("/")).text
    row = "".join(
        f"<td>{text}</td>"
        for text in (
            *("BZ-2026-1", "Verhuizing binnen de gemeente", "In behandeling", "Verwerkt"),
            *("Behandelaar", "Brief &lt;1&gt;", "open"),
        )
    )
    assert row in page
    assert "<td>D-1</td><td>Los blad</td>" in page
    assert "<td>D-0</td>" not in page
