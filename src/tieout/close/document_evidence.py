"""The evidence section of the report: what every figure leads to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tieout.calendar import parse_instant
from tieout.close.captured_prices import SignedPrices
from tieout.close.figures import Figures
from tieout.close.manifest import Manifest
from tieout.close.stake import Stake
from tieout.close.stored import StoredInputs
from tieout.evidence.documents import Capture, Import
from tieout.money import plain


def evidence_part(
    figures: Figures,
    manifest: Manifest,
    stored: StoredInputs,
    contract_items: Sequence[Stake],
    *,
    two_way: bool,
) -> dict[str, Any]:
    """The evidence section of ``report.json``."""
    return {
        "captures": _captures(figures, stored),
        "imports": [_import(one) for one in stored.imports],
        "contract_items": [_contract_item(item) for item in contract_items],
        "statements": [
            {"stage": s.table, "sha256": s.sha256, "rows": s.rows, "seconds": None}
            for s in manifest.statements
        ],
        "rounding": _rounding(manifest),
        "exclusions": [_exclusion(row) for row in figures["exclusions"]],
        "grades": [
            {
                "grade": row["grade"],
                "expected": plain(row["expected_cost"]),
                "currency": row["currency"],
            }
            for row in figures["grades"]
        ],
        "control_totals": [
            {"name": c.name, "left": c.left, "right": c.right, "agrees": c.left == c.right}
            for c in manifest.control_totals
        ],
        "witnesses": "two-way, shared origin" if two_way else "three-way",
        "log_head": manifest.log_head,
        "checkpoint": msgspec.to_builtins(manifest.checkpoint),
        "manifest_sha256": hashlib.sha256(manifest.encoded()).hexdigest(),
    }


def _captures(figures: Figures, stored: StoredInputs) -> list[dict[str, Any]]:
    """The captures that priced or checked something; all of them where none did."""
    used = {row["capture_id"] for row in figures["captures_used"]}
    checks = {row["capture_id"] for row in figures["checks_in_force"]}
    return [
        {
            "capture_id": c.capture_id,
            "sha256": c.sha256,
            "source_name": c.source_name,
            "source_url": c.source_url or None,
            "accessed_at": c.accessed_at,
            "approved_by": _signed(c, stored) or _approved(c, stored.captures),
            "method": c.method,
            "original_name": c.original_name,
            "role": "check" if c.capture_id in checks - used else "prices",
        }
        for c in sorted(stored.captures, key=lambda c: (c.source_name, c.accessed_at))
        if c.capture_id in used | checks or not used
    ]


def _signed(capture: Capture, stored: StoredInputs) -> str | None:
    """Who signed the prices of grade C or D, where somebody did."""
    ruling = SignedPrices.of(stored.rulings).rulings.get(capture.capture_id)
    return None if ruling is None else f"{', '.join(ruling.names)}, signed"


def _approved(capture: Capture, captures: Sequence[Capture]) -> str | None:
    """Everybody who approved a capture; for what it repeats, who approved the one before it."""
    if capture.approvals or capture.approved_by:
        return ", ".join(capture.approvals) or capture.approved_by
    earlier = [
        one
        for one in captures
        if one.source_name == capture.source_name
        and one.approvals
        and parse_instant(one.accessed_at, "capture")
        < parse_instant(capture.accessed_at, "capture")
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda one: parse_instant(one.accessed_at, "capture"))
    return f"{', '.join(last.approvals)}, for what it repeats of capture {last.capture_id}"


def _import(one: Import) -> dict[str, Any]:
    return {
        "import_id": one.import_id,
        "leg": one.leg,
        "sha256": one.sha256,
        "original_name": one.original_name,
        "records_framed": one.records_framed,
        "quarantined": one.quarantined,
        "imported_at": one.recorded_at or None,
    }


def _contract_item(stake: Stake) -> dict[str, Any]:
    item = stake.item
    proof = item.proof
    return {
        "item_id": item.item_id,
        "claim": item.candidate.claim,
        "value": item.value,
        "status": item.status,
        "source": (proof.source_url if proof else "") or item.candidate.source,
        "needed_for": item.candidate.needed_for,
        "leans": list(item.candidate.leans),
        "owner": item.owner,
        "proves_not": item.proves_not,
        "verified_by": proof.verified_by if proof else None,
        "verified_at": proof.verified_at if proof else None,
        "proof": f"{proof.proof}: {proof.proof_name}" if proof else None,
        "recheck_at": item.recheck_at or None,
        "expires_soon": stake.expires_soon,
        "uses": stake.uses,
        "at_stake": stake.as_json(),
    }


def _rounding(manifest: Manifest) -> dict[str, Any]:
    return {
        "level": manifest.terms.rounding_level,
        "step": manifest.terms.rounding_step,
        "mode": manifest.terms.rounding_mode,
        "recorded_step": manifest.terms.recorded_step,
    }


def _exclusion(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "rule_name": row["rule_name"],
        "field": row["field"],
        "equals": row["equals"],
        "reason": row["reason"],
        "approved_by": row["approved_by"],
        "rows": int(row["usage_rows"]),
    }
