"""The zaaksystemen that a demo can play with: which simulator, and how the hub is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

ZGW_CLIENT: Final = "schakel-demo"
ZGW_SECRET: Final = "alleen-voor-demonstratie-nooit-in-productie"  # noqa: S105 - public by intent
CALLBACK: Final = "Bearer alleen-voor-demonstratie"
STUF_USER: Final = "zaaksysteem"
STUF_PASSWORD: Final = "alleen-voor-demonstratie"  # noqa: S105 - public by intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One simulated zaaksysteem. In `settings`, `{url}` stands for its address."""

    simulator: str
    """Its name for `schakel simulate`."""
    adapter: str
    settings: str = field(repr=False)
    """TOML of `[destination.settings]` and what is below it."""
    writes: str
    """Path of the calls that change something, as a pattern: whose answers get lost."""
    faulty: bool
    """It refuses a status in the future by itself, so that one message of the story is parked."""
    refusal: Mapping[str, Any] | None = None
    """Where it is not `faulty`: what the simulator is asked to refuse once (POST /refusals)."""


ZGW: Final = Cast(
    simulator="zgw",
    adapter="zgw",
    settings="""\
[destination.settings]
client_id = "schakel-demo"
secret = "env:SCHAKEL_DEMO_SECRET"
catalogus = { domein = "BURGZ", rsin = "002220647" }
notificaties.root = "{url}/api/v1"
postroom = { callback_auth = "env:SCHAKEL_DEMO_CALLBACK", settle = 1, poll_every = 5 }
zaken.root = "{url}/zaken/api/v1"
catalogi.root = "{url}/catalogi/api/v1"
documenten.root = "{url}/documenten/api/v1"
""",
    writes="/(zaken|documenten)/api/v1/",
    faulty=True,
)

STUF: Final = Cast(
    simulator="stuf_zds",
    adapter="stuf_zds",
    settings="""\
[destination.settings]
profile = "1.1"
ontvang_asynchroon_url = "{url}/OntvangAsynchroon"
beantwoord_vraag_url = "{url}/BeantwoordVraag"
vrije_berichten_url = "{url}/VrijeBerichten"
zender = { applicatie = "SCHAKEL", organisatie = "0344" }
ontvanger = { applicatie = "ZAAKSYSTEEM", organisatie = "0344" }

[destination.settings.inbound]
enabled = true
user = "zaaksysteem"
password = "env:SCHAKEL_DEMO_STUF_PASSWORD"
""",
    writes="/OntvangAsynchroon",
    faulty=False,
    refusal=MappingProxyType({"code": "StUF055", "operation": "actualiseerZaakstatus"}),
)


ENVIRONMENT: Final = {
    "SCHAKEL_DEMO_SECRET": ZGW_SECRET,
    "SCHAKEL_DEMO_CALLBACK": CALLBACK,
    "SCHAKEL_DEMO_STUF_PASSWORD": STUF_PASSWORD,
}

TO_THE_CORE: Final = """
[[destination]]
name = "kern"
adapter = "inbox"
tenant = "0344"

[[route]]
name = "wat het zaaksysteem begint"
type = [
  "nl.burgerzaken.zaak.ontvangen",
  "nl.burgerzaken.zaak.wijziging-ontvangen",
  "nl.burgerzaken.zaak.status-ontvangen",
  "nl.burgerzaken.zaak.document-ontvangen",
]
tenant = "0344"
to = ["kern"]
"""
