"""Rates derived again: each rate of a run, from stored bytes through its locator, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.close.stored import StoredInputs
from tieout.errors import IntegrityRefused
from tieout.evidence.documents import Capture
from tieout.pricebook.locator import verify_locator
from tieout.pricebook.rederived import beside_ratio, has_value, rate, sibling, text_at
from tieout.pricebook.sources.catalog_rules import CatalogRules
from tieout.pricebook.sources.page_profile import PageProfile
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.pricebook.sources.ratio_table import RatioTable
from tieout.workspace.price_rules import price_rules

_OWN_WAY: Final = ("/", "line ")


@dataclass(frozen=True, slots=True)
class Rederived:
    """How many rates were derived again, and what is wrong with those that were not."""

    rates: int
    wrong: tuple[str, ...]

    @property
    def text(self) -> str:
        """Both figures, and the first wrong ones."""
        right = self.rates - len(self.wrong)
        said = f"{right:,} of {self.rates:,} rates re-derived"
        return "; ".join((said, *self.wrong[:3]))


def rederive(figures: Figures, stored: StoredInputs, get: Callable[[str], bytes]) -> Rederived:
    """Derive every rate that priced usage of a run again, from the bytes of its capture.

    Args:
        figures: the figures of the run, calculated again.
        stored: what the run read.
        get: the bytes of a digest, re-hashed.
    """
    captures = {capture.capture_id: capture for capture in stored.captures}
    content = cache(get)
    wrong = []
    for row in figures["rates_used"]:
        capture = captures[row["capture_id"]]
        trouble = _trouble(row, capture, content(capture.sha256), stored)
        if trouble:
            wrong.append(
                f"{row['source_model_id']} {row['meter']}, capture {capture.capture_id},"
                f" {row['locator']}: {trouble}"
            )
    return Rederived(len(figures["rates_used"]), tuple(wrong))


def _trouble(
    row: Mapping[str, Any], capture: Capture, content: bytes, stored: StoredInputs
) -> str | None:
    """What is wrong with one rate; nothing where the bytes say the same."""
    rules = price_rules(stored.settings, capture.source_name, capture.format, stored.vendors)
    locator, delimiter, sign = row["locator"] or "", ",", "."
    if isinstance(rules, PriceListMap):
        delimiter, sign = rules.delimiter, rules.decimal
    elif isinstance(rules, PageProfile):
        sign = rules.decimal
    try:
        # Places in pages have one reader; those in JSON and CSV are found another way here.
        own_way = locator.startswith(_OWN_WAY)
        written = (
            text_at(content, locator, delimiter).value
            if own_way
            else verify_locator(content, locator, delimiter)
        )
        factor = _factor(row, content, rules, delimiter)
        derived = rate(_number(written, sign), row["pricing_unit"], factor)
    except (IntegrityRefused, ValueError, ZeroDivisionError) as error:
        return getattr(error, "what", str(error))
    if written != row["price_text"]:
        return f"the bytes say {written!a}, the price line {row['price_text']!a}"
    if derived != Fraction(row["unit_rate"]):
        return f"the bytes give {derived}, the run used {row['unit_rate']}"
    return None


def _factor(
    row: Mapping[str, Any],
    content: bytes,
    rules: object,
    delimiter: str,
) -> str | None:
    """The factor beside a price, from the bytes where its place is known."""
    name = None
    if isinstance(rules, RatioTable):
        factor = beside_ratio(content, row["locator"], rules.group)
        return str(factor if row["meter"] == "requests" else factor * Fraction(rules.price_at_one))
    if isinstance(rules, CatalogRules):
        name = rules.ratio.key
    elif isinstance(rules, PriceListMap):
        name = rules.multiplier
    recorded: str | None = row["multiplier_text"]
    if name is None:
        return recorded
    place = sibling(row["locator"], name)
    if not has_value(content, place, delimiter):
        return None
    sign = rules.decimal if isinstance(rules, PriceListMap) else "."
    return _number(text_at(content, place, delimiter).value, sign)


def _number(text: str, sign: str) -> str:
    return text if sign == "." else text.replace(sign, ".")
