"""From `[protocol]` to how long the protocol log is kept, and the keys of persons in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import Field, SecretStr

from continuity.keyring import protocol_key, read_key
from schakel.protocolling import DEFAULT_KEEP, ProtocolSettings
from schakel.settings.sections import Section
from schakel.settings.units import Duration


class ProtocolSection(Section):
    """`[protocol]`: the log of what was asked about whom. The section may be left out.

    Without `keys` the hashes of persons are made with a key that comes from `index_key`.
    """

    keep: Annotated[Duration, Field(ge=timedelta(days=1))] = Field(
        default=DEFAULT_KEEP,
        description="How long an entry is kept; twenty years is what the BRP asks of whoever gives "
        "its data out.",
    )
    keys: tuple[SecretStr, ...] = Field(
        default=(),
        description="Where the keys of the hashes are, in the order in which they were made: the "
        "last one hashes, all of them find. As `schakel keys make-data-key` prints them.",
    )


def read_protocol(
    section: ProtocolSection, index_key: SecretStr | None, problems: list[tuple[str, str]]
) -> ProtocolSettings:
    """`problems` gets what is wrong; the settings must not be used then."""
    keys = []
    for number, one in enumerate(section.keys, start=1):
        try:
            keys.append(protocol_key(read_key(one.get_secret_value())))
        except ValueError as error:
            problems.append((f"keys[{number}]", str(error)))
    if keys or section.keys:
        return ProtocolSettings(keep=section.keep, keys=tuple(keys))
    if index_key is None:
        return replace(ProtocolSettings.trial(), keep=section.keep)
    try:
        own = protocol_key(read_key(index_key.get_secret_value()))
    except ValueError:  # said at [security], where it stands
        return ProtocolSettings.trial()
    return ProtocolSettings(keep=section.keep, keys=(own,))
