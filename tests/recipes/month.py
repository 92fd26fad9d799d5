"""A month made from a real trace and a real price: usage rows, their books, and what they cost.

Everything is plain Python over Decimal, so that it can be held against the program's own figures.
"""

from __future__ import annotations

import csv
import gzip
import io
import tarfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

MODEL = "mistral-small-latest"
PROJECTS = ("chat", "search", "batch")
START = datetime(2026, 9, 1, tzinfo=UTC)
PERIOD = "2026-09"
DAYS = 30
MILLION = Decimal(1_000_000)

# What SOURCE.md of the trace states; the month is checked against it, not the other way round.
TRACE_ROWS, TRACE_INPUT, TRACE_OUTPUT = 8_819, 18_059_974, 245_896


@dataclass(frozen=True, slots=True)
class Price:
    """A price per 1M tokens."""

    input: Decimal
    output: Decimal

    def cost(self, row: Usage) -> Decimal:
        """What a row costs, exactly."""
        return (row.input * self.input + row.output * self.output) / MILLION


@dataclass(frozen=True, slots=True)
class Usage:
    """One row of the usage export."""

    id: str
    at: datetime
    project: str
    input: int
    output: int
    model: str = MODEL
    status: str = "200"
    key: str = "live"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the books."""

    id: str
    at: datetime
    project: str
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """Both legs of a month, and the prices of both dates."""

    usage: tuple[Usage, ...]
    entries: tuple[Entry, ...]
    price: Price
    old_price: Price


@cache
def trace(datasets: Path) -> tuple[tuple[datetime, int, int], ...]:
    """The rows of the trace: time (cut to microseconds), input tokens, output tokens."""
    file = datasets / "azure-llm-2023-code" / "AzureLLMInferenceTrace_code.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        return tuple(
            (
                datetime.fromisoformat(row["TIMESTAMP"][:26]).replace(tzinfo=UTC),
                int(row["ContextTokens"]),
                int(row["GeneratedTokens"]),
            )
            for row in csv.DictReader(stream)
        )


@cache
def listed_price(datasets: Path, date: str) -> Price:
    """The price of the model in the list of that date, digits as written."""
    name = f"providers/mistral/models/{MODEL}.toml"
    with tarfile.open(datasets / "models-dev-prices" / f"providers-{date}.tar.gz") as archive:
        member = archive.extractfile(name)
        assert member is not None, name
        cost = tomllib.loads(member.read().decode(), parse_float=Decimal)["cost"]
    return Price(Decimal(cost["input"]), Decimal(cost["output"]))


def clean_month(datasets: Path, repeats: int = 1) -> Month:
    """The trace spread over thirty days, as often as asked, booked to the last decimal.

    Three projects of a day get one row in turn; the hour moves on every ninety rows, so that every
    day of every project has calls in every hour.
    """
    price = listed_price(datasets, "2026-07-02")
    rows = trace(datasets)
    first = rows[0][0]
    usage = tuple(
        Usage(
            id=f"req-{repeat}-{number:05d}",
            at=START
            + timedelta(days=(number // 3 + 7 * repeat) % DAYS, hours=number // 90 % 24)
            + (at - first),
            project=PROJECTS[number % 3],
            input=tokens_in,
            output=tokens_out,
        )
        for repeat in range(repeats)
        for number, (at, tokens_in, tokens_out) in enumerate(rows)
    )
    entries = tuple(Entry(row.id, row.at, row.project, price.cost(row)) for row in usage)
    return Month(usage, entries, price, listed_price(datasets, "2025-11-29"))


def day_of(row: Usage | Entry) -> int:
    """The day of the month."""
    return row.at.day


def day_key(row: Usage | Entry, model: str = MODEL) -> str:
    """The line a row belongs to at the grain of day, model and project."""
    return f"group:day={row.at.date()}|model={model}|project={row.project}"


def rounded(amount: Decimal, places: int) -> Decimal:
    """An amount rounded half away from zero (amounts are not negative here)."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def usage_csv(rows: Iterable[Usage]) -> str:
    """The usage export."""
    return _csv(
        ("id", "at", "model", "project", "status", "key", "input", "output"),
        (
            (r.id, _instant(r.at), r.model, r.project, r.status, r.key, r.input, r.output)
            for r in rows
        ),
    )


def request_ledger_csv(entries: Iterable[Entry]) -> str:
    """Books with one entry for each call."""
    return _csv(
        ("id", "at", "model", "project", "cost"),
        ((e.id, _instant(e.at), MODEL, e.project, f"{e.cost:f}") for e in entries),
    )


def day_ledger_csv(entries: Iterable[Entry]) -> str:
    """Books with one amount for each day and project."""
    totals: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        place = (str(entry.at.date()), entry.project)
        totals[place] = totals.get(place, Decimal(0)) + entry.cost
    return _csv(
        ("day", "model", "project", "cost"),
        ((day, MODEL, project, f"{cost:f}") for (day, project), cost in sorted(totals.items())),
    )


def price_csv(price: Price) -> str:
    """A price list of the one model."""
    return f"model,input,output\n{MODEL},{price.input},{price.output}\n"


def moved(entry: Entry, hours: int) -> Entry:
    """The same entry, booked later."""
    return replace(entry, at=entry.at + timedelta(hours=hours))


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue()
