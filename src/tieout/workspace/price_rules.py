"""What the reader of a price source needs beside its bytes: one rule for importing and for runs."""

from __future__ import annotations

from tieout.evidence.documents import PriceFormat
from tieout.pricebook.sources.catalog_rules import CatalogRules, read_catalog_rules
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.vendors_path import VendorFacts
from tieout.workspace.settings import Settings


def price_rules(
    settings: Settings, source_name: str, source_format: PriceFormat, vendors: VendorFacts
) -> PriceListMap | CatalogRules | None:
    """The facts of a catalog, the column map of a price list, or nothing.

    Args:
        settings: where the column maps stand.
        source_name: the name the price book knows the source by.
        source_format: how its bytes are read.
        vendors: the vendor facts.

    Returns:
        None where the format needs nothing, and for a price list without a column map.
    """
    if source_format == "cometapi-catalog":
        return read_catalog_rules(vendors["cometapi/catalog.toml"])
    return settings.prices.get(source_name) if source_format == "price-list" else None
