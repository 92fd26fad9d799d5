"""What a person's own files say about money, days and delays, for a starter policy alone.

A look holds the first rows of a file, so these are measures of those rows and say so. They propose;
no limit is ever set from them, because what was usual is not what is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from tieout.money import EXACT, NotMoney, parse_money
from tieout.workspace.draft import Draft
from tieout.workspace.look import SAMPLE_ROWS, Look
from tieout.workspace.price_draft import listed_models, price_texts
from tieout.workspace.sampled import decimal_comma, distinct, time_form
from tieout.workspace.words import column_words, word_for

Value = TypeVar("Value", str, date)


@dataclass(frozen=True, slots=True)
class Read:
    """A file as a draft of a feed reads it; files of one shape share the draft."""

    draft: Draft
    look: Look

    def texts(self, name: str) -> list[str | None]:
        """The texts of a field, row by row; none where the draft has no column for it."""
        column = self.draft.fields.get(name)
        return self.look.columns.get(column, []) if column is not None else []

    @property
    def days(self) -> list[date | None]:
        """The day of each row, in UTC where the text says an instant; null where it says none."""
        texts = self.texts("time")
        form = time_form([text for text in texts if text])
        return [None if not text or form is None else _day(text, form) for text in texts]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Which rows and days of a file were looked at; it may go on where it was cut."""

    name: str
    leg: str
    rows: int
    days: tuple[date, date] | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Spend:
    """The entries of the books in one currency; its name is empty where no column says it.

    Attributes:
        currency: the currency as written.
        entries: how many amounts.
        total: their sum, with sign.
        smallest: the smallest size other than zero; zero where all are.
        middle: half of the sizes are at most this.
        largest: the day with the largest sum, and that sum; none where no entry says its day.
    """

    currency: str
    entries: int
    total: Decimal
    smallest: Decimal
    middle: Decimal
    largest: tuple[date, Decimal] | None


@dataclass(frozen=True, slots=True)
class History:
    """What the rows that were looked at show.

    Attributes:
        looked: the files.
        spend: the books, by currency.
        unread: amounts and times that cannot be read as they stand, and of how many.
        unfinished: calls that did not simply complete, and of how many; none where nothing says.
        models: the names of models in use, each with its rows.
        unpriced: of those, the names that no price list here has; none without a list.
        delays: days from a call to its entry, over the entries whose id is that of a call.
        covering: how many models make up nine tenths of the money; none without money.
        free: prices of zero, and of how many; none without a list.
    """

    looked: tuple[LookedAt, ...]
    spend: tuple[Spend, ...]
    unread: tuple[int, int]
    unfinished: tuple[int, int] | None
    models: Mapping[str, int]
    unpriced: tuple[str, ...] | None
    delays: Mapping[int, int]
    covering: tuple[int, int] | None
    free: tuple[int, int] | None


def history_of(read: Sequence[Read], lists: Sequence[Look]) -> History:
    """What files show, as their drafts read them.

    Args:
        read: usage exports and ledgers.
        lists: price lists.
    """
    usage = [one for one in read if one.draft.leg == "usage"]
    ledger = [one for one in read if one.draft.leg == "ledger"]
    money = [entry for one in ledger for entry in _entries(one)]
    times = [
        (text, day) for one in read for text, day in zip(one.texts("time"), one.days, strict=True)
    ]
    unread = sum(one.amount is None for one in money) + sum(day is None for _, day in times)
    models = Counter(text for one in usage or ledger for text in one.texts("model") if text)
    priced = {name for look in lists for name in listed_models(look)}
    prices = [text for look in lists for text in price_texts(look)]
    return History(
        tuple(_looked(one) for one in read),
        tuple(_spend(name, money) for name in distinct(one.currency for one in money)),
        (unread, len(money) + len(times)),
        _unfinished(usage),
        models,
        tuple(name for name in models if name not in priced) if priced else None,
        _delays(usage, ledger),
        _covering(money),
        (sum(_amount(text) == 0 for text in prices), len(prices)) if prices else None,
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    amount: Decimal | None
    currency: str
    model: str
    day: date | None


def _entries(one: Read) -> list[_Entry]:
    amounts, days = one.texts("amount"), one.days
    names, models = one.texts("currency"), one.texts("model")
    comma = decimal_comma(text for text in amounts if text)
    return [
        _Entry(
            _amount(text.replace(",", ".") if comma else text),
            _at(names, row) or "", _at(models, row) or "", _at(days, row),
        )
        for row, text in enumerate(amounts)
        if text
    ]  # fmt: skip


def _spend(currency: str, money: Sequence[_Entry]) -> Spend:
    mine = [one for one in money if one.currency == currency and one.amount is not None]
    sizes = sorted(abs(one.amount) for one in mine if one.amount is not None)
    by_day: dict[date, Decimal] = {}
    total = Decimal(0)
    for one in mine:
        assert one.amount is not None
        total = EXACT.add(total, one.amount)
        if one.day is not None:
            by_day[one.day] = EXACT.add(by_day.get(one.day, Decimal(0)), one.amount)
    days = sorted(by_day.items(), key=lambda each: (-abs(each[1]), each[0]))
    return Spend(
        currency,
        len(mine),
        total,
        next((size for size in sizes if size), Decimal(0)),
        sizes[(len(sizes) - 1) // 2] if sizes else Decimal(0),
        days[0] if days else None,
    )


def _unfinished(usage: Sequence[Read]) -> tuple[int, int] | None:
    texts = [text for one in usage for text in one.texts("outcome") if text]
    words = column_words()["outcome"]
    done = sum(
        count for text, count in Counter(texts).items() if word_for(text, words) == "completed"
    )
    return (len(texts) - done, len(texts)) if texts else None


def _delays(usage: Sequence[Read], ledger: Sequence[Read]) -> dict[int, int]:
    """Days from the first row of an id to each entry that names it."""
    called: dict[str, date] = {}
    for one in usage:
        for name, day in zip(one.texts("request_id"), one.days, strict=False):
            if name and day is not None:
                called[name] = min(day, called.get(name, day))
    found: Counter[int] = Counter()
    for one in ledger:
        for name, day in zip(one.texts("request_id"), one.days, strict=False):
            if name in called and day is not None:
                found[(day - called[name]).days] += 1
    return dict(sorted(found.items()))


def _covering(money: Sequence[_Entry]) -> tuple[int, int] | None:
    """How many models make up nine tenths of the money of all, of how many; one currency alone."""
    sizes: dict[str, Decimal] = {}
    for one in money:
        if one.amount is not None and one.model:
            sizes[one.model] = EXACT.add(sizes.get(one.model, Decimal(0)), abs(one.amount))
    whole = Decimal(0)
    for size in sizes.values():
        whole = EXACT.add(whole, size)
    if not whole or len({one.currency for one in money}) > 1:
        return None
    part, count = Decimal(0), 0
    for size in sorted(sizes.values(), reverse=True):
        part, count = EXACT.add(part, size), count + 1
        if part * 10 >= whole * 9:
            break
    return count, len(sizes)


def _looked(one: Read) -> LookedAt:
    days = sorted(day for day in one.days if day is not None)
    span = (days[0], days[-1]) if days else None
    return LookedAt(one.look.name, one.draft.leg, one.look.rows, span, one.look.rows >= SAMPLE_ROWS)


def _at(values: Sequence[Value | None], row: int) -> Value | None:
    return values[row] if row < len(values) else None


def _amount(text: str | None) -> Decimal | None:
    try:
        return parse_money(text) if text else None
    except NotMoney:
        return None


def _day(text: str, form: str) -> date | None:
    try:
        if form == "rfc3339":
            return datetime.fromisoformat(text).astimezone(UTC).date()
        if form in ("local", "date"):
            return date.fromisoformat(text[:10])
        seconds = int(text) // (1000 if form == "epoch_milliseconds" else 1)
        return datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
