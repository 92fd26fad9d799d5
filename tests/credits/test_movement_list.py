"""The movement list: what a line must say, and the letter that names every wrong one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from tieout.credits.movement_list import COLUMNS, read_movements
from tieout.errors import InputRefused

GOOD = {
    "time": "2026-08-03T11:00:00+02:00", "kind": "top_up", "units": "5500000", "cash": "11.90",
    "currency": "EUR", "tax": "1.90", "fee": "0.30", "exchange_rate": "1.087",
    "reference": "R-1", "record": "0123456789ab:17", "note": "August",
}  # fmt: skip


def a_list(*rows: dict[str, str]) -> bytes:
    lines = [",".join(COLUMNS)]
    lines += [",".join(row.get(name, "") for name in COLUMNS) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def test_a_line_is_read_to_the_last_digit() -> None:
    (one,) = read_movements(a_list(GOOD), "list.csv")
    assert one.at == datetime(2026, 8, 3, 9)  # noqa: DTZ001 (naive UTC, as the tables hold it)
    assert (one.line, one.kind, one.units, one.record) == (2, "top_up", 5500000, "0123456789ab:17")
    assert (one.cash, one.tax, one.fee) == (Decimal("11.90"), Decimal("1.90"), Decimal("0.30"))
    assert (one.currency, one.exchange_rate) == ("EUR", Decimal("1.087"))


def test_columns_stand_in_any_order_and_what_nobody_knows_is_unknown() -> None:
    names = (*reversed(COLUMNS),)
    row = {"time": "2026-08-03T09:00:00Z", "kind": "gift", "units": "-5"}
    text = ",".join(names) + "\n" + ",".join(row.get(name, "") for name in names) + "\n"
    (one,) = read_movements(text.encode(), "list.csv")
    assert (one.units, one.cash, one.tax, one.exchange_rate) == (-5, None, None, None)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"time": "2026-08-03"}, "time"),
        ({"time": "2026-08-03T09:00:00"}, "time"),
        ({"kind": "payment"}, "kind"),
        ({"units": "0"}, "units"),
        ({"units": "1.5"}, "units"),
        ({"units": "1e6"}, "units"),
        ({"units": "1234567890123"}, "units"),
        ({"cash": "-3"}, "cash"),
        ({"cash": "$3"}, "cash"),
        ({"cash": ""}, "cash"),
        ({"cash": "2"}, "cash"),
        ({"currency": "usd"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"exchange_rate": "0"}, "exchange_rate"),
        ({"exchange_rate": "about 1"}, "exchange_rate"),
        ({"record": "row 17"}, "record"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_column(
    changed: dict[str, str], column: str
) -> None:
    other = {**GOOD, "record": "", "reference": "R-2"}
    with pytest.raises(InputRefused) as refused:
        read_movements(a_list(other, {**GOOD, **changed}), "list.csv")
    assert refused.value.code == "MOVEMENT_LINE"
    (where,) = refused.value.where
    assert where.startswith(f"list.csv, line 3, column {column}: ")


def test_a_row_of_the_log_is_confirmed_by_one_line() -> None:
    with pytest.raises(InputRefused) as refused:
        read_movements(a_list(GOOD, GOOD), "list.csv")
    assert refused.value.where == (
        "list.csv: record 0123456789ab:17 is confirmed by more than one line",
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"time,kind\n", a_list(GOOD) + b"one,two\n", b"\xff\xfe", a_list(GOOD) + b'"open'],
)
def test_what_is_no_such_list_is_refused_whole(content: bytes) -> None:
    with pytest.raises(InputRefused) as refused:
        read_movements(content, "list.csv")
    assert refused.value.code == "MOVEMENT_LIST"
    assert "tieout credits propose" in refused.value.remedy
