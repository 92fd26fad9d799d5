"""The whole truth of a world, for tests of completeness: every row and every sum.

Nothing here asks the paging code, the index or the aggregates; each row is made again by its number
and each sum is added up again, so that a row that paging loses is missed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.history import BLOCK, LATE, Row
from simulator.world import World


@dataclass(frozen=True)
class Truth:
    """Rows oldest first, their JSON as the log prints them (without `id`), and sums over them."""

    rows: tuple[Row, ...]
    sums: dict[str, int]
    _world: World = field(repr=False)

    @cached_property
    def printed(self) -> tuple[dict[str, Any], ...]:
        """Each row as the log prints it, less `id`."""
        fields = self._world.printer.fields
        return tuple(
            {name: value for name, value in fields(row, 0).items() if name != "id"}
            for row in self.rows
        )

    def between(self, first: int, last: int) -> tuple[Row, ...]:
        """The rows written in those seconds, both bounds inclusive."""
        return tuple(row for row in self.rows if first <= row.at <= last)


def truth(world: World, *, now: int | None = None) -> Truth:
    """What the log holds by ``now`` (the world's clock by default)."""
    until = world.now if now is None else now
    rows = tuple(_rows(world, until))
    return Truth(rows, _sums(world, rows), world)


def _rows(world: World, until: int) -> Iterator[Row]:
    for n in range(world.span.rows):
        row = world.log.row(n)
        wait = world.scenario.late_seconds if n % BLOCK == LATE else 0
        if row.at + wait <= until:
            yield row


def _sums(world: World, rows: tuple[Row, ...]) -> dict[str, int]:
    """Counts and units by type of row, and net units: consumed less given back."""
    names = {number: name for name, number in world.log.types.items()}
    sums: Counter[str] = Counter(rows=len(rows))
    for row in rows:
        sums[f"rows.{names[row.type]}"] += 1
        sums[f"units.{names[row.type]}"] += row.quota
    sums["units.net"] = sums["units.consume"] - sums["units.refund"]
    return dict(sums)


def usd(world: World, units: int) -> Fraction:
    """Units as US dollars, exactly."""
    return Fraction(units, world.facts.units_per_usd)


def write(told: Truth, path: Path) -> None:
    """The truth as JSON lines: the sums first, then every row, oldest first."""
    with path.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"table": "sums", **told.sums}) + "\n")
        for row, printed in zip(told.rows, told.printed, strict=True):
            line = {"table": "rows", "n": row.n, "role": row.role, **printed}
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
