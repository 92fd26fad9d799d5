"""One page of a vendor's log: what it says of itself, and its rows, each as it is written.

A row keeps its bytes. What tells two rows apart is what the feed keeps of them: a row's place in
the page changes from one reading to the next and is no part of it (D4).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, Protocol

import msgspec

from tieout.errors import CaptureRefused
from tieout.evidence.canonical import sha256
from tieout.intake.feed import Feed
from tieout.metering.collection.window import Window

_LONGEST_SECOND: Final = 12
# Numbers keep their digits; no float tells two rows apart.
_VALUES: Final = msgspec.json.Decoder(float_hook=str)


class PageShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a page says what; paths of keys, joined with dots.

    Attributes:
        success: true where the answer is a page at all.
        message: what it says where it is none.
        total: how many rows the whole window has, as far as the vendor counts.
        rows: the list of rows; also where a batch of rows is written for the feed to read.
    """

    success: str
    message: str
    total: str
    rows: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row: its second, or None where that cannot be read; what it says; its bytes."""

    second: int | None
    identity: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """One answered page.

    Attributes:
        total: rows in the window, as the vendor counts them; the count may stop at a cap.
        rows: the rows in the order of the page.
        sha256: digest of the answer as it was decoded.
        size: bytes of it.
        answered_at: the vendor's own clock, where it told.
    """

    total: int
    rows: tuple[LogRow, ...]
    sha256: str
    size: int
    answered_at: datetime | None = None


# What rows are asked for beside a window: the role of a filter and its value.
Chosen = Mapping[str, str]


class PageSource(Protocol):
    """Whoever answers pages of a log."""

    def page(self, asked: Window, number: int, chosen: Chosen) -> Page:
        """The page of that number, from 1, of the rows of a window, newest first."""
        ...


class PageReader:
    """Reads answers of one log through the feed that will read its rows."""

    def __init__(self, shape: PageShape, feed: Feed) -> None:
        """Take the shape of the pages and the feed of the rows."""
        self._shape = shape
        self._columns = feed.columns()
        self._nested = frozenset(feed.nested_json)
        self._time = feed.time.column

    def read(self, body: bytes, answered_at: datetime | None = None) -> Page:
        """An answer as a page.

        Raises:
            CaptureRefused: ``LOG_NOT_SUCCESS``: it failed; ``LOG_PAGE``: it is no page.
        """
        raw = _found(body, self._shape.rows)
        outside = body if raw is None else body.replace(raw, b"[]", 1)
        envelope = answered(outside, self._shape.success, self._shape.message)
        total = at_path(envelope, self._shape.total)
        if raw is None or isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise _no_page(f"no list at {self._shape.rows}, or no count at {self._shape.total}")
        try:
            rows = msgspec.json.decode(raw, type=list[msgspec.Raw])
        except msgspec.MsgspecError as error:
            raise _no_page(f"what stands at {self._shape.rows} is no list: {error}") from error
        found = tuple(self.row(bytes(row)) for row in rows)
        return Page(total, found, sha256(body), len(body), answered_at)

    def value(self, row: LogRow, column: str) -> str | None:
        """What a row says in one of the columns of the feed; None where it says nothing."""
        found = at_path(_decoded(row.raw), column)
        if isinstance(found, bool) or not isinstance(found, str | int):
            return None
        return str(found)

    def row(self, raw: bytes) -> LogRow:
        """One row, with what the feed keeps of it as its identity."""
        row = _decoded(raw)
        if not isinstance(row, dict):
            return LogRow(None, _digest(raw), raw)
        for name in self._nested:
            inner = row.get(name)
            if isinstance(inner, str):
                opened = _decoded(inner.encode())
                row[name] = opened if isinstance(opened, dict) else inner
        kept = [at_path(row, name) for name in self._columns]
        return LogRow(_second(at_path(row, self._time)), _digest(repr(kept).encode()), raw)


def answered(body: bytes, success: str, message: str) -> object:
    """What an answer says, read strictly.

    Raises:
        CaptureRefused: ``LOG_NOT_SUCCESS``: it says that it failed; ``LOG_PAGE``: it is no JSON.
    """
    envelope = _envelope(body)
    if at_path(envelope, success) is not True:
        raise _no_success(at_path(envelope, message))
    return envelope


def _found(body: bytes, path: str) -> bytes | None:
    """The bytes of the value at a path, or None."""
    value: bytes | msgspec.Raw | None = body
    for name in path.split("."):
        assert value is not None
        try:
            value = msgspec.json.decode(value, type=dict[str, msgspec.Raw]).get(name)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        if value is None:
            return None
    return None if value is None else bytes(value)


def _envelope(body: bytes) -> object:
    """Everything but the rows, read strictly: an envelope that says one thing twice is no page."""

    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("one key stands twice")
        return found

    def never(text: str) -> None:
        raise ValueError(f"{text} is no number")

    try:
        envelope: object = json.loads(
            body.decode("utf-8"), object_pairs_hook=once, parse_constant=never, parse_float=str
        )
    except (ValueError, RecursionError) as error:
        raise _no_page("it is no JSON, or says one thing twice") from error
    return envelope


def _decoded(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _VALUES.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def at_path(value: object, path: str) -> object:
    """The value at a path of keys, or None."""
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _second(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) <= _LONGEST_SECOND else None
    return value if isinstance(value, int) else None


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()


def _no_success(message: object) -> CaptureRefused:
    said = ascii(message[:200]) if isinstance(message, str) and message else "it gives no reason"
    return CaptureRefused(
        "LOG_NOT_SUCCESS",
        "The log's answer says that it failed.",
        where=(said,),
        remedy="Look at the access token first: it may be wrong or have run out. Then repeat the"
        " command; what was read before is kept.",
    )


def _no_page(why: str) -> CaptureRefused:
    return CaptureRefused(
        "LOG_PAGE",
        "The log's answer is no page of rows.",
        where=(why,),
        remedy="Compare a saved answer with the contract items of the log; contradict the item"
        " that no longer holds.",
    )
