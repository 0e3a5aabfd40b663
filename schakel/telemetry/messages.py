"""How many messages publishers brought, and what became of them at the door."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter


class MessageCounter:
    def __init__(self, registry: CollectorRegistry) -> None:
        counter = Counter(
            "schakel_messages",
            "Messages brought by publishers: new, duplicate, conflict or refused.",
            ("result",),
            registry=registry,
        )
        self.new = counter.labels("new")
        self.duplicate = counter.labels("duplicate")
        self.conflict = counter.labels("conflict")
        self.refused = counter.labels("refused")
