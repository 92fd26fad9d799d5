"""The door for price sources: what their reader needs to know."""

from __future__ import annotations

from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import PriceFormat
from tieout.pricebook.parsing import SourceRules
from tieout.vendors_path import vendor_facts
from tieout.workspace.price_rules import price_rules
from tieout.workspace.settings import Settings


def require_rules(
    settings: Settings, source_name: str, source_format: PriceFormat
) -> SourceRules | None:
    """What the reader of a format needs to know beside the bytes.

    Raises:
        ConfigurationRefused: ``CFG_PRICE_MAP``: a price list without its column map,
            ``CFG_PAGE_PROFILE``: a saved page without its profile, or ``CFG_UNCONFIRMED``: what is
            declared is a proposal that nobody has confirmed.
    """
    found = price_rules(settings, source_name, source_format, vendor_facts())
    if source_format not in {"price-list", "html-page", "markdown-page"}:
        return found
    settings.require_confirmed()
    if found is None and source_format != "price-list":
        raise ConfigurationRefused(
            "CFG_PAGE_PROFILE",
            f"Nothing says how the prices of the saved page {source_name!a} are read.",
            where=(f"tieout.toml, [prices.{source_name}]",),
            remedy='Write that table, with form = "page", its markers and its tables; a page that '
            "cannot be read so is attached: tieout prices attach FILE, and keyed by two people.",
        )
    if found is None:
        raise ConfigurationRefused(
            "CFG_PRICE_MAP",
            f"Nothing says how the columns of the price list {source_name!a} are read.",
            where=(f"tieout.toml, [prices.{source_name}]",),
            remedy="Write that table, or have it proposed: tieout init DIR --from FILE.",
        )
    return found
