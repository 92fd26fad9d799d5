"""Variances as text: the list of cause groups, one group with its lines, one line's way down."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from tieout.findings import plural
from tieout.report.document import Document
from tieout.report.layout import INDENT, aligned, wrapped
from tieout.report.parts import (
    Group,
    LedgerReference,
    Line,
    LineExplanation,
    Rate,
    UsageReference,
)
from tieout.report.shown import UNKNOWN, counted, digits, instant, short, stake, visible
from tieout.report.wording import by_owner, state_words

_SETTLED: Final = "what the usage log settled calls at; no price states it"

_FILED: Final = "filed under it"
_BESIDE: Final = "closes as well"
_LINES_SHOWN: Final = 20
# Columns of the list that are shown whatever they hold: all before the status.
_ALWAYS: Final = 8


def variance_list(groups: Sequence[Group], width: int = 100, *, most: int = 0) -> str:
    """Cause groups as a table under their owners, most money at stake first.

    Args:
        groups: the groups to list.
        width: columns of the terminal.
        most: how many to show; 0 for all. The rest is counted.
    """
    if not groups:
        return f"\n{INDENT}no cause group\n"
    ordered = [each for _, members in by_owner(groups) for each in members]
    shown = ordered[:most] if most else ordered
    rows: list[tuple[str, ...]] = [
        ("group", "bucket", "cause", "net", "gross", "", "lines", "proof", "status", "age", "due")
    ]
    rows += [
        (
            visible(each.group_id),
            each.bucket,
            visible(titled(each)),
            short(each.net, signed=True),
            short(each.gross),
            visible(each.currency),
            counted(each.lines),
            visible(each.proof),
            state_words(visible(each.status)),
            "" if each.age_days is None else f"{each.age_days} d",
            each.due or "",
        )
        for each in shown
    ]
    # Where nothing is decided, due or aged, there is nothing to show; the cause needs the room.
    kept = [
        column
        for column in range(len(rows[0]))
        if column < _ALWAYS or any(row[column] not in ("", "open") for row in rows[1:])
    ]
    cells = [[row[column] for column in kept] for row in rows]
    sides = "".join("lllrrlrllrl"[column] for column in kept)
    heading, *table = aligned(cells, sides, width, flexible=(2, 0, 7))
    lines = [heading]
    for position, (each, line) in enumerate(zip(shown, table, strict=True)):
        if position == 0 or shown[position - 1].owner != each.owner:
            lines += ["", *wrapped(each.owner, width, most=1)]
        lines.append(line)
    if len(shown) < len(ordered):
        lines.append(f"{INDENT}and {plural(len(ordered) - len(shown), 'more cause group')}")
    return _page(lines)


def titled(group: Group) -> str:
    """The title with the cost center: the same cause in two of them is two groups."""
    return f"{group.title}, {group.cost_center}" if group.cost_center else group.title


def variance_show(
    group: Group, lines: Sequence[Line], width: int = 100, said: Sequence[str] = ()
) -> str:
    """One cause group: its facts, its explanation, what people said, and its largest lines.

    Args:
        group: the cause group.
        lines: lines of the report; those of other groups are passed over.
        width: columns of the terminal.
        said: decisions and comments about it, as lines of text.
    """
    scope = " / ".join(
        visible(part) for part in (group.source_model_id, group.cost_center, group.project) if part
    )
    facts = [
        ("group", visible(group.group_id)),
        ("bucket", f"{group.bucket} ({visible(group.cause)}, {visible(group.proof)})"),
        ("scope", scope or "the period"),
        ("days", f"{group.first_day or UNKNOWN} to {group.last_day or UNKNOWN}"),
        ("net", f"{digits(group.net, signed=True)} {visible(group.currency)}"),
        ("gross", f"{digits(group.gross)} {visible(group.currency)}"),
        ("lines", counted(group.lines)),
        ("owner", visible(group.owner)),
        ("status", _status(group)),
        *_ages(group),
    ]
    own = [line for line in lines if line.group_id == group.group_id]
    own.sort(key=lambda line: (stake(line.variance), line.line_key), reverse=True)
    if own:
        facts.append(("next", f"tieout variance show {shlex.quote(visible(own[0].line_key))}"))
    out = [*wrapped(group.title, width), "", *aligned(facts, "ll", width, flexible=(1,)), ""]
    out += [*wrapped(group.explanation, width), ""]
    # What all lines are filed under alone stands in the paragraph.
    if group.explanations_of > 1:
        out += [*_group_explanations(group, width), ""]
    out += [*said, ""] if said else []
    out += _line_table(own[:_LINES_SHOWN], width)
    missing = group.lines - min(len(own), _LINES_SHOWN)
    if missing > 0:
        out.append(f"{INDENT}and {plural(missing, 'more line')} in variance_lines.parquet")
    return _page(out)


def _status(group: Group) -> str:
    """The state in words, with why a decision is stale and what adjustments leave."""
    said = state_words(visible(group.status))
    if group.stale_because is not None:
        said += f": {visible(group.stale_because)}"
    if group.adjusted not in (None, "0"):
        said += f"; adjusted {digits(group.adjusted, signed=True)}, left {digits(group.left)} gross"
    return said


def _ages(group: Group) -> list[tuple[str, str]]:
    if group.first_seen is None or group.age_days is None:
        return []
    age = f"{plural(group.age_days, 'day')}, first seen {instant(group.first_seen)}"
    return [("age", age), *([("due", visible(group.due))] if group.due else [])]


def line_show(line: Line, width: int = 100) -> str:
    """One line and its way down: amounts, rates with their price bytes, usage and ledger rows."""
    money = [
        (name, digits(amount, signed=signed), visible(line.currency))
        for name, amount, signed in (
            ("recorded", line.recorded, False),
            ("charged", line.charged, False),
            ("expected", line.expected, False),
            ("variance", line.variance, True),
            ("booking", line.booking, True),
            ("billing", line.billing, True),
        )
    ]
    labels = (line.day, line.model, line.cost_center, line.project)
    out = wrapped(line.line_key, width)
    out += wrapped(" / ".join(label for label in labels if label), width)
    out += ["", *aligned(_on_the_point(money), "lll", width, flexible=(1,)), ""]
    out += [*wrapped(line.explanation, width), ""]
    if line.explanations_of > 1 or any(one.counterpart for one in line.explanations):
        out += [*_line_explanations(line, width), ""]
    out += [text for rate in line.rates for text in _rate(rate, width)]
    for title, references in (("usage row", line.usage_refs), ("ledger row", line.ledger_refs)):
        out += [text for each in references for text in _place(title, each, width)]
    return _page(out)


def _group_explanations(group: Group, width: int) -> list[str]:
    """What closes the lines of a group: under what they are filed, and what stands beside it."""
    rows: list[tuple[str, ...]] = [("explanation", "assumed", "", "lines", "net")]
    rows += [
        (
            visible(one.title),
            visible(one.assumed),
            _FILED if one.is_filed else _BESIDE,
            counted(one.lines),
            short(one.net, signed=True),
        )
        for one in group.explanations
    ]
    return [
        *aligned(rows, "lllrr", width, flexible=(1, 0)),
        *_and_more(group.explanations_of - len(group.explanations)),
    ]


def _line_explanations(line: Line, width: int) -> list[str]:
    rows: list[tuple[str, ...]] = [("explanation", "assumed", "", "counterpart")]
    rows += [
        (
            visible(one.title),
            visible(one.assumed),
            _FILED if one.is_filed else _BESIDE,
            _counterpart(one),
        )
        for one in line.explanations
    ]
    return [
        *aligned(rows, "llll", width, flexible=(1, 0, 3)),
        *_and_more(line.explanations_of - len(line.explanations)),
    ]


def _counterpart(one: LineExplanation) -> str:
    period = f"left open in {one.counterpart_period}" if one.counterpart_period else ""
    return visible(", ".join(part for part in (one.counterpart, period) if part))


def _and_more(missing: int) -> list[str]:
    return [f"{INDENT}and {plural(missing, 'more explanation')}"] if missing > 0 else []


def find_line(document: Document, line_key: str) -> Line | None:
    """The line of that key, among the headline lines and the lines of the report."""
    both = (*document.headline_lines, *document.lines)
    return next((line for line in both if line.line_key == line_key), None)


def _line_table(lines: Sequence[Line], width: int) -> list[str]:
    if not lines:
        return [f"{INDENT}none of its lines is in the report"]
    rows: list[tuple[str, ...]] = [("line", "day", "recorded", "expected", "variance", "")]
    rows += [
        (
            visible(line.line_key),
            visible(line.day or UNKNOWN),
            short(line.recorded),
            short(line.expected),
            short(line.variance, signed=True),
            visible(line.currency),
        )
        for line in lines
    ]
    return aligned(rows, "llrrrl", width)


def _on_the_point(rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Amounts padded so that their decimal points stand under one another."""
    whole = max(len(amount.partition(".")[0]) for _, amount, _ in rows)
    return [
        (name, " " * (whole - len(amount.partition(".")[0])) + amount, currency)
        for name, amount, currency in rows
    ]


def _rate(rate: Rate, width: int) -> list[str]:
    deeper = INDENT * 2
    if rate.settles:
        told = wrapped(f"{rate.meter}  {digits(rate.cost)}", width)
        return [*told, *wrapped(_SETTLED, width, indent=deeper)]
    sum_line = (
        f"{rate.meter}  {digits(rate.quantity)} x {digits(rate.unit_rate)} = {digits(rate.cost)}"
    )
    written = f"price as written: {rate.price_text or UNKNOWN} per {rate.pricing_unit or UNKNOWN}"
    if rate.multiplier_text is not None:
        written += f", times {rate.multiplier_text}"
    source = (
        f"capture {rate.capture_id or UNKNOWN}, {rate.locator or UNKNOWN},"
        f" {rate.source_url or UNKNOWN}, accessed {instant(rate.accessed_at)}"
    )
    lines = [
        *wrapped(sum_line, width),
        *wrapped(written, width, indent=deeper),
        *wrapped(source, width, indent=deeper),
    ]
    if rate.capture_id and rate.locator:
        place = shlex.quote(visible(rate.locator))
        command = f"tieout prices show --capture {visible(rate.capture_id)} --locator {place}"
        lines += wrapped(command, width, indent=deeper)
    return lines


def _place(title: str, place: UsageReference | LedgerReference, width: int) -> list[str]:
    named = place.request_id if isinstance(place, UsageReference) else place.ledger_entry_id
    text = (
        f"{title}  {place.file}, record {place.ordinal}, line {place.line},"
        f" byte {place.byte_offset} (import {place.import_id}): {named or 'no id'}"
    )
    if isinstance(place, UsageReference) and place.model_as_logged:
        text += f", model as logged {place.model_as_logged}"
    return wrapped(text, width, hang=2)


def _page(lines: Sequence[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"
