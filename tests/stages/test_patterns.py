"""What stands out of our own rows: absurd rows, silent hours, steps between days (U6, V6).

By hand: a call of n thousand input tokens at 0.001 a thousand costs n thousandths of a dollar.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.world import Row, World, moment, rows, terms
from tieout.close import calculation
from tieout.close.calculation import Patterns
from tieout.close.pipeline import STAGES, make_table
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement

LOOKING = Patterns(
    absurd_row_factor=10, absurd_row_least_rows=20, gap_least_days=4, gap_step_factor=10
)
HOURS = tuple(one for one in VIEWS if one.path.rpartition("/")[2] in (
    "usage_hour", "silent_hour", "day_step",
))  # fmt: skip


# --- absurd rows --------------------------------------------------------------------------------


def priced() -> World:
    w = World()
    for model in ("m", "n", "dear", "grown", "free"):
        w.price(model, {"input_tokens": "0.000001"})
    return w


def call(w: World, thousands: int | str, model: str = "m", **fields: Any) -> None:
    number = f"r{len(w.usage)}"
    w.use(model, request_id=number, input_tokens=str(Decimal(thousands) * 1000), **fields)


def absurd(w: World, **said: int) -> list[Row]:
    engine = DuckDBEngine(1)
    looked = replace(terms(), patterns=replace(LOOKING, **said))
    calculation._load_witnesses(engine, w.inputs())
    calculation._load_terms(engine, w.inputs(), looked)
    for stage in STAGES:
        engine.run(statement(stage.path))
    engine.run(statement("review/absurd_row"))
    found = rows(engine, "SELECT * FROM absurd_row ORDER BY expected_cost DESC, request_id")
    engine.close()
    return found


def test_one_absurd_call_among_others_is_named_with_the_highest_other_beside_it() -> None:
    w = priced()
    for number in range(1, 25):
        call(w, number)
    call(w, 241, cost_center="ads", charged_cost="0.2")
    w.book("0.241", request_id="r24")
    (one,) = absurd(w)
    assert (one["request_id"], one["cost_center"]) == ("r24", "ads")
    assert (one["expected_cost"], one["other_cost"]) == (Decimal("0.241"), Decimal("0.024"))
    # The books and the charge stand beside it: 1 + ... + 24 = 300 thousandths, and 241.
    assert (one["recorded_cost"], one["charged_cost"]) == (Decimal("0.241"), Decimal("0.2"))
    assert (one["model_rows"], one["model_cost"]) == (25, Decimal("0.541"))


def test_two_absurd_calls_of_few_hide_each_other_and_of_thousands_do_not() -> None:
    w = priced()
    for _ in range(28):
        call(w, 1)
    call(w, 500)
    call(w, 400)
    assert absurd(w) == [], "the second is the others' highest"
    for _ in range(1970):
        call(w, 1)
    # 2,000 calls: the topmost thousandth is two of them, and the third is held against.
    assert [one["request_id"] for one in absurd(w)] == ["r28", "r29"]


@pytest.mark.parametrize(
    "said",
    [{"absurd_row_factor": 0}, {"absurd_row_least_rows": 26}],
    ids=lambda said: next(iter(said)),
)
def test_the_policy_says_from_where_on(said: dict[str, int]) -> None:
    w = priced()
    for _ in range(24):
        call(w, 1)
    call(w, 300)
    assert absurd(w, **said) == []


def test_what_is_no_absurd_call() -> None:
    w = priced()
    w.exclude("environment", "test")
    for number in range(24):
        call(w, 1)
        call(w, 5000, "dear")
        call(w, number + 1, "grown")
        call(w, 0, "free")
    # Failed and excluded calls do not count; ten times is not beyond; nothing is no history.
    call(w, 900, outcome="failed")
    call(w, 900, environment="test")
    call(w, 240, "grown")
    call(w, 1, "free")
    assert absurd(w) == []


@pytest.mark.parametrize("seed", range(2))
def test_the_statement_and_plain_python_name_the_same_calls(seed: int) -> None:
    lot = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    w = priced()
    costs: dict[str, list[int]] = {"m": [], "n": []}
    for model, sizes in costs.items():
        for _ in range(lot.choice((19, 40, 1500, 2600))):
            sizes.append(lot.randint(1, 30) * (lot.randint(20, 60) if lot.random() < 0.0015 else 1))
            call(w, sizes[-1], model)
    expected = []
    for sizes in costs.values():
        ranked = sorted(sizes, reverse=True)
        place = max(2, len(ranked) // 1000 + 1)
        if len(ranked) >= 20:
            expected += [one for one in ranked if one > 10 * ranked[place - 1]]
    found = [Fraction(one["expected_cost"]) * 1000 for one in absurd(w)]
    assert sorted(found) == sorted(expected)


# --- silent hours and steps ---------------------------------------------------------------------


def looked(w: World, zone: str = "UTC", **said: int) -> tuple[list[Row], list[Row]]:
    """Silent hours and steps; the control totals are kept."""
    engine = DuckDBEngine(1)
    terms_said = replace(terms(zone=zone), patterns=replace(LOOKING, **said))
    calculation._load_witnesses(engine, w.inputs())
    calculation._load_terms(engine, w.inputs(), terms_said)
    engine.run(statement("metering/usage_record"))
    for stage in HOURS:
        make_table(engine, stage)
    found = (
        rows(engine, "SELECT * FROM silent_hour ORDER BY scope, key_name NULLS FIRST, began_at"),
        rows(engine, "SELECT * FROM day_step ORDER BY day, model_as_logged"),
    )
    engine.close()
    return found


def days_of(*hours: int, days: range = range(1, 8), **fields: Any) -> World:
    """A call in each of these hours of each day, in the first minute and in the last."""
    w = World()
    for day in days:
        for hour in hours:
            for minute in ("00", "59"):
                w.use("m", f"08-{day:02} {hour:02}:{minute}", **fields)
    return w


def without(w: World, first: str, until: str, **fields: Any) -> World:
    w.usage = [
        row
        for row in w.usage
        if not (moment(first) <= row["occurred_at"] < moment(until))
        or any(row.get(name) != value for name, value in fields.items())
    ]
    return w


def test_an_hour_that_only_one_day_lacks_is_silent_between_two_calls() -> None:
    w = without(days_of(8, 9, 10, 11), "08-04 09:00", "08-04 11:00")
    silent, steps = looked(w)
    assert [(one["day"].day, one["hour"]) for one in silent] == [(4, 9), (4, 10)]
    assert {one["scope"] for one in silent} == {"all"}
    assert {(one["last_before"], one["first_after"]) for one in silent} == {
        (moment("08-04 08:59"), moment("08-04 11:00"))
    }
    assert {(one["other_days"], one["fewest_rows"]) for one in silent} == {(6, 2)}
    assert steps == []


def test_an_hour_that_two_days_lack_is_no_habit() -> None:
    w = without(days_of(8, 9, 10), "08-04 09:00", "08-04 10:00")
    w = without(w, "08-05 09:00", "08-05 10:00")
    assert looked(w)[0] == []


def test_hours_before_the_first_call_and_after_the_last_are_not_silent() -> None:
    w = without(days_of(8, 9, 10), "08-01 08:00", "08-01 09:00")
    w = without(w, "08-07 10:00", "08-07 11:00")
    assert looked(w)[0] == []
    # The second day still lacks an hour that every other whole day has.
    w = without(w, "08-02 08:00", "08-02 09:00")
    assert [(one["day"].day, one["hour"]) for one in looked(w)[0]] == [(2, 8)]


def test_few_days_and_a_policy_that_does_not_look_say_nothing() -> None:
    w = without(days_of(8, 9, 10), "08-04 09:00", "08-04 10:00")
    assert looked(w, gap_least_days=7)[0] == []
    assert looked(w, gap_least_days=0) == ([], [])


def test_the_silent_night_of_one_key_is_found_under_the_calls_of_the_others() -> None:
    w = days_of(*range(24), key_name="prod")
    w.usage += without(days_of(1, 2, 3, key_name="batch"), "08-05 00:00", "08-06 00:00").usage
    silent, _ = looked(w)
    assert [(one["scope"], one["key_name"], one["hour"]) for one in silent] == [
        ("key", "batch", 1), ("key", "batch", 2), ("key", "batch", 3),
    ]  # fmt: skip
    assert {one["last_before"] for one in silent} == {moment("08-04 03:59")}


def test_hours_are_those_of_the_reporting_zone_and_a_skipped_one_is_none() -> None:
    # Berlin springs forward on 29 March 2026: at two it is three, and nobody calls at half past.
    w = World()
    begin = datetime(2026, 3, 26, 12)  # noqa: DTZ001 (naive UTC, as the tables hold it)
    for number in range(24 * 6):
        w.use("m", begin + timedelta(hours=number, minutes=30))
    engine_terms = {"zone": "Europe/Berlin", "period": "2026-03"}
    assert _silent(w, **engine_terms) == []
    # 2 o'clock of 30 March in Berlin is 0 o'clock in UTC.
    w.usage = [row for row in w.usage if row["occurred_at"] != datetime(2026, 3, 30, 0, 30)]  # noqa: DTZ001
    (one,) = _silent(w, **engine_terms)
    assert (one["day"].day, one["hour"], one["began_at"]) == (30, 2, datetime(2026, 3, 30))  # noqa: DTZ001


def _silent(w: World, **said: Any) -> list[Row]:
    engine = DuckDBEngine(1)
    calculation._load_witnesses(engine, w.inputs())
    calculation._load_terms(
        engine, w.inputs(), replace(terms(**said), patterns=replace(LOOKING, gap_least_days=3))
    )
    engine.run(statement("metering/usage_record"))
    for stage in HOURS:
        make_table(engine, stage)
    found = rows(engine, "SELECT * FROM silent_hour")
    engine.close()
    return found


def calls_per_day(*counts: int) -> World:
    """So many calls on each day from 1 August, and of another model one a day."""
    w = World()
    for day, count in enumerate(counts, 1):
        w.use("other", f"08-{day:02} 12:00")
        for number in range(count):
            w.use("m", f"08-{day:02} 12:{number:02}")
    return w


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ((12, 11, 12, 1, 13, 12), [(4, "down", 1, 11)]),
        ((12, 11, 12, 0, 13, 12), [(4, "down", 0, 11)]),
        ((10, 10, 10, 1, 10, 10), []),
        ((1, 12, 12, 12, 12, 12), []),
        ((12, 12, 12, 12, 12, 1), []),
        ((1, 1, 2, 21, 1, 1), [(4, "up", 21, 2)]),
        ((1, 1, 2, 20, 1, 1), []),
        ((21, 1, 2, 2, 1, 1), [(1, "up", 21, 2)]),
        ((0, 12, 11, 12, 12, 0), []),
        ((12, 1, 12, 1, 12, 12), []),
        ((12, 12, 1, 12), []),
    ],
)
def test_a_day_far_from_every_other_day_is_a_step(
    counts: tuple[int, ...], found: list[tuple[Any, ...]]
) -> None:
    _, steps = looked(calls_per_day(*counts))
    assert [
        (one["day"].day, one["direction"], one["usage_rows"], one["nearest_rows"]) for one in steps
    ] == found
    assert {one["model_as_logged"] for one in steps} <= {"m"}


def test_a_step_is_located_between_the_calls_beside_it() -> None:
    (one,) = looked(calls_per_day(12, 12, 0, 12, 12))[1]
    assert (one["last_before"], one["first_after"]) == (
        moment("08-02 12:11"), moment("08-04 12:00"),
    )  # fmt: skip


def test_the_order_of_rows_changes_no_pattern() -> None:
    w = without(days_of(8, 9, 10, 11), "08-04 09:00", "08-04 11:00")
    assert looked(w.shuffled(5)) == looked(w)
