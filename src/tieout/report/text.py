"""The report on one terminal screen: decision, money, rows, what is open, the next command."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from tieout.findings import plural
from tieout.report.charge_text import charge_lines
from tieout.report.claim_text import claim_lines
from tieout.report.contract_part import contract_lines
from tieout.report.count_text import count_lines
from tieout.report.credit_text import credit_lines
from tieout.report.cross_check_text import compared_lines
from tieout.report.document import Document, Totals
from tieout.report.doubt_text import doubt_lines
from tieout.report.half_text import half_lines
from tieout.report.layout import INDENT, aligned, flowing, wrapped
from tieout.report.listing import titled
from tieout.report.parts import BasisItem, Line
from tieout.report.pattern_text import absurd_words
from tieout.report.review_text import adjusted_rows, review_lines, state_and_age
from tieout.report.shown import UNKNOWN, counted, instant, period, short, visible
from tieout.report.unmatched_text import unmatched_lines
from tieout.report.wording import (
    DECISION_SENTENCE,
    baseline_words,
    by_owner,
    next_command,
    row_states,
    rows_add_up,
    slices_of,
    state_words,
)

_MOST_REASONS: Final = 3
_MOST_HEADLINES: Final = 3
_MOST_ABSURD: Final = 2
_MOST_GROUPS: Final = 8
_MOST_BASIS_MODELS: Final = 3
_RUN_ID_SHOWN: Final = 8
_COLOUR: Final = {"approve": "\x1b[1;32m", "investigate": "\x1b[1;33m", "hold": "\x1b[1;31m"}
_OPEN: Final = f"{INDENT}open, by owner"
_PLAIN: Final = "\x1b[0m"
# The instant in full stands in the report; a person reads seconds.
_FRACTION: Final = re.compile(r"\.\d+(?=Z|[+-])")


def render(document: Document, width: int = 100, *, color: bool = False) -> str:
    """The report as text, no line wider than ``width``.

    Args:
        document: the report.
        width: columns of the terminal.
        color: whether the decision's word is coloured; the colour repeats the word.
    """
    blocks = [
        _decision(document, width),
        *(_money(document, currency, width) for currency in document.currencies),
        compared_lines(document.cross_check, width),
        _rows(document, width)
        + charge_lines(document.charges, width)
        + credit_lines(document.credits, width),
        _open(document, width),
        [
            *review_lines(document, width),
            *unmatched_lines(document, width),
            *claim_lines(document.claims, width),
        ],
        [*_next(document, width), *_log(document, width)],
    ]
    page = "\n\n".join("\n".join(block) for block in blocks if block)
    if color:
        word = document.summary.decision
        page = page.replace(word.upper(), f"{_COLOUR[word]}{word.upper()}{_PLAIN}", 1)
    return f"\n{page}\n"


def _decision(document: Document, width: int) -> list[str]:
    summary = document.summary
    head = flowing(
        (
            summary.decision.upper(),
            f"{period(summary.period.label)} ({visible(summary.zone)})",
            summary.workspace,
            f"run {summary.run_id[:_RUN_ID_SHOWN]}",
            f"calculation {summary.calculation_version}",
            f"as of {instant(_FRACTION.sub('', summary.as_of))}",
        ),
        "   ",
        width,
    )
    lines = [*head, f"{INDENT}{DECISION_SENTENCE[summary.decision]}"]
    lines += _headlines(document, width)
    for reason in document.reasons[:_MOST_REASONS]:
        lines += wrapped(f"- {reason}", width, indent=INDENT * 2, most=2, hang=2)
    lines += _rest(len(document.reasons) - _MOST_REASONS, "reason", "in the report")
    if document.baseline is not None:
        lines += wrapped(baseline_words(document.baseline), width, indent=INDENT, most=1)
    return lines


def _headlines(document: Document, width: int) -> list[str]:
    found = document.headline_lines
    lines: list[str] = []
    for line in found[:_MOST_HEADLINES]:
        lines += wrapped(_headline(line), width, indent=INDENT * 2, most=2, hang=2)
    lines += _rest(len(found) - _MOST_HEADLINES, "absurd line", "in the report")
    for row in document.absurd_rows[:_MOST_ABSURD]:
        lines += wrapped(absurd_words(row), width, indent=INDENT * 2, most=3, hang=2)
    return lines + _rest(
        len(document.absurd_rows) - _MOST_ABSURD, "absurd call", "among the findings"
    )


def _headline(line: Line) -> str:
    money = (
        f"recorded {short(line.recorded)} {line.currency},"
        f" expected {short(line.expected)} {line.currency}"
    )
    # The key of a group of rows names its model and day already.
    parts = () if line.line_key.startswith("group:") else (line.model, line.day)
    where = " ".join(part for part in parts if part)
    return f"- stands out: {money}, {line.line_key} {where}".rstrip()


def _money(document: Document, currency: str, width: int) -> list[str]:
    totals = document.summary.totals[currency]
    if currency == UNKNOWN and not Decimal(totals.recorded or 0) and not Decimal(totals.low or 0):
        return _without_currency(document, width)
    approved, slices = slices_of(document, currency)
    lines = flowing(
        (
            f"approved  {short(totals.approved)} {currency} in {approved} of {slices} slices",
            f"withheld  {short(totals.withheld)} {currency} in "
            + plural(slices - approved, "slice"),
        ),
        "      ",
        width,
    )
    lines.append("")
    lines += aligned(_money_rows(currency, totals), "lrrrll", width, flexible=(4, 5))
    lines += half_lines(document.halves, currency, width)
    lines += _basis(totals.basis, currency, width)
    kept = [
        f"{short(each.recorded)} {state_words(each.state)} ({plural(each.lines, 'line')})"
        for each in document.not_comparable
        if document.currency_of(each.currency) == currency
    ]
    if kept:
        words = "" if any("charge unknown" in each for each in kept) else "expected unknown, "
        sentence = f"not comparable  {words}recorded " + ", ".join(kept)
        lines += ["", *wrapped(sentence, width, most=2, hang=16)]
    return lines


def _basis(item: BasisItem | None, currency: str, width: int) -> list[str]:
    """The one item between expected and the basis of the ledger, with the models it is made of."""
    if item is None:
        return []
    said = f"basis  {item.declared}: unknown. {item.evidence}"
    if item.net is not None:
        models = [f"{m.source_model_id} {short(m.net, signed=True)}" for m in item.models]
        more = item.models_of - _MOST_BASIS_MODELS
        said = (
            f"basis  {item.declared}: {short(item.net, signed=True)} {currency} over"
            f" {plural(item.lines, 'line')} is one reconciling item"
            f" (plus {short(item.plus, signed=True)}, minus {short(item.minus, signed=True)})"
        )
        if models:
            said += f": {visible(', '.join(models[:_MOST_BASIS_MODELS]))}"
        said += f" and {plural(more, 'more model')}" if more > 0 else ""
    return ["", *wrapped(said, width, most=3, hang=7)]


def _without_currency(document: Document, width: int) -> list[str]:
    """Usage without a price and without an entry has no currency, and nothing else to say."""
    kept = [
        f"{state_words(each.state)} ({plural(each.lines, 'line')})"
        for each in document.not_comparable
        if each.currency is None
    ]
    sentence = "no currency     expected unknown, nothing recorded"
    return wrapped(f"{sentence}: {', '.join(kept)}" if kept else sentence, width, hang=16)


def _money_rows(currency: str, totals: Totals) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (visible(currency), "net", "plus", "minus", "", ""),
        ("recorded", short(totals.recorded), "", "", "", ""),
        ("charged", short(totals.charged), "", "", "", ""),
        ("expected", short(totals.expected), "", "", _range(totals), ""),
    ]
    signed = (
        ("variance", totals.variance, totals.variance_plus, totals.variance_minus),
        ("  booking", totals.booking, totals.booking_plus, totals.booking_minus),
        ("  billing", totals.billing, totals.billing_plus, totals.billing_minus),
    )
    legends = (
        ("recorded - expected", ""),
        ("recorded - charged", "finance operations"),
        ("charged - expected", "FinOps"),
    )
    for (label, *amounts), legend in zip(signed, legends, strict=True):
        rows.append((label, *(short(amount, signed=True) for amount in amounts), *legend))
    return rows + adjusted_rows(totals)


def _range(totals: Totals) -> str:
    if totals.low == totals.high and totals.low is not None:
        return ""
    return f"range {short(totals.low)} .. {short(totals.high)}"


def _rows(document: Document, width: int) -> list[str]:
    rows, ledger = document.summary.rows, document.summary.ledger_rows
    states = [f"{counted(count)} {state_words(state)}" for state, count in row_states(rows)]
    equal = "=" if rows_add_up(rows) else "DOES NOT EQUAL"
    usage = f"{counted(rows.received)} received {equal} " + " + ".join(states) + _grades(document)
    books = (
        f"{counted(ledger.received)} received: {counted(ledger.quarantined)} quarantined,"
        f" {counted(ledger.matched)} matched, {counted(ledger.unmatched)} unmatched,"
        f" {counted(ledger.not_comparable)} not comparable"
    )
    return [
        *wrapped(f"usage rows   {usage}", width, hang=13),
        *wrapped(f"ledger rows  {books}", width, hang=13),
        *_origin(document, width),
        *count_lines(document.completeness.counts, width),
        *doubt_lines(document.doubts, width),
        *contract_lines(document.evidence.contract_items, width),
    ]


def _origin(document: Document, width: int) -> list[str]:
    """Two legs of one origin cannot prove each other, and the screen says so (D17)."""
    said = document.evidence.witnesses
    if "shared origin" not in said:
        return []
    why = "two legs come from one file, so that neither proves the other complete"
    return wrapped(f"witnesses    {visible(said)}: {why}", width, hang=13)


def _grades(document: Document) -> str:
    """The money priced by each grade, where not all of it is of published prices (D21)."""
    grades = document.evidence.grades
    if all(one.grade == "B" for one in grades):
        return ""
    said = (
        f"grade {one.grade} {short(one.expected)} {visible(document.currency_of(one.currency))}"
        for one in grades
    )
    return f" ({', '.join(said)})"


def _open(document: Document, width: int) -> list[str]:
    groups = document.open_groups
    if not groups:
        return [f"{INDENT}open: no cause group"]
    rows: list[tuple[str, ...]] = [("", "", "net", "", "lines", "proof", "age")]
    owners: dict[int, str] = {}
    for owner, members in by_owner(groups):
        owners[len(rows)] = owner
        rows += [
            (
                group.bucket,
                visible(titled(group)),
                short(group.net, signed=True),
                visible(group.currency),
                counted(group.lines),
                visible(group.proof),
                state_and_age(group, document.summary.as_of),
            )
            for group in members
        ]
    # Where no group has an age, nothing is shown of it.
    kept = 7 if any(row[6] for row in rows[1:]) else 6
    heading, *table = aligned(
        [row[:kept] for row in rows[: _MOST_GROUPS + 1]],
        "llrlrll"[:kept],
        width,
        flexible=(1, 5),
        indent=INDENT * 2,
    )
    lines = [_OPEN + heading[len(_OPEN) :]]
    for number, line in enumerate(table, start=1):
        if number in owners:
            lines += wrapped(owners[number], width, most=1)
        lines.append(line)
    return lines + _rest(len(groups) - _MOST_GROUPS, "cause group", "under the next command")


def _next(document: Document, width: int) -> list[str]:
    page = f"{document.summary.artifacts}/report.html"
    return flowing((f"next  {next_command(document)}", f"report  {page}"), "      ", width)


def _log(document: Document, width: int) -> list[str]:
    """The checkpoint, so that a copy of the screen shows a rollback later."""
    kept = document.evidence.checkpoint
    if kept is None:
        return []
    newest = f", newest {instant(_FRACTION.sub('', kept.at))}" if kept.size else ""
    name = f" of {visible(kept.origin)}" if kept.origin else ""
    said = f"log   {plural(kept.size, 'entry', 'entries')}{name}{newest}, head"
    return [*wrapped(said, width, hang=6), *wrapped(kept.head, width, indent=INDENT * 4)]


def _rest(number: int, noun: str, where: str) -> list[str]:
    if number <= 0:
        return []
    return [f"{INDENT * 2}and {plural(number, f'more {noun}')} {where}"]
