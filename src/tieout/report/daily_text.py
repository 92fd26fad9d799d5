"""The morning check as text: what is new, grown, changed, aged and cleared since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieout.findings import plural
from tieout.money import plain
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import short, visible
from tieout.review.changes import CHANGES, GroupChange, Since
from tieout.review.item_changes import ItemChange, SeenItems

_MOST: Final = 12
_WORD: Final = {
    "new": "new",
    "grown": "grown",
    "changed": "changed",
    "aged": "as it was",
    "cleared": "cleared",
}


def since_text(since: Since, width: int) -> str:
    """What is different since the last look, one screen at most."""
    if not since.before:
        head = "since the last look  there is none: everything open is new"
    else:
        counts = (f"{len(since.of(one)):,} {_WORD[one]}" for one in CHANGES)
        head = f"since run {since.before[:8]}  {', '.join(counts)}"
    lines = wrapped(head, width, hang=2)
    lines += [*_concerns(since, width), *_groups(since.changes, width)]
    lines += _items(since.items, width)
    return "\n".join(lines) + "\n"


def _concerns(since: Since, width: int) -> list[str]:
    found = [("new", one) for one in since.new_concerns]
    found += [("gone", one) for one in since.gone_concerns]
    if not since.before:
        return []
    return [
        line
        for word, one in found
        for line in wrapped(f"{word}  {visible(one)}", width, indent="    ", hang=6)
    ]


def _groups(changes: Sequence[GroupChange], width: int) -> list[str]:
    shown = changes[:_MOST]
    rows = [
        (
            _WORD[one.change] + (", overdue" if one.is_overdue else ""),
            one.group.bucket,
            visible(one.group.title),
            short(plain(one.group.net), signed=True),
            visible(one.group.currency),
            visible(one.group.owner) + (f", due {one.group.due}" if one.group.due else ""),
        )
        for one in shown
    ]
    lines = aligned(rows, "lllrll", width, indent="    ", flexible=(2, 5)) if rows else []
    if len(changes) > _MOST:
        more = plural(len(changes) - _MOST, "more group")
        lines.append(f"    and {more} in tieout variance list")
    return lines


def _items(changes: Sequence[ItemChange], width: int) -> list[str]:
    """Lines of one leg without the other: what was cleared, what is new, what only grew older."""
    rows = [
        (
            _WORD[one.change],
            "unmatched",
            _which_items(one.items),
            short(plain(one.items.amount), signed=True),
            visible(one.items.currency),
            _item_words(one),
        )
        for one in changes[:_MOST]
    ]
    lines = aligned(rows, "lllrll", width, indent="    ", flexible=(2, 5)) if rows else []
    if len(changes) > _MOST:
        lines.append(f"    and {len(changes) - _MOST:,} more in unmatched_items.parquet of the run")
    return lines


def _which_items(items: SeenItems) -> str:
    count = plural(items.items, f"{items.side} item")
    return f"{count} of {items.period}, {visible(items.title)}"


def _item_words(one: ItemChange) -> str:
    if one.change == "cleared":
        return "counterpart came late" if one.items.landed_in == "late" else "counterpart came"
    return f"{plural(one.items.age_days, 'day')} old"
