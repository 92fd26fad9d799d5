"""The one door for captured bytes: which reader a format has, and what it needs to know."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tieout.errors import ConfigurationRefused
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.sources.catalog_rules import CatalogRules
from tieout.pricebook.sources.cometapi_catalog import read_catalog
from tieout.pricebook.sources.litellm import read_litellm
from tieout.pricebook.sources.price_list import read_price_list
from tieout.pricebook.sources.price_list_map import PriceListMap

SourceFormat: TypeAlias = Literal["cometapi-catalog", "litellm", "price-list"]


def parse_source(
    content: bytes, source_format: str, settings: PriceListMap | CatalogRules | None
) -> ParsedSource:
    """Read a captured price source.

    Args:
        content: the captured bytes.
        source_format: a :data:`SourceFormat`.
        settings: the vendor's rules for a catalog, the column map for a price list.

    Raises:
        InputRefused: the bytes cannot be read as that format.
        ConfigurationRefused: ``CFG_PRICE_FORMAT``: no such format, or its settings are missing.
    """
    if source_format == "litellm":
        return read_litellm(content)
    if source_format == "cometapi-catalog" and isinstance(settings, CatalogRules):
        return read_catalog(content, settings)
    if source_format == "price-list" and isinstance(settings, PriceListMap):
        return read_price_list(content, settings)
    raise ConfigurationRefused(
        "CFG_PRICE_FORMAT",
        f"A price source of the format {source_format!a} cannot be read with these settings.",
        remedy="Formats are cometapi-catalog (with the vendor's catalog rules), litellm and "
        "price-list (with a column map).",
    )
