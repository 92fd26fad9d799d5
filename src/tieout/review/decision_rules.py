"""What a disposition and an adjustment must have to count (V5, D16, A4).

The same rules are asked when one is signed and again whenever it is read: a log that was written
around the commands does not escape them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tieout.errors import ApprovalRefused
from tieout.money import NotMoney, parse_money, plain
from tieout.people.ruling import Adjustment, Disposition

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LONGEST_OWNER: Final = 80


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """What the local policy says of decisions (V4).

    Attributes:
        accept_most: the most that one group may come to, gross, and be accepted; or None.
        carry_days: for how many days an acceptance may reach into later periods.
        carry_gross: the most that an accepted group may come to in a later period, gross.
        due_days: how many days after it was first seen a group is due, by bucket.
        owners: who settles a bucket first, by bucket; empty leaves it to the role.
        trivial_amount: a group of at most this, gross, needs no decision; 0: every one does.
        trivial_total: the most that such groups of a period may come to, gross, in a currency.
        clear_timing: whether a timing difference whose counterpart is proved needs none.
    """

    accept_most: Decimal | None = None
    carry_days: int = 0
    carry_gross: Decimal = Decimal(0)
    due_days: Mapping[str, int] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    trivial_amount: Decimal = Decimal(0)
    trivial_total: Decimal = Decimal(0)
    clear_timing: bool = False


def require_disposition(said: Disposition, terms: ReviewTerms, made_on: date) -> None:
    """Refuse a disposition that cannot count.

    Args:
        said: the disposition.
        terms: what the policy says.
        made_on: the day it was signed.

    Raises:
        ApprovalRefused: ``DISPOSE_FORM``, ``DISPOSE_EVIDENCE`` or ``DISPOSE_CAP``.
    """
    ids = [one.group_id for one in said.groups]
    if not ids or len(set(ids)) < len(ids):
        raise _form("A decision names one or more cause groups, each once.", *ids)
    if not said.evidence_objects or len(said.evidence_objects) != len(said.evidence_names):
        raise ApprovalRefused(
            "DISPOSE_EVIDENCE",
            "A decision about a cause group needs evidence, each file by its name.",
            where=(", ".join(ids[:5]),),
            remedy="Name the files that show it, each after --evidence.",
        )
    for one in said.groups:
        gross = _money(one.gross, f"the gross amount of {one.group_id}")
        _money(one.net, f"the net amount of {one.group_id}")
        if said.disposed == "accepted":
            _require_below(
                gross, terms.accept_most, f"{one.group_id} comes to {plain(gross)} gross"
            )
    if said.cap or said.expires_on:
        _require_cap(said, terms, made_on)


def require_adjustment(said: Adjustment) -> None:
    """Refuse an adjustment that has not what every adjustment has (A4).

    Raises:
        ApprovalRefused: ``ADJUST_RULE``.
    """
    amount = None
    try:
        amount = parse_money(said.amount)
    except NotMoney as error:
        lacking = f"its amount is not an exact amount ({error.code})"
    else:
        lacking = "" if amount else "its amount is zero"
    checks = (
        ("its currency is not three capital letters", _CURRENCY.fullmatch(said.currency)),
        ("it has no owner", said.owner.strip() and len(said.owner) <= _LONGEST_OWNER),
        ("it has no reason", said.reason.strip()),
        ("it has no evidence", said.evidence_objects),
        ("its evidence has no names", len(said.evidence_names) == len(said.evidence_objects)),
    )
    lacking = lacking or next((what for what, good in checks if not good), "")
    if lacking:
        raise ApprovalRefused(
            "ADJUST_RULE",
            "An adjustment has an amount, a currency, an owner, a reason and evidence.",
            where=(lacking,),
            remedy="Give what is missing: --amount, --currency, --owner, --reason, --evidence.",
        )


def _require_cap(said: Disposition, terms: ReviewTerms, made_on: date) -> None:
    if said.disposed != "accepted" or not (said.cap and said.expires_on):
        raise _cap("Only an acceptance reaches into later periods, with a cap and a last day.")
    cap = _money(said.cap, "the cap")
    if cap < 0:
        raise _cap("A cap is no negative amount.", f"cap {said.cap}")
    _require_below(cap, terms.carry_gross, f"cap {plain(cap)}")
    try:
        last = date.fromisoformat(said.expires_on)
    except ValueError as error:
        raise _cap("The last day is no date.", ascii(said.expires_on[:40])) from error
    if last.isoformat() != said.expires_on or last < made_on:
        raise _cap("The last day is no date to come.", ascii(said.expires_on[:40]))
    if last > made_on + timedelta(days=terms.carry_days):
        raise _cap(
            f"The policy lets an acceptance reach {terms.carry_days:,} days.",
            f"signed on {made_on}, last day {last}",
        )


def _require_below(amount: Decimal, most: Decimal | None, said: str) -> None:
    if most is not None and amount > most:
        raise _cap(f"The policy lets at most {plain(most)} be accepted.", said)


def _money(text: str, what: str) -> Decimal:
    try:
        return parse_money(text)
    except NotMoney as error:
        raise _form(f"{what.capitalize()} is not an exact amount.", ascii(text[:64])) from error


def _form(what: str, *where: str) -> ApprovalRefused:
    return ApprovalRefused(
        "DISPOSE_FORM",
        what,
        where=tuple(ascii(line[:80]) for line in where[:5]),
        remedy="Name the groups as the list shows them: tieout variance list --open",
    )


def _cap(what: str, *where: str) -> ApprovalRefused:
    return ApprovalRefused(
        "DISPOSE_CAP",
        what,
        where=where,
        remedy="Give --cap and --expires within the policy; or correct or escalate the group.",
    )
