"""What may lean on a contract item, in machine terms (C3): a closed vocabulary, `axis:subject`.

A fetch that leans on an item refuses until it is verified; a figure is provisional, and unknown
once the item is contradicted. An item nothing leans on says so by an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# The axis, what it means, and its subjects; a fetch names any source of bytes.
AXES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "fetch": (
        "a fetch that refuses until the item is verified",
        ("catalog", "model-detail", "log", "log-stat", "aggregates", "quota", "profile"),
    ),
    "price": (
        "the expected cost of rows whose price stands in that dialect of the vendor's catalog",
        ("discounted", "list_with_ratio"),
    ),
    "unit": (
        "the expected cost of meters priced in that unit by the vendor's catalog",
        ("tokens", "media"),
    ),
    "currency": ("every amount priced by the vendor's catalog", ("expected",)),
    "charged": (
        "amounts charged in the units of the vendor's log, and the same charges recomputed",
        ("units", "formula", "rounding", "tasks"),
    ),
    "billing": (
        "the expected cost of calls of that outcome",
        ("failed", "retried", "partial", "timed_out", "cancelled", "refunded", "settled"),
    ),
    "usage": (
        "usage rows of the vendor's log, as far as they rest on that convention",
        ("kinds", "start", "cache"),
    ),
}

FIGURE_AXES: Final = tuple(axis for axis in AXES if axis != "fetch")


def check_leans(leans: Iterable[str]) -> None:
    """Refuse what no code asks about.

    Raises:
        ValueError: the term that is not known.
    """
    for lean in leans:
        axis, _, subject = lean.partition(":")
        if axis not in AXES or subject not in AXES[axis][1]:
            raise ValueError(f"nothing can lean as {lean!a}")


def fetches(leans: Iterable[str]) -> tuple[str, ...]:
    """The fetches among them."""
    return tuple(lean.partition(":")[2] for lean in leans if lean.startswith("fetch:"))


def figures(leans: Iterable[str]) -> tuple[str, ...]:
    """The figure classes among them."""
    return tuple(lean for lean in leans if not lean.startswith("fetch:"))
