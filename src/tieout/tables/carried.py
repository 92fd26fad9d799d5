"""Unmatched items: what a run leaves to later ones, and what it makes of those it was left (D6)."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

_ITEM: Final = (
    Column("line_key", T.TEXT, "The line it is: an id or a group of fields.", nullable=False),
    Column("side", T.TEXT, "The leg that has it: usage or ledger.", nullable=False),
    Column("grain", T.TEXT, "request or group.", nullable=False),
    Column("day", T.DAY, "Day of the item in the reporting zone.", nullable=False),
    Column("source_model_id", T.TEXT, "Exact id in the price source; null where nothing says."),
    Column("cost_center", T.TEXT, "Who bears the cost."),
    Column("project", T.TEXT, "Project label."),
    Column("currency", T.TEXT, "Currency of the amount; null where nothing says."),
    Column("amount", T.COST, "What it makes of the variance: negative on the usage side.", nullable=False),
    Column("cause", T.TEXT, "What the line was filed under when it was left open.", nullable=False),
    Column("bucket", T.TEXT, "Variance bucket (D15).", nullable=False),
    Column("proof", T.TEXT, "proved, suspected or none.", nullable=False),
    Column("group_key", T.TEXT, "What a ledger without ids would book it by; null where its rows are of several groups."),
)  # fmt: skip

CARRIED_ITEM: Final = Table(
    "carried_item",
    "Items that earlier runs left open: one leg has a line that the other had not (D25).",
    (
        Column("item_period", T.TEXT, "Label of the period it belongs to.", nullable=False),
        Column("own_period", T.FLAG, "Whether that is the period of this run.", nullable=False),
        Column("item_run", T.TEXT, "The run that left it, the newest of its period.", nullable=False),
        Column("first_run", T.TEXT, "The first run of the period that showed it.", nullable=False),
        Column("first_seen", T.TEXT, "The instant that run looked from.", nullable=False),
        *_ITEM,
    ),
)  # fmt: skip

CARRIED_PART: Final = Table(
    "carried_part",
    "Items of earlier periods by the amounts that a ledger without ids may book.",
    (
        Column("item_period", T.TEXT, "Label of the period the item belongs to.", nullable=False),
        Column("line_key", T.TEXT, "The item.", nullable=False),
        Column("side", T.TEXT, "The leg that has it: usage or ledger.", nullable=False),
        Column("day", T.DAY, "Day of the item in the reporting zone.", nullable=False),
        Column("part", T.TEXT, "group; or calls, single ones of the same group together.", nullable=False),
        Column("is_sure", T.FLAG, "Whether it is a line of a group whose cause was proved.", nullable=False),
        Column("part_key", T.TEXT, "The amount it is part of: period, kind and group.", nullable=False),
        Column("dayless_key", T.TEXT, "The key of the group without its day.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact id in the price source; null where nothing says."),
        Column("currency", T.TEXT, "Currency of the amount; null where nothing says."),
        Column("amount", T.COST, "What all its items make of the variance: negative on the usage side.", nullable=False),
    ),
)  # fmt: skip

CARRIED_LINE: Final = Table(
    "carried_line",
    "Items of earlier periods beside the line of this run that holds a counterpart.",
    (
        Column("item_period", T.TEXT, "Label of the period the item belongs to.", nullable=False),
        Column("line_key", T.TEXT, "The item.", nullable=False),
        Column("side", T.TEXT, "The leg that has it: usage or ledger.", nullable=False),
        Column("met_line", T.TEXT, "The line of this run with its counterpart.", nullable=False),
        Column("met_by", T.TEXT, "id; group, without ids; or amount, where it is equal and no more than that.", nullable=False),
        Column("clears", T.FLAG, "Whether it is the counterpart: keys and amounts agree, and neither leaves a doubt.", nullable=False),
        Column("landed_in", T.TEXT, "period; or late, where the counterpart is for days before it.", nullable=False),
        Column("landed_day", T.DAY, "Last day of the counterpart.", nullable=False),
        Column("landed_import", T.TEXT, "An import that holds it; null for a group."),
    ),
)  # fmt: skip

LATE_POSTING: Final = Table(
    "late_posting",
    "Entries without calls that may post calls an earlier period left open.",
    (Column("line_key", T.TEXT, "The line: a group of fields.", nullable=False),),
)

UNMATCHED_ITEM: Final = Table(
    "unmatched_item",
    "Every item of a run and of those before it, in one state: open, cleared or gone.",
    (
        Column("origin", T.TEXT, "run: of this run; before: of an earlier one of this period; carried.", nullable=False),
        Column("item_period", T.TEXT, "Label of its period; null where this run shows it first."),
        Column("item_run", T.TEXT, "The run that left it; null where this run shows it."),
        Column("first_run", T.TEXT, "The first run that showed it; null where that is this one."),
        Column("first_seen", T.TEXT, "The instant that run looked from; null where it is this one."),
        *_ITEM,
        Column("state", T.TEXT, "open, cleared or gone.", nullable=False),
        Column("landed_in", T.TEXT, "Where the counterpart came: period or late; null while it has not."),
        Column("met_line", T.TEXT, "The line with its counterpart; null while there is none."),
        Column("landed_day", T.DAY, "Last day of the counterpart."),
        Column("landed_import", T.TEXT, "An import that holds the counterpart."),
    ),
)  # fmt: skip
