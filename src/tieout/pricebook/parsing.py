"""The one door for captured bytes: which reader a format has, and what it needs to know."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from tieout.errors import ConfigurationRefused
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.sources.catalog_rules import CatalogRules
from tieout.pricebook.sources.cometapi_catalog import read_catalog
from tieout.pricebook.sources.gateway_ratios import read_gateway_ratios
from tieout.pricebook.sources.litellm import read_litellm
from tieout.pricebook.sources.page_prices import read_page
from tieout.pricebook.sources.page_profile import PageProfile
from tieout.pricebook.sources.price_list import read_price_list
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.pricebook.sources.ratio_table import RatioTable

SourceFormat: TypeAlias = Literal[
    "cometapi-catalog", "litellm", "price-list", "html-page", "markdown-page", "keyed-list",
    "gateway-ratios",
]  # fmt: skip
# What a person declares in tieout.toml about one price source, by its form.
Declared: TypeAlias = PriceListMap | PageProfile | RatioTable
SourceRules: TypeAlias = Declared | CatalogRules

# What two people key in from a picture or a PDF: one form for everybody, so nothing is declared.
KEYED_LIST: Final = PriceListMap(
    model="model", meter="meter", price="price", unit="unit", currency_column="currency"
)


def parse_source(content: bytes, source_format: str, settings: SourceRules | None) -> ParsedSource:
    """Read a captured price source.

    Args:
        content: the captured bytes.
        source_format: a :data:`SourceFormat`.
        settings: the vendor's rules for a catalog, the column map for a price list, the profile of
            a saved page, the declaration of a table of ratios.

    Raises:
        InputRefused: the bytes cannot be read as that format.
        ConfigurationRefused: ``CFG_PRICE_FORMAT``: no such format, or its settings are missing.
    """
    if source_format == "litellm":
        return read_litellm(content)
    if source_format == "keyed-list":
        return read_price_list(content, KEYED_LIST)
    if source_format == "cometapi-catalog" and isinstance(settings, CatalogRules):
        return read_catalog(content, settings)
    if source_format == "price-list" and isinstance(settings, PriceListMap):
        return read_price_list(content, settings)
    if source_format in {"html-page", "markdown-page"} and isinstance(settings, PageProfile):
        return read_page(content, settings, html=source_format == "html-page")
    if source_format == "gateway-ratios" and isinstance(settings, RatioTable):
        return read_gateway_ratios(content, settings)
    raise ConfigurationRefused(
        "CFG_PRICE_FORMAT",
        f"A price source of the format {source_format!a} cannot be read with these settings.",
        remedy="Formats are cometapi-catalog (with the vendor's catalog rules), litellm, "
        "price-list (with a column map), html-page and markdown-page (with a page profile), "
        "gateway-ratios (with what a ratio of one costs).",
    )
