"""What changed among unmatched items between two looks: new, changed, aged and cleared (A7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

ItemChangeKind = Literal["cleared", "new", "changed", "aged"]
# The order in which a person wants to hear them.
_ORDER: Final[tuple[ItemChangeKind, ...]] = ("cleared", "new", "changed", "aged")


@dataclass(frozen=True, slots=True)
class SeenItems:
    """The items of one period, leg, cause group and state, as one run saw them.

    Attributes:
        period: the label of the period they belong to.
        side: the leg that has them.
        group_id: their cause group.
        title: model and cause in words.
        state: open, disposed, cleared or gone.
        landed_in: where the counterpart of cleared ones came: in the period of the run, or late.
        items: how many.
        amount: what they come to.
        currency: its currency, or a word where none is known.
        age_days: the age of the oldest.
        is_own: whether the run itself found them: then its cause groups tell of them.
    """

    period: str
    side: str
    group_id: str
    title: str
    state: str
    landed_in: str | None
    items: int
    amount: Decimal
    currency: str
    age_days: int
    is_own: bool

    @property
    def waits(self) -> bool:
        """Whether no counterpart has come, whatever somebody decided about it."""
        return self.state in ("open", "disposed")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """Items that are different, or wait as they did; what was cleared is told once."""

    change: ItemChangeKind
    items: SeenItems


def compare_items(now: Sequence[SeenItems], before: Sequence[SeenItems]) -> tuple[ItemChange, ...]:
    """Compare the unmatched items of two runs.

    Args:
        now: what the run says.
        before: what the earlier one said; nothing where there is none.
    """
    known = {_key(one): one for one in before}
    found = [
        ItemChange(change, one)
        for one in now
        if not one.is_own and (change := _change(one, known.get(_key(one))))
    ]
    return tuple(sorted(found, key=_as_heard))


def _change(one: SeenItems, before: SeenItems | None) -> ItemChangeKind | None:
    same = before is not None and (before.items, before.amount) == (one.items, one.amount)
    if one.waits:
        return "new" if before is None else "aged" if same else "changed"
    return "cleared" if one.state == "cleared" and not same else None


def _key(one: SeenItems) -> tuple[str, ...]:
    state = "waits" if one.waits else f"{one.state} {one.landed_in}"
    return one.period, one.side, one.group_id, one.currency, state


def _as_heard(one: ItemChange) -> tuple[int, int, str, str, str]:
    items = one.items
    return _ORDER.index(one.change), -items.age_days, items.period, items.side, items.group_id
