"""The tables of the prepaid credits: what is loaded of them, and what their stages make (B1, B2)."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

STATED_MOVEMENT: Final = Table(
    "stated_movement",
    "Movements of the balance that people state: receipts, gifts, confirmed changes (B1).",
    (
        Column("list_id", T.TEXT, "The movement list.", nullable=False),
        Column("line", T.COUNT, "Its line.", nullable=False),
        Column("moved_at", T.INSTANT, "When the balance moved.", nullable=False),
        Column("kind", T.TEXT, "top_up, bonus, gift, adjustment, subscription.", nullable=False),
        Column("units", T.QUANTITY, "Whole units added to the balance.", nullable=False),
        Column("cash", T.COST, "What was paid in all."),
        Column("currency", T.TEXT, "Currency of what was paid."),
        Column("tax", T.COST, "The tax in it."),
        Column("fee", T.COST, "The fee in it."),
        Column("exchange_rate", T.UNIT_RATE, "Functional currency for one of the currency."),
        Column("reference", T.TEXT, "The receipt's own number."),
        Column("record", T.TEXT, "The row of the log it confirms, as import and record number."),
    ),
)

BALANCE_TERMS: Final = Table(
    "balance_terms",
    "The two balance readings a period is proved between; one row.",
    (
        Column("opening_at", T.INSTANT, "When the one nearest to the start was read."),
        Column("opening_units", T.QUANTITY, "What it said, in whole units."),
        Column("closing_at", T.INSTANT, "When the one nearest to the end was read."),
        Column("closing_units", T.QUANTITY, "What it said, in whole units."),
    ),
)

CREDIT_MOVEMENT: Final = Table(
    "credit_movement",
    "Every change of the prepaid balance that is on record (B1).",
    (
        Column("movement_id", T.TEXT, "The row of the log, or list and line.", nullable=False),
        Column("moved_at", T.INSTANT, "When the balance moved.", nullable=False),
        Column("began_at", T.INSTANT, "When its call began.", nullable=False),
        Column("movement_window", T.TEXT, "before, period or after.", nullable=False),
        Column("kind", T.TEXT, "consumption, refund, or the kind of the line.", nullable=False),
        Column("funding", T.TEXT, "wallet or subscription.", nullable=False),
        Column("units", T.QUANTITY, "Units added to the balance.", nullable=False),
        Column("charged_units", T.QUANTITY, "The same as charged, whatever paid.", nullable=False),
        Column("row_id", T.COUNT, "The usage row; null for a line of a list."),
        Column("task_id", T.TEXT, "The task the row belongs to."),
        Column("cost_center", T.TEXT, "Who bears the cost."),
        Column("project", T.TEXT, "Project label."),
        Column("list_id", T.TEXT, "The movement list; null for a row of the log."),
    ),
)

BALANCE_PROOF: Final = Table(
    "balance_proof",
    "Opening plus movements against closing, in whole units; one row (B2).",
    (
        Column("opening_at", T.INSTANT, "When the opening balance was read."),
        Column("opening_read_units", T.QUANTITY, "What was read then."),
        Column("closing_at", T.INSTANT, "When the closing balance was read."),
        Column("closing_read_units", T.QUANTITY, "What was read then."),
        Column("opening_units", T.TOTAL_QUANTITY, "Rolled to the start of the period."),
        Column("moved_units", T.TOTAL_QUANTITY, "Movements of the period.", nullable=False),
        Column("closing_units", T.TOTAL_QUANTITY, "Rolled to the end of the period."),
        Column("unexplained_units", T.TOTAL_QUANTITY, "What no movement explains."),
    ),
)

MOVEMENT_TOTAL: Final = Table(
    "movement_total",
    "Movements by window, kind and what paid.",
    (
        Column("movement_window", T.TEXT, "before, period or after.", nullable=False),
        Column("kind", T.TEXT, "Kind of the movement.", nullable=False),
        Column("funding", T.TEXT, "wallet or subscription.", nullable=False),
        Column("movements", T.COUNT, "How many.", nullable=False),
        Column("units", T.TOTAL_QUANTITY, "Units added to the balance.", nullable=False),
        Column("charged_units", T.TOTAL_QUANTITY, "The same as charged.", nullable=False),
    ),
)

OPEN_AT_READING: Final = Table(
    "open_at_reading",
    "Calls that had begun but were not written when a balance was read (B2).",
    (
        Column("reading", T.TEXT, "opening or closing.", nullable=False),
        Column("calls", T.COUNT, "How many.", nullable=False),
        Column("units", T.TOTAL_QUANTITY, "What they came to."),
    ),
)

TASK_ACROSS: Final = Table(
    "task_across",
    "Tasks of the period that were settled after it (B2, B4).",
    (
        Column("task_id", T.TEXT, "The task.", nullable=False),
        Column("taken_at", T.INSTANT, "When it was first charged.", nullable=False),
        Column("taken_units", T.TOTAL_QUANTITY, "What it moved in the period.", nullable=False),
        Column("settled_at", T.INSTANT, "When its first later row was written.", nullable=False),
        Column("settled_units", T.TOTAL_QUANTITY, "What it moved after it.", nullable=False),
    ),
)

ACCOUNT_ROW: Final = Table(
    "account_row",
    "Rows of the log about the account, and whether a movement list confirms them (B1).",
    (
        Column("row_id", T.COUNT, "Number of the record within the run.", nullable=False),
        Column("import_id", T.TEXT, "The import.", nullable=False),
        Column("ordinal", T.COUNT, "Record number in the file.", nullable=False),
        Column("record", T.TEXT, "Import and record number.", nullable=False),
        Column("row_type", T.TEXT, "The vendor's own type of the row."),
        Column("moved_at", T.INSTANT, "When it was written.", nullable=False),
        Column("movement_text", T.TEXT, "Its words."),
        Column("charged_units", T.QUANTITY, "Units in its charge column, if any."),
        Column("is_confirmed", T.FLAG, "Whether a list confirms it.", nullable=False),
    ),
)
