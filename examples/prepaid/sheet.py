"""The spreadsheet that a prepaid month is kept in, and a cost ledger of the same daily totals.

Usage: sheet.py sheet QUOTA OPENING CLOSING PAID   the sheet with its formulas, as CSV
       sheet.py ledger QUOTA [PAGE...]             the ledger; with pages of the log, returns too

QUOTA is the answer of the vendor's quota service, OPENING and CLOSING are profiles with balances.
"""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

COST_CENTERS = {
    "prod-search": "search",
    "prod-support": "support",
    "research": "research",
    "canary": "research",
}
USD_PER_UNIT = Decimal("0.000002")
REFUND = 6


def read(path: str) -> dict[str, Any]:
    """A saved answer, its numbers exact."""
    text = Path(path).read_text(encoding="utf-8")
    return dict(json.loads(text, parse_float=Decimal))


def days_of(quota: str) -> dict[str, list[dict[str, Any]]]:
    """What the console took, by day and key."""
    return dict(sorted(read(quota)["daily_quota"].items()))


def sheet(quota: str, opening: str, closing: str, paid: str) -> Iterator[tuple[object, ...]]:
    """Opening, what was paid, each day's total; formula, balance and difference."""
    opens, closes = (read(name)["data"]["quota"] * USD_PER_UNIT for name in (opening, closing))
    yield "what", "USD"
    yield "opening balance", opens
    yield "top-ups by receipts", paid
    for day, rows in days_of(quota).items():
        yield day, sum(row["quota_used"] for row in rows)
    yield "closing by formula", "=B2+B3-SUM(B4:B34)"
    yield "balance in the console", closes
    yield "difference", "=B36-B35"


def ledger(quota: str, *pages: str) -> Iterator[tuple[object, ...]]:
    """A line for each day and key; what a task returned is a line of its own."""
    days = days_of(quota)
    yield "date", "model", "cost_center", "charged"
    for day, rows in days.items():
        for row in rows:
            yield day, "", COST_CENTERS[row["token_name"]], row["quota_used"]
    for page in pages:
        for row in read(page)["data"]["items"]:
            day = datetime.fromtimestamp(row["created_at"], UTC).date().isoformat()
            if row["type"] == REFUND and day in days:
                yield day, "", COST_CENTERS[row["token_name"]], -row["quota"] * USD_PER_UNIT


if __name__ == "__main__":
    lines = sheet(*sys.argv[2:]) if sys.argv[1] == "sheet" else ledger(*sys.argv[2:])
    csv.writer(sys.stdout, lineterminator="\n").writerows(lines)
