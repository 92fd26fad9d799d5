"""A starter policy beside what a person's own files show: each number with what was seen (V4).

The numbers stay at their strictest. What was usual is shown, so that a person can judge what to let
pass; the one number that follows from the files is how far around a period rows are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from tieout.findings import plural
from tieout.money import plain
from tieout.workspace.history import History, LookedAt, Spend
from tieout.workspace.policy_signing import starter_policy
from tieout.workspace.toml_text import comment, question

_TERM: Final = re.compile(r"(?:# )?(\w+) = ")
# Rows of this many days around a period are looked at, where the files show no more.
_LEAST_MARGIN: Final = 2
_MOST_MARGIN: Final = 31
_NAMES_SHOWN: Final = 3


def policy_lines(history: History) -> list[str]:
    """The starter policy, each term that is a number with what the files show about it."""
    lines: list[str] = []
    for line in starter_policy().rstrip("\n").split("\n"):
        term = _TERM.match(line)
        says = _SAYS.get(term.group(1)) if term is not None else None
        if says is not None:
            lines.append(comment(says(history)))
        lines.append(line)
        if line == "[policy]":
            lines += [comment(text) for text in _looked(history)]
    return lines


def margin_lines(history: History) -> list[str]:
    """How far around a period rows may be counterparts, by the delays that the files show."""
    far = max((abs(days) for days in history.delays), default=0)
    lines = [comment("Rows this near a bound of the period may be counterparts.")]
    if not history.delays:
        lines.append(comment("Not measured: no entry that was looked at names a call by its id."))
    else:
        lines.append(comment(f"Seen: {_delays(history)}."))
    if far > _MOST_MARGIN:
        lines.append(
            question(f"an entry lies {far} days from its call; are the two times of one kind?")
        )
    return [*lines, f"margin_days = {min(max(_LEAST_MARGIN, far), _MOST_MARGIN)}"]


def _looked(history: History) -> list[str]:
    if not history.looked:
        return ["No export and no ledger was looked at: no number is measured."]
    return [
        "What is said to be seen was seen in these rows alone:",
        *(f"  {_file(one)}" for one in history.looked),
    ]


def _file(one: LookedAt) -> str:
    rows = f"the first {one.rows} rows" if one.is_cut else plural(one.rows, "row")
    days = "of no readable day" if one.days is None else _span(*one.days)
    return f"{one.name} ({one.leg}): {rows}, {days}"


def _span(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _delays(history: History) -> str:
    whole = sum(history.delays.values())
    early = sum(count for days, count in history.delays.items() if days < 0)
    late = sum(count for days, count in history.delays.items() if days > 0)
    said = f"of {plural(whole, 'entry', 'entries')} that name a call, {whole - early - late}"
    if not early + late:
        return f"{said} are of its day"
    far = max(abs(days) for days in history.delays)
    return (
        f"{said} are of its day, {late} of a later and {early} of an earlier one, at most"
        f" {plural(far, 'day')} away"
    )


def _books(history: History) -> str:
    if not history.spend:
        return "Not measured: no amount was recognised in a ledger."
    return f"Seen: the books come to {'; '.join(_total(one) for one in history.spend)}."


def _total(one: Spend) -> str:
    said = f"{plain(one.total)}{_unit(one)} in {plural(one.entries, 'entry', 'entries')}"
    if one.largest is None:
        return said
    day, amount = one.largest
    return f"{said}, the largest day {day} to {plain(amount)}"


def _sizes(history: History) -> str:
    if not history.spend:
        return "Not measured: no amount was recognised in a ledger."
    said = (
        f"the smallest entry is {plain(one.smallest)}{_unit(one)}, and half of them are at most"
        f" {plain(one.middle)}"
        for one in history.spend
    )
    return f"Seen: {'; '.join(said)}."


def _unit(one: Spend) -> str:
    return f" {one.currency[:12]}" if one.currency else ""


def _names(history: History) -> str:
    found = history.unpriced
    if found is None:
        return "Not measured: no price list that was looked at names its models."
    verb = "stands" if len(found) == 1 else "stand"
    rows = sum(history.models[name] for name in found)
    said = (
        f"Seen: {len(found)} of {plural(len(history.models), 'model')} in use, {rows} of"
        f" {plural(sum(history.models.values()), 'row')}, {verb} in no price list that was looked"
        " at"
    )
    if not found:
        return f"{said}."
    shown = ", ".join(name[:40] for name in found[:_NAMES_SHOWN])
    more = f" and {len(found) - _NAMES_SHOWN} more" if len(found) > _NAMES_SHOWN else ""
    return f"{said}: {shown}{more}."


def _models(history: History) -> str:
    if not history.models:
        return "Not measured: no model was recognised in an export."
    fewest, most = min(history.models.values()), max(history.models.values())
    return (
        f"Seen: {plural(len(history.models), 'model')} in use, the least used of them in"
        f" {plural(fewest, 'row')}, the most used in {most}."
    )


def _unfinished(history: History) -> str:
    if history.unfinished is None:
        return "Not measured: no column says how a call ended."
    count, whole = history.unfinished
    return f"Seen: {count} of {plural(whole, 'call')} did not simply complete."


def _unread(history: History) -> str:
    count, whole = history.unread
    if not whole:
        return "Not measured: no amount and no time was recognised."
    return f"Seen: {count} of {whole} amounts and times cannot be read as they stand."


def _other_day(history: History) -> str:
    if not history.delays:
        return "Not measured: no entry that was looked at names a call by its id."
    return f"Seen: {_delays(history)}."


def _age(history: History) -> str:
    return (
        f"Not measured: no price was captured yet. {plural(len(history.models), 'model')} in use"
        " need one."
    )


def _share(history: History) -> str:
    if history.covering is None:
        return "Not measured: no money by model in one currency was recognised."
    count, whole = history.covering
    verb = "makes" if count == 1 else "make"
    return f"Seen: {count} of {plural(whole, 'model')} {verb} up nine tenths of the money."


def _free(history: History) -> str:
    if history.free is None:
        return "Not measured: no price list was looked at."
    count, whole = history.free
    return f"Seen: {count} of {plural(whole, 'price')} are 0."


def _unknown(why: str) -> Callable[[History], str]:
    return lambda _: f"Not measured: {why}."


# What is said of each number of the policy; names and choices are no measure of anything.
_SAYS: Final[dict[str, Callable[[History], str]]] = {
    "hold_limit": _names,
    "materiality": _books,
    "escalated_limit": _unknown("nothing was escalated yet"),
    "unverified_limit": _unfinished,
    "trivial_amount": _sizes,
    "trivial_total": _unknown("what differences come to is known after a first run"),
    "quarantine_limit": _unread,
    "absurd_factor": _unknown("what an entry should have come to is known after a first run"),
    "absurd_row_factor": _unknown("what a call should cost is known after a first run"),
    "absurd_row_least_rows": _models,
    "gap_least_days": _unknown("which hours and days are usual shows with a first run"),
    "gap_step_factor": _unknown("which hours and days are usual shows with a first run"),
    "auto_clear_timing": _other_day,
    "price_max_age_days": _age,
    "price_gap_range_hours": _unknown("no two captures of a source are on record yet"),
    "second_source_share": _share,
    "price_jump_factor": _unknown("no two captures of a source are on record yet"),
    "free_prices": _free,
    "due_days": _unknown("nothing was settled yet"),
    "claim_days": _unknown("how long a vendor takes claims stands in its terms"),
    "acceptance": _unknown("nothing was accepted yet"),
}
