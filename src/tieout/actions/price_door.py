"""The door for price sources: what their reader needs to know, and what is asked of every one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from tieout.calendar import instant_text
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.evidence.documents import PriceFormat
from tieout.pricebook.parsing import SourceRules
from tieout.vendors_path import vendor_facts
from tieout.workspace.price_rules import DECLARED_FORMS, price_rules
from tieout.workspace.settings import Settings

# Clocks of two machines differ by a little; zones make two dates of one moment.
_AHEAD: Final = timedelta(minutes=5)
_ZONES: Final = timedelta(days=1)


def require_rules(
    settings: Settings, source_name: str, source_format: PriceFormat
) -> SourceRules | None:
    """What the reader of a format needs to know beside the bytes.

    Raises:
        ConfigurationRefused: ``CFG_PRICE_MAP``: a price list without its column map,
            ``CFG_PAGE_PROFILE``: a saved page without its profile, ``CFG_RATIO_TABLE``: a table of
            ratios without its declaration, or ``CFG_UNCONFIRMED``: what is declared is a proposal
            that nobody has confirmed.
    """
    found = price_rules(settings, source_name, source_format, vendor_facts())
    if source_format not in DECLARED_FORMS:
        return found
    settings.require_confirmed()
    if found is None and source_format == "gateway-ratios":
        raise ConfigurationRefused(
            "CFG_RATIO_TABLE",
            f"Nothing says what a ratio of one costs in the table {source_name!a}.",
            where=(f"tieout.toml, [prices.{source_name}]",),
            remedy='Write that table, with form = "ratios", price_at_one, unit and currency.',
        )
    if found is None and source_format != "price-list":
        raise ConfigurationRefused(
            "CFG_PAGE_PROFILE",
            f"Nothing says how the prices of the saved page {source_name!a} are read.",
            where=(f"tieout.toml, [prices.{source_name}]",),
            remedy='Write that table, with form = "page", its markers and its tables; a page that '
            "cannot be read so is attached: tieout prices attach FILE --source NAME "
            "--accessed-at INSTANT --by NAME, and keyed by two people.",
        )
    if found is None:
        raise ConfigurationRefused(
            "CFG_PRICE_MAP",
            f"Nothing says how the columns of the price list {source_name!a} are read.",
            where=(f"tieout.toml, [prices.{source_name}]",),
            remedy="Write that table, or have it proposed: tieout init DIR --from FILE.",
        )
    return found


def require_two(makers: Sequence[str], approved_by: str) -> None:
    """Refuse an approval by whoever read the source or keyed it: nobody checks their own (A3).

    Raises:
        ConfigurationRefused: ``CFG_SOD``.
    """
    approver = approved_by.strip().casefold()
    if approver and approver in {maker.strip().casefold() for maker in makers}:
        raise ConfigurationRefused(
            "CFG_SOD",
            "Whoever read or keyed a price source cannot be the one who accepts it.",
            where=(f"read by {', '.join(makers)}, accepted by {approved_by}",),
            remedy="Let another person accept it: tieout prices approve CAPTURE --by NAME.",
        )


def require_time(accessed_at: datetime, now: datetime, stated_on: str = "") -> None:
    """Refuse an access time that cannot be: ahead of now, or before the page was written.

    Raises:
        InputRefused: ``CAPTURE_TIME``.
    """
    reason = ""
    if accessed_at > now + _AHEAD:
        reason = f"accessed at {instant_text(accessed_at)}, and it is {instant_text(now)}"
    elif stated_on and date.fromisoformat(stated_on) > (accessed_at + _ZONES).date():
        reason = f"accessed at {instant_text(accessed_at)}, and the page says {stated_on}"
    if reason:
        raise InputRefused(
            "CAPTURE_TIME",
            "The source cannot have been read at that time.",
            where=(reason,),
            remedy="Say when it was read, with the offset: --accessed-at 2026-08-10T09:00:00Z.",
        )
