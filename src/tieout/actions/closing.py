"""Closing a period: the run, its variances, its report, and the verification of a run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tieout.close.run import RunResult, run_period
from tieout.close.runs import RunFolder, find_run
from tieout.close.verify import Verification, verify_run
from tieout.engine.opening import EngineName
from tieout.engine.port import Engine
from tieout.errors import IntegrityRefused
from tieout.evidence.durable import write_new_file
from tieout.evidence.records import runs
from tieout.report import html
from tieout.report.csv import variances_csv
from tieout.report.document import Document, load
from tieout.workspace.layout import Workspace, refuse_inside_records

Progress = Callable[[str, int], None]


def quiet(_stage: str, _rows: int) -> None:
    """No progress."""


def run(
    workspace: Workspace,
    period: str,
    *,
    operator: str,
    as_of: datetime | None = None,
    threads: int | None = None,
    progress: Progress = quiet,
    engine: Engine | EngineName = "duckdb",
    known_at: datetime | None = None,
) -> RunResult:
    """Tie out a period and publish the run.

    Args:
        workspace: the workspace.
        period: a month (``2026-08``), a day, or ``start/end``, in the reporting zone (D6).
        operator: who or what runs it.
        as_of: the instant the run looks from (D23); now, if it is left out.
        threads: threads of the engine; no result depends on it.
        progress: called with stage and rows.
        engine: what runs the statements, by its name or already open; no result depends on it.
        known_at: only prices and rulings on record at this instant count; all by default (P7).

    Raises:
        ConfigurationRefused: settings, mapping, exclusions or period cannot be used.
        IntegrityRefused: counts or control totals do not agree; nothing was published.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        # Compiling the page takes a good part of a second; the engine needs no Python meanwhile.
        beside.submit(html.prepare)
        return run_period(
            workspace,
            period,
            as_of=as_of or datetime.now(UTC),
            operator=operator,
            render=rendered,
            threads=threads,
            progress=progress,
            engine=engine,
            known_at=known_at,
        )


def rendered(report: bytes) -> dict[str, bytes]:
    """The further files of a run folder, made from ``report.json`` alone."""
    document = load(report)
    return {
        "report.html": html.render(document).encode("utf-8"),
        "variances.csv": variances_csv(document).encode("utf-8"),
    }


def verify(
    workspace: Workspace,
    run_id: str | None = None,
    *,
    threads: int | None = None,
    engine: EngineName = "duckdb",
) -> Verification:
    """Calculate a run again from stored bytes and compare everything with what was published.

    Raises:
        ConfigurationRefused: there is no such run.
        IntegrityRefused: stored bytes are not what they were.
    """
    return verify_run(workspace, run_id, threads=threads, engine=engine)


def has_runs(workspace: Workspace) -> bool:
    """Whether any run is on record."""
    return bool(runs(workspace.log))


def read_report(
    workspace: Workspace, run_id: str | None = None, period: str | None = None
) -> tuple[RunFolder, Document]:
    """The report of a run: of that id, or the newest (of that period).

    Raises:
        ConfigurationRefused: there is no such run, or the id is cut too short.
        IntegrityRefused: ``REPORT_MISSING`` or ``REPORT_FORM``.
    """
    found = find_run(workspace, run_id, period)
    try:
        content = found.report_path.read_bytes()
    except FileNotFoundError as error:
        raise IntegrityRefused(
            "REPORT_MISSING",
            "The report of a run on record is gone.",
            where=(str(found.report_path),),
            remedy="Restore the folder from a backup, or run the period again.",
        ) from error
    return found, load(content, str(found.report_path))


def write_report(document: Document, out: Path) -> Path:
    """Render the page of a report again, into a new file.

    Raises:
        ConflictRefused: another file is there already; nothing is overwritten.
        ConfigurationRefused: ``CFG_PATH_OVERLAP``: it would lie in the records of a workspace.
    """
    refuse_inside_records(out)
    write_new_file(out, html.render(document).encode("utf-8"))
    return out
