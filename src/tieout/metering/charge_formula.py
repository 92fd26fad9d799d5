"""The gateway's own formula: what one combination of frozen ratios makes of each token.

A gateway of this family charges whole units: tokens, each times a ratio, times the ratio of the
model and of the group. Ratios repeat over thousands of rows, so that they become rates here, once
and exactly, as prices do; the rows are multiplied in SQL (rating/recomputed_charge.sql).

The rules stand in the contract items token-formula, quota-rounding and task-rounding, on which
recomputed amounts lean (:mod:`tieout.contract.leaning`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations
from math import trunc
from typing import Final

MILLION: Final = 1_000_000
THOUSAND: Final = 1_000
# More factors than this have too many orders to try; a row with as many is not recomputed.
MOST_FACTORS: Final = 6
BY_RATIO: Final = Fraction(-1)

# The rates of a charge, as rating/recomputed_charge.sql names them.
RATES: Final = (
    "input_rate", "cache_read_rate", "cache_write_rate", "cache_write_5m_rate",
    "cache_write_1h_rate", "image_input_rate", "audio_apart_rate", "audio_input_rate",
    "audio_output_rate", "output_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one row, or many alike, froze.

    Attributes:
        ratios: the numbers by their name in the feed; a name that is absent was not in the row.
        factors: what multiplies the whole: seconds, size, number of results.
        marks: the names whose text says yes.
    """

    ratios: Mapping[str, Fraction]
    factors: Sequence[Fraction] = ()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Formula:
    """How the units of a row follow from its counts.

    Attributes:
        name: tokens, audio, fixed, task, settlement, fee; none where no formula applies.
        reason: why none applies; empty otherwise.
        rates: units per token, by the names of :data:`RATES`.
        fixed_units: what is added whatever the counts are.
        fixed_apart_units: the same where the version leaves surcharges out of the factors.
        at_least_one: whether a charge that rounds to nothing is one unit.
        lowest_units: the whole units that a task or a settlement comes to; the least, if the order
            of its factors is unknown.
        highest_units: the most.
    """

    name: str
    reason: str = ""
    rates: Mapping[str, Fraction] = field(default_factory=dict)
    fixed_units: Fraction = Fraction(0)
    fixed_apart_units: Fraction = Fraction(0)
    at_least_one: bool = False
    lowest_units: int | None = None
    highest_units: int | None = None


def formula_of(frozen: Frozen, units_per_currency: Fraction | None) -> Formula:
    """The formula of a row, from what it froze alone.

    Args:
        frozen: the ratios, factors and marks of the row.
        units_per_currency: how many units one of the currency is, as prices are in the currency;
            None for a log that charges no units.
    """
    reason = _not_to_be_said(frozen, units_per_currency)
    if reason or units_per_currency is None:
        return Formula("none", reason)
    ratios, marks = frozen.ratios, frozen.marks
    if {"settled_from", "settled_to"} <= ratios.keys():
        # A later row carries the difference alone; what is given back is below zero.
        return _whole("settlement", ratios["settled_to"] - ratios["settled_from"])
    if "fee_units" in ratios:
        return _whole("fee", ratios["fee_units"])
    if "task" in marks:
        return _task(frozen, units_per_currency)
    return _call(frozen, units_per_currency)


def _not_to_be_said(frozen: Frozen, units_per_currency: Fraction | None) -> str:
    """Why no formula applies to what the row froze; empty where one may."""
    if "expression" in frozen.marks:
        return "PRICE_EXPRESSION"
    if units_per_currency is None:
        return "CHARGE_WITHOUT_UNITS"
    if not frozen.ratios:
        return "CHARGE_NOTHING_FROZEN"
    if _negative(frozen.ratios) or any(factor < 0 for factor in frozen.factors):
        return "CHARGE_RATIO_NEGATIVE"
    return ""


def _call(frozen: Frozen, units_per_currency: Fraction) -> Formula:
    """A call by its fixed price, or else by its ratios."""
    ratios = frozen.ratios
    fixed = ratios.get("model_price", BY_RATIO) != BY_RATIO
    if "group_ratio" not in ratios or not (fixed or "model_ratio" in ratios):
        return Formula("none", "CHARGE_RATIO_MISSING")
    if fixed:
        return _fixed(frozen, units_per_currency)
    return _audio(frozen) if "audio" in frozen.marks else _tokens(frozen, units_per_currency)


def _tokens(frozen: Frozen, units_per_currency: Fraction) -> Formula:
    """Tokens by their ratios, then tools by the call."""
    ratios, factor = frozen.ratios, _product(frozen.factors)
    whole = ratios["model_ratio"] * ratios["group_ratio"] * factor
    rates = {"input_rate": whole}
    for rate, ratio in (
        ("cache_read_rate", "cache_ratio"),
        ("cache_write_rate", "cache_write_ratio"),
        ("cache_write_5m_rate", "cache_write_5m_ratio"),
        ("cache_write_1h_rate", "cache_write_1h_ratio"),
        ("image_input_rate", "image_ratio"),
        ("output_rate", "completion_ratio"),
    ):
        if ratio in ratios:
            rates[rate] = whole * ratios[ratio]
    if "audio_input_price" in ratios:
        price = ratios["audio_input_price"] * units_per_currency / MILLION
        rates["audio_apart_rate"] = price * ratios["group_ratio"] * factor
    return _with_tools("tokens", frozen, units_per_currency, rates)


def _audio(frozen: Frozen) -> Formula:
    """Text and audio of one call, each with its own ratio; audio out multiplies two of them."""
    ratios = frozen.ratios
    whole = ratios["model_ratio"] * ratios["group_ratio"] * _product(frozen.factors)
    rates = {"input_rate": whole}
    if "completion_ratio" in ratios:
        rates["output_rate"] = whole * ratios["completion_ratio"]
    if "audio_ratio" in ratios:
        rates["audio_input_rate"] = whole * ratios["audio_ratio"]
        if "audio_completion_ratio" in ratios:
            rates["audio_output_rate"] = (
                whole * ratios["audio_ratio"] * ratios["audio_completion_ratio"]
            )
    return Formula("audio", rates=rates, at_least_one=whole != 0)


def _fixed(frozen: Frozen, units_per_currency: Fraction) -> Formula:
    """One price a call."""
    base = frozen.ratios["model_price"] * units_per_currency * frozen.ratios["group_ratio"]
    return _with_tools("fixed", frozen, units_per_currency, {}, base)


def _with_tools(
    name: str,
    frozen: Frozen,
    units_per_currency: Fraction,
    rates: Mapping[str, Fraction],
    base: Fraction = Fraction(0),
) -> Formula:
    """The formula with its surcharges, inside the factors and outside of them."""
    ratios, factor = frozen.ratios, _product(frozen.factors)
    tools = _tools(frozen)
    if tools is None:
        return Formula("none", "CHARGE_RATIO_MISSING")
    surcharge = tools * units_per_currency * ratios["group_ratio"]
    return Formula(
        name,
        rates=rates,
        fixed_units=(base + surcharge) * factor,
        fixed_apart_units=base * factor + surcharge,
        at_least_one=ratios.get("model_ratio", Fraction(0)) * ratios["group_ratio"] != 0,
    )


def _tools(frozen: Frozen) -> Fraction | None:
    """The price of the tools a call used; null where a call of one has no price in the row."""
    ratios = frozen.ratios
    total = Fraction(0)
    for tool in ("web_search", "file_search"):
        calls = ratios.get(f"{tool}_calls", Fraction(0))
        if calls and f"{tool}_price" not in ratios:
            return None
        total += calls * ratios.get(f"{tool}_price", Fraction(0)) / THOUSAND
    if "image_generation" in frozen.marks:
        if "image_generation_price" not in ratios:
            return None
        total += ratios["image_generation_price"]
    return total


def _task(frozen: Frozen, units_per_currency: Fraction) -> Formula:
    """A task is cut to whole units after each factor, whose order nobody knows."""
    ratios = frozen.ratios
    price = ratios.get("model_price", BY_RATIO)
    if price == BY_RATIO:
        price = ratios.get("model_ratio", BY_RATIO) / 2
    if price < 0 or "group_ratio" not in ratios:
        return Formula("none", "CHARGE_RATIO_MISSING")
    factors = [factor for factor in frozen.factors if factor != 1]
    if len(factors) > MOST_FACTORS:
        return Formula("none", "CHARGE_FACTORS")
    base = trunc(price * units_per_currency * ratios["group_ratio"])
    found = {_cut_after_each(base, order) for order in permutations(factors)}
    return Formula("task", lowest_units=min(found), highest_units=max(found))


def _cut_after_each(units: int, factors: Sequence[Fraction]) -> int:
    for factor in factors:
        units = trunc(units * factor)
    return units


def _whole(name: str, units: Fraction) -> Formula:
    """A number of units that the row states itself."""
    if units.denominator != 1:
        return Formula("none", "CHARGE_UNITS_FRACTION")
    return Formula(name, lowest_units=int(units), highest_units=int(units))


def _negative(ratios: Mapping[str, Fraction]) -> bool:
    """Whether a ratio is below zero; a price of -1 says that the model is priced by ratio."""
    return any(
        value < 0 and not (name == "model_price" and value == BY_RATIO)
        for name, value in ratios.items()
    )


def _product(factors: Sequence[Fraction]) -> Fraction:
    product = Fraction(1)
    for factor in factors:
        product *= factor
    return product
