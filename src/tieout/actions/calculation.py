"""Approving a calculation version, with the rerun of the last closed period beside it (A8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from tieout.close.approval import closed_runs
from tieout.close.calculation_approval import calculation_digest
from tieout.close.line_diff import COMPARED, compared_lines, published_table
from tieout.close.run import calculate_stored
from tieout.close.run_facts import RunFacts
from tieout.close.runs import RunFolder
from tieout.close.verify import stored_of_run
from tieout.engine.duckdb import DuckDBEngine
from tieout.errors import ConfigurationRefused
from tieout.evidence.records import require
from tieout.people.record import record_ruling
from tieout.people.replay import Ruling
from tieout.people.ruling import CalculationApproval
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class Rerun:
    """A closed run, and what the calculation in force makes of its inputs.

    Attributes:
        original_id: the closed run.
        period: its period.
        original_result: its result digest.
        rerun_result: the result digest of the rerun.
        changed_lines: how many lines differ.
    """

    original_id: str
    period: str
    original_result: str
    rerun_result: str
    changed_lines: int


@dataclass(frozen=True, slots=True)
class CalculationShown:
    """The calculation in force: its version, its statements, and its rerun of what was closed."""

    version: str
    statements_digest: str
    rerun: Rerun | None


def show_calculation(workspace: Workspace) -> CalculationShown:
    """The calculation in force, with its rerun of the period that was closed last; nothing is kept.

    Raises:
        IntegrityRefused: the log, a stored object or the closed run is not what it was.
    """
    closed = closed_runs(workspace)
    rerun = _rerun(workspace, closed[-1]) if closed else None
    return CalculationShown(workspace.settings.calculation_version, calculation_digest(), rerun)


def approve_calculation(
    workspace: Workspace,
    version: str,
    *,
    reason: str,
    key: SigningKey,
    at: datetime | None = None,
) -> tuple[Ruling, CalculationShown]:
    """Approve the calculation in force under its version; two sign it.

    Raises:
        ConfigurationRefused: ``CALC_VERSION``: the settings name another version.
        InputRefused: ``RECORD_FIELD``: no reason.
        ApprovalRefused: ``SOD_ROLE`` and others.
    """
    require(reason=reason)
    shown = show_calculation(workspace)
    if version != shown.version:
        raise ConfigurationRefused(
            "CALC_VERSION",
            "The settings name another calculation version.",
            where=(f"asked for {version!a}, calculation_version = {shown.version!a}",),
            remedy="Set calculation_version in tieout.toml first, then approve that one.",
        )
    rerun = shown.rerun
    document = CalculationApproval(
        calculation_version=version,
        statements_digest=shown.statements_digest,
        reason=reason,
        original_id=rerun.original_id if rerun else "",
        original_result=rerun.original_result if rerun else "",
        rerun_result=rerun.rerun_result if rerun else "",
        changed_lines=rerun.changed_lines if rerun else 0,
    )
    return record_ruling(workspace.log, document, key, at or datetime.now(UTC)), shown


def _rerun(workspace: Workspace, closed: RunFacts) -> Rerun:
    """The same inputs through the statements in force; nothing is published."""
    manifest = closed.manifest
    opened = msgspec.structs.replace(
        manifest, statements=(), control_totals=(), result_digest="", decision=""
    )
    engine = DuckDBEngine()
    try:
        stored = stored_of_run(workspace, manifest)
        again = calculate_stored(workspace, stored, opened, closed.period, engine)
        columns = ", ".join(COMPARED)
        lines = engine.fetch(f"SELECT {columns} FROM variance_line")  # noqa: S608 - our own names
    finally:
        engine.close()
    folder = RunFolder(closed.record, workspace.root / closed.record.folder)
    old = published_table(workspace, folder, "variance_lines.parquet", COMPARED)
    changed, _, _ = compared_lines(old, lines)
    return Rerun(
        closed.record.run_id,
        closed.record.period,
        closed.record.result_digest,
        again.manifest.result_digest,
        changed,
    )
