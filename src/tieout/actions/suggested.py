"""Suggestions for unmapped names: ids a name may mean, each with its reason; none is applied."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import pyarrow.compute as pc

from tieout.calendar import instant_text
from tieout.close.calculation import Inputs
from tieout.intake.lookalike import plain_reading

_SUGGESTED: Final = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An id that an unmapped name may mean, and why it is thought of.

    Attributes:
        name: the unmapped name.
        source_model_id: the id it may mean.
        reason: why.
        row: where it is the only such id, a row for the mapping table without its approver; a
            person who agrees fills that in.
    """

    name: str
    source_model_id: str
    reason: str
    row: str | None = None


def suggestions(names: Iterable[str], ids: list[str]) -> Iterator[Suggestion]:
    """The ids that each name may mean, the most plausible last."""
    folded: dict[str, list[str]] = {}
    for one in ids:
        folded.setdefault(one.casefold(), []).append(one)
    for name in names:
        found = [
            (target, reason)
            for text, reason in _readings(name)
            for target in folded.get(text.casefold(), [])
        ]
        if not found:
            ends = [one for one in ids if one.rpartition("/")[2] == name]
            found = [(one, "the id without what stands before its last /") for one in ends]
        for target, reason in list(dict(reversed(found)).items())[-_SUGGESTED:]:
            yield Suggestion(name, target, reason)


def _readings(name: str) -> Iterator[tuple[str, str]]:
    """The texts a name may stand for, each with its reason, the nearest first."""
    yield name, "the same but for capital letters"
    looks_like = plain_reading(name)
    if looks_like is not None:
        yield looks_like, "looks the same, with letters of another alphabet"
    if "/" in name:
        yield name.partition("/")[2], "the name without its first part"
        yield name.rpartition("/")[2], "the last part of the name"
    if ":" in name:
        yield name.partition(":")[0], "the name without what follows the colon"


def suggested_rows(
    found: tuple[Suggestion, ...], inputs: Inputs, mapping: bytes
) -> tuple[Suggestion, ...]:
    """The suggestions, with a row for the mapping table where a name has exactly one.

    Args:
        found: the suggestions.
        inputs: the rows the names stand in, and the prices.
        mapping: the bytes of the mapping table, which has been read; its header gives the columns.
    """
    times = Counter(one.name for one in found)
    header = next(csv.reader(io.StringIO(mapping.decode("utf-8-sig"))))
    return tuple(
        replace(one, row=_row(one, inputs, header)) if times[one.name] == 1 else one
        for one in found
    )


def _row(one: Suggestion, inputs: Inputs, header: list[str]) -> str:
    cells = {
        "internal_model_alias": one.name,
        "source_model_id": one.source_model_id,
        "pricing_unit": _unit(one.source_model_id, inputs),
        "effective_from": instant_text(_first_seen(one.name, inputs)),
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cells.get(column, "") for column in header])
    return text.getvalue()


def _unit(source_model_id: str, inputs: Inputs) -> str:
    """The unit of most of its prices: what an approver sees in the source."""
    sets = inputs.price_sets
    ids = sets.filter(pc.equal(sets.column("source_model_id"), source_model_id))
    lines = inputs.price_lines
    own = pc.is_in(
        lines.column("price_set_id"), value_set=ids.column("price_set_id").combine_chunks()
    )
    ((unit, _),) = Counter(lines.filter(own).column("pricing_unit").to_pylist()).most_common(1)
    return str(unit)


def _first_seen(name: str, inputs: Inputs) -> datetime:
    """The first time the name stands in usage or books."""
    moments = [
        pc.min(table.filter(pc.equal(table.column(names), name)).column(times)).as_py()
        for table, names, times in (
            (inputs.usage, "model_as_logged", "occurred_at"),
            (inputs.ledger, "model_as_recorded", "posted_at"),
        )
    ]
    first: datetime = min(moment for moment in moments if moment is not None)
    return first.replace(tzinfo=UTC)
