"""The vendor's charges against the ratios frozen in its own rows: the part of a report (K5).

Four amounts stand side by side: expected from the price book, recomputed from the frozen ratios,
charged, recorded. Where charged differs from recomputed, the vendor's arithmetic is in question;
where recomputed differs from expected, its ratios are. Recomputed rests on contract items: while
one of them is not verified it is provisional, and once one is contradicted it is unknown (C3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.close.stake import Stake
from tieout.contract.leaning import figures as figure_classes
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity
from tieout.money import grouped, plain

_ROWS_SHOWN: Final = 50
# What a reason means, in a sentence of its own.
REASONS: Final[dict[str, str]] = {
    "PRICE_EXPRESSION": "priced by an expression, which ratios do not give",
    "CHARGE_NOTHING_FROZEN": "the row froze no ratio",
    "CHARGE_RATIO_MISSING": "a ratio that the row needs is not in it",
    "CHARGE_RATIO_NEGATIVE": "a ratio is below zero",
    "CHARGE_RATIO_RANGE": "a ratio is larger than any charge",
    "CHARGE_FACTORS": "more factors than orders can be tried",
    "CHARGE_UNITS_FRACTION": "the row states a part of a unit",
    "CHARGE_WITHOUT_UNITS": "the log charges no units",
    "METER_NOT_RECORDED": "a count that the formula needs was not recorded",
    "REFUND_WITHOUT_ORIGIN": "what it returns is in no file",
    "REFUND_IN_PART": "how much of a charge comes back is in no row",
    "CONTRACT_CONTRADICTED": "rests on a contract item that was contradicted",
}
_LEANS: Final = "charged:"


def charges_part(figures: Figures, items: Sequence[Stake]) -> dict[str, Any] | None:
    """The charges of a run for ``report.json``; null where no row froze anything.

    Args:
        figures: the figures of the run.
        items: the contract items of the run with the money behind each.
    """
    if not figures["charge_agreement"]:
        return None
    recorded = {
        (row["source_model_id"], row["currency"]): (row["recorded_cost"], row["expected_cost"])
        for row in figures["models"]
    }
    return {
        "agreement": [_agreement(row) for row in figures["charge_agreement"]],
        "models": [
            _model(row, *recorded.get((row["source_model_id"], row["currency"]), (None, None)))
            for row in figures["charge_models"]
        ],
        "differing": [_difference(row) for row in figures["charge_differences"][:_ROWS_SHOWN]],
        "differing_of": len(figures["charge_differences"]),
        "leans_on": [_lean(one) for one in sorted(items, key=_named) if _is_leaned_on(one)],
    }


def _named(stake: Stake) -> str:
    return stake.item.item_id


def _is_leaned_on(stake: Stake) -> bool:
    """Whether charges of this run, or the same charges recomputed, rest on the item."""
    terms = figure_classes(stake.item.candidate.leans)
    return stake.leaned_on and any(term.startswith(_LEANS) for term in terms)


def _lean(stake: Stake) -> dict[str, Any]:
    return {
        "item_id": stake.item.item_id,
        "status": stake.item.status,
        "rows": stake.uses,
        "at_stake": stake.as_json(),
    }


def _agreement(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "formula": row["formula"],
        "agreement": row["agreement"],
        "reason": row["reason"],
        "meaning": REASONS.get(row["reason"] or ""),
        "rows": int(row["usage_rows"]),
        "charged": _text(row["charged_cost"]),
        "recomputed": _text(row["recomputed_cost"]),
        "plus_units": _text(row["plus_units"]),
        "minus_units": _text(row["minus_units"]),
        "currency": row["currency"],
    }


def _model(
    row: Mapping[str, Any], recorded: Decimal | None, expected: Decimal | None
) -> dict[str, Any]:
    return {
        "source_model_id": row["source_model_id"],
        "rows": int(row["usage_rows"]),
        "recomputed_rows": int(row["recomputed_rows"]),
        "compared_rows": int(row["compared_rows"]),
        # Where no row could be rated, nothing is expected of them: that is not zero.
        "expected": _text(expected) if row["rated_rows"] else None,
        "recomputed": _text(row["recomputed_cost"]),
        "charged": _text(row["charged_cost"]),
        "recorded": _text(recorded),
        "not_recomputed": _text(row["not_recomputed_cost"]),
        "formula_part": _text(row["formula_part"]),
        "price_part": _text(row["price_part"]),
        "currency": row["currency"],
    }


def _difference(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request_id": row["request_id"],
        "task_id": row["task_id"],
        "kind": row["entry_kind"],
        "model_as_logged": row["model_as_logged"],
        "occurred_at": f"{row['occurred_at'].isoformat()}Z",
        "formula": row["formula"],
        "charged_units": _text(row["charged_units"]),
        "recomputed_units": _text(row["recomputed_units"]),
        "least_units": _text(row["least_units"]),
        "most_units": _text(row["most_units"]),
        "import_id": row["import_id"],
        "ordinal": int(row["ordinal"]),
        "line": int(row["line"]),
        "byte_offset": int(row["byte_offset"]),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _apart(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Units too many and too few, each currency's own, over all formulas."""
    for currency in sorted({row["currency"] or "" for row in rows}):
        mine = [row for row in rows if (row["currency"] or "") == currency]
        more = sum((row["plus_units"] for row in mine), Decimal(0))
        less = sum((row["minus_units"] for row in mine), Decimal(0))
        said = f"{grouped(more, 0, sign=True)} and {grouped(less, 0, sign=True)} units"
        yield f"{said} ({currency})" if currency else said


def charge_findings(figures: Figures) -> Iterator[Finding]:
    """Charges that the vendor's own ratios do not give; and those that cannot be checked."""
    rows = figures["charge_agreement"]
    differing = [row for row in rows if row["agreement"] == "differs"]
    if differing:
        yield Finding(
            "CHARGE_DIFFERS", Kind.PRICE_INTERPRETATION, Severity.OPEN, FIRST_OWNER[Bucket.SOURCE],
            "The vendor charged rows otherwise than its own ratios, frozen in them, give: charged"
            f" minus recomputed is {'; '.join(_apart(differing))}.",
            sum(int(row["usage_rows"]) for row in differing),
        )  # fmt: skip
    unknown = [row for row in rows if row["agreement"] == "not_recomputed" and row["charged_cost"]]
    if unknown:
        why = sorted({REASONS.get(row["reason"], row["reason"]) for row in unknown})
        yield Finding(
            "CHARGE_NOT_RECOMPUTED", Kind.PRICE_INTERPRETATION, Severity.NOTE,
            FIRST_OWNER[Bucket.SOURCE],
            f"Charges could not be recomputed from their rows: {'; '.join(why)}. They count as"
            " charged.",
            sum(int(row["usage_rows"]) for row in unknown),
        )  # fmt: skip
