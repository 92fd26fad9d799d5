"""Values of the grammar: each text has one exact value, or one reason, never both."""

# ruff: noqa: DTZ001 - instants in the tables are naive UTC, and a local time has no zone by nature

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.errors import ConfigurationRefused
from tieout.intake import number_grammar
from tieout.intake.feed import TimeForm, TimeSource
from tieout.intake.grammar import (
    finer_than_microseconds,
    read_flag,
    read_money,
    read_quantity,
    read_rate,
    read_time,
)


def one(result: tuple[pa.Array, pa.Array]) -> object:
    """The value or the reason of a column of one text."""
    value, reason = result[0][0].as_py(), result[1][0].as_py()
    assert value is None or reason is None
    return value if reason is None else reason


def texts(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", Decimal(0)),
        ("999999999999.999", Decimal("999999999999.999")),
        ("1000000000000", "NUM_RANGE"),
        ("1.5", Decimal("1.5")),
        ("1.5000000", Decimal("1.5")),
        ("1.0005", "NUM_SCALE"),
        ("-0", Decimal(0)),
        ("-0.0", Decimal(0)),
        (".5", "NUM_FORM"),
        ("5.", "NUM_FORM"),
        ("1.234,5", "NUM_LOCALE"),
        ("1 234", "NUM_LOCALE"),
        ("1'234", "NUM_LOCALE"),
        ("", None),
        (None, None),
    ],
)
def test_a_quantity_is_exact_or_has_a_reason(text: str | None, expected: object) -> None:
    assert one(read_quantity(texts(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12345678901234567.1234567890123456789", Decimal("12345678901234567.1234567890123456789")),
        ("-0.000000000000000000001", Decimal("-1e-21")),
        ("1E-21", Decimal("1e-21")),
        ("1.5e-05", Decimal("0.000015")),
        ("1e16", Decimal(10000000000000000)),
        ("1e17", "NUM_RANGE"),
        ("1e-22", "NUM_SCALE"),
        ("0.10000000000000000000000000", Decimal("0.1")),
        ("1e999999", "NUM_FORM"),
        ("--1", "NUM_FORM"),
        ("€5", "NUM_CURRENCY_SIGN"),
        ("\u22121", "NUM_NON_ASCII"),
        ("Infinity", "NUM_NONFINITE"),
        ("", None),
    ],
)  # fmt: skip
def test_an_amount_is_exact_or_has_a_reason(text: str, expected: object) -> None:
    assert one(read_money(texts(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9999.999999999999999999", Decimal("9999.999999999999999999")),
        ("10000", "NUM_RANGE"),
        ("0.0000000000000000001", "NUM_SCALE"),
        ("-1", Decimal(-1)),
        ("2.5e-6", Decimal("0.0000025")),
    ],
)
def test_a_rate_is_exact_or_has_a_reason(text: str, expected: object) -> None:
    assert one(read_rate(texts(text))) == expected


@pytest.mark.parametrize(
    ("form", "zone", "text", "expected"),
    [
        ("rfc3339", None, "2026-08-01T10:00:00+08:00", datetime(2026, 8, 1, 2)),
        ("rfc3339", None, "2026-08-01T00:00:00.123456789Z", datetime(2026, 8, 1, 0, 0, 0, 123456)),
        ("rfc3339", None, "2026-08-01T00:00:00.5Z", datetime(2026, 8, 1, 0, 0, 0, 500000)),
        ("rfc3339", None, "2026-08-01T00:00Z", "TIME_FORM"),
        ("rfc3339", None, "2026-08-01T00:00:00+14:30", "TIME_FORM"),
        ("rfc3339", None, "2100-02-29T00:00:00Z", "TIME_FORM"),
        ("epoch_seconds", None, "1785542400", datetime(2026, 8, 1)),
        ("epoch_seconds", None, "1785542400000", "TIME_UNIT"),
        ("epoch_seconds", None, "1785542400.5", "TIME_FORM"),
        ("epoch_seconds", None, "0", "TIME_UNIT"),
        ("epoch_milliseconds", None, "1785542400001", datetime(2026, 8, 1, 0, 0, 0, 1000)),
        ("epoch_milliseconds", None, "1785542400", "TIME_UNIT"),
        ("local", "America/New_York", "2026-03-08 02:30:00", "TIME_GAP"),
        ("local", "America/New_York", "2026-11-01 01:30:00", "TIME_FOLD"),
        ("local", "America/New_York", "2026-08-01 00:00:00", datetime(2026, 8, 1, 4)),
        ("local", "Asia/Shanghai", "2026-01-01 00:00:00", datetime(2025, 12, 31, 16)),
        ("local", "Asia/Shanghai", "2026-01-01 00:00:00Z", "TIME_FORM"),
        ("date", "UTC", "2026-08-01", datetime(2026, 8, 1)),
        ("date", "Asia/Shanghai", "2026-08-01", datetime(2026, 7, 31, 16)),
        ("date", "UTC", "2026-8-1", "TIME_FORM"),
    ],
)  # fmt: skip
def test_a_time_is_an_instant_or_has_a_reason(
    form: TimeForm, zone: str | None, text: str, expected: object
) -> None:
    assert one(read_time(texts(text), TimeSource("t", form, zone))) == expected


@pytest.mark.law
@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 12, 31)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]),
)
def test_a_local_time_is_read_as_the_zone_database_reads_it(moment: datetime, zone: str) -> None:
    found = one(read_time(texts(moment.isoformat()), TimeSource("t", "local", zone)))
    early, late = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    instant = early.astimezone(ZoneInfo("UTC"))
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment:
        assert found == "TIME_GAP"
    elif early.utcoffset() != late.utcoffset():
        assert found == "TIME_FOLD"
    else:
        assert found == instant.replace(tzinfo=None)


@pytest.mark.law
@settings(max_examples=300, deadline=None)
@given(st.floats(-1e15, 1e15, allow_subnormal=False))
def test_the_shortest_text_of_a_float_is_read_exactly_or_refused(amount: float) -> None:
    text = repr(amount)
    found = one(read_money(texts(text)))
    decimals = -int(Decimal(text).normalize().as_tuple().exponent)
    if decimals > 21:
        # Exponents of three digits are not in the grammar at all.
        assert found in {"NUM_SCALE", "NUM_FORM"}
    else:
        assert found == Decimal(text)


def test_a_local_time_without_a_declared_zone_is_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="CFG_ZONE"):
        read_time(texts("2026-08-01 00:00:00"), TimeSource("t", "local"))


def test_times_finer_than_a_microsecond_are_counted() -> None:
    column = texts("2026-08-01T00:00:00.1234567Z", "2026-08-01T00:00:00.123456Z", None)
    assert finer_than_microseconds(column) == 1


def test_odd_texts_keep_their_rows_in_a_long_column() -> None:
    column = texts("1", "1e1", None, "x", "", "1e1", "0.5")
    values, reasons = read_money(column)
    amounts = [Decimal(1), Decimal(10), None, None, None, Decimal(10), Decimal("0.5")]
    assert values.to_pylist() == amounts
    assert reasons.to_pylist() == [None, None, None, "NUM_FORM", None, None, None]


def test_an_empty_column_gives_no_values_and_no_reasons() -> None:
    for values, reasons in (read_money(texts()), read_flag(texts()), read_quantity(texts())):
        assert len(values) == len(reasons) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("False", False), ("1", True), ("0", False), ("yes", "FLAG_FORM"), ("", None)],
)
def test_a_flag_is_true_or_false_or_has_a_reason(text: str, expected: object) -> None:
    assert one(read_flag(texts(text))) == expected


@pytest.mark.law
@given(st.lists(st.sampled_from(["5", "0", "1.5", "-1", "", None, "1e3", "x", "5.0", "\u0665"])))
def test_numbers_that_repeat_are_read_as_each_alone_is(column: list[str | None]) -> None:
    alone = [read_quantity(texts(text), whole=True) for text in column]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(number_grammar, "_PROBE", 3)
        values, reasons = read_quantity(texts(*column), whole=True)
    assert values.to_pylist() == [value[0].as_py() for value, _ in alone]
    assert reasons.to_pylist() == [reason[0].as_py() for _, reason in alone]
    assert len(values) == len(reasons) == len(column)


def test_a_time_is_read_alike_whatever_stands_beside_it() -> None:
    expected: dict[str | None, object] = {
        "2026-02-29T00:00:00Z": "TIME_FORM",
        "2024-02-29T00:00:00Z": datetime(2024, 2, 29),
        "2026-02-28T00:00:00-02:29": datetime(2026, 2, 28, 2, 29),
        "2026-08-01T00:00:00.1234567Z": datetime(2026, 8, 1, 0, 0, 0, 123456),
        "2026-08-01T00:00:00.123456+02:00": datetime(2026, 7, 31, 22, 0, 0, 123456),
        "2026-08-01T00:00:00": "TIME_NAIVE",
        "": None,
        None: None,
        "x": "TIME_FORM",
    }
    for beside in expected:
        for text, outcome in expected.items():
            values, reasons = read_time(texts(beside, text), TimeSource("t", "rfc3339"))
            found = values[1].as_py() if reasons[1].as_py() is None else reasons[1].as_py()
            assert (beside, text, found) == (beside, text, outcome)
