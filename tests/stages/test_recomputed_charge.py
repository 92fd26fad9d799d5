"""The charge once more: published worked checks, and where the band and the reasons come from.

Expected units are worked out beside each row, by hand, from the published formula.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest

from tests.world import World, asked
from tieout.close.charges import charge_findings
from tieout.close.figures import Figures
from tieout.engine.statements import statement

PLAIN = {"model_ratio": "1", "completion_ratio": "4", "cache_ratio": "0.5", "group_ratio": "0.8"}


def told(**fields: Any) -> dict[str, Any]:
    """The one row of a world, recomputed."""
    world = World()
    world.use("m", **fields)
    return rows_of(world)[0]


def rows_of(world: World) -> list[dict[str, Any]]:
    """Every recomputed row, in the order of the world."""
    engine = asked(world)
    found: list[dict[str, Any]] = engine.fetch(
        "SELECT * FROM recomputed_charge ORDER BY row_id"
    ).to_pylist()
    engine.close()
    return found


def units(row: dict[str, Any]) -> tuple[int, int, int]:
    """Least, recomputed and most units."""
    found = [row[name] for name in ("least_units", "recomputed_units", "most_units")]
    assert all(value == int(value) for value in found)
    least, nearest, most = map(int, found)
    return least, nearest, most


def test_a_prompt_that_includes_its_cache_costs_what_was_published() -> None:
    # (800 + 200 x 0.5 + 500 x 4) x 1 x 0.8 = 2,320
    row = told(
        input_tokens="1000", cache_read_tokens="200", output_tokens="500",
        input_includes_parts=True, charged_units="2320", frozen=PLAIN,
    )  # fmt: skip
    assert (units(row), row["agreement"]) == ((2320, 2320, 2320), "equal")
    assert row["recomputed_cost"] == Decimal("0.00464")


def test_a_prompt_that_excludes_its_cache_costs_what_was_published() -> None:
    # (14 + 29,892 x 0.1 + 1,322 x 2 + 397 x 5) x 2.5 x 0.8 = 7,632.2 x 2 = 15,264.4
    row = told(
        input_tokens="14", cache_read_tokens="29892", cache_write_1h_tokens="1322",
        output_tokens="397", charged_units="15264", counts={"cache_write_1h_tokens": "1322"},
        frozen={"model_ratio": "2.5", "completion_ratio": "5", "cache_ratio": "0.1",
                "cache_write_1h_ratio": "2", "group_ratio": "0.8"},
    )  # fmt: skip
    assert row["exact_units"] == Decimal("15264.4")
    assert (units(row), row["agreement"]) == ((15264, 15264, 15264), "equal")


@pytest.mark.parametrize(
    ("tokens", "ratio", "expected"),
    [
        ("5", "0.5", (2, 3, 3)),  # 2.5: half goes away from zero; an older version cuts
        ("3", "0.5", (1, 2, 2)),  # 1.5
        ("1", "0.001", (1, 1, 1)),  # 0.001 rounds to nothing and is one unit
        ("1", "0", (0, 0, 0)),  # a ratio of zero is free
        ("0", "0.5", (0, 0, 0)),  # no tokens at all are free
        ("7", "1.3", (9, 9, 9)),  # 9.1
        ("7", "1.4", (9, 10, 10)),  # 9.8
    ],
)
def test_half_goes_up_less_is_one_unit_and_nothing_is_free(
    tokens: str, ratio: str, expected: tuple[int, int, int]
) -> None:
    row = told(
        input_tokens=tokens, output_tokens="0", charged_units="0",
        frozen={"model_ratio": ratio, "group_ratio": "1", "completion_ratio": "1"},
    )  # fmt: skip
    assert units(row) == expected


@pytest.mark.parametrize(
    ("charged", "agreement"),
    [("9", "within_band"), ("10", "equal"), ("11", "differs"), ("8", "differs")],
)
def test_only_what_a_known_version_would_charge_lies_in_the_band(
    charged: str, agreement: str
) -> None:
    row = told(
        input_tokens="7", output_tokens="0", charged_units=charged,
        frozen={"model_ratio": "1.4", "group_ratio": "1"},
    )  # fmt: skip
    assert row["agreement"] == agreement


def test_writes_images_and_audio_with_a_price_of_its_own_come_off_the_prompt() -> None:
    # Prompt 1,000 = 100 read + 60 written (10 for 5 minutes, 20 for 1 hour, 30 unsaid) + 40 image
    # + 200 audio + 600 left. Units: 600 + 100 x 0.1 + 10 x 1.25 + 20 x 2 + 30 x 1.5 + 40 x 3
    # + 50 out x 4 = 1,027.5; x model 2 x group 0.5 = 1,027.5; audio 200 x 10 USD a million x 0.5
    # x 500,000 = 500. In all 1,527.5.
    row = told(
        input_tokens="1000", cache_read_tokens="100", cache_write_tokens="40",
        cache_write_1h_tokens="20", image_input_tokens="40", output_tokens="50",
        input_includes_parts=True, charged_units="1528",
        counts={"cache_write_5m_tokens": "10", "cache_write_1h_tokens": "20",
                "audio_apart_tokens": "200"},
        frozen={"model_ratio": "2", "group_ratio": "0.5", "completion_ratio": "4",
                "cache_ratio": "0.1", "cache_write_ratio": "1.5", "cache_write_5m_ratio": "1.25",
                "cache_write_1h_ratio": "2", "image_ratio": "3", "audio_input_price": "10"},
    )  # fmt: skip
    assert row["exact_units"] == Decimal("1527.5")
    assert (units(row), row["agreement"]) == ((1527, 1528, 1528), "equal")


def test_an_audio_call_multiplies_two_ratios_for_what_it_says() -> None:
    # (200 + 100 x 8 + 400 x 20 + 50 x 20 x 2) x 0.5 = 5,500
    row = told(
        input_tokens="600", output_tokens="150", charged_units="5500",
        counts={"text_input_tokens": "200", "text_output_tokens": "100",
                "audio_input_tokens": "400", "audio_output_tokens": "50"},
        frozen={"model_ratio": "0.5", "group_ratio": "1", "completion_ratio": "8",
                "audio_ratio": "20", "audio_completion_ratio": "2", "marks": ["audio"]},
    )  # fmt: skip
    assert (units(row), row["agreement"]) == ((5500, 5500, 5500), "equal")


def test_tools_add_their_calls_and_factors_may_or_may_not_multiply_them() -> None:
    # 3 searches at 10 USD a thousand: 0.03 USD x 500,000 x 0.8 = 12,000; 100 tokens x 0.8 = 80.
    # Two results: (80 + 12,000) x 2 = 24,160, or 80 x 2 + 12,000 = 12,160 in a later version.
    frozen = {
        "model_ratio": "1", "group_ratio": "0.8", "web_search_calls": "3",
        "web_search_price": "10", "factors": ["2"],
    }  # fmt: skip
    row = told(input_tokens="100", output_tokens="0", charged_units="12160", frozen=frozen)
    assert (units(row), row["agreement"]) == ((12160, 24160, 24160), "within_band")


def test_a_fixed_price_is_free_only_where_nothing_was_used() -> None:
    # 0.04 USD x 500,000 x 0.8 = 16,000
    frozen = {"model_price": "0.04", "model_ratio": "0", "group_ratio": "0.8"}
    used = told(input_tokens="1", output_tokens="0", charged_units="16000", frozen=frozen)
    assert (units(used), used["agreement"]) == ((16000, 16000, 16000), "equal")
    unused = told(input_tokens="0", output_tokens="0", charged_units="0", frozen=frozen)
    assert (units(unused), unused["agreement"]) == ((0, 0, 0), "equal")


def test_a_task_is_cut_after_each_factor_in_an_order_that_nobody_knows() -> None:
    # 0.08 USD x 500,000 x 0.8 = 32,000: x 1.666667 cut is 53,333, x 4 = 213,332;
    # x 4 = 128,000 first, x 1.666667 = 213,333.376, cut 213,333.
    row = told(
        charged_units="213332",
        frozen={"model_price": "0.08", "group_ratio": "0.8", "factors": ["1.666667", "4"],
                "marks": ["task"]},
    )  # fmt: skip
    assert (units(row), row["agreement"]) == ((213332, 213333, 213333), "within_band")


def test_a_settlement_is_the_difference_and_a_return_is_what_was_taken() -> None:
    world = World()
    task = {"model_price": "0.1", "group_ratio": "1", "marks": ["task"]}
    world.use("m", task_id="t1", charged_units="50000", charged_cost="0.1", frozen=task)
    world.use(
        "m", task_id="t1", charged_units="1200", charged_cost="0.0024",
        frozen={**task, "settled_from": "50000", "settled_to": "51200"},
    )  # fmt: skip
    world.use(
        "m", task_id="t2", entry_kind="refund", charged_units="800", charged_cost="-0.0016",
        frozen={**task, "settled_from": "50000", "settled_to": "49200"},
    )  # fmt: skip
    world.use(
        "m", task_id="t1", entry_kind="refund", charged_units="50000", charged_cost="-0.1",
        frozen=task,
    )  # fmt: skip
    world.use(
        "m", task_id="t9", entry_kind="refund", charged_units="7", charged_cost="-0.1",
        frozen=task,
    )  # fmt: skip
    found = rows_of(world)
    assert [units(row)[1] for row in found[:4]] == [50000, 1200, 800, 50000]
    assert [row["agreement"] for row in found] == ["equal"] * 4 + ["not_recomputed"]
    assert found[4]["reason"] == "REFUND_WITHOUT_ORIGIN"


@pytest.mark.parametrize(
    ("frozen", "reason"),
    [
        ({"marks": ["expression"], **PLAIN}, "PRICE_EXPRESSION"),
        ({"model_ratio": "1", "completion_ratio": "4"}, "CHARGE_RATIO_MISSING"),
        ({"group_ratio": "1", "completion_ratio": "4"}, "CHARGE_RATIO_MISSING"),
        ({"model_ratio": "1", "group_ratio": "1", "completion_ratio": "1"}, "CHARGE_RATIO_MISSING"),
        ({**PLAIN, "web_search_calls": "1"}, "CHARGE_RATIO_MISSING"),
        ({**PLAIN, "model_ratio": "-500000"}, "CHARGE_RATIO_NEGATIVE"),
        ({**PLAIN, "model_ratio": "325000"}, "CHARGE_RATIO_RANGE"),
        ({"model_price": "1", "group_ratio": "1", "marks": ["task"], "factors": ["2"] * 7},
         "CHARGE_FACTORS"),
        ({"fee_units": "1.5"}, "CHARGE_UNITS_FRACTION"),
    ],
)  # fmt: skip
def test_what_cannot_be_recomputed_says_why(frozen: dict[str, Any], reason: str) -> None:
    row = told(
        input_tokens="10", cache_read_tokens="2", output_tokens="5", input_includes_parts=True,
        charged_units="9", frozen=frozen,
    )  # fmt: skip
    assert (row["reason"], row["agreement"]) == (reason, "not_recomputed")
    assert (row["recomputed_units"], row["recomputed_cost"]) == (None, None)


def test_a_count_that_was_not_recorded_is_not_zero() -> None:
    row = told(input_tokens="10", charged_units="9", frozen=PLAIN)
    assert (row["reason"], row["agreement"]) == ("METER_NOT_RECORDED", "not_recomputed")


def test_a_row_without_a_charge_has_nothing_to_agree_with() -> None:
    row = told(input_tokens="10", output_tokens="0", frozen=PLAIN)
    assert (row["agreement"], row["recomputed_units"]) == ("no_charge", 8)


def test_a_ratio_too_fine_for_a_rate_leaves_a_band_only_at_a_boundary() -> None:
    # A seventh with 20 decimals does not fit in 18: what the vendor rounds from below half a unit
    # (35 x 0.07142857142857142857 = 2.49999999999999999995) comes out just above it here.
    fine = {"model_ratio": "0.14285714285714285714", "group_ratio": "1", "completion_ratio": "1"}
    row = told(input_tokens="7", output_tokens="0", charged_units="1", frozen=fine)
    assert (units(row)[1:], row["agreement"]) == ((1, 1), "equal")
    half = {**fine, "model_ratio": "0.07142857142857142857"}
    row = told(input_tokens="7", output_tokens="0", charged_units="0", frozen=half)
    assert units(row) == (1, 1, 1), "half a unit, and at least one"
    row = told(input_tokens="35", output_tokens="0", charged_units="2", frozen=half)
    assert (units(row), row["agreement"]) == ((2, 3, 3), "within_band")


def test_a_row_priced_by_an_expression_is_not_reconcilable_but_its_charge_counts() -> None:
    world = World()
    world.price("m", {"input_tokens": "0.000001", "output_tokens": "0.000001"})
    world.use(
        "m", input_tokens="10", output_tokens="1", charged_units="9", charged_cost="0.000018",
        frozen={"marks": ["expression"]},
    )  # fmt: skip
    engine = asked(world)
    (state,) = engine.fetch("SELECT row_state, state_reason FROM usage_state").to_pylist()
    assert state == {"row_state": "not_reconcilable", "state_reason": "PRICE_EXPRESSION"}
    (line,) = engine.fetch("SELECT charged_cost, cause FROM variance_line").to_pylist()
    assert line == {"charged_cost": Decimal("0.000018"), "cause": "not_reconcilable"}


def test_a_charge_too_high_and_one_too_low_never_make_nothing() -> None:
    world = World()
    fixed = {"model_price": "0.04", "model_ratio": "0", "group_ratio": "1"}  # 20,000 units
    for units, extra in (("20500", "a"), ("19400", "b"), ("20000", "c")):
        world.use(
            "m",
            request_id=extra,
            input_tokens="1",
            output_tokens="0",
            charged_units=units,
            charged_cost="0.04",
            frozen=fixed,
        )
    engine = asked(world)
    engine.run(statement("review/charge_agreement"))
    found = engine.fetch(
        "SELECT agreement, usage_rows, plus_units, minus_units FROM charge_agreement"
        " ORDER BY agreement"
    ).to_pylist()
    assert found == [
        {"agreement": "differs", "usage_rows": 2, "plus_units": 500, "minus_units": -600},
        {"agreement": "equal", "usage_rows": 1, "plus_units": 0, "minus_units": 0},
    ]


def test_the_finding_names_what_is_too_much_and_too_little_over_all_formulas() -> None:
    def row(formula: str, plus: int, minus: int, rows: int) -> dict[str, Any]:
        return {
            "currency": "USD", "formula": formula, "agreement": "differs", "reason": None,
            "usage_rows": rows, "charged_cost": Decimal(1), "recomputed_cost": Decimal(1),
            "plus_units": Decimal(plus), "minus_units": Decimal(minus),
        }  # fmt: skip

    rows = [row("tokens", 1500, -200, 3), row("fixed", 0, -100, 1)]
    (finding,) = charge_findings(cast("Figures", {"charge_agreement": rows}))
    assert finding.rows == 4
    assert "charged minus recomputed is +1,500 and -300 units (USD)." in finding.message
