"""Pinned traffic for the measurements: the same seed gives the same rows on every machine."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

SEED = 20260803
DAY = datetime(2026, 8, 3, tzinfo=UTC)
PERIOD = "2026-08-03"
TEAMS = ("search", "support", "research", "billing")
CAPTURED_AT = datetime(2026, 7, 20, tzinfo=UTC)
MILLION = Decimal(1_000_000)

# Made-up models: price per 1M input tokens, per 1M output tokens.
PRICES: dict[str, tuple[Decimal, Decimal]] = {
    f"aster-{number}": (Decimal(number) / 4, Decimal(number) * 2) for number in range(1, 25)
}

SETTINGS = """workspace = "bench"

[usage.gateway]
format = "FORMAT"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
environment = { value = "production" }
outcome = { column = "status", values = { "200" = "completed", "500" = "failed" } }
meters = { input_tokens = "input", output_tokens = "output" }

[ledger.books]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
request_id = "id"
cost_center = "team"
recorded = { column = "cost", currency = "USD" }

[prices.list]
model = "model"
meters = { input_tokens = "input", output_tokens = "output" }
fixed_unit = "1M tokens"
currency = "USD"
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as the gateway logs it."""

    id: str
    at: str
    model: str
    team: str
    status: str
    input: int
    output: int

    @property
    def cost(self) -> Decimal:
        """What it costs, exactly."""
        price_in, price_out = PRICES[self.model]
        return (self.input * price_in + self.output * price_out) / MILLION


def calls(count: int) -> Iterator[Call]:
    """That many calls, spread over one day."""
    order = random.Random(SEED)
    models = tuple(PRICES)
    for number in range(count):
        moment = DAY + timedelta(microseconds=number * 86_400_000_000 // count)
        yield Call(
            id=f"req-{number:08d}-{order.getrandbits(48):012x}",
            at=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            model=order.choice(models),
            team=order.choice(TEAMS),
            status="200",
            input=order.randint(1, 9_000),
            output=order.randint(1, 1_200),
        )


def usage_csv(count: int) -> bytes:
    """A usage export."""
    rows = (
        f"{c.id},{c.at},{c.model},{c.team},{c.status},{c.input},{c.output}\n" for c in calls(count)
    )
    return ("id,at,model,team,status,input,output\n" + "".join(rows)).encode()


def usage_jsonl(count: int) -> bytes:
    """The same export as lines of JSON."""
    rows = (
        json.dumps(
            {
                "id": c.id, "at": c.at, "model": c.model, "team": c.team, "status": c.status,
                "input": c.input, "output": c.output,
            }
        )
        + "\n"
        for c in calls(count)
    )  # fmt: skip
    return "".join(rows).encode()


def usage_json(count: int) -> bytes:
    """The same export as one list."""
    return b"[\n" + b",\n".join(usage_jsonl(count).splitlines()) + b"\n]\n"


def ledger_csv(count: int) -> bytes:
    """The books of these calls: one in a thousand is booked a tenth too high."""
    rows = (
        f"{c.id},{c.at},{c.model},{c.team},"
        f"{c.cost * Decimal('1.1') if number % 1000 == 7 else c.cost:f}\n"
        for number, c in enumerate(calls(count))
    )
    return ("id,at,model,team,cost\n" + "".join(rows)).encode()


def price_csv() -> bytes:
    """The price list of all models."""
    rows = (f"{model},{price[0]},{price[1]}\n" for model, price in PRICES.items())
    return ("model,input,output\n" + "".join(rows)).encode()
