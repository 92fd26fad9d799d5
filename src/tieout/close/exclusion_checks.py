"""Checks of the exclusions: rules that leave nothing out, because they are not signed (K1)."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as pc

from tieout.close.stored import Witnesses
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.rating.exclusion import WaitingRule


def exclusion_findings(witnesses: Witnesses) -> Iterator[Finding]:
    """One finding for all rules that wait; the rows they name stay in."""
    waiting = witnesses.exclusions.waiting
    if waiting:
        yield Finding(
            "EXCLUDE_APPROVAL", Kind.PROCESS, Severity.OPEN, FIRST_OWNER[Bucket.USAGE],
            "Exclusion rules are not signed; they leave nothing out. Next: tieout exclusions"
            " approve --key FILE --reason TEXT",
            len(waiting),
            tuple(_text(one, witnesses) for one in waiting),
        )  # fmt: skip


def _text(one: WaitingRule, witnesses: Witnesses) -> str:
    column = witnesses.inputs.usage.column(one.rule.field)
    rows = pc.sum(pc.equal(column, one.rule.equals)).as_py() or 0
    stays = plural(rows, "imported row stays in", "imported rows stay in")
    return f"exclusions.csv, line {one.rule.line}, {one.rule.text}; {stays}; {one.why}"
