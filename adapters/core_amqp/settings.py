"""Settings of a core application that is reached through RabbitMQ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from adapters._kit.amqp import check_amqp_url
from schemas import FieldProblem
from schemas.payload import broken


class CoreAmqpSettings(BaseModel):
    """Everything about one broker; shown in docs/adapters/core_amqp.md."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: SecretStr = Field(
        description="Address of the broker with user, password and virtual host: "
        "amqps://user:password@host:5671/vhost. From the environment or a file."
    )
    exchange: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,127}$")] = Field(
        default="schakel.inbound",
        description="Topic exchange to publish to; the routing key is the message's type.",
    )
    declare: bool = Field(
        default=True,
        description="Make the exchange when it is not there. False: it must exist already, and the "
        "hub's user needs no right to configure.",
    )
    max_bytes: int = Field(
        default=16 << 20,
        ge=1 << 10,
        le=128 << 20,
        description="Bytes of a message at most; a broker closes the channel on one above its own "
        "max_message_size.",
    )
    connect_timeout: float = Field(
        default=5.0,
        gt=0,
        le=60,
        description="Seconds that an attempt waits for a connection; nothing was sent after it.",
    )
    heartbeat: int = Field(
        default=20,
        ge=5,
        le=300,
        description="Seconds after which a silent broker is asked whether it is there; after "
        "twice this it counts as gone.",
    )
    ca_file: Path | None = Field(
        default=None,
        description="PEM file with the certificate authorities to trust instead of the system's.",
    )
    client_certificate: Path | None = Field(
        default=None, description="PEM file with our certificate (chain), such as PKIoverheid."
    )
    client_key: Path | None = Field(
        default=None,
        description="PEM file with the key of client_certificate; default: in the same file.",
    )
    allow_plain: bool = Field(
        default=False,
        description="Allow amqp:// to another machine: personal data then travels unencrypted.",
    )

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        try:
            check_amqp_url(self.url.get_secret_value(), allow_plain=self.allow_plain)
        except ValueError as err:
            problem = FieldProblem("url", "url", f"This cannot be: {err}.")
            raise broken("CoreAmqpSettings", [problem]) from None
        return self
