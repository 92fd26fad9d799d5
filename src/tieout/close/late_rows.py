"""Rows that came for a period after it was closed: shown where they land, with their age (D25).

The figures of the closed run never move. What came late is counted here, in every run until the
period is reopened, so that nothing vanishes between two periods.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from tieout.calendar import parse_instant
from tieout.close.stored import StoredInputs, Witnesses
from tieout.errors import ConfigurationRefused
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import grouped
from tieout.people.replay import Replay
from tieout.people.ruling import Closing, Reopening

_OWNER = FIRST_OWNER[Bucket.TIMING]


@dataclass(frozen=True, slots=True)
class _Closed:
    closing: Closing
    start: datetime
    end: datetime
    at: datetime


def late_findings(
    stored: StoredInputs, witnesses: Witnesses, as_of: datetime
) -> tuple[Finding, ...]:
    """A finding for each leg of each closed period for which rows came later."""
    return tuple(
        finding
        for one in _closed(stored.rulings)
        for finding in _late(one, witnesses, as_of)
        if finding.rows
    )


def _closed(rulings: Replay) -> tuple[_Closed, ...]:
    """The closings that no reopening followed, by period."""
    found: dict[str, _Closed] = {}
    for one in rulings.of(Closing, Reopening):
        said = one.document
        if isinstance(said, Reopening):
            found.pop(said.period, None)
        elif isinstance(said, Closing) and said.period not in found:
            # A closing written around the commands may bound no days; then it closed nothing.
            with suppress(ConfigurationRefused):
                start, end, at = (
                    parse_instant(text, "closing")
                    for text in (said.start, said.end, one.statement.at)
                )
                found[said.period] = _Closed(said, start, end, at)
    return tuple(found[label] for label in sorted(found))


def _late(one: _Closed, witnesses: Witnesses, as_of: datetime) -> Iterator[Finding]:
    days = plural(max(0, (as_of - one.at).days), "day")
    inputs = witnesses.inputs
    for leg, table, column in (
        ("usage", inputs.usage, "occurred_at"), ("ledger", inputs.ledger, "posted_at"),
    ):  # fmt: skip
        rows = _rows(table, column, one)
        money = _money(rows) if leg == "ledger" else ""
        files = sorted(set(rows.column("import_id").to_pylist()))
        yield Finding(
            "LATE_FOR_CLOSED",
            Kind.PROCESS,
            Severity.NOTE,
            _OWNER,
            f"Rows of the {leg} are for {one.closing.period}, which was closed {days} before this"
            f" run and did not count them{money}; its figures stay as they were signed.",
            rows.num_rows,
            tuple(f"{leg} import {name}" for name in files),
        )


def _rows(table: pa.Table, column: str, one: _Closed) -> pa.Table:
    """The rows for the days of a closed period, of files that it did not count."""
    moments = table.column(column)
    first, last = (
        pa.scalar(bound.astimezone(UTC).replace(tzinfo=None), moments.type)
        for bound in (one.start, one.end)
    )
    known = pa.array(one.closing.imports, pa.string())
    late = pc.and_(
        pc.and_(pc.greater_equal(moments, first), pc.less(moments, last)),
        pc.invert(pc.is_in(table.column("import_id"), known)),
    )
    return table.filter(late)


def _money(rows: pa.Table) -> str:
    sums = rows.group_by("currency").aggregate([("recorded_cost", "sum")]).to_pylist()
    said = [
        f"{grouped(row['recorded_cost_sum'] or Decimal(0))} {row['currency'] or 'unknown currency'}"
        for row in sorted(sums, key=lambda row: row["currency"] or "")
    ]
    return f", {' and '.join(said)} in all" if said else ""
