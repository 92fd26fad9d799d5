"""The door for price sources: what comes in packed, and what its reader needs to know."""

from __future__ import annotations

from typing import Final

from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import PriceFormat
from tieout.intake.container import open_source
from tieout.intake.feed import Feed, Format, TimeSource
from tieout.pricebook.sources.catalog_rules import CatalogRules
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.vendors_path import vendor_facts
from tieout.workspace.price_rules import price_rules
from tieout.workspace.settings import Settings

GZIP: Final = b"\x1f\x8b"


def require_rules(
    settings: Settings, source_name: str, source_format: PriceFormat
) -> PriceListMap | CatalogRules | None:
    """What the reader of a format needs to know beside the bytes.

    Raises:
        ConfigurationRefused: ``CFG_PRICE_MAP``: a price list without its column map, or
            ``CFG_UNCONFIRMED``: its map is a proposal that nobody has confirmed.
    """
    found = price_rules(settings, source_name, source_format, vendor_facts())
    if source_format != "price-list":
        return found
    settings.require_confirmed()
    if found is None:
        raise ConfigurationRefused(
            "CFG_PRICE_MAP",
            f"Nothing says how the columns of the price list {source_name!a} are read.",
            where=(f"tieout.toml, [prices.{source_name}]",),
            remedy="Write that table, or have it proposed: tieout init DIR --from FILE.",
        )
    return found


def unpacked(content: bytes, name: str, source_format: PriceFormat) -> bytes:
    """The bytes inside gzip, with the guards every file of text gets at the door."""
    form: Format = "csv" if source_format == "price-list" else "json"
    # Only the form of the feed is looked at here; a price source has no columns of usage.
    door = Feed(format=form, time=TimeSource(column="", form="date"), model="")
    source, _ = open_source(content, door, name)
    return source.content
