"""The calculation manifest: everything needed to calculate the run again, by digest (K1, R).

It names inputs, statements, control totals and terms; it holds no seconds, so that a verification
on another machine makes the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version

import msgspec

from tieout import __version__
from tieout.calendar import Period, instant_text
from tieout.close.left_items import LeftBy
from tieout.close.pipeline import Receipt
from tieout.close.stored import StoredInputs
from tieout.evidence.checkpoint import Checkpoint
from tieout.evidence.documents import (
    BalanceReading,
    Capture,
    Contradiction,
    CountList,
    Declaration,
    Import,
    MovementList,
    PoolOpening,
    Posting,
    Resolution,
    VendorCount,
    Verification,
)
from tieout.money import plain


class StatementUsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statement: its table, the digest of its text, and how many rows it made."""

    table: str
    path: str
    sha256: str
    rows: int


class ControlKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One control total as it came out on both sides."""

    stage: str
    name: str
    left: str
    right: str


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The declared terms, as text."""

    zone: str
    margin_days: int
    match_keys: tuple[str, ...]
    ledger_basis: str
    recorded_step: str
    rounding_level: str
    rounding_step: str
    rounding_mode: str
    price_max_age_days: int = 0
    price_gap_range_hours: int = 0


class StoredObjects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run rests on beside its captures and imports, by digest of the stored bytes (K1).

    Attributes:
        settings: the settings.
        mapping: the mapping table.
        exclusions: the exclusion rules.
        vendors: the vendor facts the installation came with, by their place: how a catalog and a
            log are read, and which contract items are unverified.
    """

    settings: str
    mapping: str
    exclusions: str
    vendors: dict[str, str]

    def digests(self) -> tuple[str, ...]:
        """Every object named here, so that the log itself refers to them."""
        own = (self.settings, self.mapping, self.exclusions)
        return tuple(sorted({*own, *self.vendors.values()}))


class LogCheckpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the evidence log ended: which log, how many entries, the newest one and its time."""

    origin: str
    size: int
    head: str
    at: str

    @classmethod
    def of(cls, now: Checkpoint) -> LogCheckpoint:
        """Where the log ends as a run begins; the run's own entry comes after it."""
        return cls(now.origin, now.size, now.head, now.at)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The manifest of one run.

    Attributes:
        schema: version of this document.
        run_id: digest of everything else that identifies the run, 12 hex digits.
        code_version: version of the product.
        calculation_version: version of the calculation in force, by the settings (K1).
        libraries: versions of the libraries whose results could matter, the engine that ran first.
        period: label, start and end of the period.
        as_of: the run's instant (D23).
        known_at: what was recorded later took no part; empty where everything did (P7).
        operator: who ran it.
        supersedes: the run of the period before this one, or empty.
        policy_version: version of the local policy.
        baseline: whether no other period was run before: a first look at history (D22).
        objects: settings, mapping, exclusions and vendor facts in the evidence store.
        captures: price captures on record.
        declarations: declared starts.
        resolutions: resolutions of source conflicts.
        imports: the files of both legs, as framed.
        terms: zone, margin, keys, basis, step, rounding.
        log_head: head of the evidence log the run started from.
        checkpoint: where that log ended then; None in runs made before it was kept.
        statements: the calculation, by digest.
        control_totals: what was kept after each stage.
        result_digest: digest of the result (D24).
        decision: approve, investigate or hold.
        verifications: every verification of a contract item on record.
        contradictions: every contradiction of one.
        rulings: the entries of every signed ruling that was in force.
        movement_lists: the movement lists that counted.
        balances: every reading of the vendor's balance.
        count_lists: the lists of a vendor's counts that counted.
        vendor_counts: the readings of a vendor's own sums that met the period.
        postings: the journal that was posted up to the start of the period; none or one.
        pool_openings: what was stated of the pool at that instant; none or one.
        carried: the earlier runs whose unmatched items took part, with the bytes they left.
    """

    schema: str
    run_id: str
    code_version: str
    calculation_version: str
    libraries: dict[str, str]
    period: tuple[str, str, str]
    as_of: str
    operator: str
    supersedes: str
    policy_version: str
    baseline: bool
    objects: StoredObjects
    captures: tuple[Capture, ...]
    declarations: tuple[Declaration, ...]
    imports: tuple[Import, ...]
    terms: Terms
    log_head: str
    checkpoint: LogCheckpoint | None = None
    statements: tuple[StatementUsed, ...] = ()
    control_totals: tuple[ControlKept, ...] = ()
    result_digest: str = ""
    decision: str = ""
    verifications: tuple[Verification, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    known_at: str = ""
    rulings: tuple[str, ...] = ()
    carried: tuple[LeftBy, ...] = ()
    movement_lists: tuple[MovementList, ...] = ()
    balances: tuple[BalanceReading, ...] = ()
    count_lists: tuple[CountList, ...] = ()
    vendor_counts: tuple[VendorCount, ...] = ()
    postings: tuple[Posting, ...] = ()
    pool_openings: tuple[PoolOpening, ...] = ()

    @property
    def bounds(self) -> Period:
        """The period, in the reporting zone of the run."""
        label, start, end = self.period
        zone = self.terms.zone
        return Period(label, datetime.fromisoformat(start), datetime.fromisoformat(end), zone)

    def encoded(self) -> bytes:
        """The manifest as canonical JSON, one document a file."""
        return canonical_json(msgspec.to_builtins(self))


def canonical_json(document: object) -> bytes:
    """Sorted keys, UTF-8, indented for people, a newline at the end."""
    plain_text = msgspec.json.encode(document, order="sorted")
    return msgspec.json.format(plain_text, indent=2) + b"\n"


def open_manifest(  # noqa: PLR0913 - one for each fact that identifies a run
    stored: StoredInputs,
    period: Period,
    *,
    engine: str,
    as_of: str,
    operator: str,
    supersedes: str,
    baseline: bool,
    objects: StoredObjects,
    checkpoint: LogCheckpoint,
    known_at: str = "",
) -> Manifest:
    """The manifest of a run that is about to be calculated; the results are added afterwards.

    Which engine ran it (by its package) is said, and is no part of the result (L5).
    """
    settings = stored.settings
    terms = settings.ledger_terms
    manifest = Manifest(
        schema="tieout-manifest/1",
        run_id="",
        code_version=__version__,
        calculation_version=settings.calculation_version,
        libraries={name: version(name) for name in (engine, "pyarrow", "tzdata")},
        period=(period.label, instant_text(period.start), instant_text(period.end)),
        as_of=as_of,
        known_at=known_at,
        operator=operator,
        supersedes=supersedes,
        policy_version=settings.policy.version,
        baseline=baseline,
        objects=objects,
        captures=stored.captures,
        declarations=stored.declarations,
        imports=stored.imports,
        terms=Terms(
            zone=settings.zone,
            margin_days=settings.margin_days,
            match_keys=settings.matching.keys,
            ledger_basis=terms.basis,
            recorded_step=plain(terms.recorded_step),
            rounding_level=terms.rounding.level,
            rounding_step=plain(terms.rounding.step),
            rounding_mode=terms.rounding.mode,
            price_max_age_days=settings.policy.price_max_age_days,
            price_gap_range_hours=settings.policy.price_gap_range_hours,
        ),
        log_head=checkpoint.head,
        checkpoint=checkpoint,
        verifications=stored.verifications,
        contradictions=stored.contradictions,
        resolutions=stored.resolutions,
        rulings=tuple(one.entry for one in stored.rulings.in_force),
        carried=stored.left,
        movement_lists=stored.movement_lists,
        balances=stored.balances,
        count_lists=stored.count_lists,
        vendor_counts=stored.vendor_counts,
        postings=stored.postings,
        pool_openings=stored.pool_openings,
    )
    run_id = hashlib.sha256(manifest.encoded()).hexdigest()[:12]
    return msgspec.structs.replace(manifest, run_id=run_id)


def with_results(
    manifest: Manifest, receipts: Sequence[Receipt], result_digest: str, decision: str
) -> Manifest:
    """The manifest with what the calculation did and came to."""
    return msgspec.structs.replace(
        manifest,
        statements=tuple(
            StatementUsed(
                r.statement.table, f"{r.statement.folder}/{r.statement.table}.sql",
                r.statement.digest, r.rows,
            )
            for r in receipts
        ),
        control_totals=tuple(
            ControlKept(r.statement.table, c.name, c.left, c.right)
            for r in receipts
            for c in r.controls
        ),
        result_digest=result_digest,
        decision=decision,
    )  # fmt: skip
