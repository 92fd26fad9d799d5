"""One simulated account at one moment: which rows are there by now, and how to find a page."""

from __future__ import annotations

import threading
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.facts import Facts, Invented, Scenario, facts, invented, scenarios
from simulator.faults import Faults
from simulator.history import BLOCK, LATE, Row, Span, mixed
from simulator.rendering import Printer
from simulator.rows import Log


class Wanted(NamedTuple):
    """Filters of a question to the log; None and empty text filter nothing; bounds inclusive."""

    first: int | None = None
    last: int | None = None
    type: int | None = None
    model: str = ""
    key: str = ""
    group: str = ""
    request_id: str = ""
    user: str = ""


@dataclass(frozen=True)
class Served:
    """One request that was answered: when in the world, its path and query, and its status."""

    now: int
    path: str
    query: str
    status: int


@dataclass
class Clock:
    """The world's time: still until moved, or so many of its seconds in one of ours."""

    now: int
    speed: int = 0
    _since: float = field(default_factory=time.monotonic)

    def read(self) -> int:
        """Unix seconds."""
        return self.now + int((time.monotonic() - self._since) * self.speed)


class World:
    """An account, its log and its clock; every answer is computed from here."""

    def __init__(
        self, scenario: str, span: Span, seed: int, *, speed: int = 0, now: int | None = None
    ) -> None:
        """Make the world; its clock starts at the end of the history, or at ``now``."""
        self.facts: Facts = facts()
        self.invented: Invented = invented()
        if scenario not in scenarios():
            raise ValueError(f"no scenario named {scenario!r}; there are: {', '.join(scenarios())}")
        self.scenario: Scenario = scenarios()[scenario]
        self.span = span
        self.seed = seed
        self.log = Log(self.facts, self.invented, self.scenario, span, seed)
        self.printer = Printer(self.log, self.invented)
        self.faults = Faults(self.facts, self.scenario)
        self.clock = Clock(span.closes if now is None else now, speed)
        self.served: list[Served] = []
        self.lock = threading.RLock()
        self._chosen: dict[tuple[int | None, str, str], Sequence[int]] = {}
        self._index()

    def _index(self) -> None:
        """One pass over all rows: the columns that questions filter and sum by."""
        self.times = array("q")
        self.types = array("B")
        self.models = array("b")
        self.keys = array("b")
        self.quotas = array("q")
        self.tokens = array("q")
        for n in range(self.span.rows):
            row = self.log.row(n)
            self.times.append(row.at)
            self.types.append(row.type)
            self.models.append(row.model)
            self.keys.append(row.key)
            self.quotas.append(row.quota)
            self.tokens.append(row.prompt + row.completion)

    # --- time and faults ------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The world's time, Unix seconds."""
        return self.clock.read()

    def advance(self, seconds: int) -> None:
        """Let so much time pass: the rows of that time are there from now on."""
        with self.lock:
            self.clock.now += seconds

    def arrive(self, rows: int) -> None:
        """Let time pass until so many more rows are there (all of them, where fewer are left)."""
        with self.lock:
            known = bisect_right(self.times, self.now)
            if rows and known < len(self.times):
                until = self.times[min(known + rows, len(self.times)) - 1]
                self.clock.now += max(until - self.now, 0)

    def fail_next(
        self, name: str, *, times: int = 1, path: str = "", at: int = 0, seconds: float = 0
    ) -> None:
        """Let the next answers to that path go wrong; see ``Faults.names`` and cometapi.toml."""
        self.faults.fail_next(name, times=times, path=path, at=at, seconds=seconds)

    # --- rows -----------------------------------------------------------------------------------

    def row(self, n: int) -> Row:
        """Row number n."""
        return self.log.row(n)

    def is_late(self, n: int) -> bool:
        """Whether row n is of those that show up later than their time."""
        return self.scenario.late_seconds > 0 and n % BLOCK == LATE

    def there(self, n: int) -> bool:
        """Whether row n is in the log by now."""
        wait = self.scenario.late_seconds if self.is_late(n) else 0
        return self.times[n] + wait <= self.now

    def select(self, wanted: Wanted) -> Sequence[int]:
        """Numbers of the rows that are there and pass the filters, oldest first."""
        account = self.invented.account
        if wanted.group and wanted.group != account["group"]:
            return []
        if wanted.user and wanted.user not in {str(account["id"]), account["username"]}:
            return []
        last = self.now if wanted.last is None else min(wanted.last, self.now)
        low = bisect_left(self.times, wanted.first) if wanted.first is not None else 0
        high = max(bisect_right(self.times, last), low)
        chosen = self._passing(wanted.type, wanted.model, wanted.key)
        found = chosen[bisect_left(chosen, low) : bisect_left(chosen, high)]
        if self.scenario.late_seconds and last > self.now - self.scenario.late_seconds:
            found = [n for n in found if self.there(n)]
        if wanted.request_id:
            found = [n for n in found if self.log.request_id(self.row(n)) == wanted.request_id]
        return found

    def _passing(self, type_: int | None, model: str, key: str) -> Sequence[int]:
        """Numbers of all rows of that type, model and key, made once for each combination asked."""
        if not (type_ or model or key):
            return range(len(self.times))
        asked = (type_, model, key)
        with self.lock:
            if asked not in self._chosen:
                models = {i for i, one in enumerate(self.log.models) if like(one.id, model)}
                keys = {i for i, one in enumerate(self.log.keys) if one.name == key}
                self._chosen[asked] = array(
                    "q",
                    (
                        n
                        for n in range(len(self.times))
                        if (not type_ or self.types[n] == type_)
                        and (not model or self.models[n] in models)
                        and (not key or self.keys[n] in keys)
                    ),
                )
            return self._chosen[asked]

    def hidden_bits(self, n: int) -> int:
        """Bits that belong to row n and stand in no row: for ids of things beside the log."""
        return mixed(self.seed ^ 0xB17, n)


def like(text: str, pattern: str) -> bool:
    """SQL's LIKE with % alone; without one, equality."""
    if "%" not in pattern:
        return text == pattern
    head, *middle, tail = pattern.split("%")
    if not text.startswith(head):
        return False
    place = len(head)
    for part in middle:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(text) - len(tail) >= place and text.endswith(tail)
