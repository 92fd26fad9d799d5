"""Rulings on what a calculation reads: names, exclusions, estimates, its version (M3, K1, D21)."""

from __future__ import annotations

import msgspec

from tieout.people.decided import Decided


class MappingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the mapping table as it is approved: the fields of M1 that decide."""

    internal_model_alias: str
    source_model_id: str
    pricing_unit: str
    effective_from: str
    effective_to: str = ""


class MappingApproval(Decided, frozen=True, tag="mapping"):
    """Rows of the mapping table that are approved; none of them merges two source ids (M1, M2)."""

    rows: tuple[MappingRow, ...]
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class MergeApproval(Decided, frozen=True, tag="merge"):
    """Rows that put one source id into the bucket of another: finance and engineering sign (M3)."""

    rows: tuple[MappingRow, ...]
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class ExclusionApproval(Decided, frozen=True, tag="exclusion"):
    """Rules of ``exclusions.csv`` that are approved, each by the digest of its whole row (K1)."""

    rules: tuple[str, ...]
    row_digests: tuple[str, ...]
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class EstimateApproval(Decided, frozen=True, tag="estimate"):
    """Prices or meters that are estimated, with method and evidence; two sign it (U5, D21 grade D).

    Attributes:
        capture_id: the capture of grade D that holds the estimated prices; or empty.
        method: how the estimate was made.
        reason: why there is nothing better.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
        period: the period of an estimated meter; or empty.
        source_model_id: the model of an estimated meter; or empty.
        meter: the meter that was not recorded; or empty.
        quantity_per_row: what each row without it is taken to have used, decimal text; or empty.
    """

    capture_id: str
    method: str
    reason: str
    evidence_objects: tuple[str, ...]
    evidence_names: tuple[str, ...]
    period: str = ""
    source_model_id: str = ""
    meter: str = ""
    quantity_per_row: str = ""


class CalculationApproval(Decided, frozen=True, tag="calculation"):
    """A calculation version that is approved like a price, with its rerun beside it (A8)."""

    calculation_version: str
    statements_digest: str
    reason: str
    rerun_id: str = ""
    original_id: str = ""


class Endorsement(Decided, frozen=True, tag="endorsement"):
    """Two people stand behind entries of the log that were made under a name alone (D27).

    Attributes:
        entries: the digests of the entries, each once, sorted.
        reason: why they may stand; what was looked at.
    """

    entries: tuple[str, ...]
    reason: str
