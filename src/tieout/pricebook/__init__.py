"""The price witness: what a source says a unit costs, as written beside as understood.

Sources become price lines, captures of sources become the dated price book, two snapshots become
a list of differences. Nothing here knows what was used or booked.
"""

from tieout.pricebook.book import PriceBook, RefusedPrice, build_price_book
from tieout.pricebook.captured import CapturedSource, DeclaredStart
from tieout.pricebook.diff import PriceDifference, diff
from tieout.pricebook.locator import json_texts, verify_locator
from tieout.pricebook.parsing import SourceFormat, parse_source
from tieout.pricebook.price_line import ParsedSource, PriceNote, PriceRefusal, SourcePrice
from tieout.pricebook.sources.catalog_rules import CatalogRules, read_catalog_rules
from tieout.pricebook.sources.page_profile import PageBlock, PagePrice, PageProfile, PageTable
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.pricebook.sources.ratio_table import RatioTable

__all__ = [
    "CapturedSource",
    "CatalogRules",
    "DeclaredStart",
    "PageBlock",
    "PagePrice",
    "PageProfile",
    "PageTable",
    "ParsedSource",
    "PriceBook",
    "PriceDifference",
    "PriceListMap",
    "PriceNote",
    "PriceRefusal",
    "RatioTable",
    "RefusedPrice",
    "SourceFormat",
    "SourcePrice",
    "build_price_book",
    "diff",
    "json_texts",
    "parse_source",
    "read_catalog_rules",
    "verify_locator",
]
