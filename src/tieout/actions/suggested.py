"""Suggested rows of the mapping table, each without its approver: who agrees fills it in."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow.compute as pc

from tieout.calendar import instant_text
from tieout.close.calculation import Inputs
from tieout.mapping.suggestion import CLEARLY, Suggestion
from tieout.report.csv_cell import text_cell
from tieout.report.shown import visible


def suggested_rows(
    found: tuple[Suggestion, ...], inputs: Inputs, mapping: bytes
) -> tuple[Suggestion, ...]:
    """The suggestions, with a row for the mapping table where a name has one, or one clearly first.

    Args:
        found: the suggestions.
        inputs: the rows the names stand in, and the prices.
        mapping: the bytes of the mapping table, which has been read; its header gives the columns.
    """
    near: dict[str, list[int]] = {}
    for one in found:
        near.setdefault(one.name, []).append(one.distance)
    header = next(csv.reader(io.StringIO(mapping.decode("utf-8-sig"))))
    return tuple(
        replace(one, row=_row(one, inputs, header))
        if one.distance + CLEARLY <= min(_others(near[one.name], one.distance))
        else one
        for one in found
    )


def _others(distances: list[int], own: int) -> list[int]:
    """How far the other ids of a name are; far enough where there are none."""
    left = list(distances)
    left.remove(own)
    return left or [own + CLEARLY]


def _row(one: Suggestion, inputs: Inputs, header: list[str]) -> str | None:
    """The row to paste; none for a name that a spreadsheet would run or that does not show."""
    if any(visible(text_cell(name)) != name for name in (one.name, one.source_model_id)):
        return None
    cells = {
        "internal_model_alias": one.name,
        "source_model_id": one.source_model_id,
        "pricing_unit": pricing_unit(one.source_model_id, inputs),
        "effective_from": instant_text(first_seen(one.name, inputs)),
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cells.get(column, "") for column in header])
    return text.getvalue()


def pricing_unit(source_model_id: str, inputs: Inputs) -> str:
    """The unit of most of its prices: what an approver sees in the source."""
    sets = inputs.price_sets
    ids = sets.filter(pc.equal(sets.column("source_model_id"), source_model_id))
    lines = inputs.price_lines
    own = pc.is_in(
        lines.column("price_set_id"), value_set=ids.column("price_set_id").combine_chunks()
    )
    ((unit, _),) = Counter(lines.filter(own).column("pricing_unit").to_pylist()).most_common(1)
    return str(unit)


def first_seen(name: str, inputs: Inputs) -> datetime:
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
