"""Claims of a run: what it finds was taken too much, beside what people filed so far (B6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from tieout.calendar import Period, zone
from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs
from tieout.credits.claim import (
    CAUSES,
    ENDED,
    SENTENCES,
    Claim,
    ClaimScope,
    FoundClaim,
    claims_of,
    step_of,
)
from tieout.evidence.canonical import canonical, sha256
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity
from tieout.money import EXACT, plain
from tieout.people.ruled import Ruling

Json = dict[str, Any]

# How old the charges of an open claim are, in days: from, to.
AGES: Final[tuple[tuple[int, int | None], ...]] = ((0, 30), (31, 60), (61, 90), (91, None))


def found_claims(figures: Figures, period: str) -> tuple[FoundClaim, ...]:
    """What a run finds was taken too much."""
    return tuple(_found(row, period) for row in figures["claims"])


def _found(row: Mapping[str, Any], period: str) -> FoundClaim:
    seen = [int(row["usage_rows"]), plain(row["amount"]), row["first_sum"], row["second_sum"]]
    return FoundClaim(
        ClaimScope(
            period, row["cause"], row["model"], row["currency"], row["first_day"], row["last_day"]
        ),
        int(row["usage_rows"]),
        row["charged_cost"],
        row["amount"],
        sha256(canonical({"rows": seen})),
    )


def claims_of_run(
    figures: Figures, stored: StoredInputs, period: Period, as_of: datetime
) -> tuple[Claim, ...]:
    """The claims of the period, and those that were filed for others, as of the run."""
    return claims_of(
        found_claims(figures, period.label),
        stored.rulings.rulings,
        as_of.astimezone(zone(period.zone)).date(),
        (period.label,),
        stored.settings.policy.claim_days,
    )


def claims_part(claims: Sequence[Claim]) -> Json:
    """The section of ``report.json``; what is open by age, oldest charges first."""
    return {
        "claims": [claim_part(one) for one in claims],
        "ages": ages_part(claims),
    }


def ages_part(claims: Iterable[Claim]) -> list[Json]:
    """What is open, by currency and age of the last charge."""
    open_ones = [one for one in claims if one.state not in ENDED]
    found = []
    for currency in sorted({one.scope.currency for one in open_ones}):
        for first, last in AGES:
            mine = [
                one
                for one in open_ones
                if one.scope.currency == currency
                and first <= max(one.age_days, 0)
                and (last is None or one.age_days <= last)
            ]
            if mine:
                found.append(
                    {
                        "currency": currency,
                        "from_days": first,
                        "to_days": last,
                        "claims": len(mine),
                        "not_filed": plain(_sum(mine, filed=False)),
                        "filed": plain(_sum(mine, filed=True)),
                    }
                )
    return found


def _sum(claims: Iterable[Claim], *, filed: bool) -> Decimal:
    total = Decimal(0)
    for one in claims:
        if (one.so_far.filed is not None) is filed:
            total = EXACT.add(total, one.open_amount)
    return total


def claim_part(one: Claim) -> Json:
    """One claim as a document writes it."""
    scope, found, now = one.scope, one.found, one.so_far
    return {
        "claim_id": one.claim_id,
        "period": scope.period,
        "cause": scope.cause,
        "title": f"{scope.model or 'no model'}: {CAUSES.get(scope.cause, scope.cause)}",
        "explanation": SENTENCES.get(scope.cause, ""),
        "model": scope.model,
        "currency": scope.currency,
        "first_day": scope.first_day.isoformat(),
        "last_day": scope.last_day.isoformat(),
        "rows": None if found is None else found.rows,
        "charged": None if found is None else plain(found.charged),
        "amount": None if found is None else plain(found.amount),
        "digest": None if found is None else found.digest,
        "state": one.state,
        "stale": one.stale or None,
        "age_days": one.age_days,
        "file_by": None if one.file_by is None else one.file_by.isoformat(),
        "ticket": None if now.filing is None else now.filing.reference,
        "filed_on": None if now.filing is None else now.filing.on,
        "filed": _text(now.filed),
        "accepted": _text(now.accepted),
        "rejected": _text(now.rejected),
        "credited": plain(now.credited),
        "open": plain(one.open_amount),
        "steps": [
            *(_step(ruling, "counts", None) for ruling in one.steps),
            *(_step(ruling, "breaks a rule", why) for ruling, why in one.broken),
            *(_step(ruling, "waits", "it waits for another signature") for ruling in one.waiting),
        ],
    }


def _step(ruling: Ruling, stands: str, why: str | None) -> Json:
    said = step_of(ruling)
    return {
        "ruling_id": ruling.ruling_id,
        "by": list(ruling.names),
        "at": ruling.statement.at,
        "step": said.step,
        "on": said.on,
        "amount": said.amount,
        "rejected": said.rejected or None,
        "currency": said.currency,
        "reference": said.reference,
        "reason": said.reason or None,
        "evidence": [
            {"name": name or "no name", "sha256": digest}
            for name, digest in zip(
                [*said.evidence_names, *[""] * len(said.evidence_objects)],
                said.evidence_objects,
                strict=False,
            )
        ],
        "stands": stands,
        "why": why,
    }


def claim_findings(claims: Sequence[Claim], day: date) -> tuple[Finding, ...]:
    """Claims that nobody may forget: changed since they were filed, or past their deadline."""
    stale = [one for one in claims if one.stale]
    late = [
        one
        for one in claims
        if one.so_far.filed is None and one.file_by is not None and one.file_by < day
    ]
    found = []
    for code, message, which in (
        ("CLAIM_STALE", "What was claimed is not what the run finds any more.", stale),
        ("CLAIM_LATE", "A claim was not filed by the day that the policy names.", late),
    ):
        if which:
            where = tuple(
                f"{one.claim_id}, {one.scope.period}: {one.stale or f'by {one.file_by}'}"
                for one in which
            )
            rows = sum(0 if one.found is None else one.found.rows for one in which)
            found.append(
                Finding(
                    code, Kind.PRICE_INTERPRETATION, Severity.OPEN, FIRST_OWNER[Bucket.SOURCE],
                    message, rows, where,
                )
            )  # fmt: skip
    return tuple(found)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
