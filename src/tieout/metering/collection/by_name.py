"""A second with more rows than the vendor counts: read part by part, by the names its rows have.

What comes of it holds every row that could be seen; nothing proves that there is no further name,
so such a second is marked, and shown as such for as long as it is on record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tieout.metering.collection.page import LogRow, PageSource
from tieout.metering.collection.settled import Attempt, Limits, State, read_settled
from tieout.metering.collection.window import Window

# A filter that holds one of these matches more than the name it is (or everything).
_MEANS_MORE: Final = ("%",)


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to ask for a part of a window.

    Attributes:
        parameter: what the vendor calls it.
        value_of: the name a row has there; None where it has none.
        known: names that are asked for even if no row in sight has them.
        useless: names that cannot be asked for.
    """

    parameter: str
    value_of: Callable[[LogRow], str | None]
    known: tuple[str, ...] = ()
    useless: tuple[str, ...] = ("",)


def read_by_name(
    source: PageSource, second: Window, limits: Limits, filters: Sequence[Filter]
) -> Attempt | None:
    """The rows of a window in parts; None where some of them could not be asked for."""
    seen = _in_sight(source, second, limits, {})
    found = _parts(source, second, limits, filters, {}, seen)
    if found is None:
        return None
    rows = tuple(row for part in found for row in part.rows)
    whole = Attempt(
        State.WHOLE, len(rows), rows, tuple(page for part in found for page in part.pages)
    )
    missed = Counter(row.identity for row in seen) - whole.content
    return None if missed or len(rows) < limits.total_rows else whole


def _parts(
    source: PageSource,
    second: Window,
    limits: Limits,
    filters: Sequence[Filter],
    chosen: Mapping[str, str],
    seen: Sequence[LogRow],
) -> list[Attempt] | None:
    """Every part of what was chosen so far; a part that is too full is cut by the next filter."""
    if not filters:
        return None
    one, *rest = filters
    names = {one.value_of(row) for row in seen}
    if any(name is None or not _can_be_asked(name, one) for name in names):
        # Rows without a name to ask for would be left out.
        return _parts(source, second, limits, rest, chosen, seen)
    found: list[Attempt] = []
    for name in sorted({*one.known, *(name for name in names if name is not None)}):
        asked = {**chosen, one.parameter: name}
        part = read_settled(source, second, limits, asked)
        if part.state is State.WHOLE:
            found.append(part)
            continue
        smaller = None
        if part.state is State.OVER:
            in_sight = _in_sight(source, second, limits, asked)
            smaller = _parts(source, second, limits, rest, asked, in_sight)
        if smaller is None:
            return None
        found += smaller
    return found


def _can_be_asked(name: str, one: Filter) -> bool:
    return name not in one.useless and not any(sign in name for sign in _MEANS_MORE)


def _in_sight(
    source: PageSource, second: Window, limits: Limits, chosen: Mapping[str, str]
) -> list[LogRow]:
    """The rows that can be paged through, up to where the vendor's count stops."""
    rows: list[LogRow] = []
    number = 1
    while len(rows) < limits.total_rows:
        page = source.page(second, number, chosen)
        if not page.rows:
            break
        rows += page.rows
        number += 1
    return rows
