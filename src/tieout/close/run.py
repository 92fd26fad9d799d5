"""A run: stored inputs become a published folder and an entry of the log.

A rerun never overwrites: it is a new run that supersedes the one before, and both stay readable
(L6). The folder is visible whole or not at all; the log entry is what makes it a run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tieout.calendar import Period, instant_text, parse_instant, parse_period
from tieout.close.approval import require_open
from tieout.close.artifacts import ITEMS_FILE, artifact_files, parquet_bytes, publish
from tieout.close.calculation import Patterns, Terms, calculate
from tieout.close.conclude import conclude, fetch_results, result_text
from tieout.close.count_inputs import meeting
from tieout.close.document import build_document
from tieout.close.figures import Figures
from tieout.close.left_items import ITEM_ORDER, items_of_run, left_before
from tieout.close.making import require_held
from tieout.close.manifest import (
    LogCheckpoint,
    Manifest,
    canonical_json,
    open_manifest,
    with_results,
)
from tieout.close.on_record import require_witnesses, store_inputs
from tieout.close.pipeline import STAGES, Receipt
from tieout.close.prepaid_pool import at_start
from tieout.close.seen_groups import seen_before
from tieout.close.stored import StoredInputs, Witnesses, read_witnesses
from tieout.close.summary import Conclusion, Json
from tieout.close.views import VIEWS
from tieout.engine.opening import EngineName, open_engine
from tieout.engine.port import Engine
from tieout.errors import ConfigurationRefused, ExitCode
from tieout.evidence.canonical import sha256
from tieout.evidence.capture import record_run
from tieout.evidence.documents import Run
from tieout.evidence.records import (
    captures,
    runs,
)
from tieout.findings import plural
from tieout.review.decision import EXIT_CODE
from tieout.workspace.layout import Workspace
from tieout.workspace.policy import Policy
from tieout.workspace.rehearsal import counted

Progress = Callable[[str, int], None]
Render = Callable[[bytes], dict[str, bytes]]


def _quiet(_stage: str, _rows: int) -> None:
    """No progress."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """A published run.

    Attributes:
        run_id: its id.
        folder: where its artifacts are.
        document: the bytes of ``report.json``.
        summary: what ``run --json`` prints.
        exit_code: 0, 1 or 9, by the decision.
    """

    run_id: str
    folder: Path
    document: bytes
    summary: dict[str, Any]
    exit_code: ExitCode


@dataclass(frozen=True, slots=True)
class Calculated:
    """A calculation before it is published: the engine still holds every table.

    ``result`` is the text whose SHA-256 is the result digest, ``items`` what it leaves unmatched.
    """

    figures: Figures
    witnesses: Witnesses
    conclusion: Conclusion
    receipts: tuple[Receipt, ...]
    manifest: Manifest
    result: bytes
    items: pa.Table


def run_period(  # noqa: PLR0913 - each is a choice of who asks for it
    workspace: Workspace,
    period: str,
    *,
    as_of: datetime,
    operator: str,
    render: Render,
    threads: int | None = None,
    progress: Progress = _quiet,
    engine: Engine | EngineName = "duckdb",
    known_at: datetime | None = None,
) -> RunResult:
    """Calculate a period from the stored inputs and publish the run.

    Args:
        workspace: the workspace.
        period: a day, a month or ``start/end`` in the reporting zone (D6).
        as_of: the instant the run looks from (D23).
        operator: who or what runs it.
        render: makes the further files of the folder from ``report.json``.
        threads: threads of the engine; no result depends on it.
        progress: called with table and rows after each stage.
        engine: what runs the statements, by its name or already open; no result depends on it.
        known_at: only prices and rulings on record at this instant count; all by default (P7).

    Raises:
        ConfigurationRefused: settings, mapping or exclusions cannot be used; ``EXCLUDE_ALL``:
            the exclusions leave no usage row of the period.
        ApprovalRefused: ``PERIOD_CLOSED``: the period, or one that holds it, is closed.
        InputRefused: ``NOTHING_IMPORTED`` without usage, ledger or prices.
        IntegrityRefused: counts or control totals do not agree; the stage is named.
    """
    settings = workspace.settings
    settings.require_confirmed()
    bounds = parse_period(period, settings.zone)
    # One reading for all: what comes to the log meanwhile takes no part, here as in a verification.
    log = workspace.log.read()
    require_open(workspace, bounds, log)
    stored, objects = store_inputs(workspace, known_at, log)
    require_witnesses(stored, known_later=bool(counted(captures(log), settings)))
    earlier = runs(log)
    before = [run for run in earlier if run.period == bounds.label]
    posted, stated = at_start(stored.postings, stored.pool_openings, bounds)
    stored = replace(
        stored,
        postings=posted,
        pool_openings=stated,
        seen=seen_before(workspace.store, earlier, bounds),
        left=left_before(earlier, bounds),
        vendor_counts=meeting(stored.vendor_counts, bounds),
    )
    bench = open_engine(engine, threads)
    with ThreadPoolExecutor(max_workers=1) as beside:
        try:
            manifest = open_manifest(
                stored,
                bounds,
                engine=bench.library,
                as_of=instant_text(as_of),
                known_at="" if known_at is None else instant_text(known_at),
                operator=operator,
                supersedes=before[-1].run_id if before else "",
                baseline=len(before) == len(earlier),
                objects=objects,
                checkpoint=LogCheckpoint.of(log.at),
            )
            done = calculate_stored(workspace, stored, manifest, bounds, bench, progress)
            _refuse_all_excluded(done.figures)
            folder = workspace.run_path(bounds.folder, manifest.run_id)
            relative = folder.relative_to(workspace.root).as_posix()
            document = build_document(
                done.figures, done.conclusion, done.manifest, stored, done.witnesses, relative
            )
            files = _files(bench, done, stored, document, beside, render)
        finally:
            # Handing back the memory of a run takes a while; the files are published meanwhile.
            closed = beside.submit(bench.close)
        result = _published(workspace, done, document, files, folder, as_of)
        closed.result()
    return result


def _files(
    bench: Engine,
    done: Calculated,
    stored: StoredInputs,
    document: Json,
    beside: ThreadPoolExecutor,
    render: Render,
) -> dict[str, bytes]:
    """Every file of the run folder, by name."""
    report = canonical_json(document)
    # The page is drawn from the document alone, while the engine writes the tables.
    pages = beside.submit(render, report)
    files = artifact_files(
        bench, done.figures, done.witnesses, done.conclusion, done.manifest, stored, document
    )
    files[ITEMS_FILE] = parquet_bytes(done.items)
    return {**files, "report.json": report, **pages.result()}


def calculate_stored(
    workspace: Workspace,
    stored: StoredInputs,
    manifest: Manifest,
    period: Period,
    engine: Engine,
    progress: Progress = _quiet,
) -> Calculated:
    """Read the witnesses from stored bytes, calculate, conclude; run and verify both do this."""
    settings = stored.settings
    margin = timedelta(days=settings.margin_days)
    as_of = parse_instant(manifest.as_of, "manifest")
    witnesses = read_witnesses(workspace.store, stored, as_of)
    terms = Terms(
        period=period,
        margin=margin,
        match_keys=settings.matching.keys,
        recorded_step=settings.ledger_terms.recorded_step,
        rounding=settings.ledger_terms.rounding,
        basis=settings.ledger_terms.basis,
        absurd_factor=settings.policy.absurd_factor,
        patterns=patterns_of(settings.policy),
        gap_hours=settings.policy.price_gap_range_hours,
        charge_unit=settings.charge_unit,
        one_charge_unit=settings.has_one_charge_unit,
    )
    receipts = calculate(engine, witnesses.inputs, terms, progress, (*STAGES, *VIEWS))
    figures, tables = fetch_results(engine, witnesses)
    conclusion = conclude(figures, witnesses, stored, period, as_of)
    result = result_text(tables, conclusion)
    full = with_results(manifest, receipts, sha256(result), conclusion.verdict.decision)
    items = _items(engine, manifest.run_id, period, as_of)
    return Calculated(figures, witnesses, conclusion, receipts, full, result, items)


def patterns_of(policy: Policy) -> Patterns:
    """What the policy looks for in our own rows."""
    return Patterns(
        policy.absurd_row_factor,
        policy.absurd_row_least_rows,
        policy.gap_least_days,
        policy.gap_step_factor,
    )


def _items(engine: Engine, run_id: str, period: Period, as_of: datetime) -> pa.Table:
    """The unmatched items, as the engine holds them, under the name of the run."""
    held = engine.fetch(f"SELECT * FROM unmatched_item ORDER BY {ITEM_ORDER}")
    require_held(engine, "unmatched_item", held, "Reading unmatched_item")
    return items_of_run(held, run_id, period, as_of)


def _refuse_all_excluded(figures: Figures) -> None:
    """Refuse exclusions that leave nothing: a rule that takes all is a mistake, not a decision."""
    rows = [row for row in figures["coverage"] if row["usage_rows"]]
    by_rule = [row for row in rows if str(row["state_reason"]).startswith("RULE:")]
    if by_rule and all(row["row_state"] in ("excluded", "quarantined") for row in rows):
        raise ConfigurationRefused(
            "EXCLUDE_ALL",
            "The exclusions leave no usage row of the period.",
            where=tuple(
                f"exclusions.csv, {row['state_reason']}: {plural(int(row['usage_rows']), 'row')}"
                for row in by_rule
            ),
            remedy="Correct exclusions.csv: each rule must name what is not yours, no more.",
        )


def _published(
    workspace: Workspace,
    done: Calculated,
    document: Json,
    files: dict[str, bytes],
    folder: Path,
    as_of: datetime,
) -> RunResult:
    listing = publish(folder, files)
    manifest = done.manifest
    record_run(
        workspace.store,
        workspace.log,
        Run(
            run_id=manifest.run_id,
            period=manifest.period[0],
            as_of=manifest.as_of,
            decision=done.conclusion.verdict.decision,
            result_digest=manifest.result_digest,
            manifest_object="",
            artifacts_object=workspace.store.put(listing),
            folder=folder.relative_to(workspace.root).as_posix(),
            calculation_version=manifest.calculation_version,
            operator=manifest.operator,
            supersedes=manifest.supersedes,
            input_objects=manifest.objects.digests(),
            groups_object=workspace.store.put(done.conclusion.review.left.encoded()),
            items_object=workspace.store.put(files[ITEMS_FILE]),
        ),
        manifest.encoded(),
        as_of.astimezone(UTC),
    )
    return RunResult(
        manifest.run_id,
        folder,
        files["report.json"],
        document["summary"],
        EXIT_CODE[done.conclusion.verdict.decision],
    )
