"""The prices a run used: from any figure of its report to price lines, captures and places."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout.close.runs import RunFolder, find_run
from tieout.errors import ConfigurationRefused, IntegrityRefused
from tieout.meters import SETTLEMENT
from tieout.money import plain
from tieout.workspace.layout import Workspace

# What a figure of the report may be limited to, and the column that says it.
FIELDS: Final = {
    "model": "source_model_id",
    "day": "usage_day",
    "cost_center": "cost_center",
    "project": "project",
    "currency": "currency",
    "request": "request_id",
}


@dataclass(frozen=True, slots=True)
class UsedPrice:
    """One price line, with the quantity and the money it priced in the rows asked for."""

    source_model_id: str
    meter: str
    currency: str
    quantity: str
    unit_rate: str
    expected: str
    price_text: str
    pricing_unit: str
    multiplier_text: str | None
    grade: str
    capture_id: str
    locator: str
    source_url: str | None

    @property
    def next(self) -> str:
        """The command that prints the bytes."""
        return (
            f"tieout prices show --capture {self.capture_id} --locator {shlex.quote(self.locator)}"
        )


@dataclass(frozen=True, slots=True)
class UsedPrices:
    """The prices a run used for some of its rows, dearest first; what settled calls has none."""

    run_id: str
    rows: int
    prices: tuple[UsedPrice, ...]

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        prices = [{**asdict(one), "next": one.next} for one in self.prices]
        return {"run_id": self.run_id, "usage_rows": self.rows, "prices": prices}


def used_prices(
    workspace: Workspace,
    *,
    run_id: str | None = None,
    period: str | None = None,
    limits: Mapping[str, str] | None = None,
) -> UsedPrices:
    """The price lines behind a figure of a run.

    Args:
        workspace: the workspace.
        run_id: the run; the newest one by default.
        period: the newest run of this period.
        limits: which rows, by the names of :data:`FIELDS`; all rated rows by default. An empty
            text asks for the rows without that label.

    Raises:
        ConfigurationRefused: there is no such run, or ``NO_RATED_ROW``: no rated row fits.
        IntegrityRefused: ``REPORT_MISSING``: a file of the run is gone.
    """
    found = find_run(workspace, run_id, period)
    rows = _limited(_rated(found), limits or {})
    if rows.num_rows == 0:
        raise ConfigurationRefused(
            "NO_RATED_ROW",
            "The run rated no usage row like that.",
            where=tuple(f"{name}: {value!a}" for name, value in (limits or {}).items()),
            remedy="What was not rated has no price: tieout report, under coverage, says why.",
        )
    written = {(one["price_set_id"], one["meter"]): one for one in _snapshot(found)["prices"]}
    # What settled a call has no price.
    rows = rows.filter(pc.not_equal(rows.column("meter"), SETTLEMENT))
    totals = rows.group_by(["price_set_id", "meter"]).aggregate(
        [("quantity", "sum"), ("expected_cost", "sum")]
    )
    prices = sorted(
        ((row["expected_cost_sum"], _used(row, written)) for row in totals.to_pylist()),
        key=lambda pair: (-pair[0], pair[1].source_model_id, pair[1].meter, pair[1].capture_id),
    )
    calls = len(pc.unique(pa.chunked_array([_call_keys(rows)])))
    return UsedPrices(found.record.run_id, calls, tuple(price for _, price in prices))


def _used(row: Mapping[str, Any], written: Mapping[tuple[str, str], Any]) -> UsedPrice:
    line = written[row["price_set_id"], row["meter"]]
    quantity: Decimal = row["quantity_sum"]
    return UsedPrice(
        source_model_id=line["source_model_id"],
        meter=line["meter"],
        currency=line["currency"],
        quantity=plain(quantity),
        unit_rate=line["unit_rate"],
        expected=plain(row["expected_cost_sum"]),
        price_text=line["price_text"],
        pricing_unit=line["pricing_unit"],
        multiplier_text=line["multiplier_text"],
        grade=line["grade"],
        capture_id=line["capture_id"],
        locator=line["locator"],
        source_url=line["source_url"] or None,
    )


def _call_keys(rows: pa.Table) -> pa.Array:
    ordinal = pc.cast(rows.column("ordinal"), pa.string())
    keys = pc.binary_join_element_wise(rows.column("import_id"), ordinal, " ")
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def _limited(rows: pa.Table, limits: Mapping[str, str]) -> pa.Table:
    for name, value in limits.items():
        column = pc.cast(rows.column(FIELDS[name]), pa.string())
        rows = rows.filter(pc.equal(column, value) if value else pc.is_null(column))
    return rows


def _rated(found: RunFolder) -> pa.Table:
    return pq.read_table(_file(found, "expected_ledger.parquet"))


def _snapshot(found: RunFolder) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_file(found, "pricing_snapshot.json").read_bytes())
    return read


def _file(found: RunFolder, name: str) -> Path:
    path = found.folder / name
    if not path.is_file():
        raise IntegrityRefused(
            "REPORT_MISSING",
            "A file of a run on record is gone.",
            where=(str(path),),
            remedy="Restore the folder from a backup, or run the period again.",
        )
    return path
