"""What each step of a claim needs before it, and what it may say (B6).

The rules hold twice: before a step is signed, and whenever the log is read again. A step that
breaks one counts nothing and is shown with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tieout.evidence.canonical import canonical, sha256
from tieout.money import EXACT, NotMoney, parse_money, plain
from tieout.people.claim_rulings import ClaimStep


@dataclass(frozen=True, slots=True)
class ClaimSoFar:
    """Where the steps of one claim have led.

    Attributes:
        filing: the filing that counts; None before the first.
        filed: what was claimed.
        accepted, rejected: the newest answer; None before one.
        credited: what has come, over all movements.
        by_movement: how much of it each movement brought, by its reference.
    """

    filing: ClaimStep | None = None
    filed: Decimal | None = None
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    credited: Decimal = Decimal(0)
    by_movement: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def due(self) -> Decimal:
        """What may still be credited in all: what was filed without what the vendor rejected."""
        return EXACT.subtract(self.filed or Decimal(0), self.rejected or Decimal(0))

    def after(self, step: ClaimStep) -> ClaimSoFar:
        """The same after a step that breaks no rule."""
        amount = parse_money(step.amount)
        if step.step == "filed":
            # What came in before stays; an answer to other rows is no answer to these.
            return replace(self, filing=step, filed=amount, accepted=None, rejected=None)
        if step.step == "answered":
            return replace(self, accepted=amount, rejected=parse_money(step.rejected))
        credited = EXACT.add(self.credited, amount)
        brought = {**self.by_movement, step.reference: amount}
        return replace(self, credited=credited, by_movement=brought)


def claim_id_of(period: str, cause: str, model: str | None, currency: str) -> str:
    """The name of a claim; it depends on what is claimed alone, whatever a run finds of it."""
    key = {"period": period, "cause": cause, "model": model or None, "currency": currency}
    return f"c-{sha256(canonical(key))[:10]}"


def broken_rule(now: ClaimSoFar, step: ClaimStep) -> str:
    """Why a step cannot follow; empty where it can."""
    why = _unreadable(step)
    if why:
        return why
    if step.step == "filed":
        return _cannot_file(now, step)
    if now.filing is None or now.filed is None:
        return "the claim was never filed"
    if (step.period, step.currency) != (now.filing.period, now.filing.currency):
        return f"the claim was filed in {now.filing.currency} for {now.filing.period}"
    if step.on < now.filing.on:
        return f"it is of {step.on}, and the claim was filed on {now.filing.on}"
    cannot = _cannot_answer if step.step == "answered" else _cannot_credit
    return cannot(now.filed, now, step)


def _unreadable(step: ClaimStep) -> str:
    try:
        amounts = [parse_money(step.amount), *map(parse_money, filter(None, [step.rejected]))]
        days = [step.on, *filter(None, [step.first_day, step.last_day])]
        if any(date.fromisoformat(one).isoformat() != one for one in days):
            return "a day is not written as in 2026-09-30"
    except (NotMoney, ValueError):
        return "an amount or a day cannot be read"
    if any(amount < 0 for amount in amounts):
        return "an amount is below zero"
    if not step.reference.strip():
        return "it names no reference"
    return ""


def _cannot_file(now: ClaimSoFar, step: ClaimStep) -> str:
    if not (step.cause and step.claim_digest and step.first_day and step.last_day):
        return "it does not say what is claimed"
    if step.claim_id != claim_id_of(step.period, step.cause, step.model, step.currency):
        return "its name is not that of what is claimed"
    if step.first_day > step.last_day:
        return "its days end before they begin"
    if parse_money(step.amount) == 0:
        return "nothing is claimed"
    if now.filing is not None and now.filing.claim_digest == step.claim_digest:
        return f"the same rows were filed before, as {now.filing.reference}"
    return ""


def _cannot_answer(filed: Decimal, _now: ClaimSoFar, step: ClaimStep) -> str:
    if not step.rejected:
        return "the answer does not say what it rejects"
    both = EXACT.add(parse_money(step.amount), parse_money(step.rejected))
    if both > filed:
        return f"accepted and rejected are {plain(both)}, and {plain(filed)} was filed"
    if both == 0:
        return "the answer accepts nothing and rejects nothing"
    return ""


def _cannot_credit(filed: Decimal, now: ClaimSoFar, step: ClaimStep) -> str:
    amount = parse_money(step.amount)
    if amount == 0:
        return "nothing was credited"
    if step.reference in now.by_movement:
        return f"movement {step.reference} was counted for this claim before"
    whole = EXACT.add(now.credited, amount)
    if whole > filed:
        return f"credits would come to {plain(whole)}, and {plain(filed)} was filed"
    return ""
