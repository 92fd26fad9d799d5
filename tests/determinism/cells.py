"""The cells of the determinism matrix: a cover of every pair of settings, and full cells by lot.

A cell is one way to run the same period: engine, threads, zone, locale and hash seed of the
machine, order of the rows in the files, and how many files they come in.
"""

from __future__ import annotations

import random
from itertools import combinations, product
from typing import Final, NamedTuple

SEED: Final = 20261123


class Cell(NamedTuple):
    """One way to run the same period."""

    engine: str
    threads: str
    zone: str
    locale: str
    hash_seed: str
    order: str
    parts: str

    @property
    def name(self) -> str:
        """All settings in a row."""
        return "-".join(self)

    def environment(self) -> dict[str, str]:
        """The machine of the cell: Python reads the first three, the Java machine the last."""
        language, _, country = self.locale.partition("_")
        java = f"-Duser.timezone={self.zone}"
        if country:
            java += f" -Duser.language={language} -Duser.country={country}"
        return {
            "TZ": self.zone,
            "LC_ALL": f"{self.locale}.UTF-8" if country else self.locale,
            "PYTHONHASHSEED": self.hash_seed,
            "JAVA_TOOL_OPTIONS": java,
        }


SETTINGS: Final[tuple[tuple[str, ...], ...]] = (
    ("duckdb", "spark"),
    ("1", "2", "4"),
    ("UTC", "America/New_York", "Asia/Shanghai"),
    ("C", "de_DE", "tr_TR"),
    ("0", "1", "random"),
    ("as is", "shuffled"),
    ("1", "7"),
)


def every_cell(engines: tuple[str, ...] = SETTINGS[0]) -> list[Cell]:
    """All cells of these engines."""
    return [Cell(*chosen) for chosen in product(engines, *SETTINGS[1:])]


def pairs_of(cell: Cell) -> set[tuple[int, str, int, str]]:
    """The pairs of settings a cell tries together."""
    return {(a, cell[a], b, cell[b]) for a, b in combinations(range(len(cell)), 2)}


def pairwise(engines: tuple[str, ...] = SETTINGS[0]) -> list[Cell]:
    """Few cells in which every pair of settings occurs: always the cell that adds most."""
    cells = every_cell(engines)
    open_pairs = set().union(*(pairs_of(cell) for cell in cells))
    chosen = []
    while open_pairs:
        best = max(cells, key=lambda cell: (len(pairs_of(cell) & open_pairs), cell))
        chosen.append(best)
        open_pairs -= pairs_of(best)
    return chosen


def by_lot(count: int, engines: tuple[str, ...] = SETTINGS[0]) -> list[Cell]:
    """So many cells beyond the cover, the same ones every time."""
    cover = set(pairwise(engines))
    others = [cell for cell in every_cell(engines) if cell not in cover]
    return random.Random(SEED).sample(others, count)  # noqa: S311 - repeatable on purpose
