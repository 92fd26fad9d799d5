"""What a call is charged in units: the token formula and the task rule, in exact integers.

Token calls (vendors/cometapi, items token-formula, quota-rounding): weighted tokens times model
ratio and group ratio, rounded half away from zero, at least one unit, nothing for no tokens.
Calls and seconds (item task-rounding): the price in units, cut after each factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm, trunc
from typing import Self

from simulator.facts import Model

FOUR_DECIMALS = 10_000
MILLION = 1_000_000


@dataclass(frozen=True)
class Ratios:
    """The ratios a row is frozen with; a price of None means priced by ratio."""

    model: Fraction
    completion: Fraction
    group: Fraction
    cache_read: Fraction
    cache_write_5m: Fraction
    cache_write_1h: Fraction
    price: Fraction | None

    @classmethod
    def of(cls, model: Model, units_per_usd: int) -> Self:
        """The ratios that give the model's list prices; a model ratio of 1 is one unit a token."""
        price = model.per_request if model.per_request is not None else model.per_second
        ratio = (model.input or Fraction(0)) * units_per_usd / MILLION
        completion = (model.output or Fraction(0)) / model.input if model.input else Fraction(0)
        if model.cut:
            completion = Fraction(trunc(completion * FOUR_DECIMALS), FOUR_DECIMALS)
        return cls(
            model=ratio,
            completion=completion,
            group=model.ratio,
            cache_read=model.cache_read,
            cache_write_5m=model.cache_write_5m,
            cache_write_1h=model.cache_write_1h,
            price=price,
        )


class TokenCharge:
    """The token formula of one model with its fractions brought to one denominator, for speed."""

    def __init__(self, ratios: Ratios, *, prompt_includes_cache: bool) -> None:
        """Bring the rate of each kind of token to a whole number over one denominator."""
        whole = ratios.model * ratios.group
        rates = (
            whole,
            whole * ratios.cache_read,
            whole * ratios.cache_write_5m,
            whole * ratios.cache_write_1h,
            whole * ratios.completion,
        )
        self._below = lcm(*(rate.denominator for rate in rates))
        self._rates = tuple(int(rate * self._below) for rate in rates)
        self._includes = prompt_includes_cache

    def units(self, prompt: int, completion: int, read: int, write_5m: int, write_1h: int) -> int:
        """Units of one call; token counts as the log states them."""
        if prompt + completion == 0:
            return 0
        base = prompt - read - write_5m - write_1h if self._includes else prompt
        per_base, per_read, per_5m, per_1h, per_completion = self._rates
        above = (
            base * per_base
            + read * per_read
            + write_5m * per_5m
            + write_1h * per_1h
            + completion * per_completion
        )
        return max((2 * above + self._below) // (2 * self._below), 1)


def rounded(units: Fraction) -> int:
    """Half away from zero to a whole unit; for amounts that are not negative."""
    return (2 * units.numerator + units.denominator) // (2 * units.denominator)


def task_units(price: Fraction, group: Fraction, times: int, units_per_usd: int) -> int:
    """Units of a call or of a task of so many seconds: cut to whole units after each factor."""
    return trunc(trunc(price * units_per_usd * group) * times)
