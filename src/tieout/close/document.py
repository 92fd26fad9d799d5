"""The report document: ``report.json``, built from figures; text, page and CSV only render it.

Decimals are plain text, unknown is null, nothing depends on the clock or the order of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tieout.close.baseline import baseline_part
from tieout.close.cause_groups import claim_id, group_id
from tieout.close.charges import charges_part
from tieout.close.claims import claims_part
from tieout.close.counts import counts_part
from tieout.close.credit_inputs import unit_logs
from tieout.close.credits_part import credits_part
from tieout.close.cross_check_document import cross_check_part
from tieout.close.document_evidence import evidence_part
from tieout.close.document_lines import line_part
from tieout.close.doubts import doubts_part
from tieout.close.effects import effects_part
from tieout.close.fetched_log import FetchedLog
from tieout.close.figures import Figures
from tieout.close.halves import halves_part
from tieout.close.journal_preview import journal_preview
from tieout.close.manifest import Manifest
from tieout.close.patterns import absurd_rows_part, patterns_part
from tieout.close.review_part import review_part
from tieout.close.reviewing import Review
from tieout.close.stored import StoredInputs, Witnesses
from tieout.close.summary import (
    BUCKETS,
    Conclusion,
    Json,
    amount,
    build_summary,
    currency,
)
from tieout.close.unmatched_part import unmatched_part
from tieout.metering.collection.window import second_text
from tieout.review.adjusting import adjusted
from tieout.review.checklist import ChecklistItem
from tieout.review.decision import DecidedSlice
from tieout.variance.cause import BY_NAME
from tieout.variance.single_cause import PARTS


def build_document(
    figures: Figures,
    conclusion: Conclusion,
    manifest: Manifest,
    stored: StoredInputs,
    witnesses: Witnesses,
    artifacts: str,
) -> Json:
    """The whole report of a run."""
    lines = [line_part(row, figures, stored, _group_of(row)) for row in figures["lines"]]
    absurd = [line for line, row in zip(lines, figures["lines"], strict=True) if row["absurd"]]
    # A line may be open and a claim as well: it is one line, and counts once.
    shown_at_most = int(figures["shown_lines"][0]["lines"])
    credits_found = credits_part(
        figures,
        waiting=len(stored.balances) - len(witnesses.inputs.balances),
        logs=unit_logs(stored.imports),
    )
    return {
        "schema": "tieout-report/1",
        "summary": build_summary(figures, conclusion, manifest, stored, artifacts),
        "reasons": list(conclusion.verdict.reasons),
        "headline_lines": absurd,
        "parts": {
            currency(row): {part: amount(_part(row, part)) for part in PARTS}
            for row in figures["totals"]
        },
        "bridge": _bridge(figures, conclusion.review),
        "days": [_money(row, day=row["day"].isoformat()) for row in figures["days"]],
        "models": [_money(r, source_model_id=r["source_model_id"]) for r in figures["models"]],
        "cost_centers": [_money(r, cost_center=r["cost_center"]) for r in figures["cost_centers"]],
        "projects": [_money(row, project=row["project"]) for row in figures["projects"]],
        "coverage": [_coverage(row) for row in figures["coverage"]],
        "not_comparable": [_not_comparable(row) for row in figures["not_comparable"]],
        "absurd_rows": absurd_rows_part(figures),
        "lines": lines,
        "slices": [_slice(one) for one in conclusion.slices],
        "checklist": [_checklist_item(item) for item in conclusion.checklist],
        "findings": [finding.as_json() for finding in conclusion.findings],
        "completeness": _completeness(figures, stored, conclusion.gaps, witnesses.fetched),
        "evidence": evidence_part(
            figures, manifest, stored, conclusion.contract_items, two_way=conclusion.two_way
        ),
        "baseline": baseline_part(figures, witnesses) if manifest.baseline else None,
        "review": review_part(
            conclusion.review,
            stored.rulings,
            manifest.period[0],
            stored.settings.policy.materiality,
        ),
        "effects": effects_part(figures),
        "doubts": doubts_part(figures, conclusion.contract_items),
        "halves": halves_part(figures),
        "credits": credits_found,
        "journal": journal_preview(credits_found, stored, witnesses, manifest.bounds),
        "claims": claims_part(conclusion.claims),
        "charges": charges_part(figures, conclusion.contract_items),
        "cross_check": cross_check_part(conclusion.cross_check, stored.resolutions),
        "unmatched": unmatched_part(figures, conclusion.review, manifest, stored),
        "truncated": {"lines": {"shown": len(lines), "of": shown_at_most}},
    }


def _group_of(row: Mapping[str, Any]) -> str | None:
    """The cause group of a line: of its difference, or else of a charge above its price."""
    if row["line_state"] in ("open", "cancels"):
        return group_id(row)
    return claim_id(row) if row["overcharge"] else None


def _part(row: Mapping[str, Any], part: str) -> Decimal:
    """The part's sum; parts that no cause makes yet are a proved zero, not an unknown."""
    found = row.get(f"{part}_part")
    return Decimal(0) if found is None else found


def _bridge(figures: Figures, review: Review) -> list[Json]:
    steps: list[Json] = []
    for total in figures["totals"]:
        name = currency(total)
        nets = {
            row["bucket"]: row["net"]
            for row in figures["buckets"]
            if row["currency"] == total["currency"]
        }
        steps.append(_step("expected", "start", total["expected_cost"], name))
        # The declared basis is an item of its own on the way, beside the bucket that holds it.
        basis, holder = _part(total, "basis"), BY_NAME["basis"].bucket.value
        nets[holder] = nets.get(holder, Decimal(0)) - basis
        if basis:
            steps.append(_step("basis", "step", basis, name))
        steps += [_step(b, "step", nets.get(b, Decimal(0)), name) for b in BUCKETS]
        recorded, added = total["recorded_cost"], adjusted(review.adjustments, total["currency"])
        if any(one.counts and one.said.currency == name for one in review.adjustments):
            # Recorded is what the books say, and stays; what people added stands beside it.
            steps.append(_step("recorded", "subtotal", recorded, name))
            steps.append(_step("adjustments", "step", added, name))
            steps.append(_step("after adjustments", "end", recorded + added, name))
        else:
            steps.append(_step("recorded", "end", recorded, name))
    return steps


def _step(label: str, kind: str, value: Decimal, money_in: str) -> Json:
    return {"label": label, "kind": kind, "amount": amount(value), "currency": money_in}


def _money(row: Mapping[str, Any], **key: str | None) -> Json:
    return {
        **key,
        "rows": int(row["usage_rows"]),
        "expected": amount(row["expected_cost"]),
        "charged": amount(row["charged_cost"]),
        "recorded": amount(row["recorded_cost"]),
        "variance": amount(row["variance"]),
        "currency": row["currency"],
    }


def _coverage(row: Mapping[str, Any]) -> Json:
    return {
        "state": row["row_state"],
        "reason": row["state_reason"],
        "rows": int(row["usage_rows"]),
        "charged": amount(row["charged_cost"]),
        "recorded": None,
        "currency": None,
    }


def _not_comparable(row: Mapping[str, Any]) -> Json:
    return {
        "state": row["row_state"],
        "bucket": row["bucket"],
        "lines": int(row["lines"]),
        "recorded": amount(row["recorded_cost"]),
        "currency": row["currency"],
    }


def _checklist_item(item: ChecklistItem) -> Json:
    return {
        "number": item.number,
        "text": item.text,
        "answer": item.answer,
        "answered_by": item.answered_by,
        "detail": item.detail,
        "machine_digest": item.machine_digest,
    }


def _slice(one: DecidedSlice) -> Json:
    return {
        "source_model_id": one.facts.source_model_id or one.facts.model,
        # The name as logged stands for an id that nobody approved; it is marked wherever shown.
        "unmapped": one.facts.source_model_id is None,
        "cost_center": one.facts.cost_center,
        "decision": one.decision,
        "reason": one.reason,
        "expected": amount(one.facts.expected_cost),
        "recorded": amount(one.facts.recorded_cost),
        "approved": amount(one.approved),
        "withheld": amount(one.withheld),
        "currency": one.facts.currency,
    }


def _completeness(
    figures: Figures, stored: StoredInputs, gaps: Sequence[str], fetched: Sequence[FetchedLog]
) -> Json:
    models: dict[str | None, int] = {}
    for row in figures["completeness_models"]:
        name = row["model_as_logged"]
        models[name] = models.get(name, 0) + int(row["usage_rows"])
    return {
        "days": [
            {
                "day": row["day"].isoformat(),
                **{
                    name: int(row[name])
                    for name in ("usage_rows", "ledger_rows", "failed", "retried", "timed_out")
                },
            }
            for row in figures["completeness_days"]
        ],
        "models": [{"model_as_logged": name, "rows": rows} for name, rows in models.items()],
        "windows": [
            {
                "name": row["name"],
                "first": f"{row['first'].isoformat()}Z" if row["first"] else None,
                "last": f"{row['last'].isoformat()}Z" if row["last"] else None,
            }
            for row in figures["windows"]
        ]
        + [
            {
                "name": f"log fetched whole, feed {log.feed_name}",
                "first": second_text(window.first),
                "last": second_text(window.last),
            }
            for log in fetched
            for window in log.windows
        ],
        "gaps": list(gaps),
        "counts": counts_part(figures, stored),
        "patterns": patterns_part(figures),
    }
