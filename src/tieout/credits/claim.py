"""Claims on the vendor: what a run finds was taken too much, and what became of it (B6).

A claim is the overcharged rows of one cause, model and currency in one period. What people said of
it are steps, signed and in order: filed, answered, credited. Money is recognised when a credit
came, never when one was promised; credits of several movements add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from tieout.credits.claim_rules import ClaimSoFar, broken_rule, claim_id_of
from tieout.money import EXACT, plain
from tieout.people.claim_rulings import ClaimStep
from tieout.people.ruled import Ruling

State = Literal["found", "filed", "answered", "rejected", "part_credited", "credited"]
# Nobody waits for anything any more.
ENDED: Final = frozenset({"rejected", "credited"})

CAUSES: Final[dict[str, str]] = {
    "charged_above_ratios": "above the ratios in its rows",
    "charged_above_price": "above the published price",
    "charged_not_billed": "calls that are not billed",
}
SENTENCES: Final[dict[str, str]] = {
    "charged_above_ratios": "The charge of each row is higher than any known version of the"
    " vendor's formula makes of the counts and the ratios that stand in the same row.",
    "charged_above_price": "The charge of each row is higher than the published price makes of"
    " its counts, with every doubt about the price in the vendor's favour.",
    "charged_not_billed": "The vendor's contract says, as verified, that such calls are not"
    " billed, and each of the rows was charged.",
}


@dataclass(frozen=True, slots=True)
class ClaimScope:
    """What a claim is about.

    Attributes:
        period: the label of the period of the charges.
        cause: a name of :data:`CAUSES`.
        model: the model's id in the price source, or its name as logged; None where it has none.
        currency: of the charge.
        first_day: the first day of the charges.
        last_day: the last day of them.
    """

    period: str
    cause: str
    model: str | None
    currency: str
    first_day: date
    last_day: date

    @property
    def claim_id(self) -> str:
        """A name that depends on period, cause, model and currency alone."""
        return claim_id_of(self.period, self.cause, self.model, self.currency)


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """What a run finds was taken too much, for one cause, model and currency.

    Attributes:
        scope: what it is about.
        rows: how many usage rows.
        charged: what was taken for them.
        amount: what of it was too much.
        digest: over the rows and their amounts.
    """

    scope: ClaimScope
    rows: int
    charged: Decimal
    amount: Decimal
    digest: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with everything that was said of it.

    Attributes:
        claim_id: its name.
        scope: what it is about: as the run finds it, else as it was filed.
        found: the claim as a run finds it now; None where none does, or none was asked.
        state: how far it is.
        stale: why what was filed is not what the run finds; empty where it is, or was not asked.
        so_far: the amounts filed, accepted, rejected and credited.
        steps: the steps that count, oldest first.
        broken: steps in force that do not count, each with the reason.
        waiting: steps that lack a signature.
        age_days: days from the last charge to the day of the look.
        file_by: the last day for filing by the policy; None where it names none.
    """

    claim_id: str
    scope: ClaimScope
    found: FoundClaim | None
    state: State
    stale: str
    so_far: ClaimSoFar
    steps: tuple[Ruling, ...]
    broken: tuple[tuple[Ruling, str], ...]
    waiting: tuple[Ruling, ...]
    age_days: int
    file_by: date | None

    @property
    def open_amount(self) -> Decimal:
        """What is still to be filed, answered or credited; nothing once the claim has ended."""
        if self.state in ENDED:
            return Decimal(0)
        now = self.so_far
        if now.filed is None:
            return Decimal(0) if self.found is None else self.found.amount
        return max(EXACT.subtract(now.due, now.credited), Decimal(0))


def claims_of(
    found: Sequence[FoundClaim],
    rulings: Iterable[Ruling],
    day: date,
    asked: Iterable[str],
    days_to_file: int | None = None,
) -> tuple[Claim, ...]:
    """Every claim that a run finds or that somebody filed, oldest charges first.

    Args:
        found: what the runs find.
        rulings: every ruling; those that are no steps of claims pass.
        day: the day of the look.
        asked: labels of the periods whose runs say what they find; of another period it is not
            known whether a claim still stands.
        days_to_file: how many days after a charge the vendor takes claims, by the policy.
    """
    by_id = {one.scope.claim_id: one for one in found}
    said: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        if isinstance(ruling.document, ClaimStep) and ruling.withdrawn is None:
            said.setdefault(ruling.document.claim_id, []).append(ruling)
    look = _Look(day, frozenset(asked), days_to_file)
    claims = (
        _claim(name, by_id.get(name), said.get(name, ()), look)
        for name in dict.fromkeys([*by_id, *said])
    )
    known = (one for one in claims if one is not None)
    return tuple(sorted(known, key=lambda one: (one.scope.first_day, one.claim_id)))


def step_of(ruling: Ruling) -> ClaimStep:
    """The step that a ruling takes."""
    assert isinstance(ruling.document, ClaimStep)
    return ruling.document


def so_far(rulings: Iterable[Ruling], claim_id: str) -> ClaimSoFar:
    """Where the steps of a claim that are in force have led."""
    mine = [
        one
        for one in rulings
        if isinstance(one.document, ClaimStep) and one.document.claim_id == claim_id
    ]
    return _followed(mine)[0]


@dataclass(frozen=True, slots=True)
class _Look:
    day: date
    asked: frozenset[str]
    days_to_file: int | None


def _followed(
    rulings: Sequence[Ruling],
) -> tuple[ClaimSoFar, list[Ruling], list[tuple[Ruling, str]]]:
    """The steps in force in their order: where they lead, which count, which do not and why."""
    now, counting, broken = ClaimSoFar(), list[Ruling](), list[tuple[Ruling, str]]()
    for ruling in sorted((r for r in rulings if r.is_in_force), key=lambda one: one.in_force_at):
        why = broken_rule(now, step_of(ruling))
        if why:
            broken.append((ruling, why))
        else:
            now = now.after(step_of(ruling))
            counting.append(ruling)
    return now, counting, broken


def _claim(
    name: str, found: FoundClaim | None, rulings: Sequence[Ruling], look: _Look
) -> Claim | None:
    """One claim; None where no run finds it and no filing of it counts."""
    now, counting, broken = _followed(rulings)
    if found is not None:
        scope = found.scope
    elif now.filing is not None:
        scope = _scope(now.filing)
    else:
        return None
    days = look.days_to_file
    return Claim(
        claim_id=name,
        scope=scope,
        found=found,
        state=_state(now),
        stale=_stale(now, found, was_asked=scope.period in look.asked),
        so_far=now,
        steps=tuple(counting),
        broken=tuple(broken),
        waiting=tuple(one for one in rulings if one.waits),
        age_days=max(0, (look.day - scope.last_day).days),
        file_by=None if days is None else scope.first_day + timedelta(days=days),
    )


def _scope(filing: ClaimStep) -> ClaimScope:
    first, last = (date.fromisoformat(one) for one in (filing.first_day, filing.last_day))
    return ClaimScope(
        filing.period, filing.cause, filing.model or None, filing.currency, first, last
    )


def _state(now: ClaimSoFar) -> State:
    if now.filed is None:
        return "found"
    if now.credited:
        return "credited" if now.credited >= now.due else "part_credited"
    if now.accepted is None:
        return "filed"
    return "answered" if now.due else "rejected"


def _stale(now: ClaimSoFar, found: FoundClaim | None, *, was_asked: bool) -> str:
    if now.filing is None or now.filed is None or not was_asked or _state(now) in ENDED:
        return ""
    if found is None:
        return "the run finds no such overcharge any more"
    if found.digest == now.filing.claim_digest:
        return ""
    # A credit that came as a row of the log is off what the run finds, and nothing else moved.
    if now.credited and EXACT.add(found.amount, now.credited) == now.filed:
        return ""
    then, today = plain(now.filed), plain(found.amount)
    if then == today:
        return "its rows changed since it was filed, for the same amount"
    return f"{then} was filed, and the run finds {today}"
