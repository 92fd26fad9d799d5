"""The report as one HTML file that needs no network and no script to be read.

The page allows itself exactly its own style and script, by digest; everything that came with an
input is escaped by the template engine, after :func:`tieout.report.shown.visible`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from tieout.findings import plural
from tieout.report import shown
from tieout.report.charts import DayChart, Waterfall, day_chart, shares, waterfall
from tieout.report.document import Document
from tieout.report.parts import Day, Group, Line
from tieout.report.wording import (
    DECISION_SENTENCE,
    age_words,
    by_owner,
    next_command,
    row_states,
    rows_add_up,
    slices_of,
    state_words,
)

# Only plain web addresses become links; anything else stays text.
_LINKABLE: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]+")


def render(document: Document) -> str:
    """The report as one self-contained page."""
    pages = _environment()
    return pages.get_template("report.html.j2").render(
        report=document,
        summary=document.summary,
        evidence=document.evidence,
        policy=_content_policy(pages),
        sentence=DECISION_SENTENCE[document.summary.decision],
        owners=by_owner(document.open_groups),
        next_command=next_command(document),
        states=row_states(document.summary.rows),
        rows_add_up=rows_add_up(document.summary.rows),
        row_bars=shares(row_states(document.summary.rows)),
        waterfalls=[(each, _waterfall(document, each)) for each in document.currencies],
        day_charts=[(each, _day_chart(document, each)) for each in document.currencies],
        slices={each: slices_of(document, each) for each in document.currencies},
        line_places=_line_places(document.lines),
        group_places=_group_places(document.summary.groups),
    )


def prepare() -> None:
    """Compile the templates; of use beside longer work, since it takes as long as a small run."""
    pages = _environment()
    for name in pages.list_templates():
        pages.get_template(name)


@cache
def _environment() -> Environment:
    """The templates, compiled once in a process: compiling costs more than rendering."""
    pages = Environment(
        loader=PackageLoader("tieout.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    pages.filters.update(
        short=shown.short,
        digits=shown.digits,
        units=shown.units,
        counted=shown.counted,
        plural=plural,
        instant=shown.instant,
        period=shown.period,
        words=state_words,
        typographic=_typographic,
        by_stake=_by_stake,
        age=age_words,
    )
    pages.tests["linkable"] = _is_linkable
    return pages


def _finalize(value: object) -> object:
    """What an expression prints: nothing hidden in a text, and null as a word."""
    if value is None:
        return shown.UNKNOWN
    return shown.visible(value) if type(value) is str else value


def _content_policy(pages: Environment) -> str:
    """The page's own rules: no source but the two blocks whose digests are named."""
    style, script = (_digest(pages, name) for name in ("style.css", "page.js"))
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _digest(pages: Environment, name: str) -> str:
    block = pages.get_template(name).render().encode()
    return f"'sha256-{base64.b64encode(hashlib.sha256(block).digest()).decode()}'"


def _waterfall(document: Document, currency: str) -> Waterfall | None:
    steps = [each for each in document.bridge if document.currency_of(each.currency) == currency]
    totals = document.summary.totals[currency]
    return waterfall(steps, totals.low, totals.high)


def _day_chart(document: Document, currency: str) -> DayChart | None:
    days: list[Day] = [
        each for each in document.days if document.currency_of(each.currency) == currency
    ]
    return day_chart(days)


def _line_places(lines: Sequence[Line]) -> dict[str, tuple[int, ...]]:
    """For each cause group, the places of its lines in the table of lines, from 1."""
    places: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(lines, 1):
        if line.group_id is not None:
            places[line.group_id] = (*places.get(line.group_id, ()), number)
    return places


def _group_places(groups: Sequence[Group]) -> dict[str, int]:
    """For each cause group its number on the page, from 1: ids never come from an input."""
    return {group.group_id: number for number, group in enumerate(groups, 1)}


def _by_stake(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """The lines with their numbers, most money at stake first.

    Where nothing can be compared, what was recorded is at stake; unknown is not the most.
    """

    def at_stake(numbered: tuple[int, Line]) -> tuple[bool, Decimal]:
        line = numbered[1]
        return shown.stake(line.recorded if line.variance is None else line.variance)

    return sorted(enumerate(lines, 1), key=at_stake, reverse=True)


def _typographic(amount: str) -> str:
    """A minus sign as wide as a plus sign; the exact amount beside it keeps the plain one."""
    return f"\u2212{amount[1:]}" if amount.startswith("-") else amount


def _is_linkable(address: object) -> bool:
    return isinstance(address, str) and _LINKABLE.fullmatch(address) is not None
