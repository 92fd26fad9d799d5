"""The count list: what a line must say, and the letter that names every wrong one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tieout.errors import InputRefused
from tieout.metering.count_list import read_counts

HEAD = "day,model,key,meter,quantity\n"
GOOD = "2026-08-03,m,prod,rows,12\n"


def test_a_line_is_read_with_the_bounds_of_its_day_in_its_zone() -> None:
    (one,) = read_counts((HEAD + GOOD).encode(), "counts.csv", "Asia/Shanghai")
    assert (one.line, one.model, one.key_name, one.meter) == (2, "m", "prod", "rows")
    # Shanghai is eight hours ahead of UTC.
    assert one.day.start == datetime(2026, 8, 2, 16, tzinfo=UTC)
    assert one.day.end == datetime(2026, 8, 3, 16, tzinfo=UTC)
    assert one.quantity == Decimal(12)


def test_a_star_is_all_together_and_an_empty_key_is_calls_without_one() -> None:
    text = f"{HEAD}2026-08-03,*,*,rows,5\n2026-08-03,*,,rows,2\n"
    everything, nameless = read_counts(text.encode(), "counts.csv", "UTC")
    assert (everything.model, everything.by_key, everything.key_name) == (None, False, None)
    assert (nameless.model, nameless.by_key, nameless.key_name) == (None, True, "")


def test_without_a_column_for_keys_all_keys_are_counted_together() -> None:
    text = "quantity,meter,model,day\n1.125,seconds,film,2026-08-03\n"
    (one,) = read_counts(text.encode(), "counts.csv", "UTC")
    assert (one.by_key, one.quantity) == (False, Decimal("1.125"))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("3.8.2026,m,prod,rows,1", "day"),
        ("2026-08,m,prod,rows,1", "day"),
        ("2026-02-30,m,prod,rows,1", "day"),
        ("2026-08-03,,prod,rows,1", "model"),
        ("2026-08-03,m,prod,calls,1", "meter"),
        ("2026-08-03,m,prod,,1", "meter"),
        ("2026-08-03,m,prod,rows,", "quantity"),
        ("2026-08-03,m,prod,rows,-1", "quantity"),
        ("2026-08-03,m,prod,rows,1.5", "quantity"),
        ("2026-08-03,m,prod,rows,1e3", "quantity"),
        ('2026-08-03,m,prod,rows,"1,200"', "quantity"),
        ("2026-08-03,m,prod,seconds,1.2345", "quantity"),
        ("2026-08-03,m,prod,rows,1234567890123", "quantity"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_column(line: str, column: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_counts(f"{HEAD}{GOOD}{line}\n".encode(), "counts.csv", "UTC")
    assert refused.value.code == "COUNT_LINE"
    (where,) = refused.value.where
    assert where.startswith(f"counts.csv, line 3, column {column}: ")


def test_a_day_whose_midnight_does_not_exist_is_no_day_to_count() -> None:
    # Beirut springs forward at midnight of 29 March 2026.
    with pytest.raises(InputRefused) as refused:
        read_counts(f"{HEAD}2026-03-29,m,prod,rows,1\n".encode(), "counts.csv", "Asia/Beirut")
    assert refused.value.where[0].startswith("counts.csv, line 2, column day: Midnight of")


def test_one_cell_is_counted_by_one_line() -> None:
    with pytest.raises(InputRefused) as refused:
        read_counts(f"{HEAD}{GOOD}{GOOD.replace('12', '13')}".encode(), "counts.csv", "UTC")
    assert refused.value.where == ("counts.csv, line 3: counts what line 2 counts",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "line 1: the columns are day, model, meter, quantity; there may be key"),
        (b"day,model,quantity\n2026-08-03,m,1\n", "line 1: the columns are"),
        (b"day,model,meter,quantity,team\n", "line 1: the columns are"),
        (b"day,day,model,meter,quantity\n", "line 1: the columns are"),
        (HEAD.encode(), "counts.csv holds no count"),
        (HEAD.encode() + b"2026-08-03,m,prod,rows\n", "line 2: more or fewer cells than columns"),
        (HEAD.encode() + b"2026-08-03,\xff,prod,rows,1\n", "not UTF-8"),
        (HEAD.encode() + b'2026-08-03,"m,prod,rows,1\n', "line 2"),
    ],
)
def test_a_file_that_is_no_count_list_is_refused_whole(content: bytes, why: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_counts(content, "counts.csv", "UTC")
    assert refused.value.code == "COUNT_LIST"
    assert why in refused.value.where[0]
