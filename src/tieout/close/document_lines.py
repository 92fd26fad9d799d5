"""The lines of the report, each with its way down: rate to price bytes, row to file and record."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tieout.close.explanations import of_line, others_of_line
from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs
from tieout.findings import plural
from tieout.meters import SETTLEMENT
from tieout.money import grouped, plain
from tieout.variance.cause import (
    BY_NAME,
    COUNTERPARTS,
    EQUAL_AMOUNT,
    LATE,
    LATE_VARIANT,
    RANGES,
    UNCOUNTED,
)

_SIXTH: Final = Decimal("0.000001")


def line_part(
    row: Mapping[str, Any], figures: Figures, stored: StoredInputs, group_id: str | None
) -> dict[str, Any]:
    """One line of ``report.json``."""
    key = row["line_key"]
    return {
        "line_key": key,
        "grain": row["grain"],
        "day": row["day"].isoformat() if row["day"] else None,
        "source_model_id": row["source_model_id"],
        "cost_center": row["cost_center"],
        "project": row["project"],
        "usage_rows": int(row["usage_rows"]),
        "ledger_rows": int(row["ledger_rows"]),
        "currency": row["currency"] or "unknown",
        # Beside ledger money that cannot be compared, expected is unknown and not zero (D10).
        "expected": _known(row, "expected_cost"),
        "charged": _text(row["charged_cost"]),
        "recorded": _text(row["recorded_cost"]),
        "variance": _known(row, "variance"),
        "basis": _known(row, "basis_part"),
        "booking": _text(row["booking_variance"]),
        "billing": _known(row, "billing_variance"),
        "bucket": row["bucket"],
        "cause": row["cause"],
        "proof": row["proof"],
        "explanation": _explanation(row, figures),
        **of_line(key, figures),
        "effects": _effects(row),
        "group_id": group_id,
        "rates": [_rate(r, stored) for r in figures["line_rates"] if r["line_key"] == key],
        "usage_refs": [
            {**_place(r, stored), "request_id": r["own_id"], "model_as_logged": r["model_name"]}
            for r in figures["line_references"]
            if r["line_key"] == key and r["leg"] == "usage"
        ],
        "ledger_refs": [
            {**_place(r, stored), "ledger_entry_id": r["own_id"]}
            for r in figures["line_references"]
            if r["line_key"] == key and r["leg"] == "ledger"
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _known(row: Mapping[str, Any], column: str) -> str | None:
    return None if row["line_state"] == "not_comparable" else _text(row[column])


def _explanation(row: Mapping[str, Any], figures: Figures) -> str:
    cause = BY_NAME[row["cause"]]
    if row["line_state"] == "not_comparable":
        return cause.sentence
    said = (
        f"Recorded {grouped(row['recorded_cost'], 6)}, expected {grouped(row['expected_cost'], 6)}"
        f" {row['currency'] or ''}".rstrip()
    )
    if row["basis_part"]:
        said += f", of which {grouped(row['basis_part'], 6, sign=True)} is the declared basis"
    if row["line_state"] == "cancels":
        booking, billing = (
            grouped(row[f"{name}_variance"], 6, sign=True) for name in ("booking", "billing")
        )
        return f"{said}. Booking {booking}, billing {billing}. {cause.sentence}"
    if row["overcharge"] and row["line_state"] != "open":
        return f"{said}. {BY_NAME['charged_above_price'].sentence}"
    rivals = int(row["causes"]) - 1
    more = _each_effect(row) if cause.together else ""
    if row["cause"] in RANGES:
        more = _room(row, rivals)
    elif rivals > 0 and cause.together:
        more += f" {plural(rivals, 'other explanation fits', 'other explanations fit')} as well."
    elif rivals > 0:
        closing = plural(rivals, "other cause closes", "other causes close")
        either = "it or its counterpart" if row["cause"] in COUNTERPARTS else "it"
        more = f" {closing} {either} as well, so nothing is proved."
    elif row["cause"] in COUNTERPARTS and row["proof"] == "suspected":
        more = f" {EQUAL_AMOUNT}"
    elif row["cause"] == "not_in_usage" and row["proof"] == "suspected":
        more = f" {LATE if row['variant'] == LATE_VARIANT else UNCOUNTED}"
    others = others_of_line(row["line_key"], row["cause"], figures) if rivals > 0 else ""
    return f"{said}. {cause.sentence}{more}{others}"


def _effects(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each of two causes adds to the difference; nothing for a line of one cause."""
    together = BY_NAME[row["cause"]].together
    if together is None:
        return []
    second = row["second_effect"]
    first = row["variance"] - row["basis_part"] - second
    return [
        {
            "cause": cause.name,
            "variant": row[f"{place}_variant"],
            "part": cause.part,
            "bucket": cause.bucket.value,
            "amount": plain(amount),
        }
        for place, cause, amount in zip(("first", "second"), together, (first, second), strict=True)
    ]


def _each_effect(row: Mapping[str, Any]) -> str:
    """Both causes of a line that none closes alone, each with what it adds."""
    first, second = (
        f"{BY_NAME[one['cause']].title} ({_signed(Decimal(one['amount']))})"
        for one in _effects(row)
    )
    return f" First: {first}. On top of it: {second}."


def _signed(amount: Decimal) -> str:
    """Six decimals with the sign, and every digit of what is less than the last of them."""
    if abs(amount) >= _SIXTH:
        return grouped(amount, 6, sign=True)
    return f"{'+' if amount > 0 else ''}{plain(amount)}"


def _room(row: Mapping[str, Any], rivals: int) -> str:
    """The range that leaves room for the amount, and whether it is the only explanation."""
    low, high = (
        None if row[name] is None else grouped(row[name], 6) for name in ("low_cost", "high_cost")
    )
    said = (
        f" Expected is at least {low}, and nothing bounds it."
        if high is None
        else f" Expected lies between {low} and {high}."
    )
    return f"{said} Something else may explain it as well." if rivals > 0 else said


def _rate(row: Mapping[str, Any], stored: StoredInputs) -> dict[str, Any]:
    # No capture states what calls were settled at, and those of one line have no rate in common.
    settles = row["meter"] == SETTLEMENT
    capture_id = None if settles else row["capture_id"]
    capture = next((c for c in stored.captures if c.capture_id == capture_id), None)
    return {
        "meter": row["meter"],
        "quantity": None if settles else _text(row["quantity"]),
        "unit_rate": None if settles else _text(row["unit_rate"]),
        "cost": _text(row["full_cost"]),
        "price_text": row["price_text"],
        "pricing_unit": row["pricing_unit"],
        "multiplier_text": row["multiplier_text"],
        "capture_id": capture_id,
        "locator": row["locator"],
        "source_url": capture.source_url if capture else None,
        "accessed_at": capture.accessed_at if capture else None,
    }


def _place(row: Mapping[str, Any], stored: StoredInputs) -> dict[str, Any]:
    source = next((i for i in stored.imports if i.import_id == row["import_id"]), None)
    return {
        "import_id": row["import_id"],
        "file": source.original_name if source else row["import_id"],
        "ordinal": int(row["ordinal"]),
        "line": int(row["line"]),
        "byte_offset": int(row["byte_offset"]),
    }
