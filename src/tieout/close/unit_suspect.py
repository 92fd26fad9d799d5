"""Amounts in another unit: lines at exactly so many times the expected cost as units differ.

A column that mixes cents with the currency, or a vendor's own units with money, shows lines that
are off by exactly that factor. It is a suspicion beside the line's cause and changes no state.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from tieout.close.figures import Figures, Row
from tieout.close.stored import StoredInputs
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.intake.feed import Feed

_CENTS: Final = Fraction(100)
_SHOWN: Final = 8
_LEGS: Final = (
    ("recorded_cost", "the ledger", Kind.BOOKING, FIRST_OWNER[Bucket.TIMING]),
    ("charged_cost", "the vendor's charge", Kind.USAGE_EXTRACTION, FIRST_OWNER[Bucket.USAGE]),
)


def unit_suspects(figures: Figures, stored: StoredInputs) -> Iterator[Finding]:
    """A finding for each factor by which some of the largest lines are off exactly."""
    factors = [_CENTS, *sorted(_unit_factors(stored) - {_CENTS, Fraction(1)})]
    half_step = Fraction(stored.settings.ledger_terms.recorded_step) / 2
    for column, said, kind, owner in _LEGS:
        for factor in factors:
            found = [row for row in figures["lines"] if _is_off(row, column, factor, half_step)]
            if found:
                yield Finding(
                    "UNIT_SUSPECT",
                    kind,
                    Severity.OPEN,
                    owner,
                    f"{plural(len(found), 'line')} of {said} may be in another unit: off by a"
                    f" factor of exactly {int(factor):,}.",
                    len(found),
                    tuple(row["line_key"] for row in found[:_SHOWN]),
                )


def _unit_factors(stored: StoredInputs) -> set[Fraction]:
    """How many of a vendor's units make one of the currency, by the feeds that declare it."""
    feeds = [msgspec.convert(one.feed, Feed) for one in stored.imports]
    amounts = [amount for feed in feeds for amount in (feed.charged, feed.recorded)]
    worths = {Fraction(one.unit_value) for one in amounts if one is not None and one.unit_value}
    return {1 / worth for worth in worths if worth and (1 / worth).denominator == 1}


def _is_off(row: Row, column: str, factor: Fraction, half_step: Fraction) -> bool:
    """Whether the amount is the expected cost times the factor, or the other way round."""
    amount, expected = _exact(row[column]), _exact(row["expected_cost"])
    if not amount or not expected or abs(amount) <= half_step:
        return False
    more = abs(amount - expected * factor) <= half_step
    return more or abs(amount * factor - expected) <= half_step * factor


def _exact(value: Decimal | None) -> Fraction:
    return Fraction(0) if value is None else Fraction(value)
