"""The documents that the log records: captures, approvals, declarations, imports and runs.

Each is frozen, refuses unknown fields, and holds no float. A field that names an object of the
store is listed in :data:`OBJECT_FIELDS`, so that a deleted object is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

Method = Literal["manual", "fetched"]
PriceFormat = Literal[
    "cometapi-catalog", "litellm", "price-list", "html-page", "markdown-page", "keyed-list"
]
Leg = Literal["usage", "ledger"]
AttachedKind = Literal["pdf", "png", "jpeg", "html", "markdown"]


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
    attachment_id: str = ""
    keyed_by: tuple[str, ...] = ()


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


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later approval of a capture (D27); the capture itself stays as it was recorded."""

    capture_id: str
    approved_by: str
    reason: str = ""


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price declared to hold before its first capture, with evidence and a name (D22)."""

    capture_id: str
    effective_from: str
    reason: str
    evidence_sha256: str
    declared_by: str


class Import(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One usage export or ledger, as framed (D28): the original's digest, our records, the rest.

    Attributes:
        import_id: see :func:`tieout.evidence.capture.import_identity`.
        leg: which witness the file is.
        feed_name: the name of the feed in ``tieout.toml``.
        feed: the feed itself, as it was when the file was read.
        sha256: the digest of the original file, which is not stored.
        size: its size in bytes.
        original_name: its name.
        records_object: the object with the framed records (Parquet).
        quarantine_object: the object with the quarantined records (Parquet).
        records_framed: how many records our framer counted.
        records_recounted: how many the second counter found.
        quarantined: how many wait in quarantine.
        operator: initials of the person or id of the job.
        notes: what was accepted with a note, counted.
        replaces: the import this one stands in the place of; both stay on record; or empty.
    """

    import_id: str
    leg: Leg
    feed_name: str
    feed: dict[str, Any]
    sha256: str
    size: int
    original_name: str
    records_object: str
    quarantine_object: str
    records_framed: int
    records_recounted: int
    quarantined: int
    operator: str
    notes: tuple[str, ...] = ()
    replaces: str = ""


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published run: what the log keeps of it.

    Attributes:
        run_id: its id.
        period: the label of the period.
        as_of: the instant the run looked from (D23).
        decision: approve, investigate or hold.
        result_digest: the digest of the result (D24).
        manifest_object: the object with the calculation manifest.
        artifacts_object: the object with the digests of every file of the folder.
        folder: the published folder, relative to the workspace.
        calculation_version: which calculation was used.
        operator: who or what ran it.
        supersedes: the run it corrects, or empty.
    """

    run_id: str
    period: str
    as_of: str
    decision: Literal["approve", "investigate", "hold"]
    result_digest: str
    manifest_object: str
    folder: str
    calculation_version: str
    operator: str
    supersedes: str = ""
    artifacts_object: str = ""


Document = Capture | Approval | Declaration | Import | Run | Attachment | Keying

KINDS: Final[dict[type[Document], str]] = {
    Capture: "capture",
    Approval: "approval",
    Declaration: "declaration",
    Import: "import",
    Run: "run",
    Attachment: "attachment",
    Keying: "keying",
}

# The digest of an import is of a file that is not kept; these are of bytes that are.
OBJECT_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "capture": ("sha256",),
    "attachment": ("sha256",),
    "keying": ("sha256",),
    "declaration": ("evidence_sha256",),
}


def objects_of(kind: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The objects that an entry refers to: known fields, and every field named ``..._object``."""
    names = {name for name in body if name.endswith("_object")} | set(OBJECT_FIELDS.get(kind, ()))
    return tuple(str(body[name]) for name in sorted(names) if body.get(name))
