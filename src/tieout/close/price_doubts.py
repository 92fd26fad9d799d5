"""Prices in doubt: a change that was seen late, and a newer price that nobody approved.

Both leave the price in force as it is (D7) and make the charge a range. A newer price that waits
for an approval also holds the money of its models, until somebody approves it or not (D27, D30).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import plain

_WAITING: Final = (
    "A newer capture states another price, and nobody has approved it: the last approved price"
    " stays in force, and the money of these models waits. Compare and approve it, or set it aside:"
    " tieout prices show MODEL, tieout prices approve CAPTURE --by NAME."
)
_GAP: Final = (
    "The price changed at an unknown time between two captures; calls in between count at the old"
    " price and are a range over both. Evidence of the moment narrows it: tieout prices declare"
    " CAPTURE --from INSTANT --model MODEL --reason WHY --evidence FILE"
    " --by NAME."
)
_SAID: Final = (("PRICE_NEWER_UNAPPROVED", "waiting", _WAITING), ("PRICE_GAP", "gap", _GAP))


def doubts_of(figures: Figures, doubt: str) -> list[dict[str, Any]]:
    """The models of one kind of doubt, with what they cost at either price."""
    return [row for row in figures["price_doubts"] if row["doubt"] == doubt]


def waiting_models(figures: Figures) -> frozenset[str]:
    """The models whose newest price waits for an approval while they are used."""
    return frozenset(row["source_model_id"] for row in doubts_of(figures, "waiting"))


def waiting_text(figures: Figures) -> str:
    """Which models wait, and the money between the two prices."""
    return "; ".join(map(_range_text, doubts_of(figures, "waiting")))


def doubt_findings(figures: Figures) -> Iterator[Finding]:
    """One finding for each kind of doubt, with the models and the money of both prices."""
    for code, doubt, said in _SAID:
        rows = doubts_of(figures, doubt)
        if rows:
            yield Finding(
                code, Kind.PRICE_INTERPRETATION, Severity.OPEN, FIRST_OWNER[Bucket.SOURCE], said,
                sum(int(row["usage_rows"]) for row in rows), tuple(map(_range_text, rows)),
            )  # fmt: skip
    moved = figures["price_gaps_narrowed"]
    if moved:
        yield Finding(
            "PRICE_GAP_NARROWED", Kind.PRICE_INTERPRETATION, Severity.NOTE,
            FIRST_OWNER[Bucket.SOURCE],
            "Ratios frozen in usage rows show when a price changed between two captures; the new"
            " price is applied from the first row that shows it.",
            len(moved),
            tuple(
                f"{row['source_model_id']}: after {row['shown_old']} UTC, before or at"
                f" {row['shown_new']} UTC; seen {row['seen_old']} and {row['seen_new']}"
                for row in moved
            ),
        )  # fmt: skip


def stake(row: dict[str, Any]) -> Decimal | None:
    """The money between the two prices; none without a bound."""
    if int(row["bounded_rows"]) != int(row["usage_rows"]):
        return None
    money: Decimal = row["high_cost"] - row["low_cost"]
    return money


def _range_text(row: dict[str, Any]) -> str:
    money = stake(row)
    high = "no bound" if money is None else plain(row["high_cost"])
    at_stake = "" if money is None else f", {plain(money)} between the two"
    return (
        f"{row['source_model_id']}, capture {row['capture_id']}: {row['currency']}"
        f" {plain(row['expected_cost'])} expected, {plain(row['low_cost'])} to {high}{at_stake}:"
        f" {plural(int(row['usage_rows']), 'row')}"
    )
