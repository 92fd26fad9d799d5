"""Seeded worlds with everything in them that changes the state, the price or the line of a row."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.world import Row, World, moment

NAMES = ("m1", "m2", "m3", "m4", "m5", "our-m1", "our-m2", "our-m9", "retired", "nobody")
CENTERS = ("search", "ads", "a|b", "?", None)
OUTCOMES = ("completed",) * 14 + ("failed", "partial", "timed_out", "unclassified")


def priced_world(chance: random.Random, *, two_currencies: bool = False) -> World:
    """A book with repricings in the month, an overlap, a gap, grades, parts and a free price."""
    w = World(
        recorded={
            "usage": ("input_tokens", "output_tokens", "requests"),
            "rich": ("input_tokens", "output_tokens", "cache_read_tokens", "requests"),
        }
    )
    cut = f"08-{chance.randint(5, 25):02}"
    w.price(
        "m1", {"input_tokens": "0.000002", "output_tokens": "0.00001"}, until=cut, multiplier="0.8"
    )
    w.price(
        "m1", {"input_tokens": "0.0000025", "output_tokens": "0.00001"}, start=cut, multiplier="0.8"
    )
    w.price(
        "m2",
        {
            "input_tokens": "0.000003", "output_tokens": "0.000015",
            "cache_read_tokens": "0.0000003", "cache_write_tokens": "0.00000375",
        },
    )  # fmt: skip
    w.price("m3", {"input_tokens": "0.000000123456789123", "output_tokens": "0"}, until="08-20")
    w.price("m3", {"input_tokens": "0.000000223456789123", "output_tokens": "0"}, start="08-12")
    w.price("m4", {"requests": "0.04", "seconds": "0.1"}, start="08-04", until="08-28")
    money = "EUR" if two_currencies else "USD"
    w.price("m5", {"input_tokens": "0.000007", "output_tokens": "0.000021"}, currency=money)
    w.price(
        "m5",
        {"input_tokens": "0.000005", "output_tokens": "0.000021"},
        grade="A",
        start="08-10",
        until="08-15",
        currency=money,
    )
    w.price("retired", {"input_tokens": "0.000001", "output_tokens": "0.000001"}, until="02-01")
    w.alias("our-m1", "m1", until="08-18")
    w.alias("our-m1", "m2", start="08-18")
    w.alias("our-m2", "m2", start="08-03")
    w.alias("m4", "m1", start="07-01")
    w.alias("our-m9", "m9")
    w.exclude("environment", "test")
    w.exclude("key_name", "probe")
    for price_set in w.price_sets:
        w.sold(price_set["price_set_id"])
    # Of timed out and unclassified calls, of failed ones before the tenth, and of settlements
    # before the fifteenth, nothing is verified.
    w.rule("failed", billable=False, start="08-10")
    w.rule("retried", billable=False)
    w.rule("partial", billable=True)
    w.rule("settled", billable=True, start="08-22")
    w.rule("settled", billable=False, start="08-15", until="08-22")
    return w


def random_world(seed: int, size: int, *, two_currencies: bool = False) -> World:
    """A world of about that many usage rows, and a ledger that mostly follows it."""
    chance = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    w = priced_world(chance, two_currencies=two_currencies)
    while len(w.usage) < size:
        _one(w, chance, len(w.usage))
    return w


def _ending(chance: random.Random, at: datetime) -> dict[str, Any]:
    """Most calls are logged at their start, some at their end, of these some without duration."""
    fate = chance.random()
    if fate < 0.1:
        return {"ended_at": at, "time_basis": "end"}
    if fate < 0.4:
        seconds = chance.choice((0, 1, 600, 86_400, 172_800))
        return {"ended_at": at + timedelta(seconds=seconds), "time_basis": "duration"}
    return {"ended_at": at + timedelta(days=1)} if fate < 0.45 else {}


def _one(w: World, chance: random.Random, n: int) -> None:
    at = moment("07-29 12:00") + timedelta(seconds=chance.randrange(37 * 86400))
    if chance.random() < 0.02:
        at = moment(chance.choice(("08-01", "09-01", "08-12", "08-20", "08-18", "08-28")))
    fields: dict[str, Any] = {
        "request_id": f"r{n}" if chance.random() < 0.75 else None,
        "cost_center": chance.choice(CENTERS),
        "project": chance.choice(("p1", "p2", None)),
        "environment": chance.choice(("production",) * 30 + ("test",)),
        "key_name": chance.choice((None,) * 40 + ("probe",)),
        "outcome": chance.choice(OUTCOMES),
        "import_id": chance.choice(("usage", "rich")),
        "input_includes_parts": chance.random() < 0.5,
        "output_includes_parts": True,
        **_ending(chance, at),
    }
    tokens = chance.randint(0, 5000)
    meters: dict[str, Decimal | None] = {
        "input_tokens": Decimal(tokens) + (Decimal("0.125") if chance.random() < 0.05 else 0),
        "output_tokens": Decimal(chance.randint(0, 900)),
    }
    if fields["import_id"] == "rich":
        meters["cache_read_tokens"] = Decimal(chance.randint(0, tokens))
    if chance.random() < 0.05:
        meters["reasoning_tokens"] = Decimal(chance.randint(0, int(meters["output_tokens"] or 0)))
    for name in list(meters):
        lost = 0.3 if fields["outcome"] == "failed" else 0.02
        if name != "reasoning_tokens" and chance.random() < lost:
            meters[name] = None
    if chance.random() < 0.3:
        fields["charged_cost"] = Decimal(chance.randint(0, 3000)).scaleb(-5)
    logged: str | None = chance.choice(
        (*NAMES, "m1", "m2", "m1", None if chance.random() < 0.3 else "m2")
    )
    row = w.use(logged, at, **fields, **meters)
    fate = chance.random()
    if fate < 0.01:
        w.use(logged, at, **fields, **meters)  # the same record again
    elif fate < 0.02:
        w.use(logged, at, **fields, **{**meters, "output_tokens": Decimal(1)})
    elif fate < 0.03 and row.get("charged_cost") and row["request_id"]:
        w.use(
            logged,
            at + timedelta(hours=1),
            entry_kind="refund",
            request_id=row["request_id"],
            charged_cost=-row["charged_cost"],
            requests=None,
        )
    elif fate < 0.06 and row.get("charged_cost") and row["request_id"]:
        _settle(w, chance, row)
    _book(w, chance, row)


def _settle(w: World, chance: random.Random, row: Row) -> None:
    """What was charged is given back in part, once or twice; now and then more than all of it."""
    for _ in range(chance.choice((1, 1, 1, 2))):
        part = (row["charged_cost"] * chance.randint(1, 9)).scaleb(-1)
        w.use(
            row.get("model_as_logged"),
            row["occurred_at"] + timedelta(hours=chance.choice((1, 1, 1, 90))),
            entry_kind="refund",
            outcome="completed",
            request_id=None,
            task_id=row["request_id"],
            import_id=row["import_id"],
            charged_cost=-part,
            requests=None,
        )


def _book(w: World, chance: random.Random, row: Row) -> None:
    if chance.random() < 0.05:
        return
    guess = Decimal(str(row.get("input_tokens") or 0)) * Decimal("0.0000016")
    guess += Decimal(str(row.get("output_tokens") or 0)) * Decimal("0.000008")
    at = row["occurred_at"] + timedelta(hours=chance.choice((0, 0, 0, 30)))
    w.book(
        guess if chance.random() < 0.9 else guess * 1000 + Decimal("0.001"),
        row.get("model_as_logged"),
        at,
        request_id=row.get("request_id") if chance.random() < 0.9 else None,
        cost_center=row.get("cost_center"),
        project=row.get("project"),
    )
    if chance.random() < 0.01:
        w.book(guess, row.get("model_as_logged"), at, request_id=row.get("request_id"))
