"""The relation `heeft`: a status of a case."""

from __future__ import annotations

from adapters._kit.stuf.names import Profile
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.build import Markup, Part, element, entity, nil, status_moment, text
from schemas.zaak import ZaakHeropend, ZaakStatusGezet


def heeft(
    data: ZaakStatusGezet | ZaakHeropend,
    *,
    zaaktype: str | None,
    vocabulary: Vocabulary,
    profile: Profile,
) -> Markup:
    """Return the relation to a status."""
    kind = vocabulary.statustype(zaaktype, data.statustype)
    number = text("ZKN:volgnummer", kind.volgnummer)
    if number is None and profile == "1.2":
        number = nil("ZKN:volgnummer", "waardeOnbekend")
    return entity(
        "ZKN:heeft",
        "ZAKSTT",
        "T",
        entity(
            "ZKN:gerelateerde",
            "STT",
            "I",
            None if zaaktype is None else text("ZKN:zkt.code", vocabulary.zaaktype(zaaktype).code),
            number,
            text("ZKN:code", kind.code),
            text("ZKN:omschrijving", kind.omschrijving),
        ),
        text("ZKN:toelichting", data.toelichting),
        text("ZKN:datumStatusGezet", status_moment(data.datum_status_gezet)),
        _gezet_door(vocabulary.gezet_door, profile),
    )


def no_status(profile: Profile) -> Part:
    """Return what the old object says of statuses: 1.2 wants the relation, empty."""
    if profile == "1.1":
        return None
    return nil("ZKN:heeft", entiteittype="ZAKSTT", verwerkingssoort="T")


def _gezet_door(department: str | None, profile: Profile) -> Part:
    if department is not None:
        number = text("ZKN:identificatie", department)
        who = entity("ZKN:organisatorischeEenheid", "OEH", "I", number)
        gerelateerde = element("ZKN:gerelateerde", who)
        return entity("ZKN:isGezetDoor", "ZAKSTTBTR", "T", gerelateerde)
    if profile == "1.1":
        return None
    return nil("ZKN:isGezetDoor", "waardeOnbekend", entiteittype="ZAKSTTBTR", verwerkingssoort="T")
