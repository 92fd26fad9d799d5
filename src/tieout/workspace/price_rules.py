"""What the reader of a price source needs beside its bytes: one rule for importing and for runs."""

from __future__ import annotations

from tieout.evidence.documents import PriceFormat
from tieout.pricebook.parsing import SourceRules
from tieout.pricebook.sources.catalog_rules import read_catalog_rules
from tieout.pricebook.sources.page_profile import PageProfile
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.vendors_path import VendorFacts
from tieout.workspace.settings import Settings


def price_rules(
    settings: Settings, source_name: str, source_format: PriceFormat, vendors: VendorFacts
) -> SourceRules | None:
    """The facts of a catalog, the column map of a price list, the profile of a page, or nothing.

    Args:
        settings: where the column maps and the profiles stand.
        source_name: the name the price book knows the source by.
        source_format: how its bytes are read.
        vendors: the vendor facts.

    Returns:
        None where the format needs nothing, and where nothing of the kind is declared.
    """
    if source_format == "cometapi-catalog":
        return read_catalog_rules(vendors["cometapi/catalog.toml"])
    declared = settings.prices.get(source_name)
    if source_format == "price-list":
        return declared if isinstance(declared, PriceListMap) else None
    is_page = source_format in {"html-page", "markdown-page"}
    return declared if is_page and isinstance(declared, PageProfile) else None
