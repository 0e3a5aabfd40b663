"""The zaaksystemen of a chaotic run: which municipality has which, and how the hubs know them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import httpx

ZGW_SECRET: Final = "alleen-voor-demonstratie-nooit-in-productie"
CALLBACK: Final = "Bearer alleen-voor-de-chaos"
STUF_USER: Final = "zaaksysteem"
STUF_PASSWORD: Final = "alleen-voor-de-chaos"
OIN: Final = "00000001002220647000"

ZGW: Final = "zaaksysteem"
PORTAL: Final = "portaal"
"""Speaks ZGW, starts cases of its own, and notifies the hub of everything."""
STUF: Final = "stuf"
"""Speaks StUF-ZDS, and starts cases of its own."""

TENANTS: Final = MappingProxyType(
    {"0344": (PORTAL,), "0363": (STUF,), "0518": (ZGW,), "0599": (ZGW, STUF)}
)
"""Each has destinations of its own, so that the hub processes have something to share."""
STARTING: Final = MappingProxyType({PORTAL: "0344", STUF: "0363"})
"""Whose system starts cases for the core."""

_OUTBOUND: Final = """\
[[destination]]
name = "{name}"
adapter = "{adapter}"
tenant = "{code}"
concurrency = 3
timeout = "5s"
retry = {{ first = "300ms", longest = "2s", look_up_first = "500ms" }}
breaker = {{ threshold = 4, probe_interval = "1s" }}

[destination.settings]
"""
_ZGW_SETTINGS: Final = """\
client_id = "schakel-demo"
secret = "env:SCHAKEL_ZGW_SECRET"
catalogus = { domein = "BURGZ", rsin = "002220647" }
zaken.root = "{url}/zaken/api/v1"
catalogi.root = "{url}/catalogi/api/v1"
documenten.root = "{url}/documenten/api/v1"
"""
_ZGW_POSTROOM: Final = """\
notificaties.root = "{url}/api/v1"
postroom = { callback_auth = "env:SCHAKEL_ZGW_CALLBACK", settle = 1, poll_every = 5 }
"""
_STUF_SETTINGS: Final = """\
profile = "1.1"
ontvang_asynchroon_url = "{url}/OntvangAsynchroon"
beantwoord_vraag_url = "{url}/BeantwoordVraag"
vrije_berichten_url = "{url}/VrijeBerichten"
zender = { applicatie = "SCHAKEL", organisatie = "{code}" }
ontvanger = { applicatie = "ZAAKSYSTEEM", organisatie = "{code}" }
"""
_STUF_POSTROOM: Final = """\
[destination.settings.inbound]
enabled = true
user = "zaaksysteem"
password = "env:SCHAKEL_STUF_PASSWORD"
"""
_ROUTE: Final = """
[[tenant]]
code = "{code}"
name = "Gemeente {code}"

[[route]]
tenant = "{code}"
type = [
  "nl.burgerzaken.zaak.gestart",
  "nl.burgerzaken.zaak.status-gezet",
  "nl.burgerzaken.zaak.document-toegevoegd",
  "nl.burgerzaken.zaak.afgesloten",
]
to = [{names}]
"""
_TO_THE_CORE: Final = """
[[destination]]
name = "kern-{code}"
adapter = "{adapter}"
tenant = "{code}"
{settings}
[[route]]
name = "what a zaaksysteem of {code} starts"
tenant = "{code}"
type = [
  "nl.burgerzaken.zaak.ontvangen",
  "nl.burgerzaken.zaak.wijziging-ontvangen",
  "nl.burgerzaken.zaak.status-ontvangen",
  "nl.burgerzaken.zaak.document-ontvangen",
]
to = ["kern-{code}"]
"""
_OVER_AMQP: Final = """\
timeout = "5s"
retry = { first = "100ms", longest = "1s", look_up_first = "100ms" }
breaker = { threshold = 4, probe_interval = "1s" }
[destination.settings]
url = "env:SCHAKEL_AMQP"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a simulator speaks. In `settings` and `postroom`, {url} and {code} are filled in."""

    adapter: str
    writes: str
    """Path of the calls that change something, as a pattern."""
    settings: str
    postroom: str


KINDS: Final = MappingProxyType(
    {
        "zgw": Kind(
            adapter="zgw",
            writes="/(zaken|documenten)/api/v1/",
            settings=_ZGW_SETTINGS,
            postroom=_ZGW_POSTROOM,
        ),
        "stuf_zds": Kind(
            adapter="stuf_zds",
            writes="/OntvangAsynchroon",
            settings=_STUF_SETTINGS,
            postroom=_STUF_POSTROOM,
        ),
    }
)
SIMULATORS: Final = MappingProxyType({ZGW: "zgw", PORTAL: "zgw", STUF: "stuf_zds"})


@dataclass(slots=True)
class System:
    """One simulator that runs: where it is broken, and where the hubs reach it."""

    name: str
    kind: Kind
    control: httpx.AsyncClient
    url: str
    """Through the proxy."""

    async def get(self, path: str) -> Any:
        return (await self.control.get(path)).raise_for_status().json()

    async def post(self, path: str, body: Any) -> Any:
        return (await self.control.post(path, json=body)).raise_for_status().json()

    async def put(self, path: str, body: Any) -> Any:
        return (await self.control.put(path, json=body)).raise_for_status().json()

    async def delete(self, path: str) -> Any:
        return (await self.control.delete(path)).raise_for_status().json()


def destination(system: str, code: str) -> str:
    return f"{system}-{code}"


def tenants(urls: dict[str, str], *, broker: bool) -> str:
    """TOML of all municipalities, their zaaksystemen at `urls` and their way to the core.

    The core hears of one municipality over the broker, where there is one, and collects what
    there is of the other.
    """
    parts = []
    for code, names in TENANTS.items():
        parts += [_outbound(name, code, urls[name]) for name in names]
        quoted = ", ".join(f'"{destination(name, code)}"' for name in names)
        parts.append(_ROUTE.format(code=code, names=quoted))
    for system, code in STARTING.items():
        over_amqp = broker and system == PORTAL
        adapter, settings = ("core_amqp", _OVER_AMQP) if over_amqp else ("inbox", "")
        parts.append(_TO_THE_CORE.format(code=code, adapter=adapter, settings=settings))
    return "\n".join(parts)


def _outbound(system: str, code: str, url: str) -> str:
    kind = KINDS[SIMULATORS[system]]
    name = destination(system, code)
    settings = kind.settings + (kind.postroom if STARTING.get(system) == code else "")
    filled = settings.replace("{url}", url).replace("{code}", code)
    return _OUTBOUND.format(name=name, adapter=kind.adapter, code=code) + filled
