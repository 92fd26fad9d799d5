"""What was captured: price sources, pages, attachments and their keyings, fetches that failed.

Documents of the log; :mod:`tieout.evidence.documents` lists all of them.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Method = Literal["manual", "fetched"]
PriceFormat = Literal[
    "cometapi-catalog", "litellm", "price-list", "html-page", "markdown-page", "keyed-list",
    "gateway-ratios",
]  # fmt: skip
Grade = Literal["A", "B", "C", "D"]
AttachedKind = Literal["pdf", "png", "jpeg", "html", "markdown"]
# Notes of a fetch that was led to this machine, or believed an authority of its own.
REHEARSED: Final = ("LOCAL_RESOLUTION", "LOCAL_AUTHORITY")


class Capture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exact bytes of one price source at one time (P1).

    Attributes:
        capture_id: the first 12 hexadecimal digits of a digest over bytes, source and access time.
        sha256: the digest of the bytes, which are an object of the store.
        source_name: the name the price book knows the source by.
        source_url: where it was read, secrets redacted; empty for a file without an address.
        accessed_at: when it was read, RFC 3339 in UTC.
        method: read by a person or fetched by a job.
        operator: initials of the person or id of the job.
        approved_by: who approved it; empty while nobody has.
        format: how the bytes are read.
        original_name: the name of the file.
        size: how many bytes.
        effective_from: when its prices begin to hold, where that is not the access time; or empty.
        notes: sentences, for example ``DUPLICATE_BYTES`` with the captures of the same bytes.
        grade: A signed agreement, B published, C observed, D approved estimate (D21).
        evidence_object: the bytes that prove a grade other than B: the order form, the estimate.
        approvals: everybody who approved it; a replay fills it in, no entry is written with it.
        set_aside: when a roll-back set it aside, until somebody approves it anew; by replay.
        exchange_object: the object that says how it was fetched
            (:mod:`tieout.evidence.exchange`); empty where a person read it.
        attachment_id: the attachment its prices were keyed in from; or empty.
        keyed_by: who keyed them in, each for themselves; names, unsigned.
    """

    capture_id: str
    sha256: str
    source_name: str
    source_url: str
    accessed_at: str
    method: Method
    operator: str
    approved_by: str
    format: PriceFormat
    original_name: str
    size: int
    effective_from: str = ""
    notes: tuple[str, ...] = ()
    grade: Grade = "B"
    evidence_object: str = ""
    approvals: tuple[str, ...] = ()
    set_aside: str = ""
    exchange_object: str = ""
    attachment_id: str = ""
    keyed_by: tuple[str, ...] = ()

    @property
    def is_rehearsed(self) -> bool:
        """Whether it was fetched through a setting of a rehearsal: it is not the vendor's own."""
        return any(note.startswith(REHEARSED) for note in self.notes)


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public page that was fetched as evidence; it states facts and prices nothing.

    Attributes:
        capture_id: as that of a capture, over bytes, address and access time.
        sha256: the digest of the bytes, which are an object of the store.
        source_url: where it was read.
        accessed_at: when it was read, RFC 3339 in UTC.
        operator: id of the job, or initials of who started it.
        media_type: what the answer said it is.
        size: how many bytes.
        exchange_object: the object that says how it was fetched.
        notes: what was accepted with a note.
    """

    capture_id: str
    sha256: str
    source_url: str
    accessed_at: str
    operator: str
    media_type: str
    size: int
    exchange_object: str
    notes: tuple[str, ...] = ()

    @property
    def is_rehearsed(self) -> bool:
        """Whether it was fetched through a setting of a rehearsal: it is not the vendor's own."""
        return any(note.startswith(REHEARSED) for note in self.notes)


class FailedCapture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fetch that did not do. It is no capture: nothing that prices ever reads it.

    Attributes:
        source_name: the source that was asked for.
        source_url: its address, a key in it replaced; empty where none was found.
        failed_at: when it was given up, RFC 3339 in UTC.
        code: why, as a stable code.
        what: why, as a sentence.
        where: places the letter named.
        operator: id of the job, or initials of who started it.
        exchange_object: the object that says what was tried.
        body_object: the object with what came, secrets taken out; empty where nothing came whole.
    """

    source_name: str
    source_url: str
    failed_at: str
    code: str
    what: str
    where: tuple[str, ...]
    operator: str
    exchange_object: str
    body_object: str = ""


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Supporting evidence: a PDF, a picture or a page that is kept and prices nothing by itself.

    Attributes:
        attachment_id: the first 12 hexadecimal digits of a digest over bytes, source and time.
        sha256: the digest of the bytes, which are an object of the store.
        source_name: the name the price book knows the source by.
        source_url: where it was read, secrets redacted; empty where there is no address.
        accessed_at: when it was read, RFC 3339 in UTC.
        operator: initials of the person who read and saved it.
        kind: what its bytes are.
        original_name: the name of the file.
        size: how many bytes.
        notes: sentences.
    """

    attachment_id: str
    sha256: str
    source_name: str
    source_url: str
    accessed_at: str
    operator: str
    kind: AttachedKind
    original_name: str
    size: int
    notes: tuple[str, ...] = ()


class Keying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The prices that one person keyed in from an attachment (P3).

    Attributes:
        attachment_id: the attachment.
        keyed_by: who keyed them in: a name, unsigned.
        sha256: the digest of the keyed list, which is an object of the store.
        original_name: the name of its file.
    """

    attachment_id: str
    keyed_by: str
    sha256: str
    original_name: str
