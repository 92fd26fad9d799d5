"""What the reader of a price source needs beside its bytes: one rule for importing and for runs."""

from __future__ import annotations

from typing import Final

from tieout.evidence.documents import PriceFormat
from tieout.pricebook.parsing import Declared, SourceRules
from tieout.pricebook.sources.catalog_rules import read_catalog_rules
from tieout.pricebook.sources.page_profile import PageProfile
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.pricebook.sources.ratio_table import RatioTable
from tieout.vendors_path import VendorFacts
from tieout.workspace.settings import Settings

# What must be declared of a source of that format.
DECLARED_FORMS: Final[dict[PriceFormat, type[Declared]]] = {
    "price-list": PriceListMap,
    "html-page": PageProfile,
    "markdown-page": PageProfile,
    "gateway-ratios": RatioTable,
}


def price_rules(
    settings: Settings, source_name: str, source_format: PriceFormat, vendors: VendorFacts
) -> SourceRules | None:
    """What the reader of a source needs: a vendor's facts, or what is declared of the source.

    Args:
        settings: where what is declared stands.
        source_name: the name the price book knows the source by.
        source_format: how its bytes are read.
        vendors: the vendor facts.

    Returns:
        None where the format needs nothing, and where nothing of the kind is declared.
    """
    if source_format == "cometapi-catalog":
        return read_catalog_rules(vendors["cometapi/catalog.toml"])
    declared = settings.prices.get(source_name)
    form = DECLARED_FORMS.get(source_format)
    return declared if form is not None and isinstance(declared, form) else None
