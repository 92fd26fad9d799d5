"""Conclude: from figures to slices, triggers, checklist, decision and result digest (D19-D24)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from tieout.calendar import Period, parse_period, zone
from tieout.close.calculation_approval import with_calculation
from tieout.close.checks import check_run, gap_days, in_order, shared_origin
from tieout.close.claims import claim_findings, claims_of_run
from tieout.close.counts import count_facts
from tieout.close.credits_part import failed_proofs
from tieout.close.cross_check import CrossCheck, cross_check
from tieout.close.fetched_log import FetchedLog, missing_of, seconds_of
from tieout.close.figures import Figures, fetch_figures
from tieout.close.late_rows import late_findings
from tieout.close.manifest import canonical_json
from tieout.close.pipeline import STAGES
from tieout.close.price_doubts import waiting_models
from tieout.close.reviewing import (
    Review,
    adjustment_findings,
    review_run,
    settled_slices,
    settled_unknown,
)
from tieout.close.stake import Stake, stakes
from tieout.close.stale_prices import StalePrice, stale_prices
from tieout.close.stored import StoredInputs, Witnesses, register_of_run
from tieout.close.summary import Conclusion
from tieout.close.triggers import find_triggers
from tieout.close.trivial import trivial_findings
from tieout.close.views import VIEWS
from tieout.engine.port import Engine
from tieout.findings import Finding
from tieout.money import RoundingRule, plain
from tieout.review.answers import answered
from tieout.review.checklist_facts import ChecklistFacts, FetchedFacts, SecondSource
from tieout.review.decision import DecidedSlice, decide, decide_slice, rehearsed

# What the result is: amounts, states, causes and labels. Not ordinals, offsets, capture ids or
# price set ids: the same prices captured at another time are the same result (D24). The payload
# digest stands for every field the row was read from: ids, times, names and labels.
RESULT_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "expected_ledger": (
        "payload_digest", "source_model_id", "currency", "meter", "quantity", "unit_rate",
        "counts", "full_cost",
    ),
    "usage_export": (
        "payload_digest", "source_model_id", "resolved_by", "charged_cost", "row_state",
        "state_reason",
    ),
    "variance_line": (
        "line_key", "day", "source_model_id", "cost_center", "project", "currency", "usage_rows",
        "ledger_rows", "cause", "proof", "expected_cost", "low_cost", "high_cost",
        "basis_cost", "charged_cost", "recorded_cost", "rate_part", "quantity_part",
        "second_effect",
    ),
    "quarantine": ("leg", "record_digest", "column_name", "reason_code"),
}  # fmt: skip


def conclude(
    figures: Figures,
    witnesses: Witnesses,
    stored: StoredInputs,
    period: Period,
    as_of: datetime,
) -> Conclusion:
    """Everything review makes of the figures."""
    settings = stored.settings
    policy = settings.policy
    basis_unknown = settings.ledger_terms.basis == "cash-effective"
    stale = stale_prices(figures, policy.price_max_age_days)
    cross = cross_check(figures, stored)
    review = review_run(figures, stored, period, as_of)
    slices = _decided_slices(figures, stored, review, stale, cross)
    gaps = gap_days(figures, reporting_days(period))
    two_way = shared_origin(stored)
    items = stakes(register_of_run(stored, as_of).items, figures["contract_leans"], as_of)
    triggers = find_triggers(
        figures, policy.materiality, stale, cross, settled=settled_unknown(review)
    )
    facts = _facts(figures, stored, items, gaps, cross, two_way=two_way)
    counted = count_facts(figures, stored, period)
    facts = replace(facts, fetched=_fetched(witnesses.fetched, gaps, period), counted=counted)
    checklist = answered(facts, stored.rulings, period.label)
    claims = claims_of_run(figures, stored, period, as_of)
    found = (
        *check_run(figures, witnesses, stored, cross, days=reporting_days(period)),
        *late_findings(stored, witnesses, as_of),
        *adjustment_findings(figures, review),
        *trivial_findings(review.trivial),
        *claim_findings(claims, as_of.astimezone(zone(period.zone)).date()),
    )
    findings = in_order(found)
    verdict = decide(
        slices,
        triggers,
        hold_limit=policy.hold_limit,
        quarantined=figures.usage_states["quarantined"] + figures.ledger_places["quarantined"],
        quarantine_limit=policy.quarantine_limit,
        open_groups=review.open_groups,
        unanswered=[i.number for i in checklist if i.answer == "unanswered"],
        failed_items=[i.number for i in checklist if i.answer == "no"],
        basis_unknown=basis_unknown,
        declared_prices=any(row["needs_name"] for row in figures["rates_used"]),
        provisional=any(
            one.item.status != "verified" and one.material(policy.most_unverified) for one in items
        ),
        empty_legs=_empty_legs(figures),
        failures=[
            *(f.message for f in findings if f.code == "FILE_PART_MISSING"),
            *failed_proofs(figures),
        ],
        escalated_limit=policy.escalated_limit,
    )
    if settings.fetch.rehearsal or any(one.is_rehearsed for one in witnesses.fetched):
        verdict = rehearsed(verdict, by_setting=settings.fetch.rehearsal)
    verdict = with_calculation(verdict, stored)
    return Conclusion(
        slices, triggers, checklist, verdict, findings, gaps, two_way, items, cross, review, claims
    )


def _empty_legs(figures: Figures) -> list[str]:
    """The legs without a single row in the period."""
    days = figures["completeness_days"]
    return [leg for leg in ("usage", "ledger") if not any(row[f"{leg}_rows"] for row in days)]


def _decided_slices(
    figures: Figures,
    stored: StoredInputs,
    review: Review,
    stale: tuple[StalePrice, ...],
    cross: CrossCheck,
) -> tuple[DecidedSlice, ...]:
    """Every slice, decided on its own, without the lines that a decision settled (D19)."""
    old = {one.source_model_id for one in stale}
    waiting = waiting_models(figures)
    return tuple(
        decide_slice(
            facts,
            stored.settings.policy.materiality,
            basis_unknown=stored.settings.ledger_terms.basis == "cash-effective",
            price_stale=facts.source_model_id in old,
            price_waits=facts.source_model_id in waiting,
            sources_disagree=facts.source_model_id in cross.waiting_models,
        )
        for facts in settled_slices(figures, review)
    )


def fetch_results(engine: Engine, witnesses: Witnesses) -> tuple[Figures, dict[str, str]]:
    """The figures of a run, and the digests of its result tables, asked for side by side.

    A digest is asked once: a second asking costs as much as the first, and verifying a run takes it
    anew with an engine of its own.
    """

    def digest(name: str) -> str:
        return engine.digest(name, RESULT_COLUMNS[name])

    made = [name for name in RESULT_COLUMNS if name != "quarantine"]
    with ThreadPoolExecutor() as beside:
        digests = beside.map(digest, made)
        # Here the records in quarantine come to the engine; their digest is asked afterwards.
        figures = fetch_figures(engine, witnesses)
        tables = dict(zip(made, digests, strict=True))
    return figures, {**tables, "quarantine": digest("quarantine")}


def result_text(tables: Mapping[str, str], conclusion: Conclusion) -> bytes:
    """The text whose SHA-256 is the result digest: lines, homes, variances, findings, decision.

    The digest of each table of the result stands in it (D24), so that who can make the tables again
    can hold them against it one by one.

    Args:
        tables: the digests of the result tables.
        conclusion: what review made of them.
    """
    said = {
        "decision": conclusion.verdict.decision,
        "reasons": list(conclusion.verdict.reasons),
        "findings": _finding_counts(conclusion.findings),
        "slices": [
            [s.facts.model, s.facts.cost_center, s.facts.currency, s.decision]
            for s in conclusion.slices
        ],
        "triggers": [[t.code, t.fired] for t in conclusion.triggers],
        "adjustments": sorted(
            [one.said.currency, plain(one.amount), one.said.group_id]
            for one in conclusion.review.adjustments
            if one.counts
        ),
        "tables": dict(tables),
    }
    return canonical_json(said)


def _finding_counts(findings: Sequence[Finding]) -> list[tuple[str, str, str, int]]:
    """Findings by code: in how many files the same records came is no part of the result (L5)."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in findings:
        counts[one.code, one.kind.value, one.severity.value] += one.rows
    return sorted((*key, rows) for key, rows in counts.items())


def reporting_days(period: Period) -> tuple[date, ...]:
    """The days of the period in its reporting zone."""
    rules = zone(period.zone)
    day, end = period.start.astimezone(rules).date(), period.end.astimezone(rules)
    last = (end - timedelta(microseconds=1)).date()
    days = []
    while day <= last:
        days.append(day)
        day += timedelta(days=1)
    return tuple(days)


def _facts(
    figures: Figures,
    stored: StoredInputs,
    items: tuple[Stake, ...],
    gaps: tuple[str, ...],
    cross: CrossCheck,
    *,
    two_way: bool,
) -> ChecklistFacts:
    used = {row["capture_id"] for row in figures["captures_used"]}
    captures = [c for c in stored.captures if c.capture_id in used]
    (labels,) = figures["labels"]
    outcomes = {row["outcome"]: int(row["usage_rows"]) for row in figures["outcomes"]}
    return ChecklistFacts(
        captures=len(captures),
        captures_without_place=sum(1 for c in captures if not c.source_url),
        contract_items=len(items),
        leaned_items={one.item.item_id: one.item.status for one in items if one.leaned_on},
        gap_days=gaps,
        usage_days=sum(1 for row in figures["completeness_days"] if row["usage_rows"]),
        shared_origin=two_way,
        rows_without_environment=int(labels["without_environment"]),
        test_rows_counted=int(labels["other_environment"]),
        unclassified_rows=outcomes.get("unclassified", 0),
        outcomes=outcomes,
        unmapped_rows=figures.usage_states["unmapped"],
        not_rated_rows=figures.usage_states["not_reconcilable"] + figures.usage_states["unrated"],
        calculation_version=stored.settings.calculation_version,
        rounding=rounding_words(stored.settings.ledger_terms.rounding)
        + f" Recorded step {plain(stored.settings.ledger_terms.recorded_step)}.",
        open_lines=sum(int(row["lines"]) for row in figures["groups"]),
        unfiled_lines=sum(int(r["lines"]) for r in figures["groups"] if not r["bucket"]),
        statements=len(STAGES) + len(VIEWS),
        second_source=_second_source(cross),
    )


def _fetched(logs: Sequence[FetchedLog], gaps: Sequence[str], period: Period) -> FetchedFacts:
    """What fetched logs say about completeness: what they lack, and which empty days they prove."""
    if not logs:
        return FetchedFacts()
    lacking = missing_of(logs, period)
    days = {day: seconds_of(parse_period(day, period.zone)) for day in gaps}
    return FetchedFacts(
        feeds=tuple(one.feed_name for one in logs),
        lacking=tuple(window.text() for window in lacking),
        empty_days=tuple(
            day for day, seconds in days.items() if not any(seconds.meets(w) for w in lacking)
        ),
    )


def _second_source(cross: CrossCheck) -> SecondSource:
    return SecondSource(
        declared=cross.check,
        in_force=cross.in_force,
        waiting_models=len(cross.waiting_models),
        resolved_models=len({row["source_model_id"] for row in cross.resolved}),
        single_models=len({one.source_model_id for one in cross.single}),
        money=tuple((one.currency, one.checked, one.priced) for one in cross.shares),
        required=cross.required,
    )


_LEVELS: Final = {
    "request": "each request", "line": "each ledger line", "day": "the total of each day",
    "model": "the total of each model", "period": "the total of the period",
}  # fmt: skip
_MODES: Final = {
    "half_away": "half away from zero", "half_even": "half to the even multiple",
    "down": "toward zero", "up": "away from zero", "floor": "toward the lower amount",
    "ceiling": "toward the higher amount",
}  # fmt: skip


def rounding_words(rule: RoundingRule) -> str:
    """A rounding rule as a sentence."""
    if rule.level == "none":
        return "The calculation rounds nothing and the booking declares no rounding."
    return (
        f"The booking rounds {_LEVELS[rule.level]} to steps of {plain(rule.step)},"
        f" {_MODES[rule.mode]}."
    )
