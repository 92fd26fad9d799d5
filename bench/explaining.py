"""Explaining alone: one period with and without a thousand faulty entries, through every stage.

Rows are typed, made by an engine from their numbers and kept in files that are mapped, so that the
memory is the calculation's own. What the faults cost is the difference of two calculations in one
process, each with its second making and its control totals.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from bench.generator import DAY, PERIOD
from tieout import tables
from tieout.calendar import parse_period
from tieout.close.calculation import Inputs, Terms, calculate
from tieout.engine.duckdb import DuckDBEngine
from tieout.money import RoundingRule
from tieout.tables import Table

FAULTS = 1_000
AT_ONCE = 100_000
# What the texts below stand for; a rate of one unit goes by the number of the model.
WORDS = {
    "$rate_in": "CAST((m + 1) * 0.000000250000 AS DECIMAL(22,18))",
    "$rate_out": "CAST((m + 1) * 0.000002000000 AS DECIMAL(22,18))",
    "$midnight": DAY.strftime("TIMESTAMP '%Y-%m-%d'"),
}
CALLS = """
SELECT n, n % 24 AS m, n * 7919 % 9000 + 1 AS taken, n * 104729 % 1200 + 1 AS given,
  $midnight + to_microseconds(n * 86399000000 // $rows) AS happened
FROM range($rows) AS r(n)
"""
# Ten kinds of wrong entries, in turn; an entry of none of them has no kind.
BOOKED = """
SELECT n, m, happened, taken * $rate_in + given * $rate_out AS cost,
  CASE WHEN $every > 0 AND n % greatest($every, 1) = 3 THEN n // greatest($every, 1) % 10 END
    AS kind,
  taken * $rate_in AS cost_in, given * $rate_in + taken * $rate_out AS cost_swapped
FROM ($calls) AS c
"""
ENTRIES = """
SELECT n, m, happened, CASE kind
    WHEN 0 THEN cost * 1.5 WHEN 1 THEN cost * 1000 WHEN 2 THEN cost_swapped WHEN 3 THEN -cost
    WHEN 4 THEN 0 WHEN 5 THEN cost_in WHEN 6 THEN cost * 3 WHEN 7 THEN cost * 2
    ELSE cost END AS amount, kind, 0 AS again
FROM ($booked) AS b
WHERE kind IS NULL OR kind <> 8
UNION ALL
SELECT n, m, happened, cost AS amount, kind, 1 AS again
FROM ($booked) AS b
WHERE kind = 9
"""
PRICES = """
SELECT m, old FROM range(24) AS r(m) CROSS JOIN (VALUES (FALSE), (TRUE)) AS o(old)
"""
# The price before was half as much again.
RATES = """
SELECT m, old, meter, CASE WHEN old THEN rate * 1.5 ELSE rate END AS rate FROM ($prices) AS p
CROSS JOIN LATERAL (SELECT 'input_tokens' AS meter, $rate_in AS rate
  UNION ALL SELECT 'output_tokens' AS meter, $rate_out AS rate) AS l
"""
TEXTS = {"$booked": BOOKED, "$calls": CALLS, "$prices": PRICES}


def measure(folder: Path, rows: int) -> Iterator[str]:
    """Seconds of both calculations, and what was found of the faults.

    Args:
        folder: where the rows are kept meanwhile, about a gigabyte for two million.
        rows: how many usage rows.
    """
    yield f"  {rows:,} usage rows, {FAULTS:,} faulty entries"
    usage = _typed(
        folder / "usage", tables.USAGE_READING, CALLS, rows, 0,
        row_id="n", import_id="'bench'", ordinal="n + 1", line="n + 2", byte_offset="0",
        payload_digest="CAST(n AS VARCHAR)", entry_kind="'consumption'",
        request_id="concat('r', n)", occurred_at="happened", time_basis="'start'",
        model_as_logged="concat('model-', m)", outcome="'completed'", input_includes_parts="FALSE",
        output_includes_parts="TRUE", input_tokens="taken", output_tokens="given", requests="1",
    )  # fmt: skip
    whole, stages = [], []
    for faults in (0, FAULTS):
        found, spent = _calculated(usage, _ledger(folder, rows, faults), _prices(folder))
        whole.append(spent.seconds)
        stages.append(spent.explaining)
        yield (
            f"  with {faults:>5,} faults: seconds {spent.seconds:>12.2f},"
            f" processor {spent.processor:.2f}, statements of variance {spent.explaining:.2f}"
        )
    yield f"  what the faults cost        {whole[1] - whole[0]:>12.2f} seconds"
    yield f"    in statements of variance {stages[1] - stages[0]:>12.2f}"
    yield f"  lines that do not tie out {found[0]:,}, of which with a cause {found[1]:,}"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of a calculation.

    Attributes:
        seconds: on the clock, second makings and control totals included.
        processor: of every thread.
        explaining: of the statements that file lines under causes, each made once.
    """

    seconds: float
    processor: float
    explaining: float


def _calculated(
    usage: pa.Table, ledger: pa.Table, prices: tuple[pa.Table, pa.Table]
) -> tuple[tuple[int, int], Spent]:
    """How many lines are open and how many of them have a cause, and what it took."""
    inputs = Inputs(
        usage=usage, ledger=ledger,
        recorded_meters=tables.RECORDED_METER.arrow(
            {"import_id": ["bench"] * 2, "meter": ["input_tokens", "output_tokens"]}
        ),
        price_sets=prices[0], price_lines=prices[1], aliases=tables.ALIAS.arrow({}),
        exclusions=tables.EXCLUSION.arrow({}),
    )  # fmt: skip
    terms = Terms(
        period=parse_period(PERIOD, "UTC"), margin=timedelta(days=2),
        match_keys=("day", "source_model_id", "cost_center"), recorded_step=Decimal(0),
        rounding=RoundingRule(),
    )  # fmt: skip
    engine = DuckDBEngine()
    clock, processor = time.perf_counter(), time.process_time()
    receipts = calculate(engine, inputs, terms)
    spent = Spent(
        time.perf_counter() - clock,
        time.process_time() - processor,
        sum(one.seconds for one in receipts if one.statement.folder.startswith("variance")),
    )
    found = engine.fetch(
        "SELECT count(*) AS lines, count(CASE WHEN cause <> 'unknown' THEN 1 END) AS explained"
        " FROM variance_line WHERE line_state = 'open'"
    ).to_pylist()[0]
    engine.close()
    return (found["lines"], found["explained"]), spent


def _ledger(folder: Path, rows: int, faults: int) -> pa.Table:
    every = rows // faults if faults else 0
    return _typed(
        folder / f"ledger-{faults}", tables.LEDGER_READING, ENTRIES, rows, every,
        row_id="row_number() OVER (ORDER BY n, again) - 1", import_id="'books'",
        ordinal="row_number() OVER (ORDER BY n, again)",
        line="row_number() OVER (ORDER BY n, again) + 1", byte_offset="0",
        payload_digest="concat(n, ' ', again)", ledger_entry_id="concat('e', n, '-', again)",
        posted_at="happened", request_id="concat('r', n)", model_as_logged="concat('model-', m)",
        recorded_cost="amount", currency="'USD'",
    )  # fmt: skip


def _prices(folder: Path) -> tuple[pa.Table, pa.Table]:
    """The price of each model, and the one before it."""
    sets = _typed(
        folder / "sets", tables.PRICE_SET, PRICES, 0, 0,
        price_set_id="concat('set-', m, old)", capture_id="'bench'", source_name="'list'",
        source_model_id="concat('model-', m)", currency="'USD'",
        effective_from="CASE WHEN old THEN TIMESTAMP '2026-01-01' ELSE TIMESTAMP '2026-08-01' END",
        effective_until="CASE WHEN old THEN TIMESTAMP '2026-08-01' END",
        rates_digest="concat(m, old)", grade="'B'", declared="FALSE", start_basis="'stated'",
        needs_name="FALSE",
    )  # fmt: skip
    lines = _typed(
        folder / "lines", tables.PRICE_LINE, RATES, 0, 0,
        price_set_id="concat('set-', m, old)", meter="meter", price_text="CAST(rate AS VARCHAR)",
        pricing_unit="'token'", dialect="'list'", locator="'line'", list_unit_rate="rate",
        unit_rate="rate",
    )  # fmt: skip
    return sets, lines


def _typed(path: Path, table: Table, text: str, rows: int, every: int, **columns: str) -> pa.Table:
    """A declared table whose columns are made by the engine; those not named are null."""
    for name, meaning in {**TEXTS, **WORDS, "$rows": str(rows), "$every": str(every)}.items():
        text = text.replace(name, meaning)
    named = ", ".join(f"{columns.get(name, 'NULL')} AS {name}" for name in table.column_names)
    made = duckdb.connect().sql(text).project(named)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as kept:
        for batch in made.to_arrow_reader(AT_ONCE):
            kept.write_table(_cast(pa.table(batch), table.schema))
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _cast(found: pa.Table, schema: pa.Schema) -> pa.Table:
    return pa.table(
        [
            found.column(field.name).cast(pa.decimal128(38, field.type.scale)).cast(field.type)
            if pa.types.is_decimal(field.type)
            else found.column(field.name).cast(field.type)
            for field in schema
        ],
        schema=schema,
    )
