"""Pricing units: the closed list of spellings, and which meters a unit can price.

The list is data (``units.toml``). A spelling that is not on it is refused, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import msgspec

from tieout.meters import BY_NAME


@dataclass(frozen=True, slots=True)
class PricingUnit:
    """The block a price is quoted for: its one name, the unit counted, and how many of them."""

    name: str
    unit: str
    per: int

    def prices(self, meter: str) -> bool:
        """Whether a meter is counted in this unit."""
        return BY_NAME[meter].unit == self.unit


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    unit: str
    per: int
    spellings: tuple[str, ...]


class _Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pricing_unit: tuple[_Row, ...]


def _load() -> dict[str, PricingUnit]:
    content = files("tieout.pricebook").joinpath("units.toml").read_bytes()
    found: dict[str, PricingUnit] = {}
    for row in msgspec.toml.decode(content, type=_Rows).pricing_unit:
        assert row.name in row.spellings, f"units.toml: {row.name} is not among its spellings"
        assert row.per == 10 ** (len(str(row.per)) - 1), f"units.toml: {row.per} divides inexactly"
        for spelling in row.spellings:
            assert spelling not in found, f"units.toml: {spelling} stands twice"
            found[spelling] = PricingUnit(row.name, row.unit, row.per)
    return found


SPELLINGS: Final[dict[str, PricingUnit]] = _load()


def read_unit(spelling: str) -> PricingUnit | None:
    """The pricing unit of a spelling on the list; none for any other."""
    return SPELLINGS.get(spelling)
