"""The log as a pure function: row number n of a seed is always the same row, whoever asks first.

Rows come in blocks of fifty with fixed roles, so that every kind of row is there from the first
block on: calls of both cache conventions, failed attempts under the id of the call that succeeded,
tasks, their refunds and differences blocks later without a request id, credits told only in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Final

from simulator import odd
from simulator.charges import Ratios, TokenCharge, task_units
from simulator.credits import credit
from simulator.facts import Facts, Invented, Key, Model, Scenario
from simulator.history import (
    ATTEMPTS,
    BLOCK,
    CREDIT,
    DAY,
    FAILED,
    FEE,
    IMAGE,
    NO_TOKENS,
    ODD,
    SETTLED,
    SETTLED_AFTER,
    SMALLEST,
    TASK,
    Row,
    Span,
    mixed,
    stamp,
)

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRabcdefgh"
_TAIL: Final = range(0, 40, 5)


def _by_weight(weights: list[int]) -> tuple[int, ...]:
    return tuple(index for index, weight in enumerate(weights) for _ in range(weight))


class Log:
    """Every row of a world by its number."""

    def __init__(
        self, facts: Facts, invented: Invented, scenario: Scenario, span: Span, seed: int
    ) -> None:
        """Prepare the formulas of both price states; no row is made yet."""
        self.facts = facts
        self.models: tuple[Model, ...] = invented.models
        self.keys: tuple[Key, ...] = invented.keys
        self.span = span
        self._opens = span.opens
        self.seed = seed
        self.scenario = scenario
        self.types = facts.row_types
        self._texts: dict[str, str] = facts.own["texts"]
        self.changes_at = changes_at(invented, span) if scenario.price_change else None
        self.states = (self.models, changed(invented) if scenario.price_change else self.models)
        self.ratios = tuple(
            tuple(Ratios.of(model, facts.units_per_usd) for model in state) for state in self.states
        )
        self._charges = tuple(
            tuple(
                TokenCharge(ratios, prompt_includes_cache=model.kind != "claude")
                for model, ratios in zip(state, ratio, strict=True)
            )
            for state, ratio in zip(self.states, self.ratios, strict=True)
        )
        self._talkers = _by_weight([one.weight for one in self.models])
        self._keys = _by_weight([one.weight for one in self.keys])
        self._painters = [i for i, one in enumerate(self.models) if one.kind == "call"]
        self._film = next(i for i, one in enumerate(self.models) if one.kind == "second")

        self._roles: dict[int, Callable[[int], Row]] = {
            **dict.fromkeys(ATTEMPTS, self._attempt),
            FAILED: self._failed,
            TASK: self._task,
            IMAGE: self._image,
            SETTLED: self._settled,
            FEE: self._fee,
            CREDIT: self._credit,
            NO_TOKENS: self._no_tokens,
            SMALLEST: self._smallest,
        }
        if scenario.odd_rows:
            self._roles[ODD] = self._odd

    def at(self, n: int) -> int:
        """When row n was written, Unix seconds; never earlier than the row before it."""
        rows = self.span.rows_per_day
        day, place = divmod(n, rows)
        second = place * DAY // rows
        first = rows // 2
        if first <= place < first + self.scenario.burst_rows:
            second = first * DAY // rows
        return self._opens + day * DAY + second

    def state(self, at: int) -> int:
        """Which prices hold at that second: 0 before the change, 1 from it on."""
        return int(self.changes_at is not None and at >= self.changes_at)

    def row(self, n: int) -> Row:
        """Row number n, n from 0; numbers below 0 are the time before the history."""
        return self._roles.get(n % BLOCK, self._call)(n)

    def _call(self, n: int) -> Row:
        bits = mixed(self.seed, n)
        at = self.at(n)
        index = self._talkers[bits % len(self._talkers)]
        model = self.models[index]
        prompt = 20 + (bits >> 8) % 6000
        completion = 1 + (bits >> 22) % 1800
        cached = (bits >> 34) % 3 == 0
        read = write_5m = write_1h = 0
        if cached and model.kind == "claude":
            read, write_5m, write_1h = prompt * 5, (bits >> 36) % 900, (bits >> 46) % 700
        elif cached:
            read = prompt // 2
        use_time = 1 + (bits >> 55) % 40
        units = self._charges[self.state(at)][index].units(
            prompt, completion, read, write_5m, write_1h
        )
        return Row(
            n=n, at=at, role="call", type=self.types["consume"], model=index,
            key=self._keys[(bits >> 16) % len(self._keys)], quota=units, prompt=prompt,
            completion=completion, read=read, write_5m=write_5m, write_1h=write_1h, seconds=0,
            use_time=use_time, stream=bool(bits >> 63), call=n, task=None, content="",
        )  # fmt: skip

    def request_id(self, row: Row) -> str:
        """Digits of date and time, nanoseconds without padding, eight letters and digits."""
        if row.call is None:
            return ""
        bits = mixed(self.seed ^ 0x5EED, row.call)
        tail = "".join([_LETTERS[(bits >> shift) & 31] for shift in _TAIL])
        return f"{stamp(self.at(row.call) - row.use_time)}{bits % 1_000_000_000}{tail}"

    def task_id(self, row: Row) -> str:
        """The id that every row about one task carries; empty for other rows."""
        return "" if row.task is None else f"task_{mixed(self.seed ^ 0x7A5C, row.task):016x}"

    def _attempt(self, n: int) -> Row:
        """A failed attempt: the id of the call that succeeded after it."""
        done = self._call(n - n % BLOCK + ATTEMPTS[-1] + 1)
        return self._error(n, done)

    def _failed(self, n: int) -> Row:
        return self._error(n, self._call(n))

    def _error(self, n: int, of: Row) -> Row:
        if not self.scenario.error_rows:
            return self._call(n)
        return of._replace(
            n=n, at=self.at(n), role="error", type=self.types["error"], quota=0, prompt=0,
            completion=0, read=0, write_5m=0, write_1h=0, content=self._texts["error"],
        )  # fmt: skip

    def _no_tokens(self, n: int) -> Row:
        return self._call(n)._replace(
            role="no_tokens", quota=0, prompt=0, completion=0, read=0, write_5m=0, write_1h=0
        )

    def _smallest(self, n: int) -> Row:
        """One token in, none out: less than half a unit, and still one unit."""
        call = self._call(n)
        units = self._charges[self.state(call.at)][call.model].units(1, 0, 0, 0, 0)
        return call._replace(
            role="smallest", quota=units, prompt=1, completion=0, read=0, write_5m=0, write_1h=0
        )

    def _odd(self, n: int) -> Row:
        call = self._call(n)._replace(model=0)
        ratios = self.ratios[self.state(call.at)][0]
        kind = odd.kind_of(n, self.scenario.odd_rows)
        return odd.row(kind, call, ratios, self.types["unknown"], self.facts.units_per_usd)

    def _image(self, n: int) -> Row:
        call = self._call(n)
        index = self._painters[n // BLOCK % len(self._painters)]
        return call._replace(
            role="image", model=index, quota=self._fixed(index, 1), prompt=1, completion=0,
            read=0, write_5m=0, write_1h=0, stream=False,
        )  # fmt: skip

    def _task(self, n: int) -> Row:
        call = self._call(n)
        seconds = 4 + mixed(self.seed, n) % 9
        return call._replace(
            role="task", model=self._film, quota=self._fixed(self._film, seconds), prompt=0,
            completion=0, read=0, write_5m=0, write_1h=0, seconds=seconds, use_time=0, stream=False,
            task=n,
        )  # fmt: skip

    def task_settled_by(self, n: int) -> Row:
        """The task that the row in a settling slot belongs to."""
        return self._task(n - SETTLED + TASK - SETTLED_AFTER * BLOCK)

    def _settled(self, n: int) -> Row:
        """What becomes of a task: returned whole, a second less, or a second more."""
        task = self.task_settled_by(n)
        second = self._fixed(self._film, 1)
        endings = self.scenario.endings
        ending = endings[n // BLOCK % len(endings)]
        kind, units = {
            "returned": ("refund", task.quota),
            "less": ("refund", second),
            "more": ("consume", second),
        }[ending]
        return task._replace(
            n=n, at=self.at(n), role="refund" if ending == "returned" else "difference",
            type=self.types[kind], quota=units, call=None,
            content=self._texts["refund" if ending == "returned" else "difference"],
        )  # fmt: skip

    def _fee(self, n: int) -> Row:
        """In one block of eight a fee on a rejected request, else a call."""
        call = self._call(n)
        if n // BLOCK % 8:
            return call
        return call._replace(
            role="fee", quota=25_000, prompt=0, completion=0, read=0, write_5m=0, write_1h=0
        )

    def _credit(self, n: int) -> Row:
        """Credits and what an operator did, with amounts in words only; or a call."""
        told = credit(n // BLOCK, self._texts)
        if told is None:
            return self._call(n)
        kind, content = told
        return Row(
            n=n, at=self.at(n), role=kind, type=self.types[kind], model=-1, key=-1, quota=0,
            prompt=0, completion=0, read=0, write_5m=0, write_1h=0, seconds=0, use_time=0,
            stream=False, call=None, task=None, content=content,
        )  # fmt: skip

    def _fixed(self, index: int, times: int) -> int:
        ratios = self.ratios[0][index]
        price = ratios.price if ratios.price is not None else Fraction(0)
        return task_units(price, ratios.group, times, self.facts.units_per_usd)


def changes_at(invented: Invented, span: Span) -> int:
    """The second from which the changed price holds: on the history's second day."""
    day = span.start + timedelta(days=1)
    at = time.fromisoformat(invented.price_change["at"])
    return int(datetime.combine(day, at, UTC).timestamp())


def changed(invented: Invented) -> tuple[Model, ...]:
    """The models with the changed prices in place."""
    change = invented.price_change
    return tuple(
        replace(one, input=Fraction(change["input"]), output=Fraction(change["output"]))
        if one.id == change["model"]
        else one
        for one in invented.models
    )
