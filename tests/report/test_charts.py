"""The charts: bars that add up as money add up as drawn."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.report.samples import document
from tieout.report.charts import UNITS, Waterfall, day_chart, shares, waterfall
from tieout.report.parts import BridgeStep, Day

amounts = st.decimals(-(10**12), 10**12, places=6, allow_nan=False, allow_infinity=False)


def bridge(start: str, *steps: str, end: str) -> list[BridgeStep]:
    return [
        BridgeStep("expected", "start", start),
        *(BridgeStep(f"step {n}", "step", amount) for n, amount in enumerate(steps)),
        BridgeStep("recorded", "end", end),
    ]


def drawn(steps: list[BridgeStep], low: str | None, high: str | None) -> Waterfall:
    fall = waterfall(steps, low, high)
    assert fall is not None
    return fall


def test_a_subtotal_adds_nothing_and_is_drawn_from_zero() -> None:
    steps = [
        BridgeStep("expected", "start", "10"), BridgeStep("unknown", "step", "2"),
        BridgeStep("recorded", "subtotal", "12"), BridgeStep("adjustments", "step", "-1"),
        BridgeStep("after adjustments", "end", "11"),
    ]  # fmt: skip
    fall = waterfall(steps, "10", "10")
    assert fall is not None
    assert fall.adds_up
    by_name = {bar.label: bar for bar in fall.bars}
    assert by_name["recorded"].after == by_name["unknown"].after
    assert by_name["adjustments"].after == by_name["after adjustments"].after
    assert by_name["recorded"].left == by_name["expected"].left
    wrong = [*steps[:2], BridgeStep("recorded", "subtotal", "12.1"), *steps[3:]]
    told = waterfall(wrong, "10", "10")
    assert told is not None
    assert not told.adds_up


def test_bars_of_the_sample_add_up_as_drawn() -> None:
    report = document("full")
    totals = report.summary.totals["USD"]
    fall = drawn(list(report.bridge), totals.low, totals.high)
    moved = sum(bar.width if bar.rising else -bar.width for bar in fall.bars[1:-1])
    assert fall.bars[0].after + moved == fall.bars[-1].after
    assert fall.adds_up
    assert fall.axis_from is not None
    assert fall.low == fall.bars[0].after
    assert fall.high is not None
    assert fall.high > fall.low


def test_widths_are_in_proportion_to_the_money() -> None:
    fall = drawn(bridge("100", "60", "-20", end="140"), "100", "100")
    # The running totals are 100, 160, 140; the axis runs from 0 to 160.
    assert fall.axis_from is None
    assert [(bar.left, bar.width) for bar in fall.bars] == [
        (0, 625_000),
        (625_000, 375_000),
        (875_000, 125_000),
        (0, 875_000),
    ]


@given(start=amounts, steps=st.lists(amounts, max_size=8))
def test_any_bridge_adds_up_as_drawn(start: Decimal, steps: list[Decimal]) -> None:
    end = start + sum(steps, Decimal(0))
    fall = drawn(bridge(f"{start:f}", *(f"{s:f}" for s in steps), end=f"{end:f}"), None, None)
    moved = sum(bar.width if bar.rising else -bar.width for bar in fall.bars[1:-1])
    assert fall.bars[0].after + moved == fall.bars[-1].after
    assert fall.adds_up
    assert all(bar.left >= 0 and bar.left + bar.width <= UNITS for bar in fall.bars)


def test_bridge_that_does_not_add_up_says_so() -> None:
    assert not drawn(bridge("100", "1", end="102"), "100", "100").adds_up
    assert not drawn(bridge("100", "1", end="101.000000000000000000001"), None, None).adds_up


def test_bridge_with_an_unknown_amount_is_not_drawn() -> None:
    steps = [BridgeStep("expected", "start", None), BridgeStep("recorded", "end", "4")]
    assert waterfall(steps, None, None) is None
    assert waterfall([], None, None) is None


def test_upper_bound_that_is_unknown_leaves_the_band_open() -> None:
    fall = drawn(bridge("100", "5", end="105"), "100", None)
    assert fall.open_ended
    assert fall.high is None


def test_day_columns_stand_in_proportion_and_unknown_is_no_zero() -> None:
    chart = day_chart(
        [
            Day("2026-08-01", 1, "50", None, "100", "50"),
            Day("2026-08-02", 1, "50", None, "25", "-25"),
            Day("2026-08-03", 1, None, None, None, None),
        ]
    )
    assert chart is not None
    first, second, third = chart.columns
    assert first.recorded == (0, UNITS)
    assert second.recorded == (UNITS * 3 // 4, UNITS // 4)
    assert first.expected == UNITS // 2
    assert first.variance == (0, UNITS // 2)
    assert second.variance == (UNITS // 2, UNITS // 4)
    assert not second.rising
    assert third.recorded is None
    assert third.expected is None
    assert third.variance is None


def test_days_without_any_amount_are_not_drawn() -> None:
    assert day_chart([Day("2026-08-01", 1, None, None, None, None)]) is None
    assert day_chart([]) is None


def test_shares_stand_in_proportion_to_the_largest() -> None:
    bars = shares([("rated", 300), ("unmapped", 100), ("unrated", 0)])
    assert [Fraction(bar.width, UNITS).limit_denominator(10) for bar in bars] == [
        1,
        Fraction(1, 3),
        0,
    ]
    assert [bar.width for bar in shares([("rated", 0)])] == [0]
