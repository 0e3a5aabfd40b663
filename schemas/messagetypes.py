"""The message types of the hub."""

from __future__ import annotations

from typing import Final

from schemas import adres, aflevering, bericht, postroom, terugmelding, zaak
from schemas.catalogue import MessageCatalogue, MessageType
from schemas.zaakidentificatie import ZaakIdentificatieToegekend

_ZAAK: Final = "nl.burgerzaken.zaak."
_AFLEVERING: Final = "nl.burgerzaken.aflevering."
_BERICHT: Final = "nl.burgerzaken.bericht."
_TERUGMELDING: Final = "nl.burgerzaken.terugmelding."

ONTVANGST: Final = "nl.burgerzaken.ontvangst.gemeld"
"""What came in from an external system, on its way to the adapter that works it out."""

MESSAGE_TYPES: Final = MessageCatalogue(
    (
        MessageType(
            name=_ZAAK + "gestart",
            payload=zaak.ZaakGestart,
            summary="A case was opened: make it known to the zaaksysteem with all that is known.",
        ),
        MessageType(
            name=_ZAAK + "bijgewerkt",
            payload=zaak.ZaakBijgewerkt,
            summary="Details of a case changed; what is absent stays as it is.",
        ),
        MessageType(
            name=_ZAAK + "status-gezet",
            payload=zaak.ZaakStatusGezet,
            summary="A case got its next status.",
        ),
        MessageType(
            name=_ZAAK + "document-toegevoegd",
            payload=zaak.ZaakDocumentToegevoegd,
            summary="A document was added to a case, inside the message or by reference.",
        ),
        MessageType(
            name=_ZAAK + "document-bijgewerkt",
            payload=zaak.ZaakDocumentBijgewerkt,
            summary="A document of a case got a new version.",
        ),
        MessageType(
            name=_ZAAK + "besluit-vastgesteld",
            payload=zaak.ZaakBesluitVastgesteld,
            summary="A decision was taken in a case.",
        ),
        MessageType(
            name=_ZAAK + "document-ontkoppeld",
            payload=zaak.ZaakDocumentOntkoppeld,
            summary="A document no longer belongs to a case.",
        ),
        MessageType(
            name=_ZAAK + "besluit-bijgewerkt",
            payload=zaak.ZaakBesluitBijgewerkt,
            summary="A decision in a case changed; what is absent stays as it is.",
        ),
        MessageType(
            name=_ZAAK + "afgesloten",
            payload=zaak.ZaakAfgesloten,
            summary="A case was closed with a result.",
        ),
        MessageType(
            name=_ZAAK + "heropend",
            payload=zaak.ZaakHeropend,
            summary="A case that was closed goes on.",
        ),
        MessageType(
            name=_ZAAK + "overdracht-beantwoord",
            payload=postroom.ZaakOverdrachtBeantwoord,
            summary="We do, or do not, take over a case that a zaaksysteem asked us to handle.",
        ),
        MessageType(
            name="nl.burgerzaken.berichtenbox.gevraagd",
            payload=bericht.BerichtenboxGevraagd,
            summary="A letter is to be put in somebody's Berichtenbox.",
        ),
        MessageType(
            name=_BERICHT + "afgeleverd",
            payload=bericht.BerichtAfgeleverd,
            summary="A citizen can find what was sent, with the proof of it. From the hub to the "
            "core.",
            from_hub=True,
        ),
        MessageType(
            name=_BERICHT + "niet-afgeleverd",
            payload=bericht.BerichtNietAfgeleverd,
            summary="What was sent to a citizen did not arrive, and will not. From the hub to the "
            "core.",
            from_hub=True,
        ),
        MessageType(
            name=_BERICHT + "vertraagd",
            payload=bericht.BerichtVertraagd,
            summary="Nobody has said in time whether a citizen got it. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_TERUGMELDING + "gedaan",
            payload=terugmelding.TerugmeldingGedaan,
            summary="We doubt what the BRP says of somebody, and report it.",
        ),
        MessageType(
            name=_TERUGMELDING + "ingetrokken",
            payload=terugmelding.TerugmeldingIngetrokken,
            summary="We take back what we reported about somebody.",
        ),
        MessageType(
            name=_TERUGMELDING + "beantwoord",
            payload=terugmelding.TerugmeldingBeantwoord,
            summary="We took up, or settled, what others reported to us.",
        ),
        MessageType(
            name=_TERUGMELDING + "ontvangen",
            payload=terugmelding.TerugmeldingOntvangen,
            summary="Others doubt something about an inhabitant. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_TERUGMELDING + "gewijzigd",
            payload=terugmelding.TerugmeldingGewijzigd,
            summary="A terugmelding goes on. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_TERUGMELDING + "termijn-nadert",
            payload=terugmelding.TerugmeldingTermijnNadert,
            summary="The term of a terugmelding is nearly over. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_TERUGMELDING + "termijn-verstreken",
            payload=terugmelding.TerugmeldingTermijnVerstreken,
            summary="The term of a terugmelding is over. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name="nl.burgerzaken.adres.gewijzigd",
            payload=adres.AdresGewijzigd,
            summary="An address changed in the BAG. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_ZAAK + "ontvangen",
            payload=postroom.ZaakOntvangen,
            summary="A case was started in a zaaksysteem. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_ZAAK + "wijziging-ontvangen",
            payload=postroom.ZaakWijzigingOntvangen,
            summary="A case of a zaaksysteem was changed there. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_ZAAK + "status-ontvangen",
            payload=postroom.ZaakStatusOntvangen,
            summary="A case got a status in a zaaksysteem. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_ZAAK + "document-ontvangen",
            payload=postroom.ZaakDocumentOntvangen,
            summary="A document came to a case in a zaaksysteem. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_ZAAK + "overdracht-gevraagd",
            payload=postroom.ZaakOverdrachtGevraagd,
            summary="A zaaksysteem asks us to take over a case. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=ONTVANGST,
            payload=postroom.OntvangstGemeld,
            summary="Something came in and is still to be worked out; inside the hub only.",
            from_hub=True,
            internal=True,
        ),
        MessageType(
            name=_ZAAK + "identificatie-toegekend",
            payload=ZaakIdentificatieToegekend,
            summary="A case has got its definitive number. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_AFLEVERING + "geslaagd",
            payload=aflevering.AfleveringGeslaagd,
            summary="A destination has a message. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_AFLEVERING + "geparkeerd",
            payload=aflevering.AfleveringGeparkeerd,
            summary="A delivery stands still until an operator acts. From the hub to the core.",
            from_hub=True,
        ),
        MessageType(
            name=_AFLEVERING + "verlopen",
            payload=aflevering.AfleveringVerlopen,
            summary="A message could not be delivered in time and is given up. From the hub to the "
            "core.",
            from_hub=True,
        ),
        MessageType(
            name=_AFLEVERING + "vervallen",
            payload=aflevering.AfleveringVervallen,
            summary="An operator decided that a message need not be delivered. From the hub to the "
            "core.",
            from_hub=True,
        ),
    )
)

FROM_HUB: Final = frozenset(name for name, each in MESSAGE_TYPES.items() if each.from_hub)
"""Types that only the hub itself publishes."""

INTERNAL: Final = frozenset(name for name, each in MESSAGE_TYPES.items() if each.internal)
"""Types that never leave the hub: no route can want them."""
