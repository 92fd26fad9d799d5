"""Units of simulated rows: the published worked checks, and every row again from what it prints."""

from __future__ import annotations

import json
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import simulator
from simulator.charges import Ratios, TokenCharge, task_units
from simulator.server import Running

UNITS_PER_USD = 500_000


def ratios(**changed: str) -> Ratios:
    """A ratio of one for everything not named."""
    names = ("model", "completion", "group", "cache_read", "cache_write_5m", "cache_write_1h")
    return Ratios(price=None, **{name: Fraction(changed.get(name, "1")) for name in names})


def test_a_call_whose_prompt_includes_its_cache_costs_what_was_published() -> None:
    # (800 + 200 x 0.5 + 500 x 4) x 1 x 0.8 = 2,900 x 0.8 = 2,320
    charge = TokenCharge(
        ratios(completion="4", cache_read="0.5", group="0.8"), prompt_includes_cache=True
    )
    assert charge.units(1000, 500, 200, 0, 0) == 2320


def test_a_call_whose_prompt_excludes_its_cache_costs_what_was_published() -> None:
    # (14 + 29,892 x 0.1 + 1,322 x 2 + 397 x 5) x 2.5 x 0.8 = 7,632.2 x 2 = 15,264.4
    charge = TokenCharge(
        ratios(model="2.5", completion="5", cache_read="0.1", cache_write_1h="2", group="0.8"),
        prompt_includes_cache=False,
    )
    assert charge.units(14, 397, 29_892, 0, 1322) == 15_264


def test_half_a_unit_rounds_up_less_is_one_unit_and_no_tokens_are_free() -> None:
    half = TokenCharge(ratios(model="0.5"), prompt_includes_cache=True)
    assert half.units(5, 0, 0, 0, 0) == 3, "2.5 goes away from zero"
    small = TokenCharge(ratios(model="0.001"), prompt_includes_cache=True)
    assert small.units(1, 0, 0, 0, 0) == 1, "0.001 rounds to nothing and is charged one unit"
    assert small.units(0, 0, 0, 0, 0) == 0


def test_a_task_is_cut_after_each_factor() -> None:
    # 0.0000077 x 500,000 x 0.8 = 3.08 is cut to 3, times 7 is 21; uncut it would be 21.56.
    assert task_units(Fraction("0.0000077"), Fraction("0.8"), 7, UNITS_PER_USD) == 21
    assert task_units(Fraction("0.4"), Fraction("0.8"), 4, UNITS_PER_USD) == 640_000


def recomputed(row: dict[str, Any]) -> int | None:
    """Units of a printed row by the formula, from the row alone; None where it does not apply."""
    other = json.loads(row["other"], parse_float=Decimal, parse_int=Decimal) if row["other"] else {}
    if row["type"] != 2 or "model_ratio" not in other or other.get("violation_fee"):
        return None
    group = other["group_ratio"]
    if other["model_price"] != -1:
        return int(other["model_price"] * UNITS_PER_USD * group)
    prompt, answer = row["prompt_tokens"], row["completion_tokens"]
    if prompt + answer == 0:
        return 0
    read = other["cache_tokens"]
    five, hour = other.get("cache_creation_tokens_5m", 0), other.get("cache_creation_tokens_1h", 0)
    base = prompt if other.get("usage_semantic") == "anthropic" else prompt - read
    writes = five * other.get("cache_creation_ratio_5m", 0)
    writes += hour * other.get("cache_creation_ratio_1h", 0)
    weighted = base + read * other["cache_ratio"] + writes + answer * other["completion_ratio"]
    units = (weighted * other["model_ratio"] * group).quantize(Decimal(1), ROUND_HALF_UP)
    return max(int(units), 1)


def test_every_row_costs_what_the_formula_makes_of_the_row_itself(up: Running) -> None:
    told = simulator.truth(up.world)
    units = [recomputed(printed) for printed in told.printed]
    checked = Counter(
        row.role for row, one in zip(told.rows, units, strict=True) if one is not None
    )
    charged = [
        None if one is None else row.quota for row, one in zip(told.rows, units, strict=True)
    ]
    assert units == charged
    assert checked["call"] > 900
    assert {"image", "no_tokens", "smallest"} <= set(checked)


def test_what_is_given_back_for_a_task_is_what_was_taken_or_the_difference(up: Running) -> None:
    told = simulator.truth(up.world)
    tasks = [p for row, p in zip(told.rows, told.printed, strict=True) if row.role == "task"]
    taken = {json.loads(task["other"])["task_id"]: task for task in tasks}
    endings = Counter[str]()
    for row, printed in zip(told.rows, told.printed, strict=True):
        if row.role not in {"refund", "difference"}:
            continue
        assert "request_id" not in printed
        other = json.loads(printed["other"])
        task = taken.get(other["task_id"])
        if task is None:
            endings["of a task from before the history"] += 1
        elif row.role == "refund":
            endings["refund"] += 1
            assert printed["quota"] == task["quota"] > 0
        else:
            sign = 1 if printed["type"] == 2 else -1
            endings["extra" if sign > 0 else "return"] += 1
            assert other["pre_consumed_quota"] == task["quota"]
            assert other["actual_quota"] == task["quota"] + sign * printed["quota"]
    assert all(endings[one] > 1 for one in ("refund", "extra", "return"))
    assert endings["of a task from before the history"] == 3
