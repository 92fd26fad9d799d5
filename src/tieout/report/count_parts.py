"""Our rows beside the vendors' own counts, as a report states them (U6)."""

from __future__ import annotations

from typing import Final, Literal

from tieout.report.parts import Amount, Count, Part

CellState = Literal[
    "equal", "explained", "differs", "ours_missing", "vendor_missing", "not_compared"
]
_OPEN: Final = ("differs", "ours_missing", "vendor_missing")
STATE_WORDS: Final[dict[str, str]] = {
    "equal": "equal",
    "explained": "explained",
    "differs": "differs",
    "ours_missing": "only the vendor has it",
    "vendor_missing": "only we have it",
    "not_compared": "not compared",
}


class CountSource(Part, frozen=True):
    """One count: a list that somebody made, or the vendor's own sums as they were fetched."""

    count_id: str
    kind: Literal["list", "sums"]
    name: str
    zone: str
    feed_name: str
    stated_by: str | None
    evidence: tuple[str, ...]


class Grain(Part, frozen=True):
    """What a count counts apart."""

    count_id: str
    meter: str
    by_model: bool
    by_key: bool

    @property
    def grain(self) -> str:
        """The grain in words."""
        parts = (("model", self.by_model), ("key", self.by_key))
        return " and ".join(name for name, apart in parts if apart) or "in all"


class Stated(Grain, frozen=True):
    """Counts in one state."""

    state: CellState
    why: str | None

    @property
    def said(self) -> str:
        """The state in words, with the trap or the reason behind it."""
        return STATE_WORDS[self.state] + (f": {self.why}" if self.why else "")

    @property
    def is_open(self) -> bool:
        """Whether they differ, and nothing explains why."""
        return self.state in _OPEN


class CountTotal(Stated, frozen=True):
    """All counts of one meter and grain in one state, and which rows of ours are in them."""

    days: Count
    first_day: str
    last_day: str
    cells: Count
    ours: Amount
    vendor: Amount
    plus: Amount
    minus: Amount
    rows_counted: Count
    rows_without: Count
    rows_repeated: Count
    rows_refunded: Count
    rows_other: Count

    @property
    def rows_left_out(self) -> str:
        """Which rows of ours in the same stretch are not in it, in words; empty where all are."""
        left = (
            (self.rows_repeated, "repeated"),
            (self.rows_refunded, "of refunds"),
            (self.rows_other, "about the account"),
        )
        return ", ".join(f"{rows:,} {word}" for rows, word in left if rows)


class CountDay(Grain, frozen=True):
    """The counts of one meter and grain of one day."""

    day: str
    cells: Count
    ours: Amount
    vendor: Amount
    plus: Amount
    minus: Amount
    equal: Count
    explained: Count
    not_compared: Count

    @property
    def open(self) -> int:
        """How many counts differ, and nothing explains why."""
        return self.cells - self.equal - self.explained - self.not_compared


class CountCell(Stated, frozen=True):
    """Counts of one day, model and key that are not equal."""

    day: str
    model_as_logged: str | None
    key_name: str | None
    cells: Count
    ours: Amount
    vendor: Amount
    plus: Amount
    minus: Amount


class Counts(Part, frozen=True):
    """Every count of the period."""

    sources: tuple[CountSource, ...]
    states: tuple[CountTotal, ...]
    days: tuple[CountDay, ...]
    cells: tuple[CountCell, ...]
    cells_of: Count

    def cells_in(self, state: CellState) -> int:
        """How many counts are in a state."""
        return sum(one.cells for one in self.states if one.state == state)

    @property
    def differing(self) -> int:
        """How many counts differ, and nothing explains why."""
        return sum(one.cells for one in self.states if one.is_open)
