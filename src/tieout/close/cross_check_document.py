"""The cross-check in ``report.json``: conflicts, resolutions and single-source models (P4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tieout.close.cross_check import CrossCheck, Row, in_time
from tieout.close.cross_check_findings import is_unit_slip, resolve_command
from tieout.close.stored import resolution_id
from tieout.evidence.documents import Resolution
from tieout.findings import FIRST_OWNER, Bucket
from tieout.money import plain

_MOST_CONFLICTS: Final = 200
_MOST_NAMED: Final = 20


def cross_check_part(found: CrossCheck, resolutions: Sequence[Resolution]) -> dict[str, Any] | None:
    """The section of ``report.json``; null where nothing asks for a second source.

    Args:
        found: the cross-check.
        resolutions: every resolution of the run.
    """
    if not found.asked_for:
        return None
    by_id = {resolution_id(one): one for one in resolutions}
    shown = [*found.conflicts, *found.resolved]
    return {
        "primary": list(found.primary),
        "check": list(found.check),
        "required_share": None if found.required is None else plain(found.required),
        "agreements": len(found.agreed),
        "disagreements": len(shown),
        "conflicts": [_conflict(row, found.agreed, by_id) for row in shown[:_MOST_CONFLICTS]],
        "waiting": [
            {
                "source_model_id": one.source_model_id,
                "currency": one.currency,
                "rows": one.usage_rows,
                "expected": plain(one.expected),
                "low": plain(one.low),
                "high": None if one.high is None else plain(one.high),
            }
            for one in found.waiting
        ],
        "single_source": [
            {
                "source_model_id": one.source_model_id,
                "currency": one.currency,
                "expected": plain(one.expected),
                "reason": one.reason,
                "looks_like": list(one.looks_like),
            }
            for one in found.single
        ],
        "only_in_check": {
            "models": len(found.only_check),
            "named": list(found.only_check[:_MOST_NAMED]),
        },
        "shares": [
            {"currency": one.currency, "checked": plain(one.checked), "priced": plain(one.priced)}
            for one in found.shares
        ],
    }


def _conflict(row: Row, agreed: Sequence[Row], by_id: dict[str, Resolution]) -> dict[str, Any]:
    settled = by_id.get(row["resolution"] or "")
    return {
        "source_model_id": row["source_model_id"],
        "meter": row["meter"],
        "from": _text(row["compared_from"]),
        "until": _text(row["compared_until"]),
        "difference": row["difference"],
        "unit_slip": is_unit_slip(row),
        "primary": _side(
            row,
            ("price_source", "price_capture", "price_accessed"),
            ("price_text", "multiplier_text", "pricing_unit", "currency", "unit_rate", "locator"),
        ),
        "check": _side(
            row,
            ("check_source", "check_capture", "check_accessed"),
            (
                "check_text",
                "check_multiplier",
                "check_unit",
                "check_currency",
                "check_rate",
                "check_locator",
            ),
        ),
        "status": "open" if settled is None else "resolved",
        "bucket": Bucket.SOURCE.value,
        "owner": FIRST_OWNER[Bucket.SOURCE],
        "explanation": in_time(row, agreed) if settled is None else settled.reason,
        "resolution_id": row["resolution"],
        "resolved_by": None if settled is None else settled.resolved_by,
        "evidence_sha256": None if settled is None else settled.evidence_sha256,
        "kept_capture": None if settled is None else settled.kept_capture,
        "next": None
        if settled is not None
        else resolve_command(row["price_capture"], row["check_capture"]),
    }


def _side(row: Row, origin: tuple[str, ...], price: tuple[str, ...]) -> dict[str, Any]:
    source, capture, accessed = (row[name] for name in origin)
    text, multiplier, unit, currency, rate, locator = (row[name] for name in price)
    return {
        "source_name": source,
        "capture_id": capture,
        "holds_from": _text(accessed),
        "price_text": text,
        "multiplier_text": multiplier,
        "pricing_unit": unit,
        "currency": currency,
        "unit_rate": None if rate is None else plain(rate),
        "locator": locator,
    }


def _text(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"
