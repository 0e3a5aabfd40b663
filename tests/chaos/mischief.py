"""Everything that is done to a cluster, by name. The names are those of the reliability page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Final

from adapters._kit.amqp import AmqpConnection, AmqpError, Properties
from schakel.amqp.events import STRUCTURED
from schakel.amqp.topology import OUTBOUND
from tests import services
from tests.chaos.cluster import Cluster
from tests.chaos.faults import faults
from tests.chaos.network import Network
from tests.chaos.systems import PORTAL, STUF, System

Mischief = Callable[[Cluster, Random], Awaitable[None]]

KILL: Final = "kill -9"
_KILLS: Final = 6
"""How much likelier a kill is than any one other mischief."""


def mischief(cluster: Cluster, random: Random) -> tuple[str, Mischief]:
    """What is done next, and its name. One zaaksysteem at a time has something to fear."""
    table = dict(_PROCESS)
    system = random.choice([*cluster.systems.values()])
    for name in sorted(cluster.proxies.keys() - (cluster.systems.keys() - {system.name})):
        table |= {f"{name}: {what}": _to(name, act) for what, act in _NETWORK.items()}
    if "database" in cluster.proxies:
        table |= _DATABASE
    if "broker" in cluster.proxies:
        table |= _BROKER
    known = faults(random.randrange(1_000_000), system.kind.writes)
    table |= {f"{system.name}: {name}": _scripted(system, rule) for name, rule in known.items()}
    table |= _OWN.get(system.name, {})
    name = random.choice([*table, *[KILL] * _KILLS])
    return name, table[name]


# --- processes ---


async def _kill(cluster: Cluster, random: Random) -> None:
    cluster.kill(random.choice(cluster.hubs))


async def _kill_all(cluster: Cluster, _random: Random) -> None:
    for hub in cluster.hubs:
        cluster.kill(hub)


async def _terminate(cluster: Cluster, random: Random) -> None:
    cluster.terminate(random.choice(cluster.hubs))


async def _freeze(cluster: Cluster, random: Random) -> None:
    """Shorter or longer than a lease."""
    await cluster.freeze(random.choice(cluster.hubs), random.choice([0.3, 3.0, 14.0]))


async def _calm(cluster: Cluster, _random: Random) -> None:
    await cluster.calm()


_PROCESS: Final[Mapping[str, Mischief]] = {
    KILL: _kill,
    "kill -9 of all": _kill_all,
    "SIGTERM": _terminate,
    "stop and go": _freeze,
    "calm": _calm,
}


# --- networks ---


async def _refused(proxy: Network, random: Random) -> None:
    """The server is restarted, or another takes its place."""
    await proxy.refuse()
    await asyncio.sleep(random.uniform(0.5, 6.0))
    await proxy.start()


async def _cut(proxy: Network, _random: Random) -> None:
    proxy.cut()


async def _closed(proxy: Network, _random: Random) -> None:
    proxy.cut(reset=False)


async def _route_lost(proxy: Network, random: Random) -> None:
    """Nothing comes through and nobody is told."""
    proxy.pause()
    await asyncio.sleep(random.uniform(0.5, 8.0))
    proxy.resume()


async def _latency(proxy: Network, random: Random) -> None:
    proxy.latency = random.uniform(0.02, 0.2)
    await asyncio.sleep(2)
    proxy.latency = 0.0


async def _narrow(proxy: Network, _random: Random) -> None:
    proxy.bandwidth = 20_000.0
    await asyncio.sleep(2)
    proxy.bandwidth = None


async def _sliced(proxy: Network, _random: Random) -> None:
    proxy.slice = 11
    await asyncio.sleep(1)
    proxy.slice = None


async def _answers_lost(proxy: Network, random: Random) -> None:
    """What is sent arrives; the answers do not, and then the connections are reset."""
    proxy.deaf = True
    await asyncio.sleep(random.uniform(0.05, 2.0))
    proxy.cut()
    proxy.deaf = False


async def _half_an_answer(proxy: Network, random: Random) -> None:
    proxy.half_answer = random.randrange(1, 60)
    await asyncio.sleep(0.5)
    proxy.half_answer = None


_NETWORK: Final[Mapping[str, Callable[[Network, Random], Awaitable[None]]]] = {
    "refused": _refused,
    "reset": _cut,
    "closed": _closed,
    "route lost": _route_lost,
    "latency": _latency,
    "low bandwidth": _narrow,
    "sliced bytes": _sliced,
    "answers lost": _answers_lost,
    "half an answer": _half_an_answer,
}


def _to(name: str, act: Callable[[Network, Random], Awaitable[None]]) -> Mischief:
    async def do(cluster: Cluster, random: Random) -> None:
        await act(cluster.proxies[name], random)

    return do


# --- the database, the broker, the zaaksystemen ---


async def _unknown_commit(cluster: Cluster, _random: Random) -> None:
    """The server commits, and the connection breaks before it could say so."""
    cluster.proxies["database"].cut_after_caller_sends(b"COMMIT")
    await asyncio.sleep(1)


async def _backends_ended(cluster: Cluster, _random: Random) -> None:
    """As an administrator, or a failover, ends them."""
    name = cluster.store_url.rpartition("/")[2]
    await services.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        database=name,
    )


async def _lock_held(cluster: Cluster, random: Random) -> None:
    """Somebody has a table to himself for a moment, as a careless migration would."""
    name = cluster.store_url.rpartition("/")[2]
    await services.execute(
        f"BEGIN; LOCK TABLE delivery IN ACCESS EXCLUSIVE MODE;"
        f" SELECT pg_sleep({random.uniform(0.2, 3.0)}); COMMIT",
        database=name,
    )


_DATABASE: Final[Mapping[str, Mischief]] = {
    "database: cut between commit and answer": _unknown_commit,
    "database: backends ended": _backends_ended,
    "database: table locked": _lock_held,
}


async def _poison(cluster: Cluster, random: Random) -> None:
    """Messages that no hub can take; they must not keep the others from coming through."""
    assert cluster.amqp_url is not None
    connection = AmqpConnection(cluster.amqp_url, name="poisoner")
    connection.open()
    bodies = [b"", b"{", b"[]", b"\xff\xfe", json.dumps({"specversion": "1.0"}).encode()]
    try:
        await connection.ready(5)
        for body in random.sample(bodies, 3):
            await connection.publish(OUTBOUND, "poison", body, Properties(content_type=STRUCTURED))
    except AmqpError:
        return  # a poisoner has bad days too
    finally:
        await connection.close()


_BROKER: Final[Mapping[str, Mischief]] = {"broker: poison": _poison}


def _scripted(system: System, rule: dict[str, object]) -> Mischief:
    async def do(cluster: Cluster, _random: Random) -> None:
        await cluster.script(system.name, rule | {"times": None})

    return do


async def _notified_badly(cluster: Cluster, random: Random) -> None:
    """At least once, and in any order: no more is promised of a notification."""
    await cluster.notifications(double=0.5, swap=0.3, seed=random.randrange(1_000_000))


async def _notified_at_times(cluster: Cluster, random: Random) -> None:
    """Notifications can get lost; the standard says so."""
    await cluster.notifications(drop=0.5, seed=random.randrange(1_000_000))


async def _refused_for_now(cluster: Cluster, random: Random) -> None:
    code = random.choice(["StUF046", "StUF049", "StUF058", "StUF061"])
    await cluster.refusals({"code": code, "times": random.randint(1, 10)})


_OWN: Final[Mapping[str, Mapping[str, Mischief]]] = {
    PORTAL: {
        "portaal: notifications doubled and swapped": _notified_badly,
        "portaal: notifications lost": _notified_at_times,
    },
    STUF: {"stuf: refused for now": _refused_for_now},
}
