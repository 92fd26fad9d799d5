"""Frozen ratios: what the vendor multiplied with, kept in the row it billed."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from tieout.intake.faults import Faults
from tieout.intake.feed import Feed
from tieout.intake.field import present
from tieout.intake.grammar import read_rate
from tieout.intake.quantity import read_present

RATIOS: Final = ("model_ratio", "completion_ratio", "group_ratio", "cache_ratio", "model_price")


def frozen_ratios(records: pa.Table, feed: Feed, faults: Faults) -> dict[str, pa.Array]:
    """The ratio columns as unit rates; one that the column cannot hold exactly is a fault.

    A vendor may write -1 for "priced another way": the sign is kept, and judged where it is used.
    """
    return {
        name: read_present(read_rate, present(records, column), faults, column)
        for name, column in feed.frozen.items()
    }
