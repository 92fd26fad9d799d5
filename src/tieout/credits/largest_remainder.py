"""Rounding once, so that the lines add up to the rounded total: the largest remainder (B3).

Each line is rounded down to a whole step; the steps that are then missing to the rounded total go
to the lines that lost most, one each. Equal losses are settled by name. No line moves by a whole
step, a line that is exact stays as it is, and the lines of a reversal are the lines reversed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor

from tieout.money import EXACT

Name = tuple[str, ...]


def rounded_lines(amounts: Mapping[Name, Fraction], decimals: int) -> dict[Name, Decimal]:
    """Every amount with so many decimals; together they are the total, rounded half away."""
    scaled = {name: amounts[name] * 10**decimals for name in sorted(amounts)}
    total = sum(scaled.values(), Fraction(0))
    # The sign that decides how a reversal is mirrored; of a total of zero, that of its first line.
    signed = total or next((one for one in scaled.values() if one), Fraction(0))
    sign = -1 if signed < 0 else 1
    steps = _steps({name: sign * one for name, one in scaled.items()})
    return {name: Decimal(sign * one).scaleb(-decimals, EXACT) for name, one in steps.items()}


def _steps(scaled: Mapping[Name, Fraction]) -> dict[Name, int]:
    """Whole steps for amounts in steps whose total is not below zero."""
    steps = {name: floor(one) for name, one in scaled.items()}
    total = floor(sum(scaled.values(), Fraction(1, 2)))
    missing = total - sum(steps.values())
    assert 0 <= missing <= len(steps)
    for name in sorted(scaled, key=lambda name: (steps[name] - scaled[name], name))[:missing]:
        steps[name] += 1
    return steps
