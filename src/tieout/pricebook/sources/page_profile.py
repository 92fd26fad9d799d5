"""The declared profile of a saved pricing page, as it stands in ``tieout.toml``.

Nothing about a page is detected: a person says which texts prove that it is the page, which table
holds prices, which column holds the model id, and how a price is written in its cell.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.meters import BY_NAME
from tieout.money import NotMoney
from tieout.pricebook.price_text import read_price
from tieout.pricebook.sources.price_list_map import CURRENCY_CODE
from tieout.pricebook.sources.written import is_date_form, is_price_form
from tieout.pricebook.units import read_unit

Part = Literal["text", "link", "code"]


class PagePrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which a price is written, and what it is the price of.

    Attributes:
        unit: what it is quoted for, by a spelling of the units table.
        meter: what is counted; left out for a unit that no meter counts: such a price is known,
            listed as refused, and its model waits.
        column: the header of its column, exactly; not used in a block.
        written: the whole text of the price, with ``{price}`` for the number.
        times: a factor the page states elsewhere, for example the price of one token unit.
    """

    unit: str
    meter: str | None = None
    column: str = ""
    written: str = "{price}"
    times: str = ""


class PageTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of prices on a page: which one, and what its columns hold.

    Attributes:
        header: the texts of its header cells, all of them, exactly and in order.
        model: the header of the column with the model id.
        prices: the ways in which prices are written.
        heading: the heading above it, exactly; left out where the header names it alone.
        model_is: the whole text of the cell, the text of its one link, or of its one code.
        multiplier: the header of a column with a factor on every price of the row.
        unpriced: texts that say that there is no price, for example ``N/A``.
        leave_out: rows to leave out, by the exact text of their model cell; they are counted.
    """

    header: tuple[str, ...]
    model: str
    prices: tuple[PagePrice, ...]
    heading: str = ""
    model_is: Part = "text"
    multiplier: str | None = None
    unpriced: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


class PageBlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices that stand in repeated blocks of an HTML page instead of a table.

    Attributes:
        block: CSS selector of the blocks.
        model: CSS selector of the one element in a block that holds the model id.
        price: CSS selector of the elements in a block that hold a price each.
        prices: the ways in which prices are written.
        unpriced: texts that say that there is no price.
        leave_out: blocks to leave out, by the exact text of their model; they are counted.
    """

    block: str
    model: str
    price: str
    prices: tuple[PagePrice, ...]
    unpriced: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


class PageProfile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="form", tag="page"
):
    """How the prices of one saved page are read.

    Attributes:
        markers: texts that must stand on the page, or it is not the page.
        currency: ISO 4217 code of every price.
        tables: the tables that hold prices.
        blocks: the repeated blocks that do, on an HTML page.
        absent: texts that must not stand on the page.
        language: the language an HTML page must declare.
        stated_on: how the page writes its own date, with ``{year}``, ``{month}`` (or
            ``{monthname}``) and ``{day}``.
        meaning: what a price without a factor means.
        decimal: the decimal sign of prices and factors.
    """

    markers: tuple[str, ...]
    currency: str
    tables: tuple[PageTable, ...] = ()
    blocks: tuple[PageBlock, ...] = ()
    absent: tuple[str, ...] = ()
    language: str = ""
    stated_on: str = ""
    meaning: Literal["list", "discounted"] = "list"
    decimal: Literal[".", ","] = "."

    def check(self, setting: str = "") -> None:
        """Refuse a profile, which stands in that setting, that leaves something open.

        Raises:
            ConfigurationRefused: ``CFG_PAGE_PROFILE``.
        """
        troubles = self._troubles()
        for number, table in enumerate(self.tables, 1):
            troubles |= {f"{what} (table {number})": here for what, here in _of_table(table)}
        for number, block in enumerate(self.blocks, 1):
            troubles |= {f"{what} (block {number})": here for what, here in _of_block(block)}
        for trouble, present in troubles.items():
            if present:
                raise ConfigurationRefused(
                    "CFG_PAGE_PROFILE",
                    f"The profile of the page {trouble}.",
                    where=(setting,) if setting else (),
                    remedy="Correct the profile of this price source in tieout.toml.",
                )

    def _troubles(self) -> dict[str, bool]:
        prices = [price for table in self.tables for price in table.prices]
        prices += [price for block in self.blocks for price in block.prices]
        return {
            "names no text that must stand on the page": not any(m.strip() for m in self.markers),
            "has an empty marker": not all(m.strip() for m in (*self.markers, *self.absent)),
            "names neither a table nor a block": not self.tables and not self.blocks,
            "names a currency that is no ISO 4217 code in capitals": CURRENCY_CODE.fullmatch(
                self.currency
            )
            is None,
            "writes a date without {year}, {day} and one of {month} and {monthname}": bool(
                self.stated_on
            )
            and not is_date_form(self.stated_on),
            "writes a price without exactly one {price}": not all(
                is_price_form(one.written) for one in prices
            ),
            "names a meter that is not known": any(
                one.meter is not None and one.meter not in BY_NAME for one in prices
            ),
            "names a unit that is not known": any(read_unit(one.unit) is None for one in prices),
            "has a factor that is no number above zero": any(
                one.times and not _is_factor(one.times) for one in prices
            ),
        }


def _of_table(table: PageTable) -> list[tuple[str, bool]]:
    named = {table.model, *(one.column for one in table.prices)}
    named |= {table.multiplier} if table.multiplier is not None else set()
    return [
        ("has no header, or one text in it twice", len({*table.header}) != len(table.header)),
        ("has no header", not table.header),
        ("names a column that is not in its header", not named <= {*table.header}),
        ("names no price", not table.prices),
        (
            "has a factor in a column and another one beside it",
            table.multiplier is not None and any(one.times for one in table.prices),
        ),
    ]


def _of_block(block: PageBlock) -> list[tuple[str, bool]]:
    return [
        ("names no price", not block.prices),
        ("has an empty selector", not (block.block and block.model and block.price)),
        ("names a column, which a block does not have", any(one.column for one in block.prices)),
    ]


def _is_factor(text: str) -> bool:
    try:
        return bool(read_price(text))
    except NotMoney:
        return False
