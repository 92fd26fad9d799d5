"""The prepaid credits as loaded tables: stated movements, the readings of a proof (B1, B2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa

from tieout import tables
from tieout.calendar import Period
from tieout.close.fetched_log import FetchedLog
from tieout.credits.movement_list import read_movements
from tieout.credits.readings import between, instant_of
from tieout.evidence.documents import BalanceReading, Import, MovementList
from tieout.evidence.store import EvidenceStore


def stated_movements(store: EvidenceStore, lists: Iterable[MovementList]) -> pa.Table:
    """STATED_MOVEMENT: every line of every list that counts."""
    rows = [
        {
            "list_id": one.list_id,
            "line": said.line,
            "moved_at": said.at,
            "kind": said.kind,
            "units": Decimal(said.units),
            "cash": said.cash,
            "currency": said.currency or None,
            "tax": said.tax,
            "fee": said.fee,
            "exchange_rate": said.exchange_rate,
            "reference": said.reference or None,
            "record": said.record or None,
        }
        for one in lists
        for said in read_movements(store.get(one.sha256), one.original_name)
    ]
    return tables.STATED_MOVEMENT.arrow(
        {name: [row[name] for row in rows] for name in tables.STATED_MOVEMENT.column_names}
    )


def unit_logs(imports: Iterable[Import]) -> tuple[str, ...]:
    """The usage feeds of these imports that count a vendor's own units, by name."""
    counting = (
        one.feed_name
        for one in imports
        if one.leg == "usage" and (one.feed.get("charged") or {}).get("unit_value")
    )
    return tuple(sorted(set(counting)))


def covered(
    readings: Sequence[BalanceReading], logs: Sequence[FetchedLog]
) -> tuple[BalanceReading, ...]:
    """The readings up to whose instant every fetched log is on record; all of them without one.

    What the log does not reach yet would look unexplained: such a reading waits for the next fetch.
    """
    return tuple(
        one
        for one in readings
        if all(_reached(int(instant_of(one).timestamp()), log) for log in logs)
    )


def _reached(second: int, log: FetchedLog) -> bool:
    """Whether every row after that second is on record from there on."""
    return any(window.first - 1 <= second <= window.last for window in log.windows)


def balance_terms(readings: Sequence[BalanceReading], period: Period) -> pa.Table:
    """BALANCE_TERMS: the readings nearest to the bounds of the period; null where there is none."""
    chosen = between(readings, period)
    return tables.BALANCE_TERMS.arrow(
        {
            "opening_at": [_instant(chosen.opening)],
            "opening_units": [_units(chosen.opening)],
            "closing_at": [_instant(chosen.closing)],
            "closing_units": [_units(chosen.closing)],
        }
    )


def _instant(reading: BalanceReading | None) -> datetime | None:
    return None if reading is None else instant_of(reading).astimezone(UTC).replace(tzinfo=None)


def _units(reading: BalanceReading | None) -> Decimal | None:
    return None if reading is None else Decimal(reading.units)
