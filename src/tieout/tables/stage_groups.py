"""The tables that a review of cause groups leans on beside the groups themselves."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table
from tieout.tables.stage_variance import CAUSE_GROUP

T = ColumnType

# What names a cause group: the cause and its scope.
GROUP_COLUMNS: Final = CAUSE_GROUP.columns[:7]

GROUP_DIGEST: Final = Table(
    "group_digest",
    "What the author of a decision saw of a cause group, as two sums (D16).",
    (
        *GROUP_COLUMNS,
        Column("lines", T.COUNT, "Lines.", nullable=False),
        Column(
            "first_sum",
            T.TEXT,
            "Sum of the first halves of the hashes of its lines and rates.",
            nullable=False,
        ),
        Column("second_sum", T.TEXT, "Sum of the second halves.", nullable=False),
    ),
)

