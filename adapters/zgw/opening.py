"""Opening a case with everything that is known of it, and changing it afterwards."""

from __future__ import annotations

from adapters.zgw import parties, resources, translate
from adapters.zgw.cases import other_case
from adapters.zgw.statuses import first_status
from adapters.zgw.steps import Step, Task
from adapters.zgw.work import OPENING, Body, Work
from schemas import Message
from schemas.zaak import ZaakBijgewerkt, ZaakGestart


def open_case(message: Message, data: ZaakGestart) -> tuple[Task, ...]:
    async def render(work: Work) -> Body:
        zaaktype = await work.catalogue.zaaktype(data.zaaktype, data.startdatum)
        hoofdzaak, head = None, data.hoofdzaak
        if head is not None:
            number, owner = head.zaakidentificatie, head.bronorganisatie or data.bronorganisatie
            hoofdzaak = await other_case(work.client, number, owner, "hoofdzaak")
        relevante = []
        for other in data.relevante_zaken:
            number, owner = other.zaakidentificatie, other.bronorganisatie or data.bronorganisatie
            url = await other_case(work.client, number, owner, "relevante-zaak")
            relevante.append((url, other.aard))
        return translate.zaak_body(
            message.id,
            data,
            zaaktype,
            hoofdzaak=hoofdzaak,
            relevante=relevante,
            own_numbers=work.own_numbers,
        )

    steps: list[Task] = [Step(name=OPENING, resource=resources.ZAAK, render=render)]
    if data.initiator is not None:
        steps.append(parties.initiator(data.initiator))
    steps += parties.added_roles(data.rollen)
    steps += map(parties.first_property, data.eigenschappen)
    steps += parties.added_objects(data.objecten)
    if data.status is not None:
        steps.append(first_status(data.status, message.time))
    return tuple(steps)


def change_case(data: ZaakBijgewerkt) -> tuple[Task, ...]:
    """The case itself first; whoever leaves goes before anybody comes."""
    changes = translate.zaak_changes(data)

    async def render(_: Work) -> Body:
        return changes

    steps: list[Task] = []
    if changes:
        steps.append(
            Step(name="wijziging", resource=resources.ZAAK_ITSELF, render=render, method="PATCH")
        )
    steps += map(parties.changed_property, data.eigenschappen or ())
    steps += parties.removed_roles(data.rollen_verwijderd or ())
    steps += parties.added_roles(data.rollen_toegevoegd or ())
    steps += parties.added_objects(data.objecten_toegevoegd or ())
    return tuple(steps)
