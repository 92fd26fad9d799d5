"""How one vendor's catalog is read, as data: field names, units, dialect rules.

The rules of a vendor stand in its folder under ``vendors/``; none stands in the code.
"""

from __future__ import annotations

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.meters import BY_NAME
from tieout.money import NotMoney, parse_money
from tieout.pricebook.units import read_unit


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys around the rows: a success flag that must be true, a total that must agree."""

    success: str
    total: str


class CurrencySpelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One accepted text of the currency field, and the unit it names beside the currency."""

    text: str
    currency: str
    unit: str = ""


class CurrencyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a row states its currency, which texts pass, and what holds where none is stated."""

    key: str
    default: str
    spelling: tuple[CurrencySpelling, ...]


class RatioRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The per-row multiplier: its key, and the open lower and closed upper bound it must keep."""

    key: str
    above: str
    up_to: str


class PriceField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One price field: the meter it prices and the unit it is quoted for."""

    field: str
    meter: str
    unit: str


class CatalogRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the catalog reader needs to know about a vendor's catalog."""

    rows_at: str
    id: str
    upcoming: str
    pricing: str
    envelope: Envelope
    currency: CurrencyRule
    ratio: RatioRule
    price: tuple[PriceField, ...]
    other_pricing_keys: tuple[str, ...] = ()

    def known_keys(self) -> frozenset[str]:
        """The keys of a pricing object that are understood."""
        fields = {price.field for price in self.price}
        return frozenset({*fields, self.ratio.key, self.currency.key, *self.other_pricing_keys})


def read_catalog_rules(content: bytes) -> CatalogRules:
    """Read a vendor's ``catalog.toml``.

    Raises:
        ConfigurationRefused: ``CFG_CATALOG`` when a key is missing or unknown, or when a meter, a
            unit or a bound is not one Tieout knows.
    """
    try:
        rules = msgspec.toml.decode(content, type=CatalogRules)
        parse_money(rules.ratio.above)
        parse_money(rules.ratio.up_to)
    except (msgspec.MsgspecError, UnicodeDecodeError, NotMoney) as error:
        raise _refused(str(error)) from error
    for price in rules.price:
        unit = read_unit(price.unit)
        if price.meter not in BY_NAME or unit is None or not unit.prices(price.meter):
            raise _refused(f"{price.field}: {price.unit} does not price {price.meter}")
    for spelling in rules.currency.spelling:
        if spelling.unit and read_unit(spelling.unit) is None:
            raise _refused(f"{spelling.text}: {spelling.unit} is not a pricing unit")
    return rules


def _refused(sentence: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "CFG_CATALOG",
        "The rules of a vendor's catalog cannot be used.",
        where=(sentence,),
        remedy="Compare catalog.toml in the vendor's folder with the one the product came with.",
    )
