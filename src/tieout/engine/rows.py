"""Rows of two Arrow tables compared without regard to their order, by Arrow alone."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def same_rows(left: pa.Table, right: pa.Table) -> bool:
    """Whether both tables have the same columns and the same rows, each as often."""
    if left.column_names != right.column_names or left.num_rows != right.num_rows:
        return False
    if not left.schema.equals(right.schema):
        try:
            left = left.cast(right.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # types that cannot hold the same
            return False
    # The order is often the same, and a comparison in place costs next to nothing.
    return bool(left.equals(right) or _sorted(left).equals(_sorted(right)))


def _sorted(table: pa.Table) -> pa.Table:
    return table.take(pc.sort_indices(table, [(name, "ascending") for name in table.column_names]))
