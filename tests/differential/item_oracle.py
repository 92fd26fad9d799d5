"""A second judge of unmatched items, from the rules alone: rows in dictionaries, no SQL (D6, D14).

It knows calls of one request each, in two models that cost 0.01 a request, and entries about them.
Rows with an id lie on other days than rows without one, so that no id ever joins a group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

RATE = Fraction(1, 100)


@dataclass(frozen=True)
class Fact:
    """One row of either leg; a call has a cost, an entry an amount.

    Attributes:
        leg: usage or ledger.
        id: the request id; empty for a row without one.
        day: the month and the day.
        model: the model.
        currency: the currency.
        amount: what it costs or holds.
        is_late: whether it was imported after July was run.
    """

    leg: str
    id: str
    day: tuple[int, int]
    model: str
    currency: str
    amount: Fraction
    is_late: bool


Key = tuple[str, ...]
# Key and leg of an item, and what it makes of the variance.
Items = dict[tuple[Key, str], Fraction]


def line_key(one: Fact) -> Key:
    """What a row is matched by: its id, or its day, model and currency."""
    if one.id:
        return ("id", one.id)
    return ("group", f"2026-{one.day[0]:02}-{one.day[1]:02}", one.model, one.currency)


def lines_of(rows: Sequence[Fact], month: int) -> dict[Key, list[Fact]]:
    """The rows of a month by line; an id in two currencies is no line that can be compared."""
    found: dict[Key, list[Fact]] = defaultdict(list)
    for one in rows:
        if one.day[0] == month:
            found[line_key(one)].append(one)
    return {key: rows for key, rows in found.items() if len({r.currency for r in rows}) == 1}


def difference(rows: Sequence[Fact]) -> Fraction:
    """Recorded minus expected."""
    return sum((r.amount if r.leg == "ledger" else -r.amount for r in rows), Fraction(0))


@dataclass(frozen=True)
class Amount:
    """What a group lacks on one day, or has too much: its line, calls nobody booked, or both."""

    group: tuple[str, str]
    day: str
    part: str
    amount: Fraction
    legs: frozenset[str]


def amounts_of(lines: dict[Key, list[Fact]]) -> list[Amount]:
    """Every amount of a month that may stand on another day."""
    parts: dict[tuple[tuple[str, str], str], dict[str, list[Fact]]] = defaultdict(dict)
    for key, rows in lines.items():
        one = rows[0]
        where = (one.model, one.currency), f"2026-{one.day[0]:02}-{one.day[1]:02}"
        if key[0] == "group" and difference(rows):
            parts[where]["group"] = rows
        elif key[0] == "id" and {row.leg for row in rows} == {"usage"}:
            parts[where].setdefault("calls", []).extend(rows)
    for found in parts.values():
        if len(found) > 1:
            found["whole"] = found["group"] + found["calls"]
    return [
        Amount(group, day, part, difference(rows), frozenset(row.leg for row in rows))
        for (group, day), found in parts.items()
        for part, rows in found.items()
    ]


def opposite(one: Amount, amounts: list[Amount]) -> list[Amount]:
    """The amounts of other days that cancel it: calls on one day, entries on the other."""
    return [
        other
        for other in amounts
        if other.group == one.group and other.day != one.day and other.amount == -one.amount
        if ("usage" in one.legs and "ledger" in other.legs)
        or ("ledger" in one.legs and "usage" in other.legs)
    ]


def choices(one: Amount, amounts: list[Amount]) -> int:
    """How many pairs an amount has, and those that are made of the same rows."""
    same_rows = [
        part
        for part in amounts
        if (part.group, part.day) == (one.group, one.day)
        if part == one or "whole" in (part.part, one.part)
    ]
    return sum(len(opposite(part, amounts)) for part in same_rows)


def others_of(key: Key, lines: dict[Key, list[Fact]]) -> list[tuple[Amount, Amount]]:
    """The pairs that a line takes part in, alone or with the rest of its day."""
    one = lines[key][0]
    if key[0] == "id" and {row.leg for row in lines[key]} != {"usage"}:
        return []
    amounts = amounts_of(lines)
    part = "group" if key[0] == "group" else "calls"
    day = f"2026-{one.day[0]:02}-{one.day[1]:02}"
    return [
        (mine, other)
        for mine in amounts
        if (mine.group, mine.day) == ((one.model, one.currency), day)
        if mine.part in {part, "whole"}
        for other in opposite(mine, amounts)
    ]


def on_another_day(key: Key, lines: dict[Key, list[Fact]], half_step: Fraction) -> bool:
    """Whether one other line of the group has the opposite amount; nothing else explains either.

    Neither may have a second choice; single calls of a day are an equal amount and no counterpart.
    """
    amounts = amounts_of(lines)
    pairs = others_of(key, lines)
    if len(pairs) != 1 or {one.part for one in pairs[0]} != {"group"}:
        return False
    both = [("group", one.day, *one.group) for one in pairs[0]]
    return all(choices(one, amounts) == 1 for one in pairs[0]) and not any(
        posted_twice(lines[one], half_step) or under_other_model(one, lines) for one in both
    )


def posted_twice(rows: Sequence[Fact], half_step: Fraction) -> bool:
    """Whether each of several equal entries would do for the calls."""
    entries = [one.amount for one in rows if one.leg == "ledger"]
    calls = [one.amount for one in rows if one.leg == "usage"]
    return (
        bool(calls)
        and len(entries) > 1
        and len(set(entries)) == 1
        and abs(entries[0] - sum(calls)) <= half_step
    )


def under_other_model(key: Key, lines: dict[Key, list[Fact]]) -> bool:
    """Whether the group of another model has the opposite amount on the same day."""
    return any(
        (one[0], one[1], one[3]) == (key[0], key[1], key[3])
        and one != key
        and difference(rows) == -difference(lines[key])
        and any(row.leg == "ledger" for row in (*rows, *lines[key]))
        for one, rows in lines.items()
        if one[0] == "group"
    )


def left_open(rows: Sequence[Fact], month: int, half_step: Fraction) -> Items:
    """The items of a month: lines of one leg that no other day is proved to explain."""
    lines = lines_of(rows, month)
    return {
        (key, rows[0].leg): difference(rows)
        for key, rows in lines.items()
        if len({one.leg for one in rows}) == 1
        and abs(difference(rows)) > half_step
        and not on_another_day(key, lines, half_step)
    }


def is_sure(key: Key, lines: dict[Key, list[Fact]]) -> bool:
    """Whether a line of a group was left open without a doubt: its amount stands nowhere else."""
    return not others_of(key, lines) and not under_other_model(key, lines)


def cleared(items: Items, rows: Sequence[Fact], half_step: Fraction) -> dict[tuple[Key, str], str]:
    """Which items of July a run of August clears, and where their counterpart landed."""
    found = {}
    july, august = lines_of([one for one in rows if not one.is_late], 7), lines_of(rows, 8)
    for (key, leg), amount in items.items():
        where = (
            _by_id(key, leg, amount, rows, half_step)
            if key[0] == "id"
            else is_sure(key, july)
            and not posts_calls(key, leg, amount, calls_left(items, rows))
            and _by_group(key, leg, items, calls_left(items, rows), august, half_step)
        )
        if where:
            found[key, leg] = where
    return found


def _by_id(key: Key, leg: str, amount: Fraction, rows: Sequence[Fact], half_step: Fraction) -> str:
    mine = [one for one in rows if one.id == key[1] and one.day[0] in (7, 8)]
    before = [one for one in mine if one.leg == leg and one.day[0] == 7]
    counterpart = [one for one in mine if one.leg != leg]
    if not counterpart or len({one.currency for one in mine}) > 1:
        return ""
    same_model = {one.model for one in counterpart} == {one.model for one in before}
    same_amount = abs(difference(before) - amount) <= half_step
    if not (same_model and same_amount and abs(difference(mine)) <= half_step):
        return ""
    return "period" if any(one.day[0] == 8 for one in counterpart) else "late"


def calls_left(items: Items, rows: Sequence[Fact]) -> Items:
    """What single calls of one day come to that are items, where no entry names them by now."""
    named = {one.id for one in rows if one.leg == "ledger" and one.day[0] in (7, 8)}
    found: Items = defaultdict(Fraction)
    for (key, leg), amount in items.items():
        call = next((one for one in rows if ("id", one.id) == key and one.leg == "usage"), None)
        if leg == "usage" and call is not None and call.id not in named:
            found[("group", f"calls of {call.day}", call.model, call.currency), leg] += amount
    return found


def posts_calls(key: Key, leg: str, amount: Fraction, calls: Items) -> bool:
    """Whether calls of any day are open that come to the amount of a group's line."""
    of_model = [cost for (group, _), cost in calls.items() if group[2:] == key[2:]]
    return leg == "usage" and sum(of_model) <= amount


def _by_group(
    key: Key,
    leg: str,
    items: Items,
    calls: Items,
    august: dict[Key, list[Fact]],
    half_step: Fraction,
) -> str:
    parts = {**{item: amount for item, amount in items.items() if item[0][0] == "group"}, **calls}

    def meets(item: tuple[Key, str], line: Key) -> bool:
        rows = august[line]
        return (
            line[0] == "group"
            and line[2:] == item[0][2:]
            and any(one.leg != item[1] for one in rows)
            and abs(difference(rows)) > half_step
            and abs(difference(rows) + parts[item]) <= half_step
        )

    lines = [line for line in august if meets((key, leg), line)]
    if len(lines) != 1 or sum(meets(item, lines[0]) for item in parts) != 1:
        return ""
    doubted = posted_twice(august[lines[0]], half_step) or under_other_model(lines[0], august)
    return "" if doubted or others_of(lines[0], august) else "period"
