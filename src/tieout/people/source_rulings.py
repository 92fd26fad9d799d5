"""Rulings on what a calculation reads, and on what stands in the log already (M3, K1, D21, D27)."""

from __future__ import annotations

import msgspec

from tieout.people.decided import Decided


class MappingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the mapping table as it is approved: the fields of M1 that decide, and the others.

    A later approval of the same row with another end ends it there; one that ends where it begins
    is withdrawn.

    Attributes:
        internal_model_alias: the name in our logs and books.
        source_model_id: exact spelling and case of the source.
        pricing_unit: the unit the approver saw, as written.
        effective_from: in force from this instant, as written.
        effective_to: in force before this instant; or empty.
        evidence: the further columns of the row that were filled in, by name.
    """

    internal_model_alias: str
    source_model_id: str
    pricing_unit: str
    effective_from: str
    effective_to: str = ""
    evidence: dict[str, str] = {}


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
    """Rules of ``exclusions.csv`` that are approved, each by the digest of its whole row (K1).

    Attributes:
        rules: their names.
        row_digests: the digest of each row, in the same order.
        reason: why.
        shown: what each of them took when it was signed, as the signer was shown it.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
    """

    rules: tuple[str, ...]
    row_digests: tuple[str, ...]
    reason: str
    shown: tuple[str, ...] = ()
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class EstimatedMeter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meter that was not recorded, for one model in one period, as it is taken to have been (U5).

    Attributes:
        period: the label of the period, in the reporting zone.
        source_model_id: the model.
        meter: the meter that was not recorded.
        quantity: units of each row, or of each unit of ``per_meter``, decimal text.
        lowest: the least it may have been, in the same form.
        highest: the most it may have been, in the same form.
        per_meter: the recorded meter it is a multiple of; empty where it is per row.
    """

    period: str
    source_model_id: str
    meter: str
    quantity: str
    lowest: str
    highest: str
    per_meter: str = ""


class EstimateApproval(Decided, frozen=True, tag="estimate"):
    """Prices or a meter that are estimated, with method and evidence; two sign it (U5, D21).

    Attributes:
        method: how the estimate was made.
        reason: why there is nothing better.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
        price_id: the capture of grade C or D, or the declaration, whose prices are meant; or empty.
        estimated: the meter; or none.
    """

    method: str
    reason: str
    evidence_objects: tuple[str, ...]
    evidence_names: tuple[str, ...]
    price_id: str = ""
    estimated: EstimatedMeter | None = None


class CalculationApproval(Decided, frozen=True, tag="calculation"):
    """A calculation version that is approved like a price, with its rerun beside it (A8).

    Attributes:
        calculation_version: its name, as the settings say it.
        statements_digest: digest over its statements, each by path and digest.
        reason: why it is in force from here on.
        original_id: the run of the period that was closed last; or empty, where none was.
        original_result: the result of that run.
        rerun_result: what these statements make of the same inputs.
        changed_lines: how many lines differ between the two.
    """

    calculation_version: str
    statements_digest: str
    reason: str
    original_id: str = ""
    original_result: str = ""
    rerun_result: str = ""
    changed_lines: int = 0


class Withdrawal(Decided, frozen=True, tag="withdrawal"):
    """A ruling that is taken back by its author before it ever was in force.

    Attributes:
        entry: the digest of the ruling's entry in the log.
        reason: why.
    """

    entry: str
    reason: str


class Endorsement(Decided, frozen=True, tag="endorsement"):
    """Two people stand behind entries of the log that were made under a name alone (D27).

    Attributes:
        entries: the digests of the entries, each once, sorted.
        reason: why they may stand; what was looked at.
    """

    entries: tuple[str, ...]
    reason: str
