"""The line diff of a corrected rerun: what changed between two published runs, by cause (K1).

Both runs stay as they were published. The lines are compared in the engine, from the bytes of the
two folders, after their digests were checked.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tieout.close.runs import RunFolder
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.errors import ConfigurationRefused, IntegrityRefused
from tieout.evidence.canonical import sha256
from tieout.evidence.machine import read_file
from tieout.workspace.layout import Workspace

Row = dict[str, Any]

_SHOWN: Final = 200
COMPARED: Final = (
    "line_key", "day", "source_model_id", "cost_center", "project", "currency", "line_state",
    "cause", "expected_cost", "charged_cost", "recorded_cost", "variance",
)  # fmt: skip
_TOTALS: Final = (
    "SELECT * FROM line_change_total ORDER BY gross_change DESC, old_cause NULLS FIRST,"
    " new_cause NULLS FIRST, currency NULLS FIRST"
)
_LINES: Final = (
    "SELECT * FROM line_change ORDER BY"
    " abs(coalesce(new_variance, 0) - coalesce(old_variance, 0)) DESC, line_key"
    f" LIMIT {_SHOWN}"
)
_COUNTED: Final = "SELECT count(*) AS lines FROM line_change"


@dataclass(frozen=True, slots=True)
class LineDiff:
    """What changed between two runs of one period.

    Attributes:
        old: the run before.
        new: the run after.
        lines: how many lines changed.
        totals: by cause before and after, most money first.
        shown: the largest changes, at most two hundred.
        result_is_same: whether both came to the same result digest.
        calculation: the calculation versions of both.
    """

    old: RunFolder
    new: RunFolder
    lines: int
    totals: tuple[Row, ...]
    shown: tuple[Row, ...]
    result_is_same: bool
    calculation: tuple[str, str]


def line_diff(workspace: Workspace, old: RunFolder, new: RunFolder) -> LineDiff:
    """Compare two runs of one period, line by line.

    Raises:
        ConfigurationRefused: ``RUNS_APART``: they are of different periods.
        IntegrityRefused: ``RUN_FILE``: a published file is not what it was.
    """
    if old.record.period != new.record.period:
        raise ConfigurationRefused(
            "RUNS_APART",
            "Two runs of different periods have no lines in common.",
            where=tuple(f"{one.record.run_id}  {one.record.period}" for one in (old, new)),
            remedy="Name two runs of one period.",
        )
    tables = [
        published_table(workspace, run, "variance_lines.parquet", COMPARED) for run in (old, new)
    ]
    changes = compared_lines(*tables)
    return LineDiff(
        old,
        new,
        *changes,
        old.record.result_digest == new.record.result_digest,
        (old.record.calculation_version, new.record.calculation_version),
    )


def compared_lines(old: pa.Table, new: pa.Table) -> tuple[int, tuple[Row, ...], tuple[Row, ...]]:
    """How many lines differ between two tables of lines, by cause, and the largest of them."""
    engine = DuckDBEngine()
    try:
        engine.load("old_line", old)
        engine.load("new_line", new)
        for name in ("line_change", "line_change_total"):
            engine.run(statement(f"variance/{name}"))
        counted = engine.fetch(_COUNTED).column(0)[0].as_py()
        totals, lines = (engine.fetch(query).to_pylist() for query in (_TOTALS, _LINES))
    finally:
        engine.close()
    return int(counted), tuple(totals), tuple(lines)


def published_table(
    workspace: Workspace, found: RunFolder, name: str, columns: Sequence[str] | None = None
) -> pa.Table:
    """A table of a run folder, after its bytes were compared with their digest.

    Raises:
        IntegrityRefused: ``RUN_FILE``.
    """
    content = io.BytesIO(published_bytes(workspace, found, name))
    return pq.read_table(content, columns=None if columns is None else list(columns))


def published_bytes(workspace: Workspace, found: RunFolder, name: str) -> bytes:
    """A file of a run folder, after its bytes were compared with their digest.

    Raises:
        IntegrityRefused: ``RUN_FILE``.
    """
    listing = workspace.store.get(found.record.artifacts_object)
    listed = msgspec.json.decode(listing, type=dict[str, str])
    content = read_file(found.folder / name)
    if content is None or sha256(content) != listed.get(name):
        raise IntegrityRefused(
            "RUN_FILE",
            "A file of a published run is not what it was.",
            where=(str(found.folder / name),),
            remedy="Restore the folder from a backup, or run the period again.",
        )
    return content
