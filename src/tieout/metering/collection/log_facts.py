"""How a vendor's log is collected: which contract items say what, as the vendor's facts declare it.

Nothing here is an address, a name or a limit of a vendor's: these are the values of contract items.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tieout.errors import ConfigurationRefused
from tieout.vendors_path import VendorFacts

FILE_ENDING: Final = "/log-collection.toml"


class LogItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract items that a page of the log leans on, or their values."""

    endpoint: str
    auth: str
    parameters: str
    first_page: str
    page_size: str
    total_cap: str
    bounds: str
    total_path: str
    rows_path: str
    success: str
    retry: str
    final_codes: str


class StatisticItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract items that the sum of the log leans on, or their values."""

    endpoint: str
    auth: str
    parameters: str
    bounds: str
    sum_path: str
    success: str
    retry: str
    final_codes: str


class HourItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract items that the hourly sums lean on, or their values."""

    endpoint: str
    auth: str
    parameters: str
    rows_path: str
    longest: str
    success: str
    retry: str
    final_codes: str


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vendor's sums count, and how a row of the hourly sums is read.

    Attributes:
        row_types: the row types that are summed.
        model, hour, count, quota: names in a row of the hourly sums.
        late_minutes: an hour that ended less than so long before the sums were read may lack rows.
    """

    row_types: tuple[str, ...]
    model: str
    hour: str
    count: str
    quota: str
    late_minutes: int


class LogCollection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One vendor's log: the feed that reads it, and the contract items by their part in it.

    Attributes:
        profile: the profile of the feed.
        message_path: what an answer says where it is none.
        filters: the item on parameters that filter, key first, then model; used where verified.
        log: what a page leans on.
        statistic: what the one sum of the log leans on.
        hours: what the hourly sums lean on.
        counted: what both sums count.
    """

    profile: str
    message_path: str
    filters: str
    log: LogItems
    statistic: StatisticItems
    hours: HourItems
    counted: Counted


def log_collection(vendors: VendorFacts, profile: str | None) -> LogCollection:
    """How the log of a profile is collected.

    Raises:
        ConfigurationRefused: ``FETCH_FEED``: nothing is known about collecting it.
    """
    for path, content in sorted(vendors.items()):
        if path.endswith(FILE_ENDING):
            found = msgspec.toml.decode(content, type=LogCollection)
            if found.profile == profile:
                return found
    raise ConfigurationRefused(
        "FETCH_FEED",
        "The log of that feed cannot be fetched: no vendor's facts say how.",
        where=(f"profile {profile!r}" if profile else "the feed has no profile",),
        remedy="Save the export and import it, or fetch through a feed with such a profile.",
    )


def item_ids(items: msgspec.Struct) -> tuple[str, ...]:
    """The contract items, each once."""
    return tuple(dict.fromkeys(msgspec.structs.asdict(items).values()))


def log_values(items: LogItems, values: Mapping[str, str]) -> LogItems:
    """The values of the items, in the place of their names."""
    return LogItems(**{role: values[item] for role, item in msgspec.structs.asdict(items).items()})
