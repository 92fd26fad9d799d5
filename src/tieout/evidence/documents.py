"""The documents that the log records: captures, approvals, imports, runs, contract entries.

Each is frozen, refuses unknown fields, and holds no float. A field that names an object of the
store is listed in :data:`OBJECT_FIELDS`, so that a deleted object is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from tieout.evidence.canonical import canonical, sha256
from tieout.evidence.vendor_count import VendorCount

Method = Literal["manual", "fetched"]
PriceFormat = Literal[
    "cometapi-catalog", "litellm", "price-list", "html-page", "markdown-page", "keyed-list"
]
Leg = Literal["usage", "ledger"]
Grade = Literal["A", "B", "C", "D"]
AttachedKind = Literal["pdf", "png", "jpeg", "html", "markdown"]
# Notes of a fetch that was led to this machine, or believed an authority of its own.
REHEARSED: Final = ("LOCAL_RESOLUTION", "LOCAL_AUTHORITY")
# What may prove a contract item (C2).
Proof = Literal["capture", "agreement", "letter", "test"]


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


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later approval of a capture (D27), or of a declaration about it: then its id stands here.

    The capture and the declaration themselves stay as they were recorded.
    """

    capture_id: str
    approved_by: str
    reason: str = ""
    declaration_id: str = ""


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices of a capture declared to hold over a time, with evidence and a name (D22).

    Attributes:
        capture_id: the capture whose prices are meant.
        effective_from: from this instant, RFC 3339 in UTC.
        reason: why that is so.
        evidence_sha256: the digest of the evidence, which is an object of the store.
        declared_by: who says so.
        effective_until: until this instant, not included; or empty.
        models: only these models of the capture; all of them where it is empty.
        approvals: everybody who approved it beside its author; by replay.
        set_aside: when a roll-back set it aside; by replay.
    """

    capture_id: str
    effective_from: str
    reason: str
    evidence_sha256: str
    declared_by: str
    effective_until: str = ""
    models: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    set_aside: str = ""

    @property
    def declaration_id(self) -> str:
        """The first 12 hexadecimal digits of a digest over what was declared, by whom and why."""
        said = [
            self.capture_id, self.effective_from, self.effective_until, list(self.models),
            self.reason, self.evidence_sha256, self.declared_by,
        ]  # fmt: skip
        return sha256(canonical(said))[:12]


class Rollback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price book set back to what it was; every later entry stays on record (L6).

    Attributes:
        target: a capture id: later captures of its source are set aside; or an instant: whatever
            was approved or declared after it is set aside.
        source_name: only this source; empty for all of them, with an instant.
        reason: why.
        evidence_object: the bytes that show it.
        rolled_back_by: who did it.
    """

    target: str
    source_name: str
    reason: str
    evidence_object: str
    rolled_back_by: str


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


class Verification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody verified a contract item with proof of one of four kinds (C2).

    Attributes:
        vendor: whose contract it is.
        item_id: the item.
        value: what was verified, in the item's declared form.
        proof: a captured page, the agreement, a letter of the vendor, or a controlled test.
        proof_object: the bytes of the proof, which are an object of the store.
        proof_name: the name of the file, or the capture it is.
        source_url: where it is said, secrets redacted; or empty.
        verified_by: who verified it: a name, unsigned.
        verified_at: when, RFC 3339 in UTC.
        recheck_at: from when on it counts as expired; or empty.
        holds_from: from when on the fact is shown to hold; empty where it always did.
        owner: who looks after it.
        proves_not: what the proof does not prove.
    """

    vendor: str
    item_id: str
    value: str
    proof: Proof
    proof_object: str
    proof_name: str
    source_url: str
    verified_by: str
    verified_at: str
    recheck_at: str = ""
    holds_from: str = ""
    owner: str = ""
    proves_not: str = ""


class Contradiction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody showed that a contract item does not hold: what leans on it may not be used (C3).

    Attributes:
        vendor: whose contract it is.
        item_id: the item.
        reason: what contradicts it.
        evidence_object: the bytes that show it, an object of the store.
        evidence_name: the name of the file, or the capture it is.
        contradicted_by: who says so: a name, unsigned.
        contradicted_at: when, RFC 3339 in UTC.
    """

    vendor: str
    item_id: str
    reason: str
    evidence_object: str
    evidence_name: str
    contradicted_by: str
    contradicted_at: str


class SeenPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one source said of one model when a conflict was resolved.

    Attributes:
        source_name: the price source.
        capture_id: the capture its author looked at.
        terms_digest: digest of what the source charges: meters, rates, currency, units, meaning. A
            later capture with the same terms is the same price; with others it is not.
        said: each meter as written, with its place in the captured bytes.
    """

    source_name: str
    capture_id: str
    terms_digest: str
    said: tuple[str, ...]


class ResolvedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model of a resolution: the price that is kept, and the one that is not."""

    source_model_id: str
    kept: SeenPrice
    other: SeenPrice


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two sources disagreed, and somebody settled which price holds, with evidence (P4).

    Attributes:
        kept_capture: the capture whose price holds.
        other_capture: the capture it disagreed with.
        models: every model it settles, bound to exactly the prices its author saw.
        evidence_sha256: the digest of the evidence, whose bytes are an object of the store.
        reason: why that price holds.
        resolved_by: who settled it; neither of the two who read the captures (A3).
    """

    kept_capture: str
    other_capture: str
    models: tuple[ResolvedModel, ...]
    evidence_sha256: str
    reason: str
    resolved_by: str


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
}

# The digest of an import is of a file that is not kept; these are of bytes that are.
OBJECT_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "capture": ("sha256",),
    "page": ("sha256",),
    "attachment": ("sha256",),
    "keying": ("sha256",),
    "declaration": ("evidence_sha256",),
    "resolution": ("evidence_sha256",),
}


def objects_of(kind: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The objects that an entry refers to: known fields, and those named ``..._object(s)``."""
    names = {name for name in body if name.endswith("_object")} | set(OBJECT_FIELDS.get(kind, ()))
    found = [str(body[name]) for name in sorted(names) if body.get(name)]
    for name in sorted(name for name in body if name.endswith("_objects")):
        found += [str(digest) for digest in body[name]]
    return tuple(found)
