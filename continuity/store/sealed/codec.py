"""The records of the contract, sealed on the way in and opened on the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from continuity.keyring import MissingKey, StoreKeys, Unreadable
from continuity.store.records import (
    Delivery,
    DeliveryFilter,
    Difference,
    Document,
    Edit,
    Fault,
    Head,
    Identity,
    IdentityFilter,
    InboxItem,
    NewDifference,
    NewIdentity,
    NewMessage,
    NewReception,
    Outcome,
    PlannedRow,
    Reception,
    StoredMessage,
    StoredStep,
    Told,
    Work,
)
from continuity.store.rules import DAMAGED, KEY_MISSING
from continuity.store.sealed.kinds import Kind

UNREADABLE: Final = "(unreadable)"
"""Stands in lists for what cannot be decrypted, so that one row does not hide the others."""


class Codec:
    """Pure but for the random nonces. Opening raises `Unreadable`, unless it says otherwise."""

    def __init__(self, keys: StoreKeys) -> None:
        self.data = keys.data
        self.index = keys.index

    # --- single values ---

    def subject(self, plain: str) -> str:
        return self.index.seal_text(plain, Kind.SUBJECT)

    def open_subject(self, stored: str) -> str:
        return self.index.unseal_text(stored, Kind.SUBJECT)

    def lane(self, plain: str) -> str:
        return self.index.seal_text(plain, Kind.LANE)

    def open_lane(self, stored: str) -> str:
        """A lane that cannot be decrypted is given as stored: it still keeps its order."""
        try:
            return self.index.unseal_text(stored, Kind.LANE)
        except Unreadable:
            return stored

    def body(self, plain: bytes) -> bytes:
        return self.data.seal(plain, Kind.BODY)

    def open_body(self, stored: bytes) -> bytes:
        return self.data.unseal(stored, Kind.BODY)

    def diff(self, plain: bytes) -> bytes:
        return self.data.seal(plain, Kind.DIFF)

    def requests(self, plain: Mapping[str, bytes]) -> dict[str, bytes]:
        return {step: self.data.seal(one, Kind.REQUEST) for step, one in plain.items()}

    def results(self, plain: Mapping[str, str]) -> dict[str, str]:
        return {step: self.data.seal_text(one, Kind.RESULT) for step, one in plain.items()}

    def references(self, plain: Mapping[str, str]) -> dict[str, str]:
        return {name: self.data.seal_text(one, Kind.REFERENCE) for name, one in plain.items()}

    def open_references(self, stored: Mapping[str, str]) -> dict[str, str]:
        return {name: self.data.unseal_text(one, Kind.REFERENCE) for name, one in stored.items()}

    # --- what goes in ---

    def message(self, new: NewMessage) -> NewMessage:
        return replace(
            new,
            subject=self.subject(new.subject),
            lane_key=self.lane(new.lane_key),
            correlation_id=self._correlation_id(new.correlation_id),
            body=self.body(new.body),
            digest=self.index.seal(new.digest, Kind.DIGEST),
        )

    def _correlation_id(self, plain: str | None) -> str | None:
        return plain and self.data.seal_text(plain, Kind.CORRELATION_ID)

    def _open_correlation_id(self, stored: str | None) -> str | None:
        return stored and self.data.unseal_text(stored, Kind.CORRELATION_ID)

    def reception(self, new: NewReception) -> NewReception:
        return replace(
            new,
            key=self.index.seal_text(new.key, Kind.RECEPTION_KEY),
            digest=self.index.seal(new.digest, Kind.RECEPTION_DIGEST),
            request=self.data.seal(new.request, Kind.RECEIVED),
            request_headers=self.data.seal_text(new.request_headers, Kind.RECEIVED_HEADERS),
            answer=self.data.seal(new.answer, Kind.ANSWERED),
        )

    def outcome(self, outcome: Outcome) -> Outcome:
        if not (outcome.references or outcome.completed or outcome.case_number):
            return outcome
        return replace(
            outcome,
            references=self.references(outcome.references),
            completed=self.results(outcome.completed),
            case_number=outcome.case_number and self.subject(outcome.case_number),
        )

    def filter(self, which: DeliveryFilter) -> DeliveryFilter:
        if which.subject is None:
            return which
        return replace(which, subject=self.subject(which.subject))

    def difference(self, new: NewDifference) -> NewDifference:
        return replace(new, body=self.data.seal(new.body, Kind.DIFFERENCE))

    def document(self, new: Document) -> Document:
        return replace(new, key=self.data.seal(new.key, Kind.DOCUMENT_KEY))

    def new_identity(self, new: NewIdentity) -> NewIdentity:
        return replace(new, case_number=self.subject(new.case_number))

    def identity(self, known: Identity) -> Identity:
        definitive = known.definitive_number
        return replace(
            known,
            case_number=self.subject(known.case_number),
            definitive_number=definitive and self.subject(definitive),
        )

    def identity_filter(self, which: IdentityFilter) -> IdentityFilter:
        if which.case_number is None:
            return which
        return replace(which, case_number=self.subject(which.case_number))

    # --- what comes out ---

    def open_head(self, head: Head) -> Head:
        return replace(head, lane=self.open_lane(head.lane))

    def open_work(self, work: Work) -> Work:
        """Never raises: `Work.unreadable` tells that nothing can be sent, and why."""
        try:
            return replace(
                work,
                subject=self.open_subject(work.subject),
                body=self.open_body(work.body),
                steps={name: self._open_step(step) for name, step in work.steps.items()},
                references=self.open_references(work.references),
            )
        except Unreadable as error:
            fault = _fault(error)
            return replace(
                work, subject=UNREADABLE, body=b"", steps={}, references={}, unreadable=fault
            )

    def open_item(self, item: InboxItem) -> InboxItem:
        """Never raises, so that one does not hide the others; as `open_work`."""
        try:
            return replace(item, body=self.open_body(item.body))
        except Unreadable as error:
            return replace(item, body=b"", unreadable=_fault(error))

    def open_reception(self, one: Reception) -> Reception:
        return replace(
            one,
            key=self.index.unseal_text(one.key, Kind.RECEPTION_KEY),
            digest=self.index.unseal(one.digest, Kind.RECEPTION_DIGEST),
            request=self.data.unseal(one.request, Kind.RECEIVED),
            request_headers=self.data.unseal_text(one.request_headers, Kind.RECEIVED_HEADERS),
            answer=self.data.unseal(one.answer, Kind.ANSWERED),
        )

    def open_listed(self, one: Reception) -> Reception:
        """For lists: see `UNREADABLE`."""
        try:
            return self.open_reception(one)
        except Unreadable:
            return replace(one, key=UNREADABLE, digest=b"")

    def _open_step(self, step: StoredStep) -> StoredStep:
        request, result = step.request, step.result
        return StoredStep(
            request=None if request is None else self.data.unseal(request, Kind.REQUEST),
            result=None if result is None else self.data.unseal_text(result, Kind.RESULT),
        )

    def open_message(self, message: StoredMessage) -> StoredMessage:
        return replace(
            message,
            subject=self.open_subject(message.subject),
            correlation_id=self._open_correlation_id(message.correlation_id),
            body=self.open_body(message.body),
        )

    def open_delivery(self, delivery: Delivery) -> Delivery:
        return replace(
            delivery, subject=self._shown(delivery.subject), lane=self.open_lane(delivery.lane)
        )

    def open_told(self, told: Told) -> Told:
        """Never raises: what cannot be read any more is not told, and the rest is."""
        try:
            correlation_id = self._open_correlation_id(told.correlation_id)
            references = self.open_references(told.references)
        except Unreadable:
            correlation_id, references = None, {}
        return replace(
            told,
            delivery=self.open_delivery(told.delivery),
            correlation_id=correlation_id,
            references=references,
        )

    def open_row(self, row: PlannedRow) -> PlannedRow:
        return replace(row, subject=self._shown(row.subject))

    def open_edit(self, edit: Edit) -> Edit:
        return replace(edit, diff=self.data.unseal(edit.diff, Kind.DIFF))

    def open_difference(self, difference: Difference) -> Difference:
        return replace(difference, body=self.data.unseal(difference.body, Kind.DIFFERENCE))

    def open_document(self, document: Document) -> Document:
        return replace(document, key=self.data.unseal(document.key, Kind.DOCUMENT_KEY))

    def open_orphan(self, document: Document) -> Document:
        """Without its key when that is lost: an orphan is only removed."""
        try:
            return self.open_document(document)
        except Unreadable:
            return replace(document, key=b"")

    def open_identity(self, known: Identity) -> Identity:
        definitive = known.definitive_number
        return replace(
            known,
            case_number=self._shown(known.case_number),
            definitive_number=definitive and self._shown(definitive),
        )

    def _shown(self, stored: str) -> str:
        """For lists: see `UNREADABLE`."""
        try:
            return self.open_subject(stored)
        except Unreadable:
            return UNREADABLE


def _fault(error: Unreadable) -> Fault:
    code = KEY_MISSING if isinstance(error, MissingKey) else DAMAGED
    return Fault(code=code, detail=str(error))
