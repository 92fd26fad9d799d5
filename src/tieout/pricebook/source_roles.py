"""Which price sources price and which check them, and what somebody settled between two (P4, D21).

A source that checks prices nothing: its prices stand apart and are compared. A resolution is bound
to exactly the prices its author saw. The same prices captured again stay settled; any others open
the conflict again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tieout.money import plain
from tieout.pricebook.book import PriceBook
from tieout.tables import CHECK_SET, PRICE_LINE, PRICE_SET, RESOLVED_PAIR

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SettledPrice:
    """One resolution of one model: the price that holds, and the one that does not.

    Attributes:
        name: how reports name the resolution.
        source_model_id: the model.
        kept_source: the source whose price holds.
        kept_terms: the digest of that price (:func:`terms_digest`).
        other_source: the source it disagreed with.
        other_terms: the digest of that one's price.
    """

    name: str
    source_model_id: str
    kept_source: str
    kept_terms: str
    other_source: str
    other_terms: str

    @property
    def about(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """What it settles, whichever side is kept: a later resolution of it takes its place."""
        kept, other = (self.kept_source, self.kept_terms), (self.other_source, self.other_terms)
        return self.source_model_id, frozenset((kept, other))


@dataclass(frozen=True, slots=True)
class Roles:
    """The price sources by what they do.

    Attributes:
        book: the price book of the sources that price.
        check_sets: table CHECK_SET: the prices of the sources that check; their lines stand among
            the price lines of the book.
        resolved_pairs: table RESOLVED_PAIR.
    """

    book: PriceBook
    check_sets: pa.Table
    resolved_pairs: pa.Table

    @property
    def source_model_ids(self) -> frozenset[str]:
        """Every id that an approved source states, whether it prices or checks."""
        both = (self.book.price_sets, self.check_sets)
        return frozenset(name for sets in both for name in sets["source_model_id"].to_pylist())


def terms_digest(currency: str, lines: Sequence[Mapping[str, Any]]) -> str:
    """What a price means, digested: its meters, rates, units and dialect, and their currency.

    Two prices with one digest differ in spelling alone; whatever else moves is another price.
    """
    said = sorted(
        "|".join(
            (
                line["meter"],
                plain(line["list_unit_rate"]),
                plain(line["unit_rate"]),
                line["pricing_unit"],
                line["dialect"],
            )
        )
        for line in lines
    )
    return hashlib.sha256("\n".join((currency, *said)).encode()).hexdigest()


def with_roles(
    book: PriceBook, checks: Sequence[str], settled: Sequence[SettledPrice] = ()
) -> Roles:
    """The price book by roles, with every resolution applied that still fits.

    Args:
        book: the price book of all approved captures.
        checks: the names of the sources that check.
        settled: the resolutions, oldest first; of several about the same prices the last counts.
    """
    checking = pc.is_in(book.price_sets.column("source_name"), pa.array(checks, pa.string()))
    pricing = book.price_sets.filter(pc.invert(checking))
    check_sets = book.price_sets.filter(checking).cast(CHECK_SET.schema)
    if not settled:
        return Roles(
            replace(book, price_sets=pricing), check_sets, RESOLVED_PAIR.schema.empty_table()
        )
    desk = _Desk(pricing, check_sets, book.price_lines, {one.source_model_id for one in settled})
    for one in {one.about: one for one in settled}.values():
        desk.settle(one)
    return Roles(
        replace(book, price_sets=desk.price_sets(), price_lines=desk.price_lines()),
        check_sets,
        desk.resolved_pairs(),
    )


class _Desk:
    """The sets of the models that somebody settled, as rows, while resolutions are applied."""

    def __init__(
        self, pricing: pa.Table, check_sets: pa.Table, lines: pa.Table, models: set[str]
    ) -> None:
        wanted = pa.array(sorted(models), pa.string())
        mine = pc.is_in(pricing.column("source_model_id"), wanted)
        self._untouched = pricing.filter(pc.invert(mine))
        self._lines = lines
        self._pricing: list[Row] = pricing.filter(mine).to_pylist()
        checks = check_sets.filter(pc.is_in(check_sets.column("source_model_id"), wanted))
        self._checks: list[Row] = checks.to_pylist()
        ids = [row["price_set_id"] for row in (*self._pricing, *self._checks)]
        own = lines.filter(pc.is_in(lines.column("price_set_id"), pa.array(ids, pa.string())))
        self._by_set: dict[str, list[Row]] = {set_id: [] for set_id in ids}
        for line in own.to_pylist():
            self._by_set[line["price_set_id"]].append(line)
        self._terms = {
            row["price_set_id"]: terms_digest(row["currency"], self._by_set[row["price_set_id"]])
            for row in (*self._pricing, *self._checks)
        }
        self._added: list[Row] = []
        self._resolved: dict[tuple[str, str], str] = {}

    def settle(self, one: SettledPrice) -> None:
        """Apply one resolution wherever the two prices it is bound to hold at one time."""
        kept, other = (one.kept_source, one.kept_terms), (one.other_source, one.other_terms)
        for holds in self._of(self._pricing, one, kept):
            for waits in self._of(self._checks, one, other):
                if _overlap(holds, waits):
                    self._resolved[holds["price_set_id"], waits["price_set_id"]] = one.name
            for waits in self._of(self._pricing, one, other):
                self._cut(waits, holds)
        for holds in self._of(self._checks, one, kept):
            for waits in self._of(self._pricing, one, other):
                if span := _overlap(holds, waits):
                    self._cut(waits, holds)
                    taken = self._copy(holds, *span)
                    self._resolved[taken["price_set_id"], holds["price_set_id"]] = one.name

    def _of(self, rows: list[Row], one: SettledPrice, side: tuple[str, str]) -> list[Row]:
        return [
            row
            for row in rows
            if row["source_model_id"] == one.source_model_id
            and (row["source_name"], self._terms[row["price_set_id"]]) == side
        ]

    def _cut(self, waits: Row, holds: Row) -> None:
        """Take the time at which another price holds out of a price set."""
        span = _overlap(waits, holds)
        if span is None:
            return
        start, end = span
        self._pricing.remove(waits)
        if waits["effective_from"] < start:
            self._pricing.append({**waits, "effective_until": start})
        if end is not None and (waits["effective_until"] is None or end < waits["effective_until"]):
            self._copy(waits, end, waits["effective_until"])

    def _copy(self, row: Row, start: datetime, end: datetime | None) -> Row:
        """A price set with another start, and so with an id of its own, and the same lines."""
        named = f"{row['price_set_id']} {start.isoformat()}"
        set_id = hashlib.sha256(named.encode()).hexdigest()[:20]
        made = {**row, "price_set_id": set_id, "effective_from": start, "effective_until": end}
        # Somebody said from when it prices: no change went unseen before that (P7).
        made["start_basis"] = "declared"
        self._pricing.append(made)
        lines = [{**x, "price_set_id": set_id} for x in self._by_set[row["price_set_id"]]]
        self._added += lines
        self._by_set[set_id] = lines
        self._terms[set_id] = self._terms[row["price_set_id"]]
        return made

    def price_sets(self) -> pa.Table:
        return pa.concat_tables([self._untouched, _table(PRICE_SET.schema, self._pricing)])

    def price_lines(self) -> pa.Table:
        """All lines; those of a set that is no longer there are in nobody's way."""
        return pa.concat_tables([self._lines, _table(PRICE_LINE.schema, self._added)])

    def resolved_pairs(self) -> pa.Table:
        pairs = sorted(self._resolved.items())
        return RESOLVED_PAIR.arrow(
            {
                "price_set_id": [pair[0] for pair, _ in pairs],
                "check_set_id": [pair[1] for pair, _ in pairs],
                "resolution": [name for _, name in pairs],
            }
        )


def _table(schema: pa.Schema, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def _overlap(one: Row, other: Row) -> tuple[datetime, datetime | None] | None:
    """The half-open time at which both hold; none where they never do."""
    start = max(one["effective_from"], other["effective_from"])
    ends = [row["effective_until"] for row in (one, other) if row["effective_until"] is not None]
    end = min(ends, default=None)
    return None if end is not None and end <= start else (start, end)


def differing(roles: Roles, one: str, other: str) -> Iterator[tuple[Row, Row]]:
    """The sets of two captures that name one model at one time and state different prices for it.

    Args:
        roles: the price book by roles.
        one: id of a capture.
        other: id of the other one.
    """
    sets = [*roles.book.price_sets.to_pylist(), *roles.check_sets.to_pylist()]
    lines: dict[str, list[Row]] = {}
    for line in roles.book.price_lines.to_pylist():
        lines.setdefault(line["price_set_id"], []).append(line)
    mine = {name: [s for s in sets if s["capture_id"] == name] for name in (one, other)}
    for left in mine[one]:
        for right in mine[other]:
            if left["source_model_id"] != right["source_model_id"] or not _overlap(left, right):
                continue
            left_lines, right_lines = lines[left["price_set_id"]], lines[right["price_set_id"]]
            if _charges(left, left_lines) != _charges(right, right_lines):
                yield {**left, "lines": left_lines}, {**right, "lines": right_lines}


def _charges(row: Row, lines: Sequence[Row]) -> set[tuple[str, str, Any]]:
    return {(row["currency"], line["meter"], line["unit_rate"]) for line in lines}
