"""The tables of the search for money that stands on another day of its group."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

_GROUP_DAY: Final = (
    Column("dayless_key", T.TEXT, "The key of the group without its day.", nullable=False),
    Column("currency", T.TEXT, "Currency of the amount."),
    Column("day", T.DAY, "Day in the reporting zone.", nullable=False),
    Column("in_period", T.FLAG, "Whether the day lies in the period.", nullable=False),
)

DAY_LINE: Final = Table(
    "day_line",
    "Open lines by the group and the day that a ledger without ids would book them in.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        *_GROUP_DAY,
        Column("part", T.TEXT, "group; or calls, single ones that no entry names.", nullable=False),
        Column("difference", T.COST, "Recorded less the basis of the ledger.", nullable=False),
        Column("usage_rows", T.COUNT, "Usage rows, in the period and beside it.", nullable=False),
        Column("ledger_rows", T.COUNT, "Entries, in the period and beside it.", nullable=False),
    ),
)

DAY_PAIR: Final = Table(
    "day_pair",
    "Amounts of one group on two days that cancel exactly, seen from each of them.",
    (
        *_GROUP_DAY,
        Column("part", T.TEXT, "group, calls, or the whole of the day; or an item.", nullable=False),
        Column("other_day", T.DAY, "Day of the other amount.", nullable=False),
        Column("other_in_period", T.FLAG, "Whether that day lies in the period.", nullable=False),
        Column("other_part", T.TEXT, "What the other amount is, in the same words.", nullable=False),
    ),
)

COUNTERPART_DAY: Final = Table(
    "counterpart_day",
    "Open lines whose money stands on another day of their group, or is one of several that may.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("cause", T.TEXT, "Name of the cause.", nullable=False),
        Column("variant", T.TEXT, "What the counterpart is.", nullable=False),
        Column("other_line", T.TEXT, "The line of the group on the other day, where it is the one."),
    ),
)
