"""What crosses a boundary: canonical messages, identifiers, schemas, and the XML entrance."""

from schemas.canonical import canonical_json, parse_json
from schemas.catalogue import MessageCatalogue, MessageType
from schemas.identifiers import (
    Bsn,
    Gemeentecode,
    InvalidIdentifier,
    KvkNummer,
    Oin,
    Rsin,
    Vestigingsnummer,
    Zaakidentificatie,
)
from schemas.message import Message
from schemas.messagetypes import MESSAGE_TYPES
from schemas.parsing import parse_message
from schemas.payload import Payload
from schemas.problems import FieldProblem, InvalidMessage

__all__ = [
    "MESSAGE_TYPES",
    "Bsn",
    "FieldProblem",
    "Gemeentecode",
    "InvalidIdentifier",
    "InvalidMessage",
    "KvkNummer",
    "Message",
    "MessageCatalogue",
    "MessageType",
    "Oin",
    "Payload",
    "Rsin",
    "Vestigingsnummer",
    "Zaakidentificatie",
    "canonical_json",
    "parse_json",
    "parse_message",
]
