"""The declared column map of a CSV price list, as it stands in ``tieout.toml``.

Nothing about a price list is detected: a person says which column holds what, and in which unit,
currency and zone.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from tieout.calendar import zone
from tieout.errors import ConfigurationRefused
from tieout.meters import BY_NAME
from tieout.pricebook.units import read_unit

CURRENCY_CODE: Final = re.compile(r"[A-Z]{3}")


class PriceListMap(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="form", tag="list"
):
    """Which column of a price list holds what.

    Either one price to a line (``price``, with ``meter`` or ``fixed_meter``), or one column per
    meter (``meters``).

    Attributes:
        model: column with the model id.
        price: column with the price, one price to a line.
        meter: column with what the price is for.
        fixed_meter: what every price is for.
        meter_values: translation of the texts in the meter column.
        meters: meter to price column, several prices to a line.
        unit: column with the unit text.
        fixed_unit: the unit of every price.
        units: the unit of single meters, over ``fixed_unit``.
        currency: ISO 4217 code when every price is in one currency.
        currency_column: column with the code otherwise.
        multiplier: column with a factor on the price.
        meaning: what a price without a factor means.
        effective_from: column with the start of the price.
        effective_until: column with its end, not included.
        time_form: how the two are written; a date is midnight in ``zone``.
        zone: zone of the dates.
        delimiter: what stands between two cells.
        decimal: the decimal sign of prices and factors; with a comma, no dot stands in a number.
    """

    model: str
    price: str | None = None
    meter: str | None = None
    fixed_meter: str | None = None
    meter_values: dict[str, str] = msgspec.field(default_factory=dict)
    meters: dict[str, str] = msgspec.field(default_factory=dict)
    unit: str | None = None
    fixed_unit: str | None = None
    units: dict[str, str] = msgspec.field(default_factory=dict)
    currency: str | None = None
    currency_column: str | None = None
    multiplier: str | None = None
    meaning: Literal["list", "discounted"] = "list"
    effective_from: str | None = None
    effective_until: str | None = None
    time_form: Literal["rfc3339", "date"] = "rfc3339"
    zone: str | None = None
    delimiter: str = ","
    decimal: Literal[".", ","] = "."

    def columns(self) -> tuple[str, ...]:
        """Every column the map reads, each once."""
        named = (
            self.model,
            self.price,
            self.meter,
            *self.meters.values(),
            self.unit,
            self.currency_column,
            self.multiplier,
            self.effective_from,
            self.effective_until,
        )
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def check(self, setting: str = "") -> None:
        """Refuse a map, which stands in that setting, that leaves something open or says it twice.

        Raises:
            ConfigurationRefused: ``CFG_PRICE_LIST`` or, for the zone, ``CFG_ZONE``.
        """
        for trouble, present in self._troubles().items():
            if present:
                raise ConfigurationRefused(
                    "CFG_PRICE_LIST",
                    f"The column map of the price list {trouble}.",
                    where=(setting,) if setting else (),
                    remedy="Correct the map of this price source in tieout.toml.",
                )
        if self.zone is not None:
            zone(self.zone, f"{setting}.zone" if setting else "")

    def _troubles(self) -> dict[str, bool]:
        long = self.price is not None
        meters = {*self.meters, *self.units, *self.meter_values.values()}
        meters |= {self.fixed_meter} if self.fixed_meter is not None else set()
        units = {*self.units.values()} | ({self.fixed_unit} if self.fixed_unit else set())
        return {
            "names neither a price column nor one column per meter": long == bool(self.meters),
            "must name either a meter column or one fixed meter": long
            and (self.meter is None) == (self.fixed_meter is None),
            "names a meter although each meter has its column": not long
            and (self.meter is not None or self.fixed_meter is not None),
            "must name either a unit column or a fixed unit": (self.unit is None)
            == (self.fixed_unit is None and not self.units),
            "must name either a currency or a currency column": (self.currency is None)
            == (self.currency_column is None),
            "names a currency that is no ISO 4217 code in capitals": self.currency is not None
            and CURRENCY_CODE.fullmatch(self.currency) is None,
            "has dates without a zone": self.time_form == "date"
            and self.zone is None
            and (self.effective_from is not None or self.effective_until is not None),
            "names a meter that is not known": not meters <= BY_NAME.keys(),
            "names a unit that is not known": any(read_unit(unit) is None for unit in units),
            "needs one character as delimiter": len(self.delimiter) != 1
            or self.delimiter in '"\r\n',
        }
