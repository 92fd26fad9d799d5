"""Reads a written demo month back and works it out again, without its generator."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from tieout.demo.write import Month

FIRST = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp())
END = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
UNIT = Fraction(1, 500_000)
HALF_STEP = Fraction(1, 2_000_000)
MILLION = 1_000_000


def read_json(path: Path) -> Any:
    """A JSON document; numbers with a point become fractions."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Fraction)


def half_away(amount: Fraction, places: int) -> Fraction:
    """Rounded half away from zero."""
    scaled = abs(amount) * 10**places
    rounded = Fraction(floor(scaled + Fraction(1, 2)), 10**places)
    return rounded if amount >= 0 else -rounded


def start_of(row: dict[str, Any]) -> int:
    """Second a logged request began: its end minus its duration."""
    return int(row["created_at"]) - int(row["use_time"])


@dataclass
class OracleLine:
    """One request id of the month, summed over both legs."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, str]] = field(default_factory=list)
    expected: Fraction = Fraction(0)
    charged: Fraction = Fraction(0)
    comparable: bool = True

    @property
    def recorded(self) -> Fraction:
        return sum((Fraction(entry["cost_usd"]) for entry in self.entries), Fraction(0))

    @property
    def variance(self) -> Fraction:
        return self.recorded - self.expected

    @property
    def effect(self) -> Fraction:
        return self.recorded - half_away(self.expected, 6)


class Oracle:
    """The month as its files tell it."""

    def __init__(self, month: Month) -> None:
        """Read every file of the month once."""
        self.month = month
        self.truth: dict[str, Any] = json.loads(month.truth.read_text(encoding="utf-8"))
        self.pages = [read_json(path) for path in month.usage_files]
        self.raw = [
            line.rstrip(",")
            for path in month.usage_files
            for line in path.read_text(encoding="utf-8").splitlines()[1:-1]
        ]
        self.rows = self._rows()
        with month.ledger_file.open(encoding="utf-8", newline="") as file:
            self.entries = list(csv.DictReader(file))
        self._catalogs = [
            (
                int(capture.accessed_at.timestamp()),
                {row["id"]: row["pricing"] for row in read_json(capture.file)["data"]},
            )
            for capture in month.captures
        ]
        with month.exclusions.open(encoding="utf-8", newline="") as file:
            self.excluded_keys = {rule["equals"] for rule in csv.DictReader(file)}
        self.lines = self._lines()

    def _rows(self) -> list[dict[str, Any]]:
        """The rows of the log, each once, with `other` opened."""
        found = []
        for text in dict.fromkeys(self.raw):
            row = json.loads(text)
            row["other"] = json.loads(row["other"] or "{}", parse_float=Fraction)
            found.append(row)
        return found

    def price(self, model: str, second: int) -> dict[str, Any] | None:
        """The pricing of a model in the last catalog not after that second."""
        known = [rows for accessed, rows in self._catalogs if accessed <= second]
        return known[-1].get(model) if known else None

    def first_price(self, model: str) -> dict[str, Any]:
        """The pricing of a model in the first catalog."""
        pricing: dict[str, Any] = self._catalogs[0][1][model]
        return pricing

    def list_cost(self, row: dict[str, Any], pricing: dict[str, Any]) -> Fraction:
        """Cost of a row at list price."""
        tokens: Fraction = row["prompt_tokens"] * Fraction(pricing["input"] or 0)
        tokens += row["completion_tokens"] * Fraction(pricing["output"] or 0)
        seconds: Fraction = row["other"].get("seconds", 0) * Fraction(pricing["per_second"] or 0)
        return tokens / MILLION + seconds + Fraction(pricing["per_request"] or 0)

    def full_cost(self, row: dict[str, Any]) -> Fraction:
        """Cost of a row at the price in force, whether it is due or not."""
        pricing = self.price(row["model_name"], start_of(row))
        assert pricing is not None
        return self.list_cost(row, pricing) * Fraction(pricing["ratio"])

    def _lines(self) -> dict[str, OracleLine]:
        usage = [
            row
            for row in self.rows
            if row["type"] in {2, 5, 6} and FIRST <= start_of(row) < END
            if row["token_name"] not in self.excluded_keys
        ]
        origin = {
            row["other"]["task_id"]: row["request_id"]
            for row in self.rows
            if row["type"] == 2 and "task_id" in row["other"]
        }
        lines: dict[str, OracleLine] = defaultdict(OracleLine)
        for row in usage:
            line = lines[row.get("request_id") or origin[row["other"]["task_id"]]]
            line.rows.append(row)
            sign = -1 if row["type"] == 6 else 1
            line.charged += sign * row["quota"] * UNIT
            known = self.price(row["model_name"], start_of(row)) is not None
            if not known or row["other"].get("cache_tokens", 0) > 0:
                line.comparable = False
            elif row["type"] != 5:
                line.expected += sign * self.full_cost(row)
        for entry in self.entries:
            if entry["booked_at"][:7] == "2026-08":
                lines[entry["request_id"]].entries.append(entry)
        return lines

    def fault(self, fault_id: str) -> dict[str, Any]:
        """The truth record of a fault."""
        found: dict[str, Any] = next(
            fault for fault in self.truth["faults"] if fault["fault_id"] == fault_id
        )
        return found

    def lines_of(self, fault_id: str) -> list[OracleLine]:
        """The lines a fault names."""
        return [self.lines[name] for name in self.fault(fault_id)["request_ids"]]
