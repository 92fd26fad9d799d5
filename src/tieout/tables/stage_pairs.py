"""The tables of the search for two causes that close a line together."""

from __future__ import annotations

from typing import Final

from tieout.tables.column import Column, ColumnType, Table

T = ColumnType

SEARCHED_MODEL: Final = Table(
    "searched_model",
    "Models with lines that no cause closes, and whether two causes are tried at every price.",
    (
        Column("source_model_id", T.TEXT, "Exact id in the price source.", nullable=False),
        Column("currency", T.TEXT, "Currency of the lines.", nullable=False),
        Column("lines", T.COUNT, "Lines that no cause closes.", nullable=False),
        Column("usage_rows", T.COUNT, "Calls of those lines.", nullable=False),
        Column("prices", T.COUNT, "Prices of the model on record, in force or not.", nullable=False),
        Column("is_searched", T.FLAG, "Whether calls times prices are few enough to try them.", nullable=False),
    ),
)

REPRICED_LINE: Final = Table(
    "repriced_line",
    "Lines that nothing special closes, and whether the prices of all other models are tried on them.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("source_model_id", T.TEXT, "Exact id in the price source.", nullable=False),
        Column("currency", T.TEXT, "Currency of the line.", nullable=False),
        Column("usage_rows", T.COUNT, "Calls of the line.", nullable=False),
        Column("is_searched", T.FLAG, "Whether its calls and those of lines with fewer are few enough.", nullable=False),
    ),
)

PRICE_AND_QUANTITY: Final = Table(
    "price_and_quantity",
    "Lines that another price closes together with quantities counted otherwise.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("first_cause", T.TEXT, "Name of the cause that is about the calls, or their price.", nullable=False),
        Column("first_variant", T.TEXT, "Which assumption it changes, and to what.", nullable=False),
        Column("second_cause", T.TEXT, "Name of the cause that comes on top.", nullable=False),
        Column("second_variant", T.TEXT, "Which assumption it changes, and to what.", nullable=False),
        Column("first_amount", T.COST, "Cost under the first assumption alone.", nullable=False),
        Column("tolerance", T.COST, "What rounding may make of the amounts compared.", nullable=False),
    ),
)

CALL_AND_ENTRY: Final = Table(
    "call_and_entry",
    "Lines that an assumption about their calls closes together with one about their entry.",
    PRICE_AND_QUANTITY.columns,
)

CAUSE_PAIR: Final = Table(
    "cause_pair",
    "The two causes that close a line together where none does alone.",
    (
        Column("line_key", T.TEXT, "The line: an id or a group of fields.", nullable=False),
        Column("cause", T.TEXT, "Name of the two together.", nullable=False),
        Column("variant", T.TEXT, "Which assumption about the price, or else about the calls.", nullable=False),
        *PRICE_AND_QUANTITY.columns[1:-2],
        Column("place", T.COUNT, "Its place among the pairs of the line.", nullable=False),
        Column("first_effect", T.COST, "What the first cause alone makes of the variance.", nullable=False),
        Column("second_effect", T.COST, "What the second one adds: the rest of the variance.", nullable=False),
    ),
)
