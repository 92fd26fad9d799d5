"""A catalog in CometAPI's form: an envelope around rows, each with one pricing object.

The meaning of the numbers changed in 2026 (P5): a row with the ratio key states a list price that
the ratio multiplies, a row without it states what is charged. Each row is read by its own keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.errors import InputRefused
from tieout.money import NotMoney, parse_money
from tieout.pricebook.json_text import BOM, Json, NumberText, plain_text, pointer, read_json
from tieout.pricebook.price_line import Dialect, ParsedSource, SourcePrice
from tieout.pricebook.source_reader import SourceReader, WrittenPrice
from tieout.pricebook.sources.catalog_rules import CatalogRules, PriceField
from tieout.pricebook.units import SPELLINGS

_REMEDY: Final = "Capture the catalog again; nothing of this answer was used."


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for all prices of one row: currency, dialect, ratio."""

    currency: str
    dialect: Dialect
    ratio_text: str | None
    ratio: Decimal


@dataclass(frozen=True, slots=True)
class _Place:
    """Which model of the catalog is being read, and where its row and its prices stand."""

    model: str
    row: str
    pricing: str


def read_catalog(content: bytes, rules: CatalogRules) -> ParsedSource:
    """Read a catalog by a vendor's rules.

    Raises:
        InputRefused: the bytes are no strict JSON, or the envelope says that the answer is not a
            complete success (``API_NOT_SUCCESS``, ``API_SHAPE``, ``API_COUNT``, ``API_EMPTY``).
    """
    rows = _rows(read_json(content), rules)
    reader = SourceReader()
    if content.startswith(BOM):
        reader.note("ENC_BOM", "starts with a byte order mark")
    found: dict[str, list[tuple[str, list[SourcePrice]]]] = {}
    for index, row in enumerate(rows):
        place = pointer(rules.rows_at, index)
        first = len(reader.prices)
        model = _read_row(reader, row, place, rules)
        if prices := reader.prices[first:]:
            found.setdefault(model, []).append((place, prices))
    reader.prices = _settle_repeats(reader, found)
    if len({price.dialect for price in reader.prices}) > 1:
        reader.note("PRICE_DIALECT_MIXED", "rows with and without a ratio stand in one catalog")
    return reader.parsed()


def _rows(document: Json, rules: CatalogRules) -> list[Json]:
    if not isinstance(document, dict) or document.get(rules.envelope.success) is not True:
        raise InputRefused(
            "API_NOT_SUCCESS",
            f"The answer does not say {rules.envelope.success} = true.",
            remedy=_REMEDY,
        )
    rows = document.get(rules.rows_at)
    if not isinstance(rows, list):
        raise InputRefused(
            "API_SHAPE", f"The answer holds no list under {rules.rows_at!r}.", remedy=_REMEDY
        )
    total = document.get(rules.envelope.total)
    if total is not None and total != str(len(rows)):
        raise InputRefused(
            "API_COUNT",
            f"The answer announces {str(total)[:64]!r} rows and holds {len(rows)}.",
            remedy=_REMEDY,
        )
    if not rows:
        raise InputRefused("API_EMPTY", "The answer holds no rows.", remedy=_REMEDY)
    return rows


def _read_row(reader: SourceReader, row: Json, place: str, rules: CatalogRules) -> str:
    model = row.get(rules.id) if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(model, str) or not model:
        reader.refuse("", "PRICE_ROW", place, "the row names no model")
        return ""
    if isinstance(model, NumberText):
        reader.refuse("", "PRICE_ROW", place, "the model id is a number, not a text")
        return ""
    upcoming = row.get(rules.upcoming)
    pricing = row.get(rules.pricing)
    where = _Place(model, place, place + pointer(rules.pricing))
    if upcoming is not None and upcoming is not False:
        reader.refuse(model, "PRICE_UPCOMING", place, "announced; it cannot be called yet")
    elif pricing is None:
        reader.refuse(model, "PRICE_MISSING", place, "the row states no prices")
    elif not isinstance(pricing, dict):
        reader.refuse(model, "PRICE_TEXT", where.pricing, "the prices are not an object")
    else:
        _read_pricing(reader, where, pricing, rules)
    return model


def _read_pricing(
    reader: SourceReader, where: _Place, pricing: dict[str, Json], rules: CatalogRules
) -> None:
    for key in sorted(pricing.keys() - rules.known_keys()):
        reader.note("SCHEMA_NEW_KEY", f"unknown key {key[:64]!r}", where.pricing)
        reader.unread(where.model, key, plain_text(pricing[key]))
    stated = [price for price in rules.price if pricing.get(price.field) is not None]
    if not stated:
        reader.refuse(where.model, "PRICE_MISSING", where.pricing, "the row states no price")
        return
    kinds = {SPELLINGS[price.unit].unit for price in stated}
    if len(kinds) > 1:
        fields = ", ".join(price.field for price in stated)
        detail = f"prices of different units in one row: {fields}"
        reader.refuse(where.model, "PRICE_UNIT_AMBIGUOUS", where.pricing, detail)
        return
    terms = _read_terms(reader, where, pricing, rules, stated[0])
    if terms is None:
        return
    for price in rules.price:
        if SPELLINGS[price.unit].unit in kinds:
            _read_field(reader, where, price, pricing.get(price.field), terms)


def _read_terms(
    reader: SourceReader,
    where: _Place,
    pricing: dict[str, Json],
    rules: CatalogRules,
    stated: PriceField,
) -> _Terms | None:
    currency = _read_currency(reader, where, pricing.get(rules.currency.key), rules, stated)
    if currency is None:
        return None
    ratio = pricing.get(rules.ratio.key)
    place = where.pricing + pointer(rules.ratio.key)
    if ratio is None:
        if rules.ratio.key in pricing:
            reader.note("PRICE_RATIO_NULL", "the ratio is null; read like a row without one", place)
        return _Terms(currency, "discounted", None, Decimal(1))
    low, high = parse_money(rules.ratio.above), parse_money(rules.ratio.up_to)
    try:
        text = _number(reader, ratio, place)
        value = parse_money(text)
    except NotMoney:
        text, value = "", low
    if not low < value <= high:
        reader.refuse_text(where.model, "PRICE_RATIO", place)
        return None
    return _Terms(currency, "list_with_ratio", text, value)


def _read_currency(
    reader: SourceReader, where: _Place, text: Json, rules: CatalogRules, stated: PriceField
) -> str | None:
    place = where.pricing + pointer(rules.currency.key)
    if text is None:
        message = f"no currency stated; {rules.currency.default} is declared for this catalog"
        reader.note("CURRENCY_NOT_STATED", message, place)
        return rules.currency.default
    for spelling in rules.currency.spelling:
        if text == spelling.text and not isinstance(text, NumberText):
            if spelling.unit and SPELLINGS[spelling.unit] != SPELLINGS[stated.unit]:
                message = f"the currency text names another unit than the field {stated.field}"
                reader.note("PRICE_UNIT_STATED", message, place)
            return spelling.currency
    reader.refuse(where.model, "PRICE_CURRENCY", place, "not a currency text the rules list")
    return None


def _read_field(
    reader: SourceReader, where: _Place, price: PriceField, value: Json, terms: _Terms
) -> None:
    place = where.pricing + pointer(price.field)
    if value is None:
        reader.refuse(where.model, "PRICE_MISSING", place, "no price stated; it is not zero")
        return
    try:
        text = _number(reader, value, place)
    except NotMoney as error:
        reader.refuse_text(where.model, error.code, place)
        return
    reader.price(
        WrittenPrice(
            source_model_id=where.model,
            meter=price.meter,
            text=text,
            unit=SPELLINGS[price.unit],
            currency=terms.currency,
            dialect=terms.dialect,
            locator=place,
            ratio_text=terms.ratio_text,
            ratio=terms.ratio,
        )
    )


def _number(reader: SourceReader, value: Json, place: str) -> str:
    """The text of a number, given as a number or as a string; notes the string."""
    if not isinstance(value, str):
        raise NotMoney("PRICE_TEXT", str(value))
    if not isinstance(value, NumberText):
        reader.note("NUM_AS_STRING", "a number given as a text", place)
    return str(value)


def _settle_repeats(
    reader: SourceReader, found: dict[str, list[tuple[str, list[SourcePrice]]]]
) -> list[SourcePrice]:
    """One row per model where repeats are equal; else all rows stay and the model waits."""
    kept: list[SourcePrice] = []
    for model, rows in found.items():
        meanings = {
            frozenset((p.meter, p.currency, p.list_unit_rate, p.unit_rate) for p in prices)
            for _, prices in rows
        }
        for place, _ in rows[1:]:
            if len(meanings) == 1:
                reader.note("PRICE_DUPLICATE", "a model stands twice with equal prices", place)
            else:
                detail = f"{rows[0][0]} states other prices for the same model"
                reader.refuse(model, "PRICE_CONFLICT", place, detail)
        for _, prices in rows[:1] if len(meanings) == 1 else rows:
            kept.extend(prices)
    return kept
