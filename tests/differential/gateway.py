"""A second reading of the vendor's own formula, in fractions, from one raw row of its log.

It shares no code with the calculation: it reads JSON text itself and follows the published formula
(vendors/cometapi, items token-formula, quota-rounding, task-rounding, cache-semantics), one row at
a time, the way somebody with a sheet of paper would.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

UNITS_PER_USD = 500_000
FACTORS = ("seconds", "size", "resolution", "resolution-1080P", "video_input", "n")


@dataclass(frozen=True)
class Reckoned:
    """The charge of a row in whole units: least, by the rule, most; or why there is none."""

    least: int | None = None
    units: int | None = None
    most: int | None = None
    reason: str = ""


def below(value: Fraction) -> int:
    """The whole unit below."""
    return value.numerator // value.denominator


def half_away(value: Fraction) -> int:
    """The nearest whole unit, half a unit up; for what is not below zero."""
    return below(value + Fraction(1, 2))


def of_row(row: dict[str, Any], taken: dict[str, int]) -> Reckoned:
    """The charge of one row of types 2, 5 and 6.

    Args:
        row: the row as it stands in a page, ``other`` being JSON text.
        taken: what each task was charged when it was submitted.
    """
    other: dict[str, Any] = json.loads(
        row["other"] or "{}", parse_float=Fraction, parse_int=Fraction
    )
    if other.get("billing_mode") == "tiered_expr":
        return Reckoned(reason="PRICE_EXPRESSION")
    if "actual_quota" in other:
        units = int(other["actual_quota"] - other["pre_consumed_quota"])
        units = -units if row["type"] == 6 else units
        return Reckoned(units, units, units)
    if row["type"] == 6:
        if taken.get(other["task_id"]) != row["quota"]:
            return Reckoned(reason="REFUND_WITHOUT_ORIGIN")
        return Reckoned(row["quota"], row["quota"], row["quota"])
    return _of_charge(row, other)


def _of_charge(row: dict[str, Any], other: dict[str, Any]) -> Reckoned:
    if "fee_quota" in other:
        units = int(other["fee_quota"])
        return Reckoned(units, units, units)
    if other.get("is_task"):
        return _of_task(other)
    if "group_ratio" not in other:
        return Reckoned(reason="CHARGE_RATIO_MISSING")
    return _of_call(row, other)


def _of_task(other: dict[str, Any]) -> Reckoned:
    price = other["model_price"]
    if price == -1:
        price = other["model_ratio"] / 2
    base = below(price * UNITS_PER_USD * other["group_ratio"])
    found = set()
    for order in permutations([other[name] for name in FACTORS if name in other]):
        units = base
        for factor in order:
            if factor != 1:
                units = below(units * factor)
        found.add(units)
    return Reckoned(min(found), max(found), max(found))


def _of_call(row: dict[str, Any], other: dict[str, Any]) -> Reckoned:
    prompt, answer = row["prompt_tokens"], row["completion_tokens"]
    group, ratio = other["group_ratio"], other.get("model_ratio", Fraction(0))
    times = Fraction(1)
    for name in FACTORS:
        times *= other.get(name, 1)
    if prompt + answer == 0:
        return Reckoned(0, 0, 0)
    if other.get("audio") or other.get("ws"):
        first = second = (
            (
                other["text_input"]
                + other["text_output"] * other["completion_ratio"]
                + other["audio_input"] * other["audio_ratio"]
                + other["audio_output"] * other["audio_ratio"] * other["audio_completion_ratio"]
            )
            * ratio
            * group
            * times
        )
    else:
        if other.get("model_price", -1) != -1:
            base = other["model_price"] * UNITS_PER_USD * group
        else:
            base = _weighted(row, other) * ratio * group
            if "audio_input_price" in other:
                heard = other["audio_input_token_count"] * other["audio_input_price"]
                base += heard / 1_000_000 * group * UNITS_PER_USD
        tools = _tools(other) * group * UNITS_PER_USD
        first, second = (base + tools) * times, base * times + tools
    least_one = 1 if ratio * group != 0 else 0
    low, high = min(first, second), max(first, second)
    return Reckoned(
        max(below(low), least_one),
        max(half_away(first), least_one),
        max(half_away(high), least_one),
    )


def _weighted(row: dict[str, Any], other: dict[str, Any]) -> Fraction:
    read = other.get("cache_tokens", 0)
    total = other.get("cache_creation_tokens", 0)
    five, hour = other.get("cache_creation_tokens_5m", 0), other.get("cache_creation_tokens_1h", 0)
    image, heard = other.get("image_output", 0), other.get("audio_input_token_count", 0)
    base = row["prompt_tokens"] - image - heard
    if other.get("usage_semantic") != "anthropic":
        base -= read + total
    weighted = Fraction(base)
    weighted += read * other.get("cache_ratio", 0) + image * other.get("image_ratio", 0)
    weighted += max(total - five - hour, 0) * other.get("cache_creation_ratio", 0)
    weighted += five * other.get("cache_creation_ratio_5m", 0)
    weighted += hour * other.get("cache_creation_ratio_1h", 0)
    return Fraction(weighted + row["completion_tokens"] * other.get("completion_ratio", 0))


def _tools(other: dict[str, Any]) -> Fraction:
    total = Fraction(0)
    for tool in ("web_search", "file_search"):
        calls = other.get(f"{tool}_call_count", 0)
        total += calls * other.get(f"{tool}_price", Fraction(0)) / 1000
    if other.get("image_generation_call"):
        total += other["image_generation_call_price"]
    return total
