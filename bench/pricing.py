"""Pricing alone: the statement that rates, against the same job row by row in Python."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from bench.generator import CAPTURED_AT, DAY, MILLION, PERIOD, PRICES, SEED
from tieout import tables
from tieout.calendar import parse_period
from tieout.close.calculation import Inputs, Terms, calculate
from tieout.close.pipeline import STAGES
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import Statement, statement
from tieout.money import RoundingRule

MODELS = tuple(PRICES)
_RATED = "rated_meter"


class StopAtRating(Exception):
    """Everything that rating reads is made."""


class UpToRating(DuckDBEngine):
    """Runs the stages before rating and stops there."""

    def run(self, statement: Statement) -> int:
        """Make the statement's table, unless it is the one to be measured."""
        if statement.table == _RATED:
            raise StopAtRating
        return super().run(statement)


def measure(rows: int) -> Iterator[str]:
    """Rows per second of both, over the same typed rows."""
    usage = _usage(rows)
    engine = UpToRating()
    with suppress(StopAtRating):
        calculate(engine, _inputs(usage), _terms())
    clock, processor = time.perf_counter(), time.process_time()
    made = DuckDBEngine.run(engine, statement(f"rating/{_RATED}"))
    by_sql = time.perf_counter() - clock, time.process_time() - processor
    total = engine.fetch("SELECT sum(full_cost) AS cost FROM rated_meter").column(0)[0].as_py()
    engine.close()
    by_python, check = _row_by_row(usage)
    yield "                                rows/s   per processor second"
    for name, spent in (("rated_meter by SQL", by_sql), ("the same in Python", by_python)):
        yield f"  {name:<23}{rows / spent[0]:>14,.0f}{rows / spent[1]:>14,.0f}"
    yield f"  {'ratio':<23}{by_python[0] / by_sql[0]:>14,.1f}{by_python[1] / by_sql[1]:>14,.1f}"
    yield f"  {made:,} meters; both come to the same money: {total == check}"


def _row_by_row(usage: pa.Table) -> tuple[tuple[float, float], Decimal]:
    """Make the rows of the statement one after the other: price in force, the same products."""
    columns = ("row_id", "model_as_logged", "occurred_at", "input_tokens", "output_tokens")
    rows = list(zip(*(usage.column(name).to_pylist() for name in columns), strict=True))
    since = CAPTURED_AT.replace(tzinfo=None)
    book = {
        model: [(f"set-{model}", since, None, price[0] / MILLION, price[1] / MILLION)]
        for model, price in PRICES.items()
    }
    made = []
    clock, processor = time.perf_counter(), time.process_time()
    for row_id, model, moment, tokens_in, tokens_out in rows:
        for set_id, start, end, rate_in, rate_out in book[model]:
            if start <= moment and (end is None or moment < end):
                for meter, quantity, rate in (
                    ("input_tokens", tokens_in, rate_in),
                    ("output_tokens", tokens_out, rate_out),
                ):
                    full, listed = quantity * rate, quantity * rate
                    lowest, highest = quantity * rate, quantity * rate
                    made.append(
                        (row_id, meter, quantity, set_id, rate, full, listed, lowest, highest)
                    )
    spent = time.perf_counter() - clock, time.process_time() - processor
    return spent, sum((row[5] for row in made), Decimal(0))


def _usage(rows: int) -> pa.Table:
    """Typed usage rows, made from row numbers alone."""
    numbers = range(rows)
    start: datetime = DAY.replace(tzinfo=None)
    step = timedelta(days=1) / rows
    return tables.USAGE_READING.arrow(
        {
            "row_id": list(numbers),
            "import_id": ["bench"] * rows,
            "ordinal": [n + 1 for n in numbers],
            "line": [n + 2 for n in numbers],
            "byte_offset": [0] * rows,
            "payload_digest": [f"{n:x}" for n in numbers],
            "entry_kind": ["consumption"] * rows,
            "request_id": [f"r{n}" for n in numbers],
            "occurred_at": [start + step * n for n in numbers],
            "time_basis": ["start"] * rows,
            "model_as_logged": [MODELS[n * SEED % len(MODELS)] for n in numbers],
            "outcome": ["completed"] * rows,
            "input_includes_parts": [False] * rows,
            "output_includes_parts": [True] * rows,
            "input_tokens": [Decimal(n * 7919 % 9000) for n in numbers],
            "output_tokens": [Decimal(n * 104729 % 1200) for n in numbers],
            "requests": [Decimal(1)] * rows,
        }
    )


def _inputs(usage: pa.Table) -> Inputs:
    sets = [f"set-{model}" for model in MODELS]
    rates = [rate / MILLION for model in MODELS for rate in PRICES[model]]
    lines = len(rates)
    return Inputs(
        usage=usage,
        ledger=tables.LEDGER_READING.arrow({}),
        recorded_meters=tables.RECORDED_METER.arrow(
            {"import_id": ["bench"] * 2, "meter": ["input_tokens", "output_tokens"]}
        ),
        price_sets=tables.PRICE_SET.arrow(
            {
                "price_set_id": sets,
                "capture_id": ["bench"] * len(sets),
                "source_name": ["list"] * len(sets),
                "source_model_id": list(MODELS),
                "currency": ["USD"] * len(sets),
                "effective_from": [CAPTURED_AT.replace(tzinfo=None)] * len(sets),
                "rates_digest": sets,
                "grade": ["B"] * len(sets),
                "declared": [False] * len(sets),
            }
        ),
        price_lines=tables.PRICE_LINE.arrow(
            {
                "price_set_id": [one for one in sets for _ in range(2)],
                "meter": ["input_tokens", "output_tokens"] * len(sets),
                "price_text": [str(rate * MILLION) for rate in rates],
                "pricing_unit": ["1M tokens"] * lines,
                "dialect": ["list"] * lines,
                "locator": ["line"] * lines,
                "list_unit_rate": rates,
                "unit_rate": rates,
            }
        ),
        aliases=tables.ALIAS.arrow({}),
        exclusions=tables.EXCLUSION.arrow({}),
    )


def _terms() -> Terms:
    assert any(stage.path.endswith(_RATED) for stage in STAGES), "the stage has another name"
    return Terms(
        period=parse_period(PERIOD, "UTC"),
        margin=timedelta(days=2),
        match_keys=("day", "source_model_id", "cost_center"),
        recorded_step=Decimal(0),
        rounding=RoundingRule(),
    )
