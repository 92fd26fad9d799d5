"""Our grammar: columns of text become numbers, money, times and flags, or a reason per row.

Every reader takes a text column and returns the typed column and a column of reason codes. A row
has a value, or a reason, or neither where the text is null or empty; never both.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.number_grammar import one_array, read_money, read_quantity, read_rate
from tieout.intake.time_grammar import finer_than_microseconds, read_time

__all__ = [
    "finer_than_microseconds",
    "read_flag",
    "read_money",
    "read_quantity",
    "read_rate",
    "read_time",
]


def read_flag(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Flags: ``true`` and ``false`` in any case, ``1`` and ``0``; anything else is FLAG_FORM."""
    words = pc.ascii_lower(one_array(texts))
    true = pc.is_in(words, value_set=pa.array(["true", "1"]))
    known = pc.or_(true, pc.is_in(words, value_set=pa.array(["false", "0"])))
    filled = pc.fill_null(pc.not_equal(words, ""), fill_value=False)
    flags = pc.if_else(known, true, pa.scalar(None, pa.bool_()))
    odd = pc.and_not(filled, known)
    reasons = pc.if_else(odd, pa.scalar("FLAG_FORM"), pa.scalar(None, pa.string()))
    return flags, reasons
