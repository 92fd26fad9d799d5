"""The truth about a fault: its kind, its bucket by D15, the causes that name it, its money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from bench.causes.cell import Cell, Mark

Bucket = Literal["source", "usage", "contract", "timing", "rounding"]
Books = Literal["exact", "row", "row_down", "line", "step"]
Injector = Callable[[Cell], list[Mark]]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault.

    Attributes:
        name: the word in the truth file and in the table of results.
        bucket: where it belongs by D15.
        causes: words of the closed list that name it rightly; more than one where the list has
            one word for several kinds, or two words for one.
        grains: at which grain of the books it can happen.
        needs: what its cell must have: a ratio, a cache, reasoning, and so on.
        books: how the books are declared: exact, or with a rule of rounding.
        inject: changes one leg of a cell and returns the effect on each line.
    """

    name: str
    bucket: Bucket
    causes: tuple[str, ...]
    grains: tuple[str, ...]
    needs: frozenset[str]
    books: Books
    inject: Injector


@dataclass(frozen=True, slots=True)
class Truth:
    """One injected fault."""

    kind: FaultKind
    cell: str
    grain: str
    marks: tuple[Mark, ...]


KINDS: Final[dict[str, FaultKind]] = {}
BOTH: Final = ("request", "group")


def fault(
    bucket: Bucket,
    *causes: str,
    grains: tuple[str, ...] = ("request",),
    needs: tuple[str, ...] = (),
    books: Books = "exact",
) -> Callable[[Injector], Injector]:
    """Enter a kind of fault into the list, under the name of its function."""

    def enter(inject: Injector) -> Injector:
        name = inject.__name__
        KINDS[name] = FaultKind(name, bucket, causes, grains, frozenset(needs), books, inject)
        return inject

    return enter
