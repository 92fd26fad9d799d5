"""Feeds in the settings: profiles of vendors as a base, and what a feed of each leg may say.

A profile is a file of vendor facts (``vendors/NAME/WHAT-feed.toml``, used as ``NAME-WHAT``). A key
that the workspace writes replaces the profile's key as a whole, tables included, so that what is in
force can be read off the two files without a merge in one's head.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tieout.calendar import zone
from tieout.errors import ConfigurationRefused
from tieout.intake.feed import AmountSource, Feed, FieldSource, TimeSource
from tieout.metering.frozen import COUNTS, MARKS, RATIOS
from tieout.metering.reading import FUNDING, KINDS, OUTCOMES
from tieout.meters import METER_NAMES
from tieout.money import UNIT_RATE_SCALE, NotMoney, fit, parse_money
from tieout.vendors_path import VendorFacts
from tieout.workspace.document import nearest, read_document, refused

_SUFFIX: Final = "-feed.toml"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DELIMITERS: Final = (",", ";", "\t", "|")
_TEXT_FIELDS: Final = (
    "model", "request_id", "attempt", "task_id", "ledger_entry_id", "environment", "key_name",
    "customer", "workspace", "project", "cost_center", "streaming", "outcome",
)  # fmt: skip
# What only one leg can mean; in the other it would be read by nobody.
_USAGE_ONLY: Final = (
    "outcome", "charged", "row_type", "row_kinds", "frozen", "frozen_marks", "factors",
    "charge_counts", "funding", "wallet_units", "movement_text", "cache_write_is_total",
    "total_tokens", "duration",
    "time_is_end", "attempt", "task_id", "streaming", "parts_excluded_when", "key_name",
    "no_flat_price_when", "input_includes_parts", "output_includes_parts", "vendor",
)  # fmt: skip
_LEDGER_ONLY: Final = ("recorded", "ledger_entry_id")


def profiles(vendors: VendorFacts) -> dict[str, bytes]:
    """Every profile at hand: its name and the bytes of its file."""
    return {
        path.removesuffix(_SUFFIX).replace("/", "-"): content
        for path, content in vendors.items()
        if path.endswith(_SUFFIX)
    }


def with_profile(feed: Mapping[str, Any], setting: str, vendors: VendorFacts) -> dict[str, Any]:
    """The feed's table laid over the profile it names.

    Raises:
        ConfigurationRefused: ``CFG_PROFILE`` for a profile that does not exist.
    """
    written = dict(feed)
    name = written.pop("profile", None)
    if name is None:
        return written
    known = profiles(vendors)
    if name not in known:
        raise refused(
            "CFG_PROFILE", f"There is no profile {name!r}.", f"{setting}.profile",
            nearest(str(name), known),
        )  # fmt: skip
    return {**read_document(known[name], f"profile {name}"), **written}


def check_feed(feed: Feed, leg: str, name: str, written: Mapping[str, Any]) -> None:
    """Refuse a feed that says something nobody reads, or leaves out what must be said.

    Raises:
        ConfigurationRefused: a ``CFG_`` code and the setting.
    """
    setting = f"{leg}.{name}"
    if not _NAME.fullmatch(name):
        raise refused(
            "CFG_NAME", f"{name!r} is no name for a feed.", setting,
            "Use small letters, digits, - and _.",
        )  # fmt: skip
    _check_leg(feed, leg, setting, written)
    _check_time(feed.time, f"{setting}.time")
    for field in _TEXT_FIELDS:
        source = getattr(feed, field)
        if isinstance(source, FieldSource):
            _check_source(source, f"{setting}.{field}")
    for field, amount in (("charged", feed.charged), ("recorded", feed.recorded)):
        if amount is not None:
            _check_amount(amount, f"{setting}.{field}")
    _check_words(feed, setting)
    _check_form(feed, setting)


def _check_leg(feed: Feed, leg: str, setting: str, written: Mapping[str, Any]) -> None:
    foreign = _LEDGER_ONLY if leg == "usage" else _USAGE_ONLY
    for key in foreign:
        if key in written:
            raise refused(
                "CFG_LEG", f"{key!r} says nothing in a {leg} feed.", f"{setting}.{key}",
                "Take it out, or move it to the feed it belongs to.",
            )  # fmt: skip
    required = "outcome" if leg == "usage" else "recorded"
    if getattr(feed, required) is None:
        reason = (
            "The outcome of a request is never assumed." if leg == "usage"
            else "A ledger feed without its recorded cost ties out nothing."
        )  # fmt: skip
        raise refused("CFG_MISSING", reason, f"{setting}.{required}", f"Write {required} = ...")


def _check_time(source: TimeSource, setting: str) -> None:
    if source.zone is not None:
        zone(source.zone, f"{setting}.zone")
    elif source.form in ("local", "date"):
        raise refused(
            "CFG_ZONE", f"Times of form {source.form!r} have no offset of their own.", setting,
            'Write the zone they are said in, like zone = "UTC".',
        )  # fmt: skip


def _check_source(source: FieldSource, setting: str) -> None:
    named = [source.column is not None, source.value is not None, source.record_number]
    if sum(named) != 1:
        raise refused(
            "CFG_FIELD_SOURCE", "A field comes from one place.", setting,
            "Write one of column, value or record_number = true.",
        )  # fmt: skip


def _check_amount(source: AmountSource, setting: str) -> None:
    if (source.currency is None) == (source.currency_column is None):
        raise refused(
            "CFG_CURRENCY", "An amount has one currency.", setting,
            'Write currency = "USD", or currency_column.',
        )  # fmt: skip
    if source.currency is not None and not _CURRENCY.fullmatch(source.currency):
        raise refused(
            "CFG_CURRENCY", f"{source.currency!r} is no currency code.", f"{setting}.currency",
            "Write the three letters of ISO 4217, like USD.",
        )  # fmt: skip
    if source.unit_value is None:
        return
    try:
        worth = fit(parse_money(source.unit_value), UNIT_RATE_SCALE, 22 - UNIT_RATE_SCALE)
    except NotMoney as error:
        raise _bad_unit_value(setting, str(error)) from error
    if worth <= 0:
        raise _bad_unit_value(setting, "it is not above zero")


def _bad_unit_value(setting: str, reason: str) -> ConfigurationRefused:
    return refused(
        "CFG_RANGE", f"The worth of a unit cannot be used: {reason}.", f"{setting}.unit_value",
        "Write a decimal above zero with at most 4 digits before and 18 after the point.",
    )  # fmt: skip


def _words(source: str | FieldSource | None) -> list[str]:
    """The words that a field translates to, or is fixed to."""
    if not isinstance(source, FieldSource):
        return []
    return [*source.values.values(), *([source.value] if source.value is not None else [])]


def _check_words(feed: Feed, setting: str) -> None:
    words = _words(feed.outcome)
    for key, said, known in (
        ("meters", feed.meters, METER_NAMES),
        ("frozen", feed.frozen, RATIOS),
        ("frozen_marks", feed.frozen_marks, MARKS),
        ("charge_counts", feed.charge_counts, COUNTS),
        ("row_kinds", feed.row_kinds.values(), KINDS),
        ("outcome", words, OUTCOMES),
        ("funding", _words(feed.funding), FUNDING),
        ("absent_is_zero", feed.absent_is_zero, tuple(feed.meters)),
    ):
        for word in said:
            if word not in known:
                raise refused(
                    "CFG_WORD", f"{word!r} is not a word for {key}.", f"{setting}.{key}",
                    nearest(word, known),
                )  # fmt: skip


def _check_form(feed: Feed, setting: str) -> None:
    if feed.decimal == "," and feed.format != "csv":
        raise refused(
            "CFG_DECIMAL_SIGN", f"Numbers in {feed.format} have no decimal comma.",
            f"{setting}.decimal", "Take it out; only the texts of a CSV file may have one.",
        )  # fmt: skip
    parts = ("cache_write_tokens", "cache_write_1h_tokens")
    if feed.cache_write_is_total and not set(parts) <= feed.meters.keys():
        raise refused(
            "CFG_CACHE_WRITE", "cache_write_is_total takes one meter off another.",
            f"{setting}.cache_write_is_total", f"Name both meters: {parts[0]} and {parts[1]}.",
        )  # fmt: skip
    if (feed.row_type is None) != (not feed.row_kinds):
        raise refused(
            "CFG_ROW_KINDS", "row_type and row_kinds are written together.", setting,
            "Write both, or neither.",
        )  # fmt: skip
    if feed.delimiter not in _DELIMITERS:
        raise refused(
            "CFG_DELIMITER", f"{feed.delimiter!r} is no delimiter Tieout reads.",
            f"{setting}.delimiter", "Write one of , ; | or a tab.",
        )  # fmt: skip
