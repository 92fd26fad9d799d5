"""A CSV price list, read by its declared column map: one line per price or one column per meter."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tieout.calendar import parse_instant, parse_period
from tieout.errors import ConfigurationRefused
from tieout.meters import BY_NAME
from tieout.money import NotMoney
from tieout.pricebook.json_text import BOM
from tieout.pricebook.price_line import ParsedSource, SourcePrice
from tieout.pricebook.price_text import read_price
from tieout.pricebook.source_reader import SourceReader, WrittenPrice
from tieout.pricebook.sources.csv_lines import CsvLine, read_lines
from tieout.pricebook.sources.price_list_map import CURRENCY_CODE, PriceListMap
from tieout.pricebook.units import read_unit

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_FOREVER: Final = datetime.max.replace(tzinfo=UTC)


class _LineRefused(Exception):
    """One cell that all prices of a line hang on cannot be read."""

    def __init__(self, code: str, column: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.column = column
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for every price of one line."""

    model: str
    currency: str
    ratio_text: str | None
    ratio: Decimal
    effective_from: datetime | None
    effective_until: datetime | None


def read_price_list(content: bytes, columns: PriceListMap) -> ParsedSource:
    """Read a price list.

    Raises:
        InputRefused: the file cannot be framed, or lacks a column of the map.
        ConfigurationRefused: the map leaves something open.
    """
    columns.check()
    reader = SourceReader()
    if content.startswith(BOM):
        reader.note("ENC_BOM", "starts with a byte order mark")
    unread: set[str] = set()
    for line in read_lines(content, columns.delimiter, columns.columns()):
        for column in sorted((line.cells or {}).keys() - {*columns.columns()} - unread):
            unread.add(column)
            reader.note("SCHEMA_NEW_KEY", f"unread column {column[:64]!r}", line.place(column))
        if line.cells is None:
            detail = "the line has more or fewer cells than the header"
            reader.refuse("", "PRICE_ROW", line.place(columns.model), detail)
            continue
        model = line.cells[columns.model]
        if not model:
            reader.refuse("", "PRICE_ROW", line.place(columns.model), "the line names no model")
            continue
        try:
            terms = _read_terms(line.cells, model, columns)
        except _LineRefused as error:
            reader.refuse(model, error.code, line.place(error.column), error.detail)
            continue
        for meter, column in _prices(reader, line, line.cells, columns):
            _read_price(reader, line, (meter, column), terms, columns)
    settle_repeats(reader)
    return reader.parsed()


def _read_terms(cells: dict[str, str], model: str, columns: PriceListMap) -> _Terms:
    currency = columns.currency or ""
    if columns.currency_column is not None:
        currency = cells[columns.currency_column]
        if not CURRENCY_CODE.fullmatch(currency):
            detail = "not an ISO 4217 code in capitals"
            raise _LineRefused("PRICE_CURRENCY", columns.currency_column, detail)
    ratio_text = (cells[columns.multiplier] or None) if columns.multiplier is not None else None
    ratio = Decimal(1)
    if ratio_text is not None:
        try:
            ratio = read_price(ratio_text, columns.decimal)
        except NotMoney:
            ratio = Decimal(0)
        if not ratio:
            column = columns.multiplier or ""
            raise _LineRefused("PRICE_RATIO", column, "the multiplier is not a number above zero")
        # Read again as a number later on, so it has the point that numbers have.
        ratio_text = ratio_text.replace(",", ".")
    start = _read_time(cells, columns.effective_from, columns)
    end = _read_time(cells, columns.effective_until, columns)
    if start is not None and end is not None and end <= start:
        column = columns.effective_until or ""
        raise _LineRefused("PRICE_EFFECTIVE", column, "the price ends before it starts")
    return _Terms(model, currency, ratio_text, ratio, start, end)


def _read_time(cells: dict[str, str], column: str | None, columns: PriceListMap) -> datetime | None:
    if column is None or not cells[column]:
        return None
    text = cells[column]
    try:
        if columns.time_form == "date" and columns.zone is not None and _DATE.fullmatch(text):
            return parse_period(text, columns.zone).start
        if columns.time_form == "rfc3339" and _INSTANT.fullmatch(text):
            return parse_instant(text, column)
    except (ConfigurationRefused, OverflowError) as error:
        raise _LineRefused("PRICE_EFFECTIVE", column, "not a time that exists once") from error
    raise _LineRefused("PRICE_EFFECTIVE", column, f"not a time in the form {columns.time_form}")


def _prices(
    reader: SourceReader, line: CsvLine, cells: dict[str, str], columns: PriceListMap
) -> list[tuple[str, str]]:
    """The meters of a line, each with its price column."""
    if columns.price is None:
        return list(columns.meters.items())
    meter = columns.fixed_meter
    if columns.meter is not None:
        text = cells[columns.meter]
        meter = columns.meter_values.get(text, text)
        if meter not in BY_NAME:
            place = line.place(columns.meter)
            reader.refuse(cells[columns.model], "PRICE_METER", place, "not a known meter")
            return []
    assert meter is not None, "check() requires a meter column or a fixed meter"
    return [(meter, columns.price)]


def _read_price(
    reader: SourceReader,
    line: CsvLine,
    priced: tuple[str, str],
    terms: _Terms,
    columns: PriceListMap,
) -> None:
    assert line.cells is not None, "lines that misfit the header are refused before"
    meter, column = priced
    if not line.cells[column]:
        detail = "no price stated; it is not zero"
        reader.refuse(terms.model, "PRICE_MISSING", line.place(column), detail)
        return
    declared = columns.units.get(meter) or columns.fixed_unit
    unit = read_unit(line.cells[columns.unit] if columns.unit is not None else declared or "")
    if unit is None:
        place = line.place(columns.unit or column)
        reader.refuse(terms.model, "PRICE_TEXT", place, "not a unit of the closed list")
        return
    reader.price(
        WrittenPrice(
            source_model_id=terms.model,
            meter=meter,
            text=line.cells[column],
            unit=unit,
            currency=terms.currency,
            dialect=columns.meaning if terms.ratio_text is None else "list_with_ratio",
            locator=line.place(column),
            ratio_text=terms.ratio_text,
            ratio=terms.ratio,
            effective_from=terms.effective_from,
            effective_until=terms.effective_until,
            decimal=columns.decimal,
        )
    )


def settle_repeats(reader: SourceReader) -> None:
    """Note equal prices stated twice for one time; a model with different ones waits, listed."""
    by_model: dict[str, list[SourcePrice]] = {}
    by_meter: dict[tuple[str, str], list[SourcePrice]] = {}
    for price in reader.prices:
        by_model.setdefault(price.source_model_id, []).append(price)
        by_meter.setdefault((price.source_model_id, price.meter), []).append(price)
    for prices in by_meter.values():
        _settle(reader, prices, lambda price: (price.list_unit_rate, price.unit_rate))
    for prices in by_model.values():
        _settle(reader, prices, lambda price: price.currency, noted=False)


def _settle(
    reader: SourceReader,
    prices: list[SourcePrice],
    meaning: Callable[[SourcePrice], Hashable],
    *,
    noted: bool = True,
) -> None:
    """Walk prices by start; compare each with the one before it that is in force longest."""
    ordered = sorted(prices, key=lambda price: price.effective_from or _ALWAYS)
    longest = ordered[0]
    for price in ordered[1:]:
        if (price.effective_from or _ALWAYS) < (longest.effective_until or _FOREVER):
            if meaning(price) != meaning(longest):
                detail = f"{longest.locator} states another price for the same time"
                reader.refuse(price.source_model_id, "PRICE_CONFLICT", price.locator, detail)
            elif noted:
                reader.note("PRICE_DUPLICATE", "a price stands twice, equal", price.locator)
        if (price.effective_until or _FOREVER) > (longest.effective_until or _FOREVER):
            longest = price
