"""Named effects: what each cause makes of the variance, from expected to recorded (V3)."""

from __future__ import annotations

from typing import Any

from tieout.close.figures import Figures
from tieout.money import EXACT, plain
from tieout.variance.cause import BY_NAME

Json = dict[str, Any]


def effects_part(figures: Figures) -> list[Json]:
    """Every effect of every scope for ``report.json``, the largest of a scope first.

    The effects of a currency, and those of each day, model, cost center or project in it, add up to
    its variance.
    """
    return [
        {
            "scope": row["scope"],
            "name": row["name"],
            "currency": row["currency"] or "unknown",
            "cause": row["cause"],
            "title": BY_NAME[row["cause"]].title,
            "part": row["part"],
            "bucket": row["bucket"],
            "proof": row["proof"],
            "lines": int(row["lines"]),
            "net": plain(EXACT.add(row["plus_cost"], row["minus_cost"])),
            "plus": plain(row["plus_cost"]),
            "minus": plain(row["minus_cost"]),
        }
        for row in figures["effects"]
    ]
