"""Standing: what was decided about each cause group, and whether it still stands (D16, D25, A6).

A decision is bound to what its author saw. Where the group is the same, it stands, whatever run
shows it; where the group moved, it is stale and shown as such. An acceptance with a cap stands in
later periods too, up to its cap and its last day, while the differences lie on the same side and
assume nothing that was not accepted with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from tieout.calendar import Period, instant_text, parse_instant, parse_period, zone
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.findings import FIRST_OWNER, Bucket
from tieout.money import plain
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import Assignment, Comment, DisposedGroup, Disposition
from tieout.review.adjusting import MadeAdjustment, adjustments_of, left_of, of_group
from tieout.review.cause_group import CauseGroup
from tieout.review.decision_rules import ReviewTerms, require_disposition
from tieout.review.trivial import is_small, passing

State = Literal[
    "open", "accepted", "corrected", "correction_due", "escalated", "stale", "trivial", "cleared"
]

# How much of an assumption a reason shows: a name from outside may be long.
_SHOWN: Final = 60

# Nothing is left to do for these; for the others somebody has to act.
SETTLED: Final[frozenset[State]] = frozenset({"accepted", "corrected", "trivial", "cleared"})
# The signed policy settles these by itself; nobody is asked for a word or for evidence.
BY_POLICY: Final[frozenset[State]] = frozenset({"trivial", "cleared"})
# These have a decision that stands: an escalation waits for its answer, and nobody else need act.
DECIDED: Final[frozenset[State]] = SETTLED | {"escalated"}


@dataclass(frozen=True, slots=True)
class Stale:
    """A decision that does not stand, and why."""

    ruling: Ruling
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A cause group with everything people said of it.

    Attributes:
        group: the group.
        state: open, accepted, corrected (adjustments leave nothing of it), correction due (the
            books are to be corrected and are not yet), escalated, or stale; trivial or cleared
            where the policy says that nobody need decide.
        owner: who settles it.
        due: the last day for it, or empty.
        first_seen: the instant of the first run of the period that showed it.
        age_days: days since then, by the calendar of the reporting zone.
        ruling: the decision that stands, if one does.
        stale: decisions that do not stand, newest first.
        waiting: decisions that lack a signature.
        comments: what was remarked, oldest first.
        adjustments: the adjustments that correct it.
        left: what is left of it, gross.
    """

    group: CauseGroup
    state: State
    owner: str
    due: str
    first_seen: str
    age_days: int
    ruling: Ruling | None
    stale: tuple[Stale, ...]
    waiting: tuple[Ruling, ...]
    comments: tuple[Ruling, ...]
    adjustments: tuple[MadeAdjustment, ...]
    left: Decimal

    @property
    def settled(self) -> bool:
        """Whether its lines are no open question any more."""
        return self.state in SETTLED

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about it, or to do what was decided."""
        return self.state not in DECIDED


@dataclass(frozen=True, slots=True)
class ReviewedFrom:
    """From where a review looks.

    Attributes:
        period: the period of the groups.
        as_of: the instant for ages and last days (D23).
        terms: what the policy says.
        first_seen: when each group of the period was first seen, by its id.
    """

    period: Period
    as_of: datetime
    terms: ReviewTerms
    first_seen: Mapping[str, str]

    def day(self, moment: datetime) -> date:
        """The day of an instant in the reporting zone."""
        return moment.astimezone(zone(self.period.zone)).date()


def standings(
    groups: Sequence[CauseGroup], rulings: Replay, look: ReviewedFrom
) -> tuple[Standing, ...]:
    """What stands for each group, in the order given."""
    said = _Said.of(rulings, look)
    made = adjustments_of(rulings, look.period.label)
    found = tuple(_standing(group, said, of_group(made, group), look) for group in groups)
    small = [one.group for one in found if one.state == "trivial"]
    passed = passing(small, look.terms.trivial_total)
    return tuple(
        replace(one, state="open")
        if one.state == "trivial" and one.group.group_id not in passed
        else one
        for one in found
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The rulings about groups, by what they are about."""

    own: dict[str, list[tuple[Ruling, DisposedGroup]]]
    earlier: dict[object, list[tuple[Ruling, DisposedGroup]]]
    waiting: dict[str, list[Ruling]]
    owners: dict[str, Assignment]
    comments: dict[str, list[Ruling]]
    broken: dict[str, str]

    @classmethod
    def of(cls, rulings: Replay, look: ReviewedFrom) -> _Said:
        found = cls({}, {}, {}, {}, {}, {})
        label = look.period.label
        for ruling in rulings.in_force:
            document = ruling.document
            if isinstance(document, Disposition):
                # Once a ruling, however many groups it decides about.
                found.broken[ruling.entry] = _broken(ruling, look.terms)
                before = document.period != label and _is_before(document.period, look.period)
                for one in document.groups:
                    if document.period == label:
                        found.own.setdefault(one.group_id, []).append((ruling, one))
                    elif before:
                        found.earlier.setdefault(one.scope, []).append((ruling, one))
            elif isinstance(document, Assignment) and document.period == label:
                found.owners.update(dict.fromkeys(document.group_ids, document))
            elif isinstance(document, Comment) and document.period == label:
                found.comments.setdefault(document.group_id, []).append(ruling)
        for ruling in rulings.waiting:
            document = ruling.document
            if isinstance(document, Disposition) and document.period == label:
                for one in document.groups:
                    found.waiting.setdefault(one.group_id, []).append(ruling)
        return found


def _standing(
    group: CauseGroup, said: _Said, made: tuple[MadeAdjustment, ...], look: ReviewedFrom
) -> Standing:
    ruling, stale = _decision(group, said, look)
    left = left_of(group, made)
    state: State = "open"
    if made and not left:
        state, ruling = "corrected", made[-1].ruling
    elif ruling is not None:
        assert isinstance(ruling.document, Disposition)
        disposed = ruling.document.disposed
        state = "correction_due" if disposed == "corrected" else disposed
    elif stale:
        state = "stale"
    else:
        state = _by_policy(group, look.terms)
    assigned = said.owners.get(group.group_id)
    seen = look.first_seen.get(group.group_id) or instant_text(look.as_of)
    since = parse_instant(seen, "first seen")
    return Standing(
        group=group,
        state=state,
        owner=assigned.owner if assigned else _first_owner(group, look),
        due=(assigned.due if assigned else "") or _due(group, since, look),
        first_seen=seen,
        age_days=max(0, (look.day(look.as_of) - look.day(since)).days),
        ruling=ruling,
        stale=stale,
        waiting=tuple(said.waiting.get(group.group_id, ())),
        comments=tuple(said.comments.get(group.group_id, ())),
        adjustments=made,
        left=Decimal(0) if state == "corrected" else left,
    )


def _decision(
    group: CauseGroup, said: _Said, look: ReviewedFrom
) -> tuple[Ruling | None, tuple[Stale, ...]]:
    """The decision that stands, newest first, and those that do not."""
    stale: list[Stale] = []
    for ruling, seen in reversed(said.own.get(group.group_id, ())):
        why = said.broken[ruling.entry] or _moved(seen, group)
        if not why:
            return ruling, tuple(stale)
        stale.append(Stale(ruling, why))
    if stale:
        return None, tuple(stale)
    for ruling, seen in reversed(said.earlier.get(group.scope, ())):
        document = ruling.document
        assert isinstance(document, Disposition)
        if document.disposed != "accepted":
            # Whoever escalated or corrected it since has withdrawn the acceptance before.
            break
        if document.cap:
            # The newest alone says under what conditions; it may let less pass than one before it.
            why = (
                said.broken[ruling.entry]
                or _beyond(document, group, look)
                or _otherwise(seen, group)
            )
            return (None, (Stale(ruling, why),)) if why else (ruling, ())
    return None, ()


def _by_policy(group: CauseGroup, terms: ReviewTerms) -> State:
    """Whether a group is small enough, or its counterpart is there, so that nobody need decide."""
    # What a counterpart settles takes nothing of what may pass for being small.
    if terms.clear_timing and (group.scope.bucket, group.scope.proof) == ("timing", "proved"):
        return "cleared"
    if is_small(group, terms):
        return "trivial"
    return "open"


def _broken(ruling: Ruling, terms: ReviewTerms) -> str:
    """Why a decision never counted; empty where it does."""
    assert isinstance(ruling.document, Disposition)
    try:
        made = parse_instant(ruling.statement.at, "statement").date()
        require_disposition(ruling.document, terms, made)
    except (ApprovalRefused, ConfigurationRefused) as refused:
        return f"it breaks a rule ({refused.code}): {refused.what}"
    return ""


def _moved(seen: DisposedGroup, group: CauseGroup) -> str:
    if seen.group_digest == group.digest:
        return ""
    then, now = (
        f"{seen.net} net, {seen.gross} gross",
        f"{plain(group.net)} net, {plain(group.gross)} gross",
    )
    if then == now:
        return "its lines, rates or records changed since, for the same amount"
    return f"it came to {then}, and comes to {now} now"


def _beyond(said: Disposition, group: CauseGroup, look: ReviewedFrom) -> str:
    if group.gross > Decimal(said.cap):
        return f"it comes to {plain(group.gross)} gross, above the cap of {said.cap}"
    if look.day(look.as_of) > date.fromisoformat(said.expires_on):
        return f"it ended on {said.expires_on}"
    return ""


def _otherwise(seen: DisposedGroup, group: CauseGroup) -> str:
    """What of a later group is not what was accepted: a side it did not have, or an assumption.

    Whoever accepted a group before its assumptions were kept set neither condition.
    """
    if seen.assumed is None:
        return ""
    net, gross = Decimal(seen.net), Decimal(seen.gross)
    for side, then, now in (
        ("above", gross + net, group.plus),
        ("below", gross - net, group.minus),
    ):
        if now and not then:
            return f"lines are {side} what they should be, and none of those accepted was"
    if group.assumed is None:
        return "its run is older than what the acceptance is bound to: run the period again"
    others = sorted(set(group.assumed) - set(seen.assumed))
    if not others:
        return ""
    more = f", and {len(others) - 1} more" if len(others) > 1 else ""
    return f'it assumes what was not accepted: "{_short(others[0])}"{more}'


def _short(assumed: str) -> str:
    return assumed if len(assumed) <= _SHOWN else f"{assumed[:_SHOWN]}..."


def _is_before(label: str, period: Period) -> bool:
    """Whether a period ended when this one began; a label that is no period never did."""
    try:
        return parse_period(label, period.zone).end <= period.start
    except ConfigurationRefused:
        return False


def _first_owner(group: CauseGroup, look: ReviewedFrom) -> str:
    """Whom the policy names for the bucket, else the role that looks first (V2)."""
    bucket = group.scope.bucket
    return look.terms.owners.get(bucket) or FIRST_OWNER[Bucket(bucket)]


def _due(group: CauseGroup, since: datetime, look: ReviewedFrom) -> str:
    days = look.terms.due_days.get(group.scope.bucket)
    return "" if days is None else (look.day(since) + timedelta(days=days)).isoformat()
