"""Opening a vendor's log for a workspace: feed, verified contract items, guard, token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tieout.actions.contract import register_of
from tieout.actions.records import choose_feed
from tieout.actions.vendor_access import credential_for, guard_for, retry_rule
from tieout.contract.register import Register
from tieout.errors import ConfigurationRefused
from tieout.fetching import Credential, RetryRule
from tieout.metering.collection.vendor_counts import HttpCounts
from tieout.metering.collection.vendor_log import (
    Counted,
    HttpLog,
    LogCollection,
    http_log,
    item_ids,
    log_collection,
)
from tieout.vendors_path import vendor_sources
from tieout.workspace.document import read_document
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class OpenedLog:
    """A vendor's log, ready to be read.

    Attributes:
        feed_name: the feed that reads its rows.
        log: its pages.
        sums: its own sums and what they count; None while their items are not verified.
        not_counted: why there are no sums, as a sentence.
        notes: what was accepted with a note.
    """

    feed_name: str
    log: HttpLog
    sums: tuple[HttpCounts, Counted] | None
    not_counted: str
    notes: tuple[str, ...]


def fetchable_feed(workspace: Workspace, name: str | None) -> tuple[str, LogCollection]:
    """The feed that a log is fetched through: the one named, or the only one whose log can be.

    Raises:
        ConfigurationRefused: ``CFG_FEED``, ``FETCH_FEED``.
    """
    facts = vendor_sources()
    known = {one: _profile(workspace, one) for one in workspace.settings.usage}
    if name is None:
        able = [one for one, profile in known.items() if _is_fetchable(facts, profile)]
        name = able[0] if len(able) == 1 else None
    chosen = choose_feed(workspace.settings, "usage", name)
    return chosen, log_collection(facts, known[chosen])


def open_log(
    workspace: Workspace,
    name: str | None,
    as_of: datetime,
    environment: Mapping[str, str] | None = None,
) -> OpenedLog:
    """Open the log that a feed reads.

    Args:
        workspace: whose settings, log and register count.
        name: the feed; by default the only one whose log can be fetched.
        as_of: the instant the contract register is looked at from.
        environment: the variables of the process.

    Raises:
        ConfigurationRefused: ``CFG_FEED``, ``FETCH_FEED``; ``CONTRACT_UNVERIFIED``, naming every
            item; or what a missing secret is refused with.
    """
    feed_name, collection = fetchable_feed(workspace, name)
    register = register_of(workspace, as_of)
    values = register.require(*item_ids(collection.log))
    filters = register.item(collection.filters)
    if filters.status == "verified":
        values[filters.item_id] = filters.value
    named = collection.log
    rule = retry_rule(values[named.retry], values[named.final_codes])
    credential, notes = credential_for(
        workspace, "access_token", auth=values[named.auth], environment=environment
    )
    log = http_log(
        collection,
        values,
        feed=workspace.settings.usage[feed_name],
        guard=guard_for(workspace, [values[named.endpoint]], retry=rule),
        credential=credential,
        pages_per_minute=workspace.settings.collecting.pages_per_minute,
    )
    sums, why = _sums(workspace, collection, register, rule, credential)
    return OpenedLog(feed_name, log, sums, why, notes)


def _sums(
    workspace: Workspace,
    collection: LogCollection,
    register: Register,
    rule: RetryRule,
    credential: Credential,
) -> tuple[tuple[HttpCounts, Counted] | None, str]:
    """The vendor's own sums, or why they are not asked for: no fetch waits for them."""
    try:
        values = register.require(*item_ids(collection.statistic), *item_ids(collection.hours))
    except ConfigurationRefused as refusal:
        items = ", ".join(line.partition(":")[0] for line in refusal.where)
        return None, f"not compared with the vendor's own sums; not verified: {items}"
    addresses = [values[collection.statistic.endpoint], values[collection.hours.endpoint]]
    guard = guard_for(workspace, addresses, retry=rule)
    return (HttpCounts(collection, values, guard, credential), collection.counted), ""


def _is_fetchable(facts: Mapping[str, bytes], profile: str | None) -> bool:
    try:
        log_collection(facts, profile)
    except ConfigurationRefused:
        return False
    return True


def _profile(workspace: Workspace, feed_name: str) -> str | None:
    """The profile that a feed names; its keys are in the settings already, its name is not."""
    tree = read_document(workspace.settings_content, "tieout.toml")
    found = tree.get("usage", {}).get(feed_name, {}).get("profile")
    return found if isinstance(found, str) else None
