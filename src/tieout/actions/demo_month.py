"""The demo month: generated with known faults, tied out, and held against the truth.

The truth is worked out by the generator alone; each planted fault is looked up in the lines of the
run and agrees only where lines, money and bucket are those that were planted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout.actions.closing import Progress, quiet, run
from tieout.actions.demo_workspace import DemoCapture, DemoFiles, fill_workspace, require_empty
from tieout.actions.prices import Origin
from tieout.close.run import RunResult
from tieout.demo.write import Month, write_month
from tieout.engine.opening import EngineName
from tieout.evidence.documents import PriceFormat

REQUESTS: Final = 60_000
_SCOPE: Final = ("cause", "bucket", "source_model_id", "cost_center", "project")
# Faults that move no money: the start of the reason their rows are left out for.
_LEFT_OUT: Final = {"usage_repeated": "DUP_EXACT", "test_key": "RULE:"}


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault as it was planted, and as the run found it.

    Attributes:
        fault_id: its id in the story of the month.
        story: what happened, in one sentence.
        bucket: the bucket its money belongs to; empty where no money differs.
        rows: match lines it touches; usage rows where no money differs.
        variance: recorded minus expected over them, by the truth.
        found_rows: the same, as the run has them.
        found_variance: the same money, as the run has it.
        found_in: the cause groups, row states or buckets the run put it in.
        agrees: whether rows, money and bucket are those planted.
    """

    fault_id: str
    story: str
    bucket: str
    rows: int
    variance: Decimal
    found_rows: int
    found_variance: Decimal
    found_in: tuple[str, ...]
    agrees: bool


@dataclass(frozen=True, slots=True)
class MonthDemo:
    """The demo month: where it lies, its run, its faults."""

    root: Path
    result: RunResult
    faults: tuple[PlantedFault, ...]


def run_demo(
    root: Path,
    *,
    seed: int = 1,
    requests: int = REQUESTS,
    progress: Progress = quiet,
    engine: EngineName = "duckdb",
) -> MonthDemo:
    """Generate a month with known faults and tie it out.

    Args:
        root: an empty or new folder for the workspace; the generated files go into it too.
        seed: the same seed and size give the same month, to the byte.
        requests: how many answered calls the month has.
        progress: called with step and rows.
        engine: what runs the statements.

    Raises:
        ConfigurationRefused: ``DEMO_FOLDER``, or ``DEMO_TOO_SMALL``: the faults do not fit.
    """
    require_empty(root)
    month = write_month(root / "demo-files", seed, requests)
    progress("month generated", requests)
    workspace = fill_workspace(root, _files(month), progress)
    operator = month.captures[0].operator
    result = run(
        workspace,
        month.period,
        operator=operator,
        as_of=month.as_of,
        progress=progress,
        engine=engine,
    )
    truth = json.loads(month.truth.read_text(encoding="utf-8"), parse_float=Decimal)
    return MonthDemo(root, result, tuple(_faults(truth, result)))


def _files(month: Month) -> DemoFiles:
    return DemoFiles(
        settings=month.settings.read_text(encoding="utf-8"),
        mapping=month.mapping.read_bytes(),
        exclusions=month.exclusions.read_bytes(),
        captures=tuple(
            DemoCapture(
                file=one.file,
                source_name=one.source_name,
                source_format=msgspec.convert(one.format, PriceFormat),
                origin=Origin(one.source_url, one.accessed_at, one.operator, (one.notes,)),
                approved_by=one.approved_by,
            )
            for one in month.captures
        ),
        usage=month.usage_files,
        ledger=(month.ledger_file,),
        operator=month.captures[0].operator,
        at=month.as_of,
    )


def _faults(truth: dict[str, Any], result: RunResult) -> Iterator[PlantedFault]:
    lines = pq.read_table(result.folder / "variance_lines.parquet")
    usage = pq.read_table(result.folder / "usage_export.parquet")
    groups = {tuple(group[name] for name in _SCOPE): group for group in result.summary["groups"]}
    for fault in truth["faults"]:
        if fault["bucket"]:
            yield _in_lines(fault, lines, groups)
        else:
            yield _in_usage(fault, usage)


def _in_lines(
    fault: dict[str, Any], lines: pa.Table, groups: dict[tuple[Any, ...], dict[str, Any]]
) -> PlantedFault:
    """A fault with money: its request ids are the keys of its lines."""
    keys = pa.array([f"id:{request_id}" for request_id in fault["request_ids"]], pa.string())
    mine = lines.filter(pc.is_in(lines.column("line_key"), value_set=keys))
    variance = pc.sum(mine.column("variance")).as_py() or Decimal(0)
    buckets, places = set(), set()
    for row in mine.select([*_SCOPE, "line_state"]).to_pylist():
        buckets.add(row["bucket"])
        group = groups.get(tuple(row[name] for name in _SCOPE))
        words = row["cause"].replace("_", " ")
        reviewed = row["line_state"] in ("open", "cancels")
        place = group["group_id"] if group is not None and reviewed else words
        places.add(f"{place} ({words})" if place != words else f"not comparable, {words}")
    planted = Decimal(fault["variance"])
    right = (fault["lines"], planted, {fault["bucket"]})
    return PlantedFault(
        fault_id=fault["fault_id"],
        story=fault["story"],
        bucket=fault["bucket"],
        rows=fault["lines"],
        variance=planted,
        found_rows=mine.num_rows,
        found_variance=variance,
        found_in=tuple(sorted(places)),
        agrees=(mine.num_rows, variance, buckets) == right,
    )


def _in_usage(fault: dict[str, Any], usage: pa.Table) -> PlantedFault:
    """A fault without money: rows that are left out, each with its reason."""
    start = _LEFT_OUT[fault["kind"]]
    reasons = usage.column("state_reason")
    excluded = pc.equal(usage.column("row_state"), "excluded")
    mine = usage.filter(pc.and_(excluded, pc.starts_with(reasons, start)))
    found = sorted(set(mine.column("state_reason").to_pylist()))
    planted = Decimal(fault["variance"])
    return PlantedFault(
        fault_id=fault["fault_id"],
        story=fault["story"],
        bucket="",
        rows=fault["usage_rows"],
        variance=planted,
        found_rows=mine.num_rows,
        found_variance=Decimal(0),
        found_in=tuple(f"excluded, {reason}" for reason in found),
        agrees=mine.num_rows == fault["usage_rows"] and not planted,
    )
