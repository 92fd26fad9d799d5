"""Checks: what the calculated run shows that a person must know, as findings.

Each check reads a summary; the rows behind it stand in the artifacts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from tieout.close.advice import declare_text, rounding_text
from tieout.close.basis import basis_findings
from tieout.close.charges import charge_findings
from tieout.close.counts import count_findings
from tieout.close.credits_part import credit_findings
from tieout.close.cross_check import CrossCheck
from tieout.close.cross_check_findings import cross_check_findings, overlap_texts
from tieout.close.estimate_checks import estimate_findings
from tieout.close.exclusion_checks import exclusion_findings
from tieout.close.figures import Figures
from tieout.close.mapping_checks import mapping_findings
from tieout.close.part_files import missing_parts
from tieout.close.patterns import pattern_findings
from tieout.close.price_doubts import doubt_findings
from tieout.close.stale_prices import stale_findings, stale_prices
from tieout.close.stored import StoredInputs, Witnesses
from tieout.close.unit_suspect import unit_suspects
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.mapping.alias import row_text
from tieout.money import plain

_SHOWN: Final = 8

_USAGE: Final = (Kind.USAGE_EXTRACTION, FIRST_OWNER[Bucket.USAGE])
_PRICE: Final = (Kind.PRICE_INTERPRETATION, FIRST_OWNER[Bucket.SOURCE])
_CONTRACT: Final = (Kind.PROCESS, FIRST_OWNER[Bucket.CONTRACT])

# Reasons of usage rows that become a finding: severity, kind and owner, sentence.
_REASONS: Final[dict[str, tuple[Severity, tuple[Kind, str], str]]] = {
    "MODEL_UNMAPPED": (
        Severity.OPEN, _PRICE,
        "Usage rows name a model with neither an approved price nor an approved mapping.",
    ),
    "MODEL_MISSING": (Severity.OPEN, _USAGE, "Usage rows name no model."),
    "METER_NOT_RECORDED": (
        Severity.OPEN, _USAGE, "A quantity that the price needs was not recorded.",
    ),
    "PRICE_EXPRESSION": (
        Severity.OPEN, _PRICE,
        "The vendor priced calls by an expression, which no flat rate gives; their charge counts.",
    ),
    "REFUND_WITHOUT_ORIGIN": (
        Severity.OPEN, _USAGE,
        "Refund rows name no call in these files, or give back more than was taken.",
    ),
    "SETTLEMENT_WITHOUT_ORIGIN": (
        Severity.OPEN, _USAGE, "Rows settle a task whose own call is in no file.",
    ),
    "SETTLEMENT_NOT_PRICED": (
        Severity.OPEN, _USAGE,
        "Rows settle a call in other money than its price, or at an amount that no rate can hold.",
    ),
    "SETTLED_CALL_WAITS": (
        Severity.OPEN, _USAGE, "Rows settle calls that wait themselves.",
    ),
    "PRICE_NOT_IN_FORCE": (
        Severity.OPEN, _PRICE, "The model is known, but no price was in force at that time.",
    ),
    "PRICE_OVERLAP": (Severity.OPEN, _PRICE, "Two prices are in force at once; neither was taken."),
    "MAP_UNIT_MISMATCH": (
        Severity.OPEN, _PRICE,
        "A mapping was approved for another unit than the price is quoted for; its calls wait.",
    ),
    "METER_UNPRICED": (
        Severity.OPEN, _PRICE, "Tokens were used that the price in force names no rate for.",
    ),
    "BILLING_UNVERIFIED": (
        Severity.NOTE, _CONTRACT,
        "Calls did not complete, or settle at another charge; their billing is not verified.",
    ),
    "BILLABLE": (
        Severity.NOTE, _CONTRACT,
        "Calls did not complete, or settle at another charge, and count by a verified rule.",
    ),
    "NOT_BILLABLE": (
        Severity.NOTE, _CONTRACT,
        "Calls did not complete, or settle at another charge; a verified rule says: not billed.",
    ),
    "CONTRACT_CONTRADICTED": (
        Severity.OPEN, _CONTRACT,
        "Calls rest on a contract item that was contradicted; what they should cost is unknown.",
    ),
    "DUP_EXACT": (
        Severity.NOTE, _USAGE, "Records are repeated byte for byte; each is counted once.",
    ),
    "DUP_CONFLICT": (
        Severity.OPEN, _USAGE, "One id and attempt stands on different records; all of them wait.",
    ),
    "REFUNDED": (Severity.NOTE, _USAGE, "Consumption was refunded in full and counts nothing."),
}  # fmt: skip


def check_run(
    figures: Figures,
    witnesses: Witnesses,
    stored: StoredInputs,
    cross: CrossCheck,
    *,
    days: Sequence[date],
) -> tuple[Finding, ...]:
    """All findings of a run, open ones first.

    Args:
        figures: the summaries.
        witnesses: what was read.
        stored: the records it was read from.
        cross: what second sources say of the prices in use.
        days: the reporting days of the period.
    """
    allowed = stored.settings.policy.price_max_age_days
    found = [
        *_by_reason(figures),
        *_quarantine(figures),
        *_gaps(figures, days),
        *count_findings(figures),
        *pattern_findings(figures),
        *stale_findings(stale_prices(figures, allowed), allowed),
        *doubt_findings(figures),
        *charge_findings(figures),
        *credit_findings(figures),
        *_call_times(figures),
        *_labels(figures),
        *_equal_rows(figures),
        *exclusion_findings(witnesses),
        *estimate_findings(figures, witnesses, stored),
        *mapping_findings(figures, witnesses, days[-1]),
        *_undeclared_rounding(figures),
        *missing_parts(stored.imports),
        *unit_suspects(figures, stored),
        *basis_findings(figures, stored.settings.ledger_terms.basis),
        *cross_check_findings(cross, stored),
        *witnesses.findings,
    ]
    return in_order(found)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as reports list them: open ones first, then by code and place."""
    return tuple(sorted(found, key=lambda f: (f.severity is not Severity.OPEN, f.code, f.where)))


def gap_days(figures: Figures, days: Sequence[date]) -> tuple[str, ...]:
    """Days of the period without any usage row, once the period has some (U6)."""
    covered = {row["day"] for row in figures["completeness_days"] if row["usage_rows"]}
    return tuple(day.isoformat() for day in days if covered and day not in covered)


def shared_origin(stored: StoredInputs) -> bool:
    """Whether one file feeds two legs, so that the match is two-way at best (D17)."""
    legs: dict[str, set[str]] = {}
    for one in stored.imports:
        legs.setdefault(one.sha256, set()).add(one.leg)
    return any(len(found) > 1 for found in legs.values())


def _by_reason(figures: Figures) -> Iterator[Finding]:
    for reason, (severity, (kind, owner), sentence) in _REASONS.items():
        rows = figures.state_rows(reason)
        if rows:
            remedy = declare_text(figures) if reason == "PRICE_NOT_IN_FORCE" else ""
            said = f"{sentence} {remedy}".rstrip()
            yield Finding(reason, kind, severity, owner, said, rows, _cut(_where(figures, reason)))


def _model_text(row: dict[str, Any]) -> str:
    name = row["model_as_logged"] or "no model name"
    rows = plural(int(row["usage_rows"]), "row")
    return f"{name}: {rows}, {row['first_day']} to {row['last_day']}"


def _unit_text(row: dict[str, Any]) -> str:
    """A mapping row against the units of its price (D2)."""
    units = dict.fromkeys((row["first_price_unit"], row["last_price_unit"]))
    return (
        f"{row_text(row['alias_id'])}: {row['internal_model_alias']} to"
        f" {row['source_model_id']} says {row['mapping_unit']}, the price {' and '.join(units)}:"
        f" {plural(int(row['usage_rows']), 'row')}"
    )


def _where(figures: Figures, reason: str) -> list[str]:
    if reason == "MAP_UNIT_MISMATCH":
        return [_unit_text(row) for row in figures["unit_mismatches"]]
    if reason == "PRICE_OVERLAP":
        return overlap_texts(figures)
    found = [r for r in figures["completeness_models"] if r["state_reason"] == reason]
    return [_model_text(row) for row in found]


def _cut(texts: Sequence[str]) -> tuple[str, ...]:
    more = len(texts) - _SHOWN
    return (*texts[:_SHOWN], *([f"and {more:,} more"] if more > 0 else []))


def _quarantine(figures: Figures) -> Iterator[Finding]:
    for row in figures["quarantine"]:
        yield Finding(
            f"QUARANTINE_{row['reason_code']}",
            Kind.USAGE_EXTRACTION if row["leg"] == "usage" else Kind.BOOKING,
            Severity.OPEN,
            FIRST_OWNER[Bucket.USAGE] if row["leg"] == "usage" else FIRST_OWNER[Bucket.TIMING],
            f"Records of the {row['leg']} leg could not be read and wait.",
            int(row["records"]),
            (f"import {row['import_id']}, first at record {row['first']}",),
        )


def _gaps(figures: Figures, days: Sequence[date]) -> Iterator[Finding]:
    gaps = gap_days(figures, days)
    if gaps:
        yield Finding(
            "GAP_DAY", Kind.USAGE_EXTRACTION, Severity.OPEN, FIRST_OWNER[Bucket.USAGE],
            f"{plural(len(gaps), 'day of the period has', 'days of the period have')} no usage"
            " row.",
            0, _cut(gaps),
        )  # fmt: skip


def _call_times(figures: Figures) -> Iterator[Finding]:
    """Calls of which only the end was logged: a price that changed meanwhile, no duration (D5)."""
    during, ends = figures["during_call"], figures["end_only"]
    if during:
        yield Finding(
            "PRICE_DURING_CALL", _PRICE[0], Severity.NOTE, _PRICE[1],
            "The price changed before these calls ended, and only their end was logged; each counts"
            " at the price of its start as read, and is a range over the prices it may have had.",
            sum(int(row["usage_rows"]) for row in during), tuple(map(_range_text, during)),
        )  # fmt: skip
    if ends:
        yield Finding(
            "START_NOT_RECORDED", _USAGE[0], Severity.NOTE, _USAGE[1],
            "Calls were logged at their end without a duration; each counts at its end, and a price"
            " is taken to be certain only if it did not change within the margin before it.",
            sum(int(row["usage_rows"]) for row in ends),
            tuple(
                f"{row['currency']} {plain(row['expected_cost'])} expected:"
                f" {plural(int(row['usage_rows']), 'row')}"
                for row in ends
            ),
        )  # fmt: skip


def _range_text(row: dict[str, Any]) -> str:
    rows = int(row["usage_rows"])
    bounded = rows == int(row["bounded_rows"])
    high = plain(row["high_cost"]) if bounded else "no bound, a price is not known"
    return (
        f"{row['currency']} {plain(row['expected_cost'])} expected,"
        f" {plain(row['low_cost'])} to {high}: {plural(rows, 'row')}"
    )


def _labels(figures: Figures) -> Iterator[Finding]:
    (row,) = figures["labels"]
    for column, label in (
        ("without_environment", "environment"),
        ("without_cost_center", "cost center"),
    ):
        if row[column]:
            yield Finding(
                f"LABEL_MISSING_{label.upper().replace(' ', '_')}", Kind.USAGE_EXTRACTION,
                Severity.NOTE, FIRST_OWNER[Bucket.USAGE],
                f"Usage rows name no {label}; their money is unallocated.", int(row[column]),
            )  # fmt: skip


def _equal_rows(figures: Figures) -> Iterator[Finding]:
    """Rows without an id that are equal in everything kept: all are counted, and said (D4)."""
    rows = figures["equal_rows"]
    if rows:
        yield Finding(
            "EQUAL_WITHOUT_ID", _USAGE[0], Severity.NOTE, _USAGE[1],
            "Rows without a request id are equal to others in every field kept; nothing tells"
            " whether they are one call or several, so all of them count.",
            sum(int(row["usage_rows"]) for row in rows),
            _cut([
                f"{row['model_as_logged'] or 'no model name'}:"
                f" {plural(int(row['usage_rows']), 'row')}"
                for row in rows
            ]),
        )  # fmt: skip


def _undeclared_rounding(figures: Figures) -> Iterator[Finding]:
    """One note where an undeclared rounding floods the report with lines (D11, K4)."""
    said, lines = rounding_text(figures)
    if said:
        yield Finding(
            "ROUNDING_UNDECLARED", Kind.BOOKING, Severity.NOTE, FIRST_OWNER[Bucket.ROUNDING],
            said, lines,
        )  # fmt: skip
