"""What a table of ratios leaves open, as it stands in ``tieout.toml``: what a ratio of one costs.

A gateway's table holds bare numbers. The money behind a ratio, its unit and the group whose ratio
is paid are facts of one vendor and one account: a person declares them.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.money import NotMoney
from tieout.pricebook.price_text import read_price
from tieout.pricebook.sources.price_list_map import CURRENCY_CODE
from tieout.pricebook.units import read_unit


class RatioTable(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="form", tag="ratios"
):
    """How a table of ratios becomes prices.

    Attributes:
        price_at_one: the price of one ``unit`` of input at a model ratio of 1, as a text.
        unit: the pricing unit of that price, a unit of tokens.
        currency: ISO 4217 code of that price and of prices per call.
        group: the group whose ratio is paid; empty where prices stand before any group's ratio.
    """

    price_at_one: str
    unit: str
    currency: str
    group: str = ""

    @property
    def at_one(self) -> Decimal:
        """The price of one unit at a ratio of 1."""
        return read_price(self.price_at_one)

    def check(self, setting: str = "") -> None:
        """Refuse a declaration, which stands in that setting, that cannot price.

        Raises:
            ConfigurationRefused: ``CFG_RATIO_TABLE``.
        """
        for trouble, present in self._troubles().items():
            if present:
                raise ConfigurationRefused(
                    "CFG_RATIO_TABLE",
                    f"The declaration of the table of ratios {trouble}.",
                    where=(setting,) if setting else (),
                    remedy="Correct the declaration of this price source in tieout.toml.",
                )

    def _troubles(self) -> dict[str, bool]:
        unit = read_unit(self.unit)
        return {
            "gives a ratio of one a price that is no number above zero": not self._has_price(),
            "names a unit that is not one of tokens": unit is None
            or not unit.prices("input_tokens"),
            "names a currency that is no ISO 4217 code in capitals": CURRENCY_CODE.fullmatch(
                self.currency
            )
            is None,
        }

    def _has_price(self) -> bool:
        try:
            return self.at_one > 0
        except NotMoney:
            return False
