"""The summary of a run: decision, totals, rows, buckets, cause groups, triggers.

It is what ``run --json`` prints and the first part of ``report.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tieout.close.basis import basis_item
from tieout.close.cause_groups import group_part
from tieout.close.cross_check import CrossCheck
from tieout.close.figures import Figures
from tieout.close.manifest import Manifest
from tieout.close.reviewing import Review
from tieout.close.stake import Stake
from tieout.close.stored import StoredInputs
from tieout.credits.claim import Claim
from tieout.findings import Bucket, Finding
from tieout.money import plain
from tieout.review.adjusting import adjusted
from tieout.review.checklist import ChecklistItem
from tieout.review.decision import DecidedSlice, Trigger, Verdict

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
    review: Review
    claims: tuple[Claim, ...] = ()


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
                **_adjusted(row, conclusion.review),
                "basis": basis_item(figures, manifest.terms.ledger_basis, row["currency"]),
            }
            for row in figures["totals"]
        },
        "rows": figures.usage_states,
        "ledger_rows": figures.ledger_places,
        "buckets": _buckets(figures),
        "groups": [
            group_part(row, standing, figures)
            for row, standing in tuple(
                zip(figures["groups"], conclusion.review.standings, strict=True)
            )[:_SHOWN_GROUPS]
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


def _adjusted(row: Mapping[str, Any], review: Review) -> Json:
    """What people added beside the books, and recorded with it; recorded itself stays as it is."""
    added = adjusted(review.adjustments, row["currency"])
    return {
        "adjustments": amount(added),
        "recorded_after_adjustments": amount(row["recorded_cost"] + added),
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


def _trigger_money(trigger: Trigger) -> str | None:
    """One amount where the money is in one currency; else the sentence has to do."""
    if len(trigger.money) != 1:
        return "0" if not trigger.money and not trigger.fired else None
    return amount(next(iter(trigger.money.values())))
