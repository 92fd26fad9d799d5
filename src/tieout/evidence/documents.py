"""The documents that the log records: captures, approvals, imports, runs, contract entries.

Each is frozen, refuses unknown fields, and holds no float. A field that names an object of the
store is listed in :data:`OBJECT_FIELDS`, so that a deleted object is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from tieout.evidence.captured import (
    REHEARSED,
    AttachedKind,
    Attachment,
    Capture,
    FailedCapture,
    Grade,
    Keying,
    Method,
    Page,
    PriceFormat,
)
from tieout.evidence.credit_entries import BalanceReading, MovementList
from tieout.evidence.decided import (
    Approval,
    Contradiction,
    Declaration,
    Proof,
    Resolution,
    ResolvedModel,
    Rollback,
    SeenPrice,
    Verification,
)
from tieout.evidence.pool_entries import Allocation, PoolOpening, Posting, StatementTotal
from tieout.evidence.signed import Countersigned, Signed
from tieout.evidence.vendor_count import CountList, VendorCount

__all__ = [
    "KINDS",
    "OBJECT_FIELDS",
    "REHEARSED",
    "Allocation",
    "Approval",
    "AttachedKind",
    "Attachment",
    "BalanceReading",
    "Capture",
    "Contradiction",
    "CountList",
    "Countersigned",
    "Declaration",
    "Document",
    "FailedCapture",
    "Grade",
    "Import",
    "Keying",
    "Leg",
    "Method",
    "MovementList",
    "Page",
    "PoolOpening",
    "Posting",
    "PriceFormat",
    "Proof",
    "Resolution",
    "ResolvedModel",
    "Rollback",
    "Run",
    "SeenPrice",
    "Signed",
    "StatementTotal",
    "VendorCount",
    "Verification",
    "objects_of",
]

Leg = Literal["usage", "ledger"]


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
        collected_object: the object that says which window of the vendor's log it is, for an
            import that was collected and not given as a file; or empty.
        recorded_at: when the log took it; a replay fills it in, no entry is written with it.
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
    collected_object: str = ""
    recorded_at: str = ""


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
        input_objects: what the manifest rests on beside captures and imports: settings, mapping,
            exclusions, vendor facts; empty in entries made before they were named.
        groups_object: the object with its cause groups, which later runs look back on; or empty.
        items_object: the object with its unmatched items, which later runs clear; or empty.
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
    input_objects: tuple[str, ...] = ()
    groups_object: str = ""
    items_object: str = ""


Document = (
    Capture
    | Approval
    | Declaration
    | Rollback
    | Import
    | Run
    | Verification
    | Contradiction
    | Page
    | FailedCapture
    | Resolution
    | Attachment
    | Keying
    | VendorCount
    | CountList
    | MovementList
    | BalanceReading
    | PoolOpening
    | Allocation
    | Posting
    | StatementTotal
    | Signed
    | Countersigned
)

KINDS: Final[dict[type[Document], str]] = {
    Capture: "capture",
    Approval: "approval",
    Declaration: "declaration",
    Rollback: "rollback",
    Import: "import",
    Run: "run",
    Page: "page",
    FailedCapture: "failed-capture",
    Verification: "verification",
    Contradiction: "contradiction",
    Resolution: "resolution",
    Attachment: "attachment",
    Keying: "keying",
    VendorCount: "vendor-count",
    CountList: "count-list",
    MovementList: "movement-list",
    BalanceReading: "balance",
    PoolOpening: "pool-opening",
    Allocation: "allocation",
    Posting: "posting",
    StatementTotal: "statement",
    Signed: "signed",
    Countersigned: "countersigned",
}

# The digest of an import is of a file that is not kept; these are of bytes that are.
OBJECT_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "capture": ("sha256",),
    "page": ("sha256",),
    "attachment": ("sha256",),
    "keying": ("sha256",),
    "declaration": ("evidence_sha256",),
    "resolution": ("evidence_sha256",),
    "movement-list": ("sha256",),
    "count-list": ("sha256",),
    "balance": ("evidence_sha256",),
}


def objects_of(kind: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The objects that an entry refers to: known fields, and those named ``..._object(s)``."""
    names = {name for name in body if name.endswith("_object")} | set(OBJECT_FIELDS.get(kind, ()))
    found = [str(body[name]) for name in sorted(names) if body.get(name)]
    for name in sorted(name for name in body if name.endswith("_objects")):
        found += [str(digest) for digest in body[name]]
    return tuple(found)
