"""Captures in order of time: which of them count for a model, from when until when.

A capture counts once it is approved, and then holds until the next one that counts of the same
source. One that nobody approved counts for the models whose prices it repeats, and for models that
nobody uses (D27); for the others it waits, and the price before it stays in force (D7).
Declarations fill what no capture shows: the time before the first one, the moment of a change
between two of them, an announced end (D22).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout.pricebook.price_line import ParsedSource, SourcePrice

Meaning = frozenset[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class CapturedSource:
    """A capture with its content read.

    Attributes:
        capture_id: first 12 hex digits of the capture's digest.
        source_name: the price source.
        accessed_at: when the source was read; with an offset.
        grade: A to D (D21).
        approved: whether the capture was approved; only then it prices.
        parsed: what it says.
        names: how many people approved it.
        set_aside: whether a roll-back set it aside and nobody approved it since.
    """

    capture_id: str
    source_name: str
    accessed_at: datetime
    grade: str
    approved: bool
    parsed: ParsedSource
    names: int = 1
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredStart:
    """A declaration that a capture's prices held over a time (D22).

    Attributes:
        capture_id: the capture whose prices are meant.
        effective_from: from this instant on.
        effective_until: until this instant; none where only the start is declared.
        models: only these; all models of the capture where it is empty.
        names: how many people stand behind it, its author counted.
    """

    capture_id: str
    effective_from: datetime
    effective_until: datetime | None = None
    models: tuple[str, ...] = ()
    names: int = 1

    def is_about(self, model: str) -> bool:
        """Whether it speaks of a model."""
        return not self.models or model in self.models


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch of time over which one capture holds for one model.

    Attributes:
        capture: the capture.
        start: the first instant.
        end: the first instant after it; none while open.
        declared: whether the capture holds there only because somebody declared so (D22).
        start_declared: whether a declaration says when it starts, and not the time of access.
        names: how many people stand behind it.
    """

    capture: CapturedSource
    start: datetime
    end: datetime | None
    declared: bool = False
    start_declared: bool = False
    names: int = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A capture that says something else about a model and waits for an approval (D27)."""

    capture: CapturedSource
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The captures of one source that count for one model, oldest first, and those that wait."""

    counted: tuple[CapturedSource, ...]
    waiting: tuple[Waiting, ...]

    def holds(self) -> list[Hold]:
        """From when until when each counts, before any declaration.

        Captures of one instant all hold until the next later one: where they differ, two prices
        are in force and the model waits; neither is preferred.
        """
        starts = [capture.accessed_at for capture in self.counted]
        found = []
        for capture in self.counted:
            after = bisect_right(starts, capture.accessed_at)
            until = starts[after] if after < len(starts) else None
            found.append(Hold(capture, capture.accessed_at, until, names=capture.names))
        return found


def meaning(lines: Sequence[SourcePrice] | None) -> Meaning:
    """What prices say, whatever their spelling and place: equal meanings differ cosmetically."""
    return frozenset(
        (
            line.meter, line.currency, line.unit_rate, line.list_unit_rate, line.pricing_unit,
            line.per, line.dialect, line.effective_from, line.effective_until,
        )
        for line in lines or ()
    )  # fmt: skip


def chain(
    captures: Sequence[CapturedSource],
    meanings: dict[str, dict[str, Meaning]],
    model: str,
    *,
    in_use: bool,
) -> Chain:
    """The captures of one source that count for a model.

    Args:
        captures: all captures of the source, oldest first.
        meanings: what each says about each model, by capture id.
        model: the model.
        in_use: whether it is used or mapped: only then a change of it needs an approval (D27).
    """
    counted: list[CapturedSource] = []
    waiting: list[CapturedSource] = []
    for capture in captures:
        if capture.set_aside:
            continue
        if not capture.approved:
            if not counted:
                waiting.append(capture)
                continue
            said = meanings[capture.capture_id].get(model)
            if in_use and said != meanings[counted[-1].capture_id].get(model):
                waiting.append(capture)
                continue
        counted.append(capture)
    both = sorted({one.accessed_at for one in (*counted, *waiting)})
    return Chain(tuple(counted), tuple(_until_next(one, both) for one in waiting))


def _until_next(capture: CapturedSource, starts: list[datetime]) -> Waiting:
    after = bisect_right(starts, capture.accessed_at)
    return Waiting(capture, capture.accessed_at, starts[after] if after < len(starts) else None)
