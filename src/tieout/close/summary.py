"""The summary of a run: decision, totals, rows, buckets, cause groups, triggers.

It is what ``run --json`` prints and the first part of ``report.json``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tieout.close.basis import basis_item
from tieout.close.cross_check import CrossCheck
from tieout.close.figures import Figures
from tieout.close.manifest import Manifest
from tieout.close.stake import Stake
from tieout.close.stored import StoredInputs
from tieout.findings import FIRST_OWNER, Bucket, Finding
from tieout.money import plain
from tieout.review.checklist import ChecklistItem
from tieout.review.decision import DecidedSlice, Trigger, Verdict
from tieout.variance.cause import BY_NAME, RIVALS, UNCOUNTED
from tieout.workspace.policy import Owners

Json = dict[str, Any]

BUCKETS = tuple(bucket.value for bucket in Bucket)
_SHOWN_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What review made of the figures."""

    slices: tuple[DecidedSlice, ...]
    triggers: tuple[Trigger, ...]
    checklist: tuple[ChecklistItem, ...]
    verdict: Verdict
    findings: tuple[Finding, ...]
    gaps: tuple[str, ...]
    two_way: bool
    contract_items: tuple[Stake, ...]
    cross_check: CrossCheck


def amount(value: Decimal | None) -> str | None:
    """An amount as the document writes it."""
    return None if value is None else plain(value)


def build_summary(
    figures: Figures,
    conclusion: Conclusion,
    manifest: Manifest,
    stored: StoredInputs,
    artifacts: str,
) -> Json:
    """What ``run --json`` prints (product section 4)."""
    label, start, end = manifest.period
    return {
        "decision": conclusion.verdict.decision,
        "run_id": manifest.run_id,
        "workspace": stored.settings.workspace,
        "period": {"label": label, "start": start, "end": end},
        "zone": manifest.terms.zone,
        "as_of": manifest.as_of,
        "result_digest": manifest.result_digest,
        "calculation_version": manifest.calculation_version,
        "policy_version": manifest.policy_version,
        "supersedes": manifest.supersedes or None,
        "baseline": manifest.baseline,
        "totals": {
            currency(row): {
                **_totals(row, conclusion.slices),
                "basis": basis_item(figures, manifest.terms.ledger_basis, row["currency"]),
            }
            for row in figures["totals"]
        },
        "rows": figures.usage_states,
        "ledger_rows": figures.ledger_places,
        "buckets": _buckets(figures),
        "groups": [
            _group(row, _evidence(row, figures), stored.settings.policy.owners)
            for row in figures["groups"][:_SHOWN_GROUPS]
        ],
        "triggers": [
            {"code": t.code, "fired": t.fired, "text": t.text, "money": _trigger_money(t)}
            for t in conclusion.triggers
        ],
        "artifacts": artifacts,
    }


def currency(row: Mapping[str, Any]) -> str:
    """The currency of a row, or a word where none is known."""
    return row["currency"] or "unknown"


def _totals(row: Mapping[str, Any], slices: Sequence[DecidedSlice]) -> Json:
    own = [one for one in slices if one.facts.currency == row["currency"]]
    money = {
        name: amount(row[column])
        for name, column in (
            ("expected", "expected_cost"), ("charged", "charged_cost"),
            ("recorded", "recorded_cost"), ("variance", "variance"),
            ("variance_plus", "variance_plus"), ("variance_minus", "variance_minus"),
            ("booking", "booking"), ("booking_plus", "booking_plus"),
            ("booking_minus", "booking_minus"), ("billing", "billing"),
            ("billing_plus", "billing_plus"), ("billing_minus", "billing_minus"),
            ("low", "low"), ("high", "high"),
        )
    }  # fmt: skip
    return {
        **money,
        "approved": amount(sum((one.approved for one in own), Decimal(0))),
        "withheld": amount(sum((one.withheld for one in own), Decimal(0))),
    }


def _buckets(figures: Figures) -> Json:
    """Always all six; where there are two currencies the money is not added and stands as null."""
    # Usage without a price and without an entry names no currency and holds no money.
    currencies = {row["currency"] for row in figures["buckets"] if row["currency"]}
    found: Json = {}
    for bucket in BUCKETS:
        rows = [row for row in figures["buckets"] if row["bucket"] == bucket]
        one = len(currencies) <= 1
        found[bucket] = {
            "count": sum(int(row["lines"]) for row in rows),
            "net": amount(sum((r["net"] for r in rows), Decimal(0))) if one else None,
            "gross": amount(sum((r["gross"] for r in rows), Decimal(0))) if one else None,
        }
    return found


def group_id(row: Mapping[str, Any]) -> str:
    """A name for a cause group that depends on its cause and scope alone (D16)."""
    scope = [row["cause"], row["bucket"], row["source_model_id"], row["cost_center"],
             row["project"], row["currency"], row["proof"]]  # fmt: skip
    return "g-" + hashlib.sha256(repr(scope).encode()).hexdigest()[:8]


def claim_id(row: Mapping[str, Any]) -> str:
    """The claim group that a line belongs to which the vendor charged above its price (D9)."""
    cause = BY_NAME["charged_above_price"]
    named = {"cause": cause.name, "bucket": cause.bucket.value, "proof": cause.proof}
    return group_id({**row, **named, "cost_center": None, "project": None})


def _group(row: Mapping[str, Any], evidence: str, owners: Owners) -> Json:
    cause = BY_NAME[row["cause"]]
    own_id = group_id(row)
    model = row["source_model_id"] or "no model"
    doubt = ""
    if row["proof"] == "suspected" and cause.proof == "proved":
        doubt = f" {UNCOUNTED if cause.name == 'not_in_usage' else RIVALS}"
    return {
        "group_id": own_id,
        "bucket": row["bucket"],
        "cause": row["cause"],
        "title": f"{model}: {cause.title}",
        "proof": row["proof"],
        "source_model_id": row["source_model_id"],
        "cost_center": row["cost_center"],
        "project": row["project"],
        "first_day": row["first_day"].isoformat() if row["first_day"] else None,
        "last_day": row["last_day"].isoformat() if row["last_day"] else None,
        "lines": int(row["lines"]),
        "net": amount(row["net"]),
        "gross": amount(row["gross"]),
        "currency": currency(row),
        "owner": owners.of(Bucket(row["bucket"])) or FIRST_OWNER[Bucket(row["bucket"])],
        "status": "open",
        "explanation": cause.sentence + evidence + doubt,
        "next": f"tieout variance show {own_id}",
    }


def _evidence(row: Mapping[str, Any], figures: Figures) -> str:
    """The captures whose prices close the lines, where a captured price is the evidence (V5)."""
    named = [
        f"{price['capture_id']} ({price['accessed']:%Y-%m-%d})"
        for price in figures["prices_not_in_force"]
        if price["first_variant"] == row["first_variant"] and int(row["variants"]) == 1
    ]
    return f" It is the price of capture {named[0]}." if named else ""


def _trigger_money(trigger: Trigger) -> str | None:
    """One amount where the money is in one currency; else the sentence has to do."""
    if len(trigger.money) != 1:
        return "0" if not trigger.money and not trigger.fired else None
    return amount(next(iter(trigger.money.values())))
