"""Checks of the mapping against the usage of a run: targets nobody prices, names that are ids.

A mapping stays as its approver wrote it. What looks wrong in it is said, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.close.stored import Witnesses
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.mapping.alias import merges, row_text
from tieout.mapping.standing import Standing

_SHOWN: Final = 8
# A row that met nothing for so long may be a leftover of a model nobody calls any more.
_UNUSED: Final = timedelta(days=90)
_SIGN: Final = "tieout mapping approve --key FILE --reason TEXT"
_WAITING: Final = {
    "MAP_APPROVAL": f"Mapping rows are not signed; they map nothing. Next: {_SIGN}",
    "MAP_CHANGED": "Mapping rows say otherwise than what was signed; the signed row counts. Next:"
    f" end it and sign the change: {_SIGN}",
    "MAP_MERGE": "Mapping rows merge one source model id into another, and finance and engineering"
    " have not both signed; they merge nothing. Next: tieout mapping approve --merge --key FILE"
    " --reason TEXT",
}


def mapping_findings(figures: Figures, witnesses: Witnesses, last_day: date) -> Iterator[Finding]:
    """What the mapping rows show beside the records on hand (M2, D2).

    Args:
        figures: the summaries.
        witnesses: what was read.
        last_day: the last reporting day of the period.
    """
    yield from _waiting_rows(witnesses.mapping)
    yield from _merged(witnesses)
    yield from _unknown_targets(figures, witnesses)
    yield from _shadowed(figures)
    yield from _unused(figures, last_day)


def _waiting_rows(mapping: Standing) -> Iterator[Finding]:
    """Rows that take no part, because the signatures they need are not there (M2, M3)."""
    for code in sorted({one.code for one in mapping.waiting}):
        rows = [one for one in mapping.waiting if one.code == code]
        yield Finding(
            code, Kind.PROCESS, Severity.OPEN, FIRST_OWNER[Bucket.SOURCE],
            _WAITING.get(code, "Signed mapping rows do not fit those signed before; they map"
                               " nothing."),
            len(rows),
            _cut([
                f"{one.place}: {one.name!a} to {one.source_model_id!a}; {one.why}" for one in rows
            ]),
        )  # fmt: skip


def _merged(witnesses: Witnesses) -> Iterator[Finding]:
    """A mapping of one source id onto another needs finance and engineering (M3)."""
    ids = frozenset(witnesses.inputs.price_sets.column("source_model_id").unique().to_pylist())
    found = merges(witnesses.aliases, ids)
    signed = bool(witnesses.mapping.signed)
    if found:
        yield Finding(
            "MAP_MERGE", Kind.PROCESS, Severity.NOTE, FIRST_OWNER[Bucket.SOURCE],
            "Mapping rows merge one source model id into another where its own price is not in"
            " force; "
            + ("finance and engineering signed it." if signed
               else "merges need approval by finance and engineering."),
            len(found),
            _cut([
                f"{a.alias_id}: {a.internal_model_alias} to {a.source_model_id}"
                + (f", signed by {a.approved_by}" if a.ruling_id else "")
                for a in found
            ]),
        )  # fmt: skip


def _unknown_targets(figures: Figures, witnesses: Witnesses) -> Iterator[Finding]:
    """Mapping rows whose target stands in no approved price, with the id that was meant perhaps."""
    rows = figures["map_targets"]
    if rows:
        known = sorted(witnesses.inputs.price_sets.column("source_model_id").unique().to_pylist())
        yield Finding(
            "MAP_TARGET", Kind.PRICE_INTERPRETATION, Severity.OPEN, FIRST_OWNER[Bucket.SOURCE],
            "A mapping points at a model id that stands in no approved price; its calls wait.",
            sum(int(row["usage_rows"]) for row in rows),
            _cut([f"{_row_text(row)}{_meant(row['source_model_id'], known)}" for row in rows]),
        )  # fmt: skip


def _shadowed(figures: Figures) -> Iterator[Finding]:
    """Names that are an id with a price in force and an alias of another: the id wins (D2)."""
    rows = figures["map_shadows"]
    if rows:
        yield Finding(
            "MAP_SHADOW", Kind.PRICE_INTERPRETATION, Severity.NOTE, FIRST_OWNER[Bucket.SOURCE],
            "Usage names a model id with a price in force that is also an alias of another model;"
            " the id itself was priced.",
            sum(int(row["usage_rows"]) for row in rows),
            _cut([_row_text(row) for row in rows]),
        )  # fmt: skip


def _unused(figures: Figures, last_day: date) -> Iterator[Finding]:
    """Rows in force for 90 days or more that no record of these days met."""
    since = last_day - _UNUSED
    rows = [
        row
        for row in figures["map_use"]
        if row["effective_from"].date() <= since
        and (row["effective_until"] is None or row["effective_until"].date() > last_day)
        and (row["last_used"] is None or row["last_used"].date() < since)
    ]
    if rows:
        yield Finding(
            "MAP_STALE", Kind.PROCESS, Severity.NOTE, FIRST_OWNER[Bucket.SOURCE],
            f"No record on hand met these mapping rows in the {_UNUSED.days} days before the end of"
            " the period.",
            len(rows),
            _cut([
                f"{row['alias_id']}: {row['internal_model_alias']} to {row['source_model_id']}"
                for row in rows
            ]),
        )  # fmt: skip


def _row_text(row: dict[str, Any]) -> str:
    return (
        f"{row_text(row['alias_id'])}: {row['internal_model_alias']!a} to"
        f" {row['source_model_id']!a}: {plural(int(row['usage_rows']), 'row')}"
    )


def _meant(target: str, known: list[str]) -> str:
    """The ids that differ from the target in nothing but capital letters and spaces."""
    near = [one for one in known if _bare(one) == _bare(target)]
    but = "but for capital letters and spaces"
    return f"; {', '.join(map(ascii, near))} is the same {but}" if near else ""


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def _cut(texts: list[str]) -> tuple[str, ...]:
    more = len(texts) - _SHOWN
    return (*texts[:_SHOWN], *([f"and {more:,} more"] if more > 0 else []))
