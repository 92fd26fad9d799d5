"""``prices capture``: a price source or a page, fetched through the guard and put on record (P1).

What is asked for comes from verified contract items. What does not come whole, or is not what it
must be, is recorded as failed, with what came of it; no such record ever prices anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from tieout.actions.contract import register_of
from tieout.actions.fetched_sources import FetchedPage, FetchedPrices
from tieout.actions.guarded import OpenFile, prices_read
from tieout.actions.json_answer import Envelope, read_answer
from tieout.actions.price_door import require_rules
from tieout.actions.vendor_access import (
    Adjust,
    as_it_is,
    credential_for,
    exchange_of,
    guard_for,
    retry_rule,
)
from tieout.contract.register import Register
from tieout.errors import CaptureRefused, ConfigurationRefused, InputRefused, Refusal
from tieout.evidence.canonical import sha256
from tieout.evidence.capture import record_capture
from tieout.evidence.documents import Capture
from tieout.evidence.exchange import read_exchange
from tieout.evidence.fetched import record_failure, record_page
from tieout.evidence.records import captures, require
from tieout.evidence.source_url import check_source_url
from tieout.fetching import Asked, Fetched, FetchFailed, Guard, fetch
from tieout.fetching.wording import note
from tieout.findings import plural
from tieout.intake.child import nameless
from tieout.pricebook.diff import PriceDifference, diff
from tieout.pricebook.parsing import SourceRules, parse_source
from tieout.pricebook.price_line import ParsedSource
from tieout.vendors_path import vendor_sources
from tieout.workspace.layout import Workspace
from tieout.workspace.sources import Source, source_named

# What a page of evidence may be: read by people, never as prices.
PAGES: Final = (
    "text/html", "text/markdown", "text/plain", "application/json", "application/pdf",
)  # fmt: skip
# What came of a failed capture is kept up to this size, secrets taken out; its digest always is.
_KEPT_OF_FAILED: Final = 1 << 20
_REMEDY: Final = "Read what came in the record of the failed capture; fetch again later."


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked for, through which guard, by whom, and what it rests on."""

    name: str
    asked: Asked
    guard: Guard
    operator: str
    items: Mapping[str, str]
    notes: tuple[str, ...] = ()


def capture_prices(
    workspace: Workspace,
    source_name: str,
    *,
    operator: str,
    at: datetime | None = None,
    register: Register | None = None,
    adjust: Adjust = as_it_is,
) -> FetchedPrices:
    """Fetch a price source and record it; nothing is approved by that.

    Args:
        workspace: where it is recorded.
        source_name: a source of ``[fetch.sources]``, or one that a vendor's file declares.
        operator: the id of the job, or the initials of who started it.
        at: the time of the entry in the log; now, if it is left out.
        register: the contract items; by default those of the workspace as of now.
        adjust: for tests: another clock, other caps.

    Raises:
        ConfigurationRefused: ``CONTRACT_UNVERIFIED``, naming every item that waits; ``CFG_SOURCE``,
            ``CFG_PRICE_MAP``, or the code of a secret or an address. Nothing was asked.
        CaptureRefused: the capture failed, and is on record as such.
    """
    require(operator=operator)
    source = source_named(source_name, workspace.settings.fetch.sources, vendor_sources())
    rules = require_rules(workspace.settings, source_name, source.format)
    moment = at or datetime.now(UTC)
    items = register or register_of(workspace, moment)
    values = items.require(*source.needed)
    plan = _planned(workspace, source_name, source, items, operator)
    plan = replace(plan, guard=adjust(plan.guard))
    envelope = Envelope(
        values.get(source.success, ""), values.get(source.rows, ""), source.total_at
    )
    found = _fetched(workspace, plan, moment)
    reason: Refusal
    try:
        if "application/json" in source.media_types:
            read_answer(found.body, envelope)
        parsed = _parsed(found.body, source_name, source, rules)
    except (CaptureRefused, InputRefused) as error:
        reason = error
    else:
        return _recorded(workspace, plan, source, found, parsed, moment)
    letter = CaptureRefused(reason.code, reason.what, where=reason.where, remedy=_REMEDY)
    raise _put_aside(workspace, plan, FetchFailed(letter, found.exchange, found.body), moment)


def capture_page(
    workspace: Workspace,
    address: str,
    *,
    operator: str,
    at: datetime | None = None,
    adjust: Adjust = as_it_is,
) -> FetchedPage:
    """Fetch a public page and record it as evidence, for a contract item or a dispute.

    Its host stands in the settings, since no contract item can prove where its own proof is found.
    No secret goes along.

    Args:
        workspace: where it is recorded.
        address: the address of the page.
        operator: the id of the job, or the initials of who started it.
        at: the time of the entry in the log; now, if it is left out.
        adjust: for tests: another clock, other caps.

    Raises:
        ConfigurationRefused: ``CFG_PAGE_HOST``: the settings do not name its host; or a
            ``CFG_URL_`` code. Nothing was asked.
        CaptureRefused: the capture failed, and is on record as such.
    """
    require(operator=operator)
    check_source_url(address)
    host = urlsplit(address).hostname or ""
    if host not in workspace.settings.fetch.pages:
        raise ConfigurationRefused(
            "CFG_PAGE_HOST",
            "The settings do not name the host of that page.",
            where=(host[:100],),
            remedy=f'Write pages = ["{host[:100]}"] under [fetch] in tieout.toml, if it is meant.',
        )
    moment = at or datetime.now(UTC)
    guard = adjust(guard_for(workspace, [address]))
    plan = _Plan(address, Asked(address, PAGES), guard, operator, {})
    found = _fetched(workspace, plan, moment)
    digest = sha256(found.body)
    exchange = exchange_of(plan.asked, found.exchange, plan.items, found.body, digest)
    page = record_page(
        workspace.store,
        workspace.log,
        found.body,
        source_url=found.exchange.url,
        accessed_at=found.exchange.finished_at,
        operator=operator,
        media_type=found.exchange.header("content-type").partition(";")[0].strip().lower(),
        exchange=exchange,
        at=moment,
        notes=found.exchange.notes,
    )
    return FetchedPage(page, read_exchange(exchange))


def _planned(
    workspace: Workspace, name: str, source: Source, items: Register, operator: str
) -> _Plan:
    values = items.require(*source.needed)
    address = values[source.endpoint]
    notes: tuple[str, ...] = ()
    credential = None
    if source.credential:
        credential, notes = credential_for(
            workspace,
            source.credential,
            auth=values.get(source.auth, ""),
            parameter=values.get(source.key_parameter, ""),
        )
    if source.no_retry and items.item(source.no_retry).status == "verified":
        values = {**values, source.no_retry: items.item(source.no_retry).value}
    retry = retry_rule(values.get(source.retry, ""), values.get(source.no_retry, ""))
    key_in_url = bool(source.key_parameter)
    guard = guard_for(workspace, [address], retry=retry, key_in_url=key_in_url)
    asked = Asked(address, source.media_types, credential=credential)
    return _Plan(name, asked, guard, operator, values, notes)


def _fetched(workspace: Workspace, plan: _Plan, at: datetime) -> Fetched:
    """The answer; where there is none, the failure is put on record first."""
    trouble: FetchFailed
    try:
        return fetch(plan.asked, plan.guard)
    except FetchFailed as error:
        trouble = error
    raise _put_aside(workspace, plan, trouble, at)


def _put_aside(
    workspace: Workspace, plan: _Plan, trouble: FetchFailed, at: datetime
) -> CaptureRefused:
    """Record a failed capture; the letter to be raised says that it is on record."""
    body = trouble.body if len(trouble.body) <= _KEPT_OF_FAILED else b""
    digest = sha256(body) if body else ""
    failure = record_failure(
        workspace.store,
        workspace.log,
        source_name=plan.name,
        source_url=trouble.exchange.url,
        failed_at=trouble.exchange.finished_at,
        code=trouble.code,
        what=trouble.what,
        where=trouble.where,
        operator=plan.operator,
        exchange=exchange_of(plan.asked, trouble.exchange, plan.items, body, digest),
        body=body,
        at=at,
    )
    tried = plural(len(trouble.exchange.attempts), "attempt")
    return CaptureRefused(
        trouble.code,
        trouble.what,
        where=(failure.source_url, *failure.where, f"{tried}; on record as a failed capture"),
        remedy=trouble.remedy,
    )


def _parsed(content: bytes, name: str, source: Source, rules: SourceRules | None) -> ParsedSource:
    """What a source says, read behind walls."""
    with nameless() as file:
        file.write(content)
        opened = OpenFile(name, file, len(content), sha256(content), "")
        _, parsed = prices_read(opened, source.format, rules)
    if not parsed.usable():
        raise InputRefused(
            "PRICE_NOTHING_READ", "Not one price of the answer can be used.", remedy=_REMEDY
        )
    return parsed


def _recorded(
    workspace: Workspace,
    plan: _Plan,
    source: Source,
    found: Fetched,
    parsed: ParsedSource,
    at: datetime,
) -> FetchedPrices:
    earlier = [one for one in captures(workspace.log) if one.source_name == plan.name]
    before, changes = (
        (earlier[-1], _changes(workspace, earlier[-1], parsed)) if earlier else (None, ())
    )
    notes = [*found.exchange.notes, *plan.notes]
    if before is not None and changes:
        count = plural(len(changes), "difference")
        against = f"{count} against capture {before.capture_id}"
        notes.append(note("PRICE_CHANGED", f"{against}; it waits for an approval"))
    exchange = exchange_of(plan.asked, found.exchange, plan.items, found.body, sha256(found.body))
    capture, _ = record_capture(
        workspace.store,
        workspace.log,
        found.body,
        source_name=plan.name,
        source_url=found.exchange.url,
        accessed_at=found.exchange.finished_at,
        method="fetched",
        operator=plan.operator,
        format=source.format,
        original_name=plan.name,
        at=at,
        notes=notes,
        exchange=exchange,
    )
    told = read_exchange(workspace.store.get(capture.exchange_object))
    return FetchedPrices(capture, told, parsed, changes, before.capture_id if before else "")


def _changes(
    workspace: Workspace, before: Capture, parsed: ParsedSource
) -> tuple[PriceDifference, ...]:
    """What a source says otherwise than its capture before, as far as it wants an approval."""
    rules = require_rules(workspace.settings, before.source_name, before.format)
    old = parse_source(workspace.store.get(before.sha256), before.format, rules)
    return tuple(one for one in diff(old, parsed) if one.needs_approval)
