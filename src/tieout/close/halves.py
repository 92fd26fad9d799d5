"""Booking and billing: the two halves of every variance, as two bridges with their own owners (D8).

From expected to charged is billing: FinOps looks first, and what is too much is a claim on the
vendor. From charged to recorded is booking: finance operations looks first, and an entry corrects
it. Lines whose charge is unknown cannot be split and are said beside. Where the vendor's own ratios
give a charge again, billing is two steps: what they make of the published price, and what the
vendor's arithmetic makes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.money import plain

Json = dict[str, Any]

BILLING_OWNER: Final = "FinOps"
BOOKING_OWNER: Final = "finance operations"
# A charge is a column of the usage row: billing tests the price, never the counts (D17).
ORIGIN: Final = (
    "two-way, shared origin: charge and usage stand in one log, so that billing tests what the"
    " vendor charged for its own counts, and not the counts"
)


def halves_part(figures: Figures) -> list[Json]:
    """The halves of each currency in which any charge is known, for ``report.json``."""
    rows = figures["halves"]
    charged = {row["currency"] for row in rows if row["lines"] and row["scope"] == "currency"}
    return [
        {
            "currency": row["currency"] or "unknown",
            "billing_owner": BILLING_OWNER,
            "booking_owner": BOOKING_OWNER,
            "witnesses": ORIGIN,
            **_bridge(row),
            "models": [_named(one) for one in _of(rows, "model", row["currency"])],
            "cost_centers": [_named(one) for one in _of(rows, "cost_center", row["currency"])],
        }
        for row in rows
        if row["scope"] == "currency" and row["currency"] in charged
    ]


def _of(rows: list[dict[str, Any]], scope: str, currency: str | None) -> list[Mapping[str, Any]]:
    """The models or cost centers of a currency, most money in its halves first."""
    mine = [one for one in rows if (one["scope"], one["currency"]) == (scope, currency)]
    return sorted(mine, key=_gross, reverse=True)


def _gross(row: Mapping[str, Any]) -> Decimal:
    names = ("billing_plus", "booking_plus", "billing_minus", "booking_minus")
    return sum((abs(row[name]) for name in names), Decimal(0))


def _named(row: Mapping[str, Any]) -> Json:
    return {"name": row["name"], **_bridge(row)}


def _step(row: Mapping[str, Any], name: str) -> Json:
    """One step of billing, net, plus and minus."""
    plus, minus = row[f"{name}_plus"], row[f"{name}_minus"]
    return {name: plain(plus + minus), f"{name}_plus": plain(plus), f"{name}_minus": plain(minus)}


def _bridge(row: Mapping[str, Any]) -> Json:
    return {
        "lines": int(row["lines"]),
        "expected": plain(row["expected_cost"]),
        "billing": plain(row["billing_plus"] + row["billing_minus"]),
        "billing_plus": plain(row["billing_plus"]),
        "billing_minus": plain(row["billing_minus"]),
        "recomputed_lines": int(row["recomputed_lines"]),
        **_step(row, "ratio"),
        **_step(row, "arithmetic"),
        **_step(row, "other_billing"),
        "charged": plain(row["charged_cost"]),
        "booking": plain(row["booking_plus"] + row["booking_minus"]),
        "booking_plus": plain(row["booking_plus"]),
        "booking_minus": plain(row["booking_minus"]),
        "recorded": plain(row["recorded_cost"]),
        "cancelling_lines": int(row["cancelling_lines"]),
        "cancelling_gross": plain(row["cancelling_gross"]),
        "unsplit_lines": int(row["unsplit_lines"]),
        "unsplit_variance": plain(row["unsplit_variance"]),
    }
