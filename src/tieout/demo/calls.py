"""What the demo is made of: calls as the gateway logs them, entries as the books hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from tieout.demo.quota import ONE, Price, round_booking
from tieout.demo.story import CastModel, Key

RowState = Literal["rated", "unrated", "unmapped", "excluded"]


@dataclass(slots=True)
class Call:
    """One row of the vendor's log, with what it should cost.

    Attributes:
        row: the kind of row: a model's own, ``refund`` or ``error``.
        start: second the request started.
        units: what the vendor took; positive on refunds too, as the log has it.
        expected: exact cost at the price in force; negative for a refund, 0 where nothing is due.
        state: the row's home (D1).
        fault: id of the fault that touches it.
    """

    model: CastModel
    key: Key
    price: Price
    row: str
    start: int
    use_time: int
    tokens_in: int
    tokens_out: int
    seconds: int
    units: int
    expected: Decimal
    request_id: str
    task_id: str
    stream: bool
    noise: int
    state: RowState = "rated"
    cached: int = 0
    cache_ratio: Decimal = ONE
    fault: str = ""

    @property
    def written(self) -> int:
        """Second the row was written: the end of the request."""
        return self.start + self.use_time

    @property
    def charged_units(self) -> int:
        """Units taken from the balance: negative for a refund."""
        return -self.units if self.row == "refund" else self.units

    def cost_of(self, price: Price) -> Decimal:
        """What this call would cost at another price."""
        return price.cost(self.tokens_in, self.tokens_out, self.seconds)


@dataclass(slots=True)
class Entry:
    """One line of the books."""

    booked_at: int
    request_id: str
    team: str
    project: str
    model: str
    tokens_in: int
    tokens_out: int
    seconds: int
    cost: Decimal
    call: Call | None
    fault: str = ""


def entry_for(call: Call) -> Entry:
    """The right entry for a call: its exact cost, rounded as the books round."""
    return Entry(
        booked_at=call.start,
        request_id=call.request_id,
        team=call.key.team,
        project=call.key.project,
        model=call.model.alias or call.model.model_id,
        tokens_in=call.tokens_in,
        tokens_out=call.tokens_out,
        seconds=call.seconds,
        cost=round_booking(call.expected),
        call=call,
    )


def instant(second: int) -> str:
    """A second as RFC 3339 text in UTC."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
