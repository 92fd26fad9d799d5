"""What changed between two looks at a period: new, grown, changed, aged and cleared (A7).

A person who knows yesterday's state wants to hear what is different today, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from tieout.review.item_changes import ItemChange, SeenItems, compare_items

Change = Literal["new", "grown", "changed", "aged", "cleared"]
# The order in which a person wants to hear them.
CHANGES: Final[tuple[Change, ...]] = ("new", "grown", "changed", "aged", "cleared")


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """A cause group as one run saw it, with what people had decided by then.

    Attributes:
        group_id: its cause and scope (D16).
        group_digest: its lines, amounts and prices; the same where nothing moved.
        title: model and cause in words.
        bucket: its bucket.
        currency: its currency, or a word where none is known.
        net: what it comes to, with sign.
        gross: what it comes to without signs.
        is_open: whether somebody still has to settle it.
        owner: who settles it.
        is_assigned: whether a person was named for it.
        due: the last day for it, ``YYYY-MM-DD``; or empty.
    """

    group_id: str
    group_digest: str
    title: str
    bucket: str
    currency: str
    net: Decimal
    gross: Decimal
    is_open: bool
    owner: str
    is_assigned: bool
    due: str = ""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One cause group that is different, or as open as it was.

    Attributes:
        change: new; grown, with more money than before; changed, with other lines or less money;
            aged, open and unchanged; or cleared, no longer open.
        group: the group now; for one that is gone, as it was.
        before: the group as it was; none for a new one.
        is_overdue: whether its day has passed, by the instant of the run.
    """

    change: Change
    group: SeenGroup
    before: SeenGroup | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One run as the next one compares itself with it.

    Attributes:
        run_id: the run.
        period: the label of its period.
        groups: every cause group, by its id.
        concerns: what keeps it from *approve* beside its groups, each by a name that stays the same
            from day to day: fired triggers, checklist items, waiting records.
        items: its unmatched items, and those that earlier runs left.
    """

    run_id: str
    period: str
    groups: Mapping[str, SeenGroup]
    concerns: frozenset[str]
    items: tuple[SeenItems, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What is different since an earlier look; against none, everything that is open is new.

    Attributes:
        before: the earlier run; empty where there is none.
        changes: every group that is open or was, in the order a person wants to hear.
        new_concerns: concerns that were not there before.
        gone_concerns: concerns that are gone.
        items: unmatched items that are different, or wait as they did.
    """

    before: str
    changes: tuple[GroupChange, ...]
    new_concerns: tuple[str, ...]
    gone_concerns: tuple[str, ...]
    items: tuple[ItemChange, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether all that is open was open before, unchanged, with a person named, and not due.

        An earlier look must exist: without one nothing is known (D26).
        """
        still = [one for one in self.changes if one.change != "cleared"]
        return (
            bool(self.before)
            and not self.new_concerns
            and all(
                one.change == "aged" and one.group.is_assigned and not one.is_overdue
                for one in still
            )
        )

    def of(self, change: Change) -> tuple[GroupChange, ...]:
        """The groups of one kind of change."""
        return tuple(one for one in self.changes if one.change == change)

    def to_be_told(self, notices: Collection[str]) -> tuple[GroupChange, ...]:
        """The groups somebody is told of.

        Args:
            notices: kinds of change, and *overdue* for whatever is open past its day.
        """
        return tuple(
            one
            for one in self.changes
            if one.change in notices or (one.is_overdue and "overdue" in notices)
        )


def compare(now: Look, before: Look | None, today: str) -> Since:
    """Compare a run with the one before it.

    In another period the same cause in the same scope is the same group: its amounts are those of
    other days, so that it has not changed by being other money. It has grown where it is more.

    Args:
        now: the run.
        before: the earlier one; none for the first.
        today: the day of the run, ``YYYY-MM-DD``, in the reporting zone.
    """
    earlier: Mapping[str, SeenGroup] = {} if before is None else before.groups
    same_period = before is not None and before.period == now.period
    found = [
        _changed(group, earlier.get(name), today, same_period=same_period)
        for name, group in now.groups.items()
        if group.is_open
    ]
    found += [
        GroupChange("cleared", now.groups.get(name, group), group, is_overdue=False)
        for name, group in earlier.items()
        if group.is_open and not (name in now.groups and now.groups[name].is_open)
    ]
    known = frozenset() if before is None else before.concerns
    return Since(
        "" if before is None else before.run_id,
        tuple(sorted(found, key=_as_heard)),
        tuple(sorted(now.concerns - known)),
        tuple(sorted(known - now.concerns)),
        compare_items(now.items, () if before is None else before.items),
    )


def _changed(
    group: SeenGroup, before: SeenGroup | None, today: str, *, same_period: bool
) -> GroupChange:
    overdue = bool(group.due) and group.due < today
    change: Change
    if before is None or not before.is_open:
        change = "new"
    elif group.gross > before.gross:
        change = "grown"
    elif same_period and group.group_digest != before.group_digest:
        change = "changed"
    else:
        change = "aged"
    return GroupChange(change, group, before, is_overdue=overdue)


def _as_heard(one: GroupChange) -> tuple[int, bool, Decimal, str]:
    place = CHANGES.index(one.change)
    return place, not one.is_overdue, -one.group.gross, one.group.group_id


def in_order(changes: Sequence[GroupChange]) -> dict[Change, int]:
    """How many groups there are of each kind of change, all five always."""
    return {name: sum(1 for one in changes if one.change == name) for name in CHANGES}
