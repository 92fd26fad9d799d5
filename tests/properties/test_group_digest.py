"""Laws of the group digest: it is what a person saw of a group, and nothing else (D16, D24)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.differential.random_world import random_world
from tests.faults.busy_world import busy_world
from tests.world import World, rows, stated, terms
from tieout.close.cause_groups import digest_of_group, group_id
from tieout.close.control_total import CONTROL_TOTALS
from tieout.close.pipeline import Receipt, Stage, with_controls
from tieout.engine.statements import statement

LAW = settings(max_examples=8)
RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}


def digests(world: World, threads: int = 1, basis: str = "net") -> dict[str, str]:
    """The digest of every cause group of a world, by the id of the group."""
    engine = stated(world, replace(terms(), basis=basis), threads)
    return {
        group_id(row): digest_of_group(row) for row in rows(engine, "SELECT * FROM group_digest")
    }


def one_group(amounts: Sequence[str] = ("0.9", "0.8"), **price: str) -> World:
    """Calls of one model in one cost center, each booked at an amount that nothing explains."""
    world = World()
    world.price("m", price or RATES)
    for number, amount in enumerate(amounts):
        name = f"r{number}"
        world.use("m", request_id=name, cost_center="ads", input_tokens="1000", output_tokens="100")
        world.book(amount, request_id=name, cost_center="ads")
    return world


@LAW
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_and_the_threads_change_no_digest(seed: int) -> None:
    world = random_world(seed % 50, 60)
    found = digests(world)
    assert digests(world.shuffled(seed), threads=2) == found


def test_every_cause_group_has_a_digest_of_its_own() -> None:
    engine = stated(busy_world())
    groups = rows(engine, "SELECT * FROM cause_group")
    found = digests(busy_world())
    assert len(found) == len(groups) > 5
    assert len(set(found.values())) == len(found)


def test_the_same_prices_captured_at_another_time_change_no_digest() -> None:
    early, late = one_group(), one_group()
    for row in (*late.price_sets, *late.price_lines):
        row["price_set_id"] = "set-of-another-capture"
    for row in late.price_sets:
        row["capture_id"] = "capture-later"
    assert digests(late) == digests(early)


@LAW
@given(
    pick=st.integers(0, 5),
    change=st.decimals("-0.5", "0.5", places=6, allow_nan=False).filter(lambda d: d != 0),
)
def test_any_changed_amount_changes_the_digest_of_its_group_alone(
    pick: int, change: Decimal
) -> None:
    world = one_group(("0.91", "0.82", "0.73", "0.64", "0.95", "0.86"))
    world.use("m", request_id="other", cost_center="ops", input_tokens="1000", output_tokens="0")
    world.book("0.77", request_id="other", cost_center="ops")
    changed = copy.deepcopy(world)
    changed.ledger[pick]["recorded_cost"] += change
    before, after = digests(world), digests(changed)
    (mine,) = set(before) - {one for one in before if before[one] == after.get(one)}
    assert len(before) == 2
    assert after[mine] != before[mine]


@pytest.mark.parametrize(
    ("leg", "column", "value"),
    [
        ("usage", "input_tokens", Decimal(1001)),
        ("usage", "request_id", "r9"),
        ("ledger", "recorded_cost", Decimal("0.8000000000000000001")),
    ],
)
def test_what_a_line_is_made_of_is_part_of_the_digest(leg: str, column: str, value: object) -> None:
    world, changed = one_group(), one_group()
    row = getattr(changed, leg)[1]
    row[column] = value
    if column == "request_id":
        changed.ledger[1]["request_id"] = value
    assert digests(changed) != digests(world)


def test_other_rates_that_come_to_the_same_amount_change_the_digest() -> None:
    # 1,000 x 2 + 100 x 10 = 1,000 x 1 + 100 x 20 = 3,000 millionths.
    world = one_group()
    other = one_group(input_tokens="0.000001", output_tokens="0.00002")
    before, after = digests(world), digests(other)
    assert before.keys() == after.keys()
    assert before != after


def test_two_amounts_exchanged_between_lines_change_the_digest() -> None:
    # Net, gross and the number of lines stay what they were.
    assert digests(one_group(("0.9", "0.8"))) != digests(one_group(("0.8", "0.9")))


def test_a_charge_above_the_price_is_a_group_with_its_rates() -> None:
    def charged(**rates: str) -> World:
        world = World()
        world.price("m", rates)
        world.use("m", request_id="r1", charged_cost="0.005", input_tokens="1000",
                  output_tokens="100")  # fmt: skip
        world.book("0.005", request_id="r1")
        return world

    found = digests(charged(**RATES), basis="charged")
    other = digests(charged(input_tokens="0.000001", output_tokens="0.00002"), basis="charged")
    assert found.keys() == other.keys()
    assert len(found) == 1
    assert found != other


def test_the_digests_count_every_reviewed_line_once() -> None:
    engine = stated(busy_world())
    text = statement("variance/group_digest")
    stage = Stage("variance/group_digest", CONTROL_TOTALS["group_digest"])
    kept = with_controls(engine, stage, Receipt(text, 0, 0.0)).controls
    assert [one.left for one in kept] == [one.right for one in kept]
    assert int(kept[0].left) > 5
