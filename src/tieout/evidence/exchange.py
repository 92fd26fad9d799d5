"""How bytes were fetched: an object beside them, named by the record of the capture (P1).

Apart from the capture itself, so that a log from before there was fetching reads as it did, and a
failed fetch is kept in the same form as one that did.
"""

from __future__ import annotations

import msgspec

from tieout.errors import IntegrityRefused
from tieout.evidence.canonical import canonical, parse_document
from tieout.evidence.redact import redacted


class AttemptRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One attempt: when, where to, what came, why it did not do, how long was waited after it."""

    number: int
    started_at: str
    address: str = ""
    status: int | None = None
    code: str = ""
    waited_ms: int = 0


class TlsRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the handshake proved; names as :class:`tieout.fetching.TlsFacts` has them."""

    version: str
    cipher: str
    certificate_sha256: str
    subject: str
    issuer: str
    not_after: str


class ExchangeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts of a fetch; no secret is among them.

    Attributes:
        asked: the address that was asked for, a key in it replaced.
        final_url: the address that answered: the same, since nothing is followed.
        media_types: what the answer was allowed to be.
        credential: the name of the setting whose secret went along; or empty.
        contract_items: the verified items that were leaned on, each with its value.
        started_at: when the first attempt began.
        finished_at: when the last byte was there, or it was given up.
        status: of the last answer; none where there was none.
        headers: the headers worth keeping.
        wire_size: bytes of the body before decoding.
        size: bytes of the body.
        attempts: each attempt.
        tls: what the last handshake proved; none where there was none.
        notes: what was accepted with a note.
        original_sha256: the digest of the body as it came, where the stored one had a secret
            taken out; or empty.
        program: name and version of what fetched.
    """

    asked: str
    final_url: str
    media_types: tuple[str, ...]
    started_at: str
    finished_at: str
    credential: str = ""
    contract_items: dict[str, str] = {}
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    wire_size: int = 0
    size: int = 0
    attempts: tuple[AttemptRecord, ...] = ()
    tls: TlsRecord | None = None
    notes: tuple[str, ...] = ()
    original_sha256: str = ""
    program: str = ""


def exchange_content(record: ExchangeRecord) -> bytes:
    """The bytes of an exchange as they are stored, what looks like a secret taken out."""
    return canonical(
        msgspec.structs.replace(
            record,
            asked=redacted(record.asked),
            final_url=redacted(record.final_url),
            headers=tuple((name, redacted(value)) for name, value in record.headers),
            notes=tuple(redacted(note) for note in record.notes),
        )
    )


def read_exchange(content: bytes) -> ExchangeRecord:
    """The exchange of a capture.

    Raises:
        IntegrityRefused: ``EV_NOTE_FORM``: the object has another form.
    """
    try:
        return msgspec.convert(parse_document(content), ExchangeRecord, strict=True)
    except (ValueError, msgspec.ValidationError) as error:
        raise IntegrityRefused(
            "EV_NOTE_FORM",
            "The record of an exchange does not have its form.",
            where=(str(error)[:200],),
            remedy="Read it with the version of Tieout that wrote it.",
        ) from error
