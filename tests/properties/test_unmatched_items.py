"""Laws of unmatched items over two months, against a judge that knows no SQL (D6, D14, D25)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.differential.item_oracle import RATE, Fact, Items, cleared, left_open
from tests.world import Row, World, rows, terms
from tieout.close import calculation
from tieout.close.pipeline import STAGES
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement

KEYS = ("day", "source_model_id")
STEP = "0.001"
HALF = Fraction(STEP) / 2
# Rows with an id and rows without one on days of their own, none of them near the end of a month.
DAYS = {
    True: ((7, 10), (8, 10), (8, 20), (9, 10)),
    False: ((7, 12), (7, 13), (7, 14), (8, 12), (8, 13)),
}
OFF = tuple(Fraction(text) for text in ("0", "0", "0", "0.0005", "0.0006", "-0.005"))


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    """Calls and entries of two months that often belong together, and sometimes nearly."""
    found: list[Fact] = []
    for number in range(draw(st.integers(1, 6))):
        has_id = draw(st.booleans())
        identity = f"r{number}" if has_id else ""
        model, units = draw(st.sampled_from("mmn")), draw(st.integers(1, 2))
        days = st.sampled_from(DAYS[has_id])
        if draw(st.booleans()) or not has_id:
            day, late = draw(days), draw(st.booleans())
            leg = draw(st.sampled_from(("usage", "ledger"))) if not has_id else "usage"
            found.append(Fact(leg, identity, day, model, "USD", units * RATE, _late(day, late)))
        for _ in range(draw(st.integers(0, 2)) if has_id else 0):
            day, late = draw(days), draw(st.booleans())
            amount = units * RATE + draw(st.sampled_from(OFF))
            named = draw(st.sampled_from((model, model, model, "m", "n")))
            money = draw(st.sampled_from(("USD", "USD", "USD", "EUR")))
            found.append(Fact("ledger", identity, day, named, money, amount, _late(day, late)))
    return found


def _late(day: tuple[int, int], late: bool) -> bool:
    return late or day[0] > 7


def world_of(found: Sequence[Fact]) -> World:
    w = World()
    for model in "mn":
        w.price(model, {"requests": "0.01"})
    # A price in the other currency: the key of a group names its currency in both months.
    w.price("other", {"requests": "1"}, currency="EUR")
    for one in found:
        at = f"{one.day[0]:02}-{one.day[1]:02} 12:00"
        named = {"request_id": one.id} if one.id else {}
        if one.leg == "usage":
            w.use(one.model, at, requests=str(int(one.amount / RATE)), **named)
        else:
            amount = Decimal(one.amount.numerator) / Decimal(one.amount.denominator)
            w.book(amount, one.model, at, currency=one.currency, **named)
    return w


def made(w: World, period: str) -> tuple[list[Row], list[Row]]:
    """The items and the lines of a run."""
    engine = DuckDBEngine(1)
    calculation._load_witnesses(engine, w.inputs())
    calculation._load_terms(engine, w.inputs(), terms(KEYS, step=STEP, period=period))
    for stage in (*STAGES, *VIEWS):
        if stage.path.startswith("review/") and "unmatched" not in stage.path:
            continue
        engine.run(statement(stage.path))
    found = (
        rows(engine, "SELECT * FROM unmatched_item"),
        rows(engine, "SELECT * FROM variance_line"),
    )
    engine.close()
    return found


def key_of(item: Row) -> Any:
    text = item["line_key"]
    if text.startswith("id:"):
        return ("id", text[3:]), item["side"]
    day, model, money = (part.partition("=")[2] for part in text[6:].split("|"))
    return ("group", day, model, money), item["side"]


def as_items(found: Sequence[Row]) -> Items:
    said = {key_of(one): Fraction(one["amount"]) for one in found}
    assert len(said) == len(found), "an item stands twice"
    return said


def carried(w: World, left: Sequence[Row]) -> None:
    for one in left:
        shown = {name: one[name] for name in (
            "grain", "day", "side", "source_model_id", "cost_center", "project", "currency",
            "cause", "bucket", "proof", "amount", "group_key",
        )}  # fmt: skip
        w.carry(one["line_key"], "0").update(shown)


def one(leg: str, identity: str, day: tuple[int, int], units: int, late: bool = False) -> Fact:  # noqa: FBT002
    return Fact(leg, identity, day, "m", "USD", units * RATE, _late(day, late))


@pytest.mark.slow
@given(facts())
@example([one("usage", "r0", (7, 10), 1), one("ledger", "r0", (8, 10), 1)])
@example([one("usage", "r0", (7, 10), 1), one("ledger", "r0", (7, 10), 1, late=True)])
@example([one("ledger", "", (7, 12), 2), one("usage", "", (8, 12), 2)])
@example(
    [one("ledger", "", (7, 12), 2), one("usage", "", (8, 12), 2), one("usage", "", (8, 13), 2)]
)
@example(
    [one("usage", "", (7, 12), 2), one("ledger", "", (7, 13), 2), one("usage", "", (7, 14), 2)]
)
@example([one("usage", "r0", (7, 10), 1), one("ledger", "", (7, 12), 1)])
@example(
    [
        one("usage", "r0", (7, 10), 1),
        one("usage", "r1", (7, 10), 1),
        one("ledger", "", (7, 12), 2),
        one("ledger", "", (7, 13), 1),
    ]
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_item_is_once_open_or_cleared_and_its_money_stays(found: list[Fact]) -> None:
    known = [fact for fact in found if not fact.is_late]
    left, july = made(world_of(known), "2026-07")
    items = left_open(known, 7, HALF)
    assert as_items(left) == items
    w = world_of(found)
    carried(w, left)
    later, august = made(w, "2026-08")
    old = [item for item in later if item["origin"] == "carried"]
    new = [item for item in later if item["origin"] == "run"]
    assert as_items(old) == items, "each is there once, with the money it was left with"
    where = cleared(items, found, HALF)
    assert {key_of(item): item["landed_in"] for item in old if item["state"] == "cleared"} == where
    assert {item["state"] for item in old} <= {"open", "cleared"}
    _assert_reconciled(old, new, july, august)


def _assert_reconciled(old: list[Row], new: list[Row], july: list[Row], august: list[Row]) -> None:
    """What cleared in August stands there once, opposite to July's, and is no item of August."""
    lines = {line["line_key"]: line for line in august}
    before = {line["line_key"]: line for line in july}
    met = [one for one in old if one["landed_in"] == "period" and one["state"] == "cleared"]
    assert sorted(one["met_line"] for one in met) == sorted(
        key
        for key, line in lines.items()
        if line["cause"] == "clears_carried" and line["proof"] == "proved"
    )
    for one in met:
        line = lines[one["met_line"]]
        assert line["bucket"] == "timing"
        assert line["timing_part"] == line["variance"]
        assert abs(Fraction(line["variance"]) + Fraction(one["amount"])) <= HALF
    for one in old:
        assert before[one["line_key"]]["variance"] == one["amount"]
    assert not {one["met_line"] for one in met} & {one["line_key"] for one in new}
