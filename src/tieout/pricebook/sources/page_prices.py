"""From a saved page to price lines, by the declared profile and by nothing else.

A page that is not the one the profile describes is refused as a whole; a cell that is not written
as the profile says is refused with its place, and its model waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from tieout.errors import InputRefused
from tieout.money import NotMoney
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.price_text import read_price
from tieout.pricebook.source_reader import SourceReader, WrittenPrice
from tieout.pricebook.sources.html_page import cells_of_blocks, read_html
from tieout.pricebook.sources.markdown_page import read_markdown
from tieout.pricebook.sources.page import Cell, FoundTable, Page, Row, locator, refused
from tieout.pricebook.sources.page_profile import (
    PageBlock,
    PagePrice,
    PageProfile,
    PageTable,
)
from tieout.pricebook.sources.price_list import settle_repeats
from tieout.pricebook.sources.written import Found, dates_in, one_space, price_in
from tieout.pricebook.units import read_unit

_SHOWN: Final = 5
_LONGEST: Final = 120


def read_page(content: bytes, profile: PageProfile, *, html: bool) -> ParsedSource:
    """Read the prices of a saved page.

    Raises:
        InputRefused: ``PAGE_MARKERS``, ``PAGE_PROFILE``, or what reading the page refuses.
        ConfigurationRefused: ``CFG_PAGE_PROFILE``: the profile leaves something open.
    """
    profile.check()
    page = read_html(content) if html else read_markdown(content)
    _require_markers(page, profile)
    reader = _PageReader(profile)
    for what, place in page.active:
        reader.note("HTML_ACTIVE", f"holds {what}; it is kept and never run or loaded", place)
    if profile.language and html and page.language.partition("-")[0] != profile.language.lower():
        raise _other_page(f"its language is {page.language[:20]!a}, not {profile.language}")
    for wanted in profile.tables:
        reader.table(_only_table(page, wanted), wanted)
    if profile.blocks and not html:
        raise _other_page("blocks are elements of HTML, and this page is Markdown")
    for block in profile.blocks:
        reader.block(cells_of_blocks(content, block.block, block.model, block.price), block)
    settle_repeats(reader)
    return reader.page_parsed(_stated_on(page, profile))


class _PageReader(SourceReader):
    """Reads rows and blocks of one page."""

    def __init__(self, profile: PageProfile) -> None:
        super().__init__()
        self._profile = profile

    def table(self, found: FoundTable, wanted: PageTable) -> None:
        """Read every row of a table."""
        for row in found.rows:
            if row.fits:
                self._row(row, wanted)
            elif self._left_out(row.cells[0].text if row.cells else "", row.place, wanted):
                continue
            else:
                detail = "the row has other cells than the header, or is hidden"
                self.refuse("", "PRICE_ROW", row.place, detail)

    def block(self, found: Sequence[tuple[str, list[Cell], list[Cell]]], wanted: PageBlock) -> None:
        """Read every block; a selector that finds none is not of this page."""
        if not found:
            raise _other_page(f"no element is a {wanted.block[:80]}")
        for place, models, prices in found:
            if len(models) != 1 or not models[0].text or models[0].trouble:
                detail = "the block does not name exactly one model"
                self.refuse("", "PRICE_ROW", place, detail)
                continue
            model = models[0].text
            if self._left_out(model, place, wanted):
                continue
            if not prices:
                self.refuse(model, "PRICE_MISSING", place, "no price stated; it is not zero")
            for cell in prices:
                self._cell(model, cell, wanted.prices, wanted.unpriced, None)

    def page_parsed(self, stated_on: str) -> ParsedSource:
        """Everything gathered, with the page's own date."""
        return replace(self.parsed(), stated_on=stated_on)

    def _left_out(self, model: str, place: str, wanted: PageTable | PageBlock) -> bool:
        if model in wanted.leave_out:
            self.note("PAGE_ROW_LEFT_OUT", "a row that the profile leaves out by name", place)
        return model in wanted.leave_out

    def _row(self, row: Row, wanted: PageTable) -> None:
        cells = dict(zip(wanted.header, row.cells, strict=True))
        named = cells[wanted.model]
        if self._left_out(named.text, row.place, wanted):
            return
        model = _model(named, wanted)
        if not model:
            detail = f"the cell names no model by its {wanted.model_is}"
            self.refuse("", "PRICE_ROW", named.place, detail)
            return
        read = {wanted.model, wanted.multiplier, *(one.column for one in wanted.prices)}
        for column, cell in cells.items():
            if column not in read:
                self.unread(model, column, cell.text)
        factor = None
        if wanted.multiplier is not None:
            factor = self._factor(model, cells[wanted.multiplier])
            if factor is None:
                return
        for column in dict.fromkeys(one.column for one in wanted.prices):
            forms = [one for one in wanted.prices if one.column == column]
            self._cell(model, cells[column], forms, wanted.unpriced, factor)

    def _factor(self, model: str, cell: Cell) -> str | None:
        try:
            text = "" if cell.trouble else cell.text
            if read_price(text, self._profile.decimal):
                return text.replace(",", ".")
        except NotMoney:
            pass
        detail = "the factor is not a number above zero"
        self.refuse(model, "PRICE_RATIO", cell.place, detail)
        return None

    def _cell(
        self,
        model: str,
        cell: Cell,
        forms: Sequence[PagePrice],
        unpriced: Sequence[str],
        factor: str | None,
    ) -> None:
        if not cell.trouble and (not cell.parts or cell.text in unpriced):
            self.refuse(model, "PRICE_MISSING", cell.place, "no price stated; it is not zero")
            return
        if cell.trouble:
            detail = f"the cell holds {cell.trouble}, which may change how it reads"
            self.refuse(model, "PRICE_TEXT", cell.place, detail)
            return
        for number, part in enumerate(cell.parts, 1):
            fitting = [(one, price_in(part, one.written)) for one in forms]
            fits = [(one, found) for one, found in fitting if found is not None]
            if len(fits) != 1:
                how = "in no way" if not fits else "in more than one way"
                detail = f"{part[:_LONGEST]!a} is written {how} that the profile names"
                self.refuse(model, "PRICE_TEXT", f"{cell.place}, part {number}", detail)
                continue
            self._price(model, locator(cell, number, fits[0][1].first, fits[0][1].last), *fits[0],
                        factor)  # fmt: skip

    def _price(
        self, model: str, place: str, form: PagePrice, found: Found, factor: str | None
    ) -> None:
        unit = read_unit(form.unit)
        assert unit is not None, "check() requires known units"
        if form.meter is None:
            try:
                read_price(found.text, self._profile.decimal)
            except NotMoney as error:
                self.refuse_text(model, error.code, place)
                return
            detail = f"a price per {unit.name}, which no meter counts"
            self.refuse(model, "PRICE_UNIT", place, detail)
            return
        times = factor or form.times or None
        self.price(
            WrittenPrice(
                source_model_id=model,
                meter=form.meter,
                text=found.text,
                unit=unit,
                currency=self._profile.currency,
                dialect=self._profile.meaning if times is None else "list_with_ratio",
                locator=place,
                ratio_text=times,
                ratio=Decimal(1) if times is None else read_price(times),
                decimal=self._profile.decimal,
            )
        )


def _model(cell: Cell, wanted: PageTable) -> str:
    """The model id of a cell, or nothing where it cannot be said."""
    if wanted.model_is == "text":
        return "" if cell.trouble else cell.text
    found = cell.links if wanted.model_is == "link" else cell.codes
    return found[0] if len(found) == 1 else ""


def _require_markers(page: Page, profile: PageProfile) -> None:
    missing = [one for one in profile.markers if one_space(one) not in page.text]
    unwanted = [one for one in profile.absent if one_space(one) in page.text]
    if missing or unwanted:
        raise refused(
            "PAGE_MARKERS",
            "This is not the page that the profile describes; a login or a cookie wall, perhaps.",
            *(f"missing: {one[:_LONGEST]!a}" for one in missing[:_SHOWN]),
            *(f"not expected: {one[:_LONGEST]!a}" for one in unwanted[:_SHOWN]),
            remedy="Open the page, log in or close what covers it, save it again, and import that.",
        )


def _only_table(page: Page, wanted: PageTable) -> FoundTable:
    header = tuple(one_space(one) for one in wanted.header)
    found = [
        one for one in page.tables if one.header == header and wanted.heading in ("", one.heading)
    ]
    if len(found) == 1 and not found[0].spans_rows:
        return found[0]
    if len(found) == 1:
        raise _other_page("cells of its table reach over several rows", found[0].place)
    there = [
        f"{one.heading[:60]!a}: {', '.join(ascii(name[:30]) for name in one.header[:8])}"
        for one in page.tables
    ]
    how = "no table has" if not found else f"{len(found)} tables have"
    raise _other_page(
        f"{how} the declared header" + (" under that heading" if wanted.heading else ""),
        *there[:_SHOWN],
    )


def _stated_on(page: Page, profile: PageProfile) -> str:
    if not profile.stated_on:
        return ""
    dates = dates_in(page.text, profile.stated_on)
    if len(dates) != 1:
        raise _other_page(f"{len(dates)} dates on it are written as the profile says")
    return min(dates).isoformat()


def _other_page(reason: str, *places: str) -> InputRefused:
    return refused(
        "PAGE_PROFILE",
        f"The page is laid out otherwise than its profile says: {reason}.",
        *places,
        remedy="Look at the page; if it changed, correct [prices.SOURCE] in tieout.toml and have "
        "the change reviewed.",
    )
