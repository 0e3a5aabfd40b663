"""Lenient readers: elements of StUF-ZKN, as real systems send them, to the JSON of our models.

Both profiles, any prefix, any order of elements, the names that the specification text has in place
of those of the schema (Q18), empty elements for no value. Nothing is refused here: what cannot be
taken over is named in `opmerkingen`, as path and reason, never with the value.

| function        | form of the model                                                             |
|-----------------|-------------------------------------------------------------------------------|
| zaak_beeld      | ZaakBeeld                                                                     |
| zaak_ontvangen  | ZaakOntvangen, without `bestemming`                                           |
| document_beeld  | DocumentBeeld                                                                 |
| status_beelden  | StatusOntvangen, each; the last status first                                  |
| besluit_beeld   | BesluitBeeld                                                                  |
| rol_beeld       | RolOntvangen                                                                  |
"""

from __future__ import annotations

from adapters.stuf_zds.readers.besluit import besluit_beeld, besluiten_van
from adapters.stuf_zds.readers.betrokkene import rol_beeld, rollen_van
from adapters.stuf_zds.readers.document import document_beeld, documenten_van, inhoud_van
from adapters.stuf_zds.readers.nodes import Opmerkingen
from adapters.stuf_zds.readers.status import status_beeld, status_beelden
from adapters.stuf_zds.readers.zaak import zaak_beeld, zaak_ontvangen

__all__ = [
    "Opmerkingen",
    "besluit_beeld",
    "besluiten_van",
    "document_beeld",
    "documenten_van",
    "inhoud_van",
    "rol_beeld",
    "rollen_van",
    "status_beeld",
    "status_beelden",
    "zaak_beeld",
    "zaak_ontvangen",
]
