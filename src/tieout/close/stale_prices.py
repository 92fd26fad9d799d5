"""Stale prices: a price that was older when it was used than the policy allows (P8).

The money of its models waits: they are held, and the run says so (D30). Models whose price was
captured again in time are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from tieout.close.figures import Figures
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural

_NAMED = 3


@dataclass(frozen=True, slots=True)
class StalePrice:
    """One model's price of one capture, and how old it was when it was last used."""

    capture_id: str
    source_model_id: str
    effective_from: str
    last_used: str
    days: int
    usage_rows: int


def stale_prices(figures: Figures, allowed_days: int) -> tuple[StalePrice, ...]:
    """Every price used beyond the age that the policy allows, in the order of capture."""
    limit = timedelta(days=allowed_days)
    return tuple(
        StalePrice(
            row["capture_id"],
            row["source_model_id"],
            str(row["effective_from"]),
            str(row["last_used"]),
            (row["last_used"] - row["effective_from"]).days,
            int(row["usage_rows"]),
        )
        for row in figures["price_ages"]
        if row["last_used"] - row["effective_from"] > limit
    )


def stale_findings(found: tuple[StalePrice, ...], allowed_days: int) -> Iterator[Finding]:
    """One finding for each capture that is too old, with the models it prices."""
    for capture_id, own in groupby(found, key=lambda one: one.capture_id):
        prices = tuple(own)
        oldest = max(prices, key=lambda one: one.days)
        yield Finding(
            "PRICE_STALE",
            Kind.PRICE_INTERPRETATION,
            Severity.OPEN,
            FIRST_OWNER[Bucket.SOURCE],
            f"Capture {capture_id} was {plural(oldest.days, 'day')} old when last used; the policy"
            f" allows {allowed_days}. Capture the source again; its models wait until then.",
            sum(one.usage_rows for one in prices),
            (
                f"in force from {oldest.effective_from}",
                f"last used {oldest.last_used}",
                models_text(prices),
            ),
        )


def models_text(found: tuple[StalePrice, ...]) -> str:
    """The models, the most used first, the rest counted."""
    rows: dict[str, int] = {}
    for one in found:
        rows[one.source_model_id] = rows.get(one.source_model_id, 0) + one.usage_rows
    ordered = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    texts = [f"{name} {plural(count, 'row')}" for name, count in ordered[:_NAMED]]
    if len(ordered) > _NAMED:
        texts.append(f"and {plural(len(ordered) - _NAMED, 'more model')}")
    return ", ".join(texts)
