"""The figures of the real period, worked out from the files alone: no line of it is the product's.

Look-up, as the description of the data states it: the exact name, then the name without its first
path part, then its last path part, in the newest price list not later than the request.
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

# Half of the declared recorded step of the books, 1e-12.
HALF_STEP = Decimal("0.0000000000005")
NO = Decimal(0)

Price = tuple[Decimal, Decimal]
Lists = list[tuple[datetime, dict[str, dict[str, object]]]]


@dataclass(frozen=True, slots=True)
class Request:
    """One row of usage and books, with the prices of its model.

    Attributes:
        name: the model as logged.
        model: the id it is looked up as; empty where no list ever names it.
        then: input and output price a token when it was made; None where the list had none.
        later: those of the first list after it; None where no list has one.
        last: those of the newest list of all.
    """

    name: str
    model: str
    input_tokens: Decimal
    output_tokens: Decimal
    recorded: Decimal
    then: Price | None
    later: Price | None
    last: Price | None

    @property
    def nameless(self) -> bool:
        """Whether the log names no model."""
        return self.name == "None" or self.name.endswith("/REDACTED")

    def difference(self, price: Price) -> Decimal:
        """Recorded minus tokens at a price; nothing where that is within half the recorded step."""
        found = self.recorded - self.input_tokens * price[0] - self.output_tokens * price[1]
        return found if abs(found) > HALF_STEP else Decimal(0)


def price_lists(datasets: Path) -> Lists:
    """Every price list with the time at which it was known, oldest first."""
    folder = datasets / "litellm-price-history"
    found = []
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest):
            with gzip.open(folder / row["file"]) as packed:
                prices = json.load(packed, parse_float=Decimal)
            found.append((datetime.fromisoformat(row["committed_at"]).astimezone(UTC), prices))
    return sorted(found, key=lambda one: one[0])


def requests(datasets: Path, lists: Lists) -> list[Request]:
    """Every row of the usage data set."""
    (path,) = (datasets / "aider-usage-ledger").glob("*.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [_request(row, lists) for row in csv.DictReader(file)]


def _request(row: dict[str, str], lists: Lists) -> Request:
    name, at = row["main_model"], datetime.fromtimestamp(int(row["time_unix"]), UTC)
    then = _looked_up(name, [prices for when, prices in lists if when <= at][-1])
    after = (_looked_up(name, prices) for when, prices in lists if when > at)
    later = next((one for one in after if one), None)
    last = _looked_up(name, lists[-1][1])
    known = then or later
    return Request(
        name,
        known[0] if known else "",
        Decimal(row["prompt_tokens"]),
        Decimal(row["completion_tokens"]),
        Decimal(row["cost_usd"]),
        *(one[1] if one else None for one in (then, later, last)),
    )


def _looked_up(name: str, prices: dict[str, dict[str, object]]) -> tuple[str, Price] | None:
    for text in (name, name.partition("/")[2] or name, name.rpartition("/")[2]):
        if text in prices:
            line = prices[text]
            each = (line["input_cost_per_token"], line["output_cost_per_token"])
            return text, (Decimal(str(each[0])), Decimal(str(each[1])))
    return None


def share_that_differs(found: list[Request], model: str) -> str:
    """The share of a model's input tokens in requests that no plain price explains, rounded up.

    At most so many of its tokens may have come from a cache: the cost of every other request is
    exact without.
    """
    mine = [one for one in found if one.model == model]
    differing = sum(
        one.input_tokens for one in mine if one.difference(one.then or one.later or (NO, NO))
    )
    share = Decimal(differing) / sum(one.input_tokens for one in mine)
    return str(share.quantize(Decimal("0.001"), ROUND_CEILING).normalize())
