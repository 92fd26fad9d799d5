"""Rows that a flat price cannot explain: charged by their own formulas, read as what they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import simulator
from simulator.server import Running
from tests.simulator.conftest import LOG, Asking
from tests.simulator.test_importers import profile
from tieout.intake.framing import frame
from tieout.metering.reading import read_usage


@pytest.fixture(scope="module")
def odd() -> Iterator[Running]:
    """One day with odd rows, eight of them."""
    with simulator.serve("odd", days=1) as running:
        yield running


def one(odd: Running, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first row of that kind as printed, and its `other`."""
    told = simulator.truth(odd.world)
    pairs = zip(told.rows, told.printed, strict=True)
    printed = next(printed for row, printed in pairs if row.role == f"odd.{kind}")
    return printed, json.loads(printed["other"], parse_float=Decimal)


def text_units(row: dict[str, Any]) -> Decimal:
    """The text part of a call of sim-chat-4.5, 1.25 / 10 USD per 1M: 0.625 x 0.8 = 0.5 a token."""
    tokens: int = row["prompt_tokens"] + 8 * row["completion_tokens"]
    return tokens * Decimal("0.5")


def near(quota: int, units: Decimal) -> bool:
    """Whether the quota is those units rounded."""
    return abs(quota - units) <= Decimal("0.5")


def test_a_search_adds_its_price(odd: Running) -> None:
    row, other = one(odd, "tools")
    # 2 searches x 10 / 1000 USD x 500,000 x 0.8 = 8,000 units.
    assert other["web_search_call_count"] == 2
    assert near(row["quota"], text_units(row) + 8000)


def test_image_tokens_count_by_their_own_ratio(odd: Running) -> None:
    row, other = one(odd, "image_input")
    # 300 of the prompt tokens count twice: 300 x 0.5 = 150 units more.
    assert (other["image_output"], other["image_ratio"]) == (300, 2)
    assert near(row["quota"], text_units(row) + 150)


def test_audio_counts_by_two_ratios(odd: Running) -> None:
    row, other = one(odd, "audio")
    # (200 + 100 x 8 + 400 x 20 + 50 x 20 x 2) x 0.5 = 11,000 x 0.5 = 5,500.
    assert row["quota"] == 5500
    assert other["audio_input"] + other["text_input"] == row["prompt_tokens"] == 600


def test_an_expression_prices_its_row_and_is_printed_with_it(odd: Running) -> None:
    row, other = one(odd, "tiered")
    # (p x 1 + c x 4) / 1M USD x 500,000 x 0.8 = (p + 4c) x 0.4.
    assert other["billing_mode"] == "tiered_expr"
    assert "model_ratio" not in other
    assert near(
        row["quota"], (row["prompt_tokens"] + 4 * row["completion_tokens"]) * Decimal("0.4")
    )


def test_what_a_subscription_paid_does_not_leave_the_wallet(odd: Running) -> None:
    sums = simulator.truth(odd.world).sums
    paid, other = one(odd, "subscription")
    assert other["billing_source"] == "subscription"
    with closing(Asking(odd)) as client:
        told = client.get("/api/user/self").data
    # The credits of eight blocks: 5 + 110 + 20 - 5 + 10 - 2 + 3 = 141 USD.
    spent = sums["units.consume"] - sums["units.refund"] - paid["quota"]
    assert told["quota"] == 400_000_000_000 + 141 * 500_000 - spent


def test_our_reader_lets_the_unknown_type_wait_and_knows_the_expression(
    odd: Running, repo_root: Path
) -> None:
    feed = profile(repo_root, "log-feed.toml")
    waiting: list[str] = []
    read_rows = expressions = 0
    with closing(Asking(odd)) as client:
        pages = [client.get(LOG, {"p": page, "page_size": 100}).body for page in range(1, 6)]
    for body in pages:
        framed = frame(body, feed, leg="usage", import_id="0" * 12, name="page.json")
        read = read_usage(framed.records, feed, import_id="0" * 12, first_row_id=1)
        read_rows += read.rows.num_rows
        waiting.extend(read.quarantined["reason_code"].to_pylist())
        reasons = {one["frozen_id"]: one["reason"] for one in read.frozen.to_pylist()}
        charged = (reasons[one] for one in read.charges["frozen_id"].to_pylist())
        expressions += sum(one == "PRICE_EXPRESSION" for one in charged)
    # Kinds by block: tiered in blocks 0 and 7, unknown in block 6.
    assert (waiting, expressions) == (["TYPE_UNKNOWN"], 2)
    assert read_rows + len(waiting) == simulator.truth(odd.world).sums["rows"]


def test_a_prepaid_account_has_a_subscription_and_no_task_that_returns_a_part() -> None:
    with simulator.serve("prepaid", days=20, rows_per_day=20) as up:
        told = simulator.truth(up.world)
        with closing(Asking(up)) as client:
            left = client.get("/api/user/self").data["quota"]
    roles = [row.role for row in told.rows]
    # Eight blocks of fifty rows, and the first row of the ninth.
    assert {role for role in roles if role.startswith("odd")} == {"odd.subscription"}
    assert roles.count("odd.subscription") == 8
    # A task is returned whole or takes a second more: 0.4 x 0.8 USD are 160,000 units.
    assert {row.quota for row in told.rows if row.role == "difference"} == {160_000}
    assert all(row.type == 2 for row in told.rows if row.role == "difference")
    paid = sum(row.quota for row in told.rows if row.role == "odd.subscription")
    assert paid > 0
    spent = told.sums["units.consume"] - told.sums["units.refund"] - paid
    assert left == 50_000_000 + 141 * 500_000 - spent
