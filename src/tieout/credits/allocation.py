"""Use that carries no label, borne by cost centers by a written rule (B3).

A rule moves nothing that was certified: usage, its state and its cost stay as they are. It says
who bears a share in the journal, in lines of their own that name it. Without a rule in force the
use stays unallocated, and is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from tieout.credits.journal import UsePart, parts_of
from tieout.credits.pool import NetUse
from tieout.errors import InputRefused
from tieout.evidence.pool_entries import Allocation

_MOST_PARTS: Final = 1_000_000_000


def require_rule(rule: Allocation) -> None:
    """Refuse a rule that shares nothing out, or says its shares twice.

    Raises:
        InputRefused: ``ALLOCATION_RULE``.
    """
    if not rule.reason.strip() or not rule.approved_by.strip():
        raise _refused("it has no reason, or nobody who approved it")
    if rule.driver != "fixed" and rule.parts:
        raise _refused(f"the driver {rule.driver} takes its shares from use; it has no parts")
    if rule.driver == "fixed":
        if not rule.parts:
            raise _refused("the driver fixed needs parts, like ads=3 ops=1")
        for name, count in rule.parts.items():
            if not name.strip() or not 1 <= count <= _MOST_PARTS:
                raise _refused(f"{name!a}={count}: a part is a name and a whole number above zero")


def allocated(uses: Sequence[NetUse], rule: Allocation) -> tuple[UsePart, ...]:
    """Use as its labels say, and what has none in shares by the rule; together as much as before.

    Raises:
        InputRefused: ``ALLOCATION_DRIVER``: the use of the period gives no shares.
    """
    unlabelled = sum((one.units for one in uses if not one.cost_center), Fraction(0))
    labelled = [one for one in uses if one.cost_center]
    if not unlabelled:
        return parts_of(uses)
    weights = _weights(labelled, rule)
    whole = sum(weights.values())
    return (
        *parts_of(labelled),
        *(
            UsePart(name, unlabelled * weight / whole, f"allocated by rule {rule.rule_id}")
            for name, weight in sorted(weights.items())
            if weight
        ),
    )


def _weights(labelled: Sequence[NetUse], rule: Allocation) -> dict[str, Fraction]:
    if rule.driver == "fixed":
        return {name: Fraction(count) for name, count in rule.parts.items()}
    weights: dict[str, Fraction] = {}
    for one in labelled:
        said = one.units if rule.driver == "labelled_units" else Fraction(one.requests)
        weights[one.cost_center] = weights.get(one.cost_center, Fraction(0)) + said
    below = sorted(name for name, weight in weights.items() if weight < 0)
    if below or not any(weights.values()):
        why = (
            f"more came back to {', '.join(map(ascii, below))} than was used"
            if below
            else "no cost center has any"
        )
        raise InputRefused(
            "ALLOCATION_DRIVER",
            f"Shares of {rule.driver.replace('_', ' ')} cannot be taken from this use.",
            where=(f"rule {rule.rule_id} of {rule.period}: {why}",),
            remedy="Allocate by requests or by fixed parts: tieout credits allocate",
        )
    return weights


def _refused(why: str) -> InputRefused:
    return InputRefused(
        "ALLOCATION_RULE",
        "That is no rule to allocate by.",
        where=(why,),
        remedy="Write driver, parts, reason and who approved it, then repeat the command.",
    )
