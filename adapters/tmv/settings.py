"""Settings of a connection to the Terugmeldvoorziening."""

from __future__ import annotations

from datetime import date, time

from pydantic import Field

from adapters._kit.digikoppeling.settings import WusSettings


class TmvSettings(WusSettings):
    """Where terugmeldingen go, and how those of others about our inhabitants are followed."""

    gemeente: str = Field(
        pattern=r"^[0-9]{4}$", description="Our gemeentecode: its dossiers are ours to settle."
    )
    look_every_minutes: float | None = Field(
        default=15,
        ge=0.01,
        le=1440,
        description="Minutes between two looks for dossiers; null: none are looked for.",
    )
    look_back_days: int = Field(
        default=10, ge=1, le=90, description="How many days back the first look goes."
    )
    follow_every_hours: float = Field(
        default=12, ge=0.01, le=168, description="Hours between two looks at a dossier of our own."
    )
    remind_at: time = Field(
        default=time(8, 0),
        description="Local time of the reminders on working day 4 and 5.",
    )
    sluitingsdagen: frozenset[date] = Field(
        default=frozenset(),
        description="Days on which the town hall is closed and the term should not count, beside "
        "those of the Algemene termijnenwet. Whether they put the term off is yours to judge.",
    )
