"""The declared basis of the ledger as one reconciling item a currency (D9).

Expected is net of the source's multiplier. A ledger on another basis differs from it on every line;
that is one item with its evidence, not thousands of lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity
from tieout.money import EXACT, plain

_MODELS_SHOWN: Final = 10
_MEANING: Final = {
    "list": "The ledger holds list prices: list cost minus expected, which is net of the price"
    " source's multiplier",
    "charged": "The ledger holds what the vendor charged: charged minus expected, both known for"
    " each line; what is above the price is a claim on the vendor",
    "cash-effective": "The ledger holds what credits cost in cash; before the cost of the credit"
    " pool is calculated the gap is unknown, and lines are compared with expected",
}


def basis_item(figures: Figures, declared: str, currency: str | None) -> dict[str, Any] | None:
    """The reconciling item of one currency; null where the ledger is on the basis of expected.

    Args:
        figures: the summaries of the run.
        declared: the basis by the settings.
        currency: whose item.
    """
    if declared not in _MEANING:
        return None
    rows = [row for row in figures["basis"] if row["currency"] == currency]
    known = declared != "cash-effective"
    sums = {name: sum((row[name] for row in rows), Decimal(0)) for name in ("net", "plus", "minus")}
    return {
        "declared": declared,
        **{name: plain(value) if known else None for name, value in sums.items()},
        "lines": sum(int(row["lines"]) for row in rows),
        "models": [
            {
                "source_model_id": row["source_model_id"],
                "lines": int(row["lines"]),
                **{name: plain(row[name]) for name in ("net", "plus", "minus")},
            }
            for row in rows[:_MODELS_SHOWN]
        ],
        "models_of": len(rows),
        "evidence": f"{_MEANING[declared]}{_multipliers(figures, declared, currency)}.",
    }


def _multipliers(figures: Figures, declared: str, currency: str | None) -> str:
    """The multipliers that stand between list and net, with the captures that state them."""
    if declared != "list":
        return ""
    named: dict[str, set[str]] = {}
    for row in figures["rates_used"]:
        if row["currency"] == currency and row["dialect"] == "list_with_ratio":
            named.setdefault(_ratio(row), set()).add(row["capture_id"])
    if not named:
        return "; no price in use states one"
    texts = [f"{text} in capture {', '.join(sorted(ids))}" for text, ids in sorted(named.items())]
    return f" ({'; '.join(texts)})"


def _ratio(row: Mapping[str, Any]) -> str:
    """The ratio between list and net; in a table of ratios it is one part of the factor."""
    text, listed, net = row["multiplier_text"], row["list_unit_rate"], row["unit_rate"]
    if not listed or EXACT.multiply(listed, Decimal(text)) == net:
        return str(text)
    return plain(EXACT.divide(net, listed))


def basis_findings(figures: Figures, declared: str) -> Iterator[Finding]:
    """What the declared basis leaves unknown, said once."""
    if declared == "cash-effective":
        yield Finding(
            "BASIS_UNKNOWN", Kind.BOOKING, Severity.OPEN, FIRST_OWNER[Bucket.SOURCE],
            "The ledger's declared basis is cash-effective, and the cost of the credit pool is not"
            " calculated: the gap between them is unknown, and lines are compared with expected.",
        )  # fmt: skip
    rows = [row for row in figures["not_comparable"] if row["row_state"] == "charge_unknown"]
    if rows:
        yield Finding(
            "CHARGE_UNKNOWN", Kind.USAGE_EXTRACTION, Severity.OPEN, FIRST_OWNER[Bucket.USAGE],
            f"The ledger's declared basis is {declared}, and what usage rows come to on it is not"
            " known: their lines cannot be compared on that basis.",
            sum(int(row["lines"]) for row in rows),
        )  # fmt: skip
