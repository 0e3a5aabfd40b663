"""What the AMQP entrance tells Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from continuity.store.records import Conflict
from schakel.intake import Published, Refused


class IngressMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        results = Counter(
            "schakel_amqp_messages",
            "Messages taken from RabbitMQ: new, duplicate, conflict or refused.",
            ("result",),
            registry=registry,
        )
        self._new = results.labels("new")
        self._duplicate = results.labels("duplicate")
        self._conflict = results.labels("conflict")
        self.refused = results.labels("refused")
        self.redelivered = Counter(
            "schakel_amqp_redelivered",
            "Messages that RabbitMQ delivered before, to this process or another.",
            registry=registry,
        )
        self.connected = Gauge(
            "schakel_amqp_connected",
            "Whether this process has its connection to RabbitMQ: 1 or 0.",
            registry=registry,
        )
        self.asks = Counter(
            "schakel_amqp_asks",
            "Questions over RabbitMQ: answered, problem or dropped.",
            ("result",),
            registry=registry,
        )

    def count(self, outcome: Published | Conflict | Refused) -> None:
        if isinstance(outcome, Conflict):
            self._conflict.inc()
        elif isinstance(outcome, Refused):
            self.refused.inc()
        elif outcome.new:
            self._new.inc()
        else:
            self._duplicate.inc()
