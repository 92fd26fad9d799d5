"""Parts and wholes: token counts that include one another, checked before anything is priced (U4).

One export counts cached tokens inside the input, another beside it; some mix both by row. Here the
declared convention is held against the numbers: parts fit into their whole, leaves make the total.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.faults import Faults
from tieout.intake.feed import Feed
from tieout.intake.field import present, written
from tieout.intake.quantity import read_present, read_whole
from tieout.meters import INPUT_PARTS, OUTPUT_PARTS
from tieout.tables import ColumnType


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Per row: whether input and output include their parts."""

    input: pa.Array
    output: pa.Array


def inclusion(records: pa.Table, feed: Feed) -> Inclusion:
    """The convention of each row, as the feed declares it."""
    rows = records.num_rows
    inputs = pa.repeat(feed.input_includes_parts, rows)
    if feed.parts_excluded_when is not None:
        texts = written(records, feed.parts_excluded_when.column)
        apart = pc.fill_null(pc.equal(texts, feed.parts_excluded_when.equals), fill_value=False)
        inputs = pc.and_(inputs, pc.invert(apart))
    return Inclusion(inputs, pa.repeat(feed.output_includes_parts, rows))


def parts_fit(
    quantities: dict[str, pa.Array], included: Inclusion, feed: Feed, faults: Faults
) -> None:
    """Note the rows whose parts exceed the whole that includes them."""
    for whole, names, inside in (
        ("input_tokens", INPUT_PARTS, included.input),
        ("output_tokens", OUTPUT_PARTS, included.output),
    ):
        parts = _known_sum(quantities, names)
        if parts is not None and whole in quantities:
            beyond = pc.and_(inside, pc.greater(parts, quantities[whole]))
            faults.mark(beyond, "TOKENS_INCONSISTENT", feed.meters[whole])


def check_total(
    records: pa.Table,
    column: str,
    quantities: dict[str, pa.Array],
    included: Inclusion,
    faults: Faults,
) -> pa.Array:
    """The reported total; the rows whose leaves do not make it are noted.

    Where a leaf is unknown the total may be larger than the known leaves, never smaller.
    """
    texts = present(records, column)
    total = read_present(read_whole, texts, faults, column)
    leaves, complete = _leaves(quantities, included, records.num_rows)
    short = pc.less(total, leaves)
    unequal = pc.and_(complete, pc.not_equal(total, leaves))
    faults.mark(pc.or_(short, unequal), "TOKENS_SUM", column)
    return total


def _leaves(
    quantities: dict[str, pa.Array], included: Inclusion, rows: int
) -> tuple[pa.Array, pa.Array]:
    """The sum of the known leaves per row, and whether every leaf is known."""
    zero = pa.scalar(Decimal(0), ColumnType.QUANTITY.arrow)
    total = pa.repeat(zero, rows)
    complete = pa.repeat(
        pa.scalar("input_tokens" in quantities and "output_tokens" in quantities), rows
    )
    for whole, names, inside in (
        ("input_tokens", INPUT_PARTS, included.input),
        ("output_tokens", OUTPUT_PARTS, included.output),
    ):
        if whole in quantities:
            total = pc.add(total, pc.coalesce(quantities[whole], zero))
            complete = pc.and_(complete, pc.is_valid(quantities[whole]))
        parts = _known_sum(quantities, names)
        if parts is not None:
            total = pc.add(total, pc.if_else(inside, pa.scalar(Decimal(0), parts.type), parts))
            known = [pc.is_valid(quantities[name]) for name in names if name in quantities]
            complete = pc.and_(complete, pc.or_(inside, reduce(pc.and_, known)))
    return total, complete


def _known_sum(quantities: dict[str, pa.Array], names: tuple[str, ...]) -> pa.Array | None:
    """The sum of the parts that were recorded, unknown ones left out; null where none is known."""
    zero = pa.scalar(Decimal(0), ColumnType.QUANTITY.arrow)
    recorded = [pc.coalesce(quantities[name], zero) for name in names if name in quantities]
    return reduce(pc.add, recorded) if recorded else None
