"""Reading the ledger: an entry is money with a currency and a day, or it waits."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from tieout.intake.feed import Feed
from tieout.ledger.reading import LedgerReading, read_ledger
from tieout.tables import LEDGER_READING

PLAIN: dict[str, Any] = {
    "format": "csv",
    "time": {"column": "date", "form": "date", "zone": "UTC"},
    "model": "model",
    "request_id": "request",
    "ledger_entry_id": "entry",
    "cost_center": "team",
    "recorded": {"column": "cost", "currency": "USD"},
}
GOOD: dict[str, str | None] = {
    "date": "2026-08-10", "model": "m-1", "request": "req-1", "entry": "L-1", "team": "search",
    "cost": "0.0123",
}  # fmt: skip


def read(rows: list[dict[str, str | None]], **changes: Any) -> LedgerReading:
    """Read rows, each laid over the good one, by the plain feed with some keys replaced."""
    feed = msgspec.convert({**PLAIN, **changes}, Feed)
    count = len(rows)
    table = {
        "ordinal": pa.array(range(1, count + 1), pa.int64()),
        "line": pa.array(range(2, count + 2), pa.int64()),
        "byte_offset": pa.array([50 * n for n in range(count)], pa.int64()),
        "byte_length": pa.array([49] * count, pa.int64()),
        "record_digest": pa.array(
            [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)], pa.string()
        ),
    }
    for column in feed.columns():
        table[column] = pa.array([{**GOOD, **row}.get(column) for row in rows], pa.string())
    return read_ledger(pa.table(table), feed, import_id="led", first_row_id=3)


def only(reading: LedgerReading) -> dict[str, Any]:
    """The one readable entry."""
    assert reading.quarantined.num_rows == 0, reading.quarantined.to_pylist()
    [row] = reading.rows.to_pylist()
    return dict(row)


def reasons(reading: LedgerReading) -> list[tuple[int, str | None, str]]:
    """Ordinal, column and reason of each quarantined record."""
    return [
        (row["ordinal"], row["column_name"], row["reason_code"])
        for row in reading.quarantined.to_pylist()
    ]


def test_a_plain_entry_becomes_one_typed_row() -> None:
    reading = read([{}])
    row = only(reading)
    assert reading.rows.schema == LEDGER_READING.schema
    assert (row["row_id"], row["import_id"], row["ordinal"]) == (3, "led", 1)
    assert row["posted_at"] == datetime(2026, 8, 10)  # noqa: DTZ001  (UTC without a zone)
    assert (row["model_as_recorded"], row["cost_center"]) == ("m-1", "search")
    assert (row["ledger_entry_id"], row["request_id"]) == ("L-1", "req-1")
    assert (row["recorded_cost"], row["currency"]) == (Decimal("0.0123"), "USD")
    assert reading.recorded_meters.num_rows == 0


def test_a_day_is_midnight_in_the_zone_of_the_books() -> None:
    row = only(read([{}], time={"column": "date", "form": "date", "zone": "Asia/Shanghai"}))
    # Shanghai is eight hours ahead of UTC all year.
    assert row["posted_at"] == datetime(2026, 8, 9, 16)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        pytest.param({"cost": ""}, "cost", "NUM_MISSING", id="FV12 empty"),
        pytest.param({"cost": None}, "cost", "NUM_MISSING", id="FV12 absent"),
        pytest.param({"cost": "NaN"}, "cost", "NUM_NONFINITE", id="LG03"),
        pytest.param({"cost": "$1.00"}, "cost", "NUM_CURRENCY_SIGN", id="FV15"),
        pytest.param({"cost": "(1.23)"}, "cost", "NUM_FORM", id="FV18"),
        pytest.param({"cost": "0." + "1" * 22}, "cost", "NUM_SCALE", id="D29"),
        pytest.param({"date": ""}, "date", "TIME_MISSING", id="no day"),
        pytest.param({"date": "10.08.2026"}, "date", "TIME_FORM", id="FV35"),
        pytest.param({"model": "m-1\t"}, "model", "MODEL_WHITESPACE", id="FV23"),
        pytest.param({"request": "1.2E+15"}, "request", "ID_MANGLED", id="FV19"),
    ],
)
def test_an_entry_that_says_nothing_sure_waits(
    change: dict[str, str | None], column: str, reason: str
) -> None:
    reading = read([{}, change])
    assert reasons(reading) == [(2, column, reason)]
    assert reading.quarantined.column("leg").to_pylist() == ["ledger"]
    assert reading.rows.num_rows == 1


@pytest.mark.parametrize("model", [None, ""])
def test_an_entry_without_a_model_is_still_money(model: str | None) -> None:
    row = only(read([{"model": model, "request": None}]))
    assert (row["model_as_recorded"], row["request_id"]) == (None, None)
    assert row["recorded_cost"] == Decimal("0.0123")


def test_a_credit_is_negative_as_it_was_booked() -> None:
    assert only(read([{"cost": "-4.5"}]))["recorded_cost"] == Decimal("-4.5")


def test_a_column_of_credits_is_turned_where_declared() -> None:
    recorded = {"column": "cost", "currency": "USD", "negate": True}
    assert only(read([{"cost": "4.5"}], recorded=recorded))["recorded_cost"] == Decimal("-4.5")


@pytest.mark.parametrize(
    ("code", "currency", "expected"),
    [
        ("EUR", "EUR", []),
        ("usd", "USD", []),
        ("", None, [(1, "ccy", "CURRENCY_MISSING")]),
        ("US$", None, [(1, "ccy", "CURRENCY_FORM")]),
    ],
)
def test_the_currency_of_a_column_is_required(
    code: str, currency: str | None, expected: list[object]
) -> None:
    reading = read([{"ccy": code}], recorded={"column": "cost", "currency_column": "ccy"})
    assert reasons(reading) == expected
    if currency is not None:
        assert only(reading)["currency"] == currency


def test_quantities_of_a_ledger_are_read_and_listed() -> None:
    reading = read([{"n": "12"}, {"n": ""}], meters={"input_tokens": "n"})
    assert reading.rows.column("input_tokens").to_pylist() == [Decimal(12), None]
    assert reading.rows.column("requests").to_pylist() == [None, None]
    assert reading.recorded_meters.to_pylist() == [{"import_id": "led", "meter": "input_tokens"}]
