"""Faults planted into a clean month, one at a time, each with the truth about its effect.

The truth is worked out from the planted rows alone: which line, which bucket (D15), which amount.
At the grain of the day a fault of single calls inside a total cannot be told apart and is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from tests.recipes.closing import Grain
from tests.recipes.month import Entry, Month, Usage, day_key, day_of, moved

SMALL_NAME = "small"
TEST_KEY = "ci-test"
LATE_HOUR = 22


@dataclass(frozen=True, slots=True)
class Effect:
    """What one planted row does to one line.

    Attributes:
        by_request: bucket at the grain of the request; empty where nothing shows.
        by_day: bucket at the grain of the day.
        line_by_request: the line it shows on.
        line_by_day: the same, by day.
        amount: the exact effect on recorded minus expected.
    """

    by_request: str
    by_day: str
    line_by_request: str
    line_by_day: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Planted:
    """A month with one fault in it, the truth, and what else must be said about it."""

    month: Month
    effects: tuple[Effect, ...]
    findings: tuple[str, ...] = ()
    excluded: int = 0


Plant = Callable[[Month], Planted]


def usage_rows_dropped(month: Month) -> Planted:
    """The export lost every seventh call of a day."""
    lost = _some(month.usage, day=3, every=7)
    kept = tuple(row for row in month.usage if row not in lost)
    effects = (_effect(row, month.price.cost(row), "usage", "unknown") for row in lost)
    return Planted(replace(month, usage=kept), tuple(effects))


def entries_dropped(month: Month) -> Planted:
    """The books lost every seventh call of a day."""
    lost = {row.id: row for row in _some(month.usage, day=4, every=7)}
    kept = tuple(entry for entry in month.entries if entry.id not in lost)
    effects = (_effect(row, -month.price.cost(row), "usage", "unknown") for row in lost.values())
    return Planted(replace(month, entries=kept), tuple(effects))


def rows_repeated(month: Month) -> Planted:
    """Two pages of the export overlap: some rows stand twice, byte for byte."""
    twice = _some(month.usage, day=5, every=9)
    return Planted(
        replace(month, usage=month.usage + twice), (), ("DUP_EXACT",), excluded=len(twice)
    )


def retried_under_a_new_id(month: Month) -> Planted:
    """Some calls were made again under a new id, and the books know the first only."""
    again = tuple(replace(row, id=f"{row.id}-retry") for row in _some(month.usage, day=6, every=9))
    effects = (_effect(row, -month.price.cost(row), "usage", "unknown") for row in again)
    return Planted(replace(month, usage=month.usage + again), tuple(effects))


def booked_after_midnight(month: Month) -> Planted:
    """The late calls of a day are booked two hours later, on the next day."""
    planted, late = _booked_late(month, day=7)
    effects = []
    for entry in late:
        effects.append(_effect(entry, -entry.cost, "", "timing"))
        effects.append(_effect(moved(entry, 2), entry.cost, "", "timing"))
    return Planted(planted, tuple(effects))


def booked_after_the_month(month: Month) -> Planted:
    """The late calls of the last day are booked two hours later, in the next month."""
    planted, late = _booked_late(month, day=30)
    return Planted(
        planted, tuple(_effect(entry, -entry.cost, "timing", "timing") for entry in late)
    )


def tokens_swapped(month: Month) -> Planted:
    """The export has input and output tokens of some calls the wrong way round."""
    swapped = {
        row.id: replace(row, input=row.output, output=row.input)
        for row in _some(month.usage, day=9, every=5)
        if row.input != row.output
    }
    effects = []
    for row in month.usage:
        if row.id in swapped:
            amount = month.price.cost(row) - month.price.cost(swapped[row.id])
            effects.append(_effect(row, amount, "usage", "unknown"))
    usage = tuple(swapped.get(row.id, row) for row in month.usage)
    return Planted(replace(month, usage=usage), tuple(effects))


def model_under_an_alias(month: Month) -> Planted:
    """The export calls the model of some calls by a name nobody mapped."""
    renamed = {row.id for row in _some(month.usage, day=10, every=5)}
    effects = []
    for row in month.usage:
        if row.id in renamed:
            effects.append(_effect(row, month.price.cost(row), "source", "unknown"))
            # A call whose group has no ledger money stands alone under its id, with nothing beside.
            effects.append(
                replace(_effect(row, Decimal(0), "", "source"), line_by_day=f"id:{row.id}")
            )
    usage = tuple(
        replace(row, model=SMALL_NAME) if row.id in renamed else row for row in month.usage
    )
    return Planted(replace(month, usage=usage), tuple(effects), ("MODEL_UNMAPPED",))


def priced_by_the_old_list(month: Month) -> Planted:
    """The books of a project's day use the price of the year before."""
    rows = {row.id: row for row in _some(month.usage, day=11, every=1)}
    costs = {name: month.old_price.cost(row) for name, row in rows.items()}
    effects = (
        _effect(row, costs[name] - month.price.cost(row), "source", "source")
        for name, row in rows.items()
    )
    return Planted(_repriced(month, costs), tuple(effects))


def thousand_times_too_much(month: Month) -> Planted:
    """The books of a project's day take a price per 1M tokens for a price per 1K."""
    rows = {row.id: row for row in _some(month.usage, day=12, every=1)}
    costs = {name: month.price.cost(row) * 1000 for name, row in rows.items()}
    effects = (
        _effect(row, month.price.cost(row) * 999, "source", "source") for row in rows.values()
    )
    return Planted(_repriced(month, costs), tuple(effects))


def test_key_rows_added(month: Month) -> Planted:
    """The export holds calls by the key of the test pipeline; an approved rule excludes them."""
    added = tuple(
        replace(row, id=f"{row.id}-test", key=TEST_KEY)
        for row in _some(month.usage, day=14, every=5)
    )
    return Planted(replace(month, usage=month.usage + added), (), excluded=len(added))


def failed_calls_booked(month: Month) -> Planted:
    """Some calls failed, and the books hold their full price."""
    failed = {row.id for row in _some(month.usage, day=15, every=5)}
    usage = tuple(replace(row, status="500") if row.id in failed else row for row in month.usage)
    effects = (
        _effect(row, month.price.cost(row), "contract", "contract")
        for row in month.usage
        if row.id in failed
    )
    return Planted(replace(month, usage=usage), tuple(effects), ("BILLING_UNVERIFIED",))


FAULTS: tuple[Plant, ...] = (
    usage_rows_dropped,
    entries_dropped,
    rows_repeated,
    retried_under_a_new_id,
    booked_after_midnight,
    booked_after_the_month,
    tokens_swapped,
    model_under_an_alias,
    priced_by_the_old_list,
    thousand_times_too_much,
    test_key_rows_added,
    failed_calls_booked,
)


def all_at_once(month: Month) -> Planted:
    """Every fault in one month; their days differ, so no line has two of them."""
    effects: list[Effect] = []
    findings: list[str] = []
    excluded = 0
    for plant in FAULTS:
        planted = plant(month)
        month = planted.month
        effects += planted.effects
        findings += planted.findings
        excluded += planted.excluded
    return Planted(month, tuple(effects), tuple(findings), excluded)


def write_truth(file: Path, planted: Planted, grain: Grain) -> None:
    """The truth file: one line of JSON for each line of the report that must be flagged."""
    lines: dict[str, tuple[str, Decimal]] = {}
    for effect in planted.effects:
        bucket = effect.by_request if grain == "request" else effect.by_day
        key = effect.line_by_request if grain == "request" else effect.line_by_day
        if bucket:
            before = lines.get(key, (bucket, Decimal(0)))
            assert before[0] == bucket, f"two buckets planted on {key}"
            lines[key] = (bucket, before[1] + effect.amount)
    file.write_text(
        "".join(
            json.dumps({"line_key": key, "bucket": bucket, "amount": f"{amount:f}"}) + "\n"
            for key, (bucket, amount) in sorted(lines.items())
        ),
        encoding="utf-8",
    )


def read_truth(file: Path) -> dict[str, tuple[str, Decimal]]:
    """The truth file, by line."""
    lines = (json.loads(text) for text in file.read_text(encoding="utf-8").splitlines())
    return {one["line_key"]: (one["bucket"], Decimal(one["amount"])) for one in lines}


def _some(rows: Sequence[Usage], *, day: int, every: int) -> tuple[Usage, ...]:
    """Every so many calls of the first project on one day."""
    return tuple(
        row for row in rows if day_of(row) == day and row.project == "chat" and row.key == "live"
    )[::every]


def _booked_late(month: Month, day: int) -> tuple[Month, list[Entry]]:
    late = [
        entry
        for entry in month.entries
        if day_of(entry) == day and entry.project == "chat" and entry.at.hour >= LATE_HOUR
    ]
    names = {entry.id for entry in late}
    entries = tuple(moved(e, 2) if e.id in names else e for e in month.entries)
    return replace(month, entries=entries), late


def _repriced(month: Month, costs: dict[str, Decimal]) -> Month:
    entries = tuple(replace(entry, cost=costs.get(entry.id, entry.cost)) for entry in month.entries)
    return replace(month, entries=entries)


def _effect(row: Usage | Entry, amount: Decimal, by_request: str, by_day: str) -> Effect:
    return Effect(by_request, by_day, f"id:{row.id}", day_key(row), amount)


def total_of(lines: Iterable[tuple[str, Decimal]], bucket: str) -> tuple[int, Decimal, Decimal]:
    """How many lines a bucket has, their net and their gross."""
    amounts = [amount for name, amount in lines if name == bucket]
    return (
        len(amounts),
        sum(amounts, Decimal(0)),
        sum((abs(amount) for amount in amounts), Decimal(0)),
    )
