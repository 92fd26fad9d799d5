"""Estimates of meters that were not recorded: signed by two people, dated, bounded (U5, D7).

An estimate says what each call of a model in a period is taken to have used of one meter, and the
least and the most it may have been. It prices nothing until a maker and a checker signed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

import pyarrow as pa

from tieout import tables
from tieout.calendar import Period, parse_period
from tieout.errors import ConfigurationRefused, Refusal
from tieout.meters import METER_NAMES
from tieout.money import QUANTITY_TEXT
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import EstimateApproval, EstimatedMeter


@dataclass(frozen=True, slots=True)
class MeterEstimate:
    """An estimate as it is applied.

    Attributes:
        said: what was signed.
        period: the period it is for.
        quantity: units of each row, or of each unit of the meter it is a multiple of.
        lowest: the least it may be.
        highest: the most it may be.
        ruling: the ruling that approves it; none while it is only looked at.
    """

    said: EstimatedMeter
    period: Period
    quantity: Decimal
    lowest: Decimal
    highest: Decimal
    ruling: Ruling | None = None

    @property
    def text(self) -> str:
        """What it says, in one line."""
        said = self.said
        per = f"each of {said.per_meter}" if said.per_meter else "each row"
        return (
            f"{said.source_model_id!a}, {said.period}: {said.quantity} {said.meter} for {per},"
            f" {said.lowest} to {said.highest}"
        )

    def overlaps(self, other: MeterEstimate) -> bool:
        """Whether both would stand for one meter of one call."""
        mine, its = self.said, other.said
        same = (mine.source_model_id, mine.meter) == (its.source_model_id, its.meter)
        return (
            same and self.period.start < other.period.end and other.period.start < self.period.end
        )


@dataclass(frozen=True, slots=True)
class Estimates:
    """The estimates that count, and those that do not fit beside them, with the reason."""

    counting: tuple[MeterEstimate, ...] = ()
    refused: tuple[tuple[Ruling, Refusal], ...] = ()


def read_estimate(said: EstimatedMeter, zone: str) -> MeterEstimate:
    """An estimate in typed form.

    Raises:
        ConfigurationRefused: ``ESTIMATE_FORM``: a meter that is not on the list, or a multiple of
            itself; a quantity that is none; bounds that do not hold it. ``CFG_PERIOD``.
    """
    for meter in (said.meter, *([said.per_meter] if said.per_meter else [])):
        if meter not in METER_NAMES:
            raise _form(f"{meter!a} is no meter; use one of {', '.join(METER_NAMES)}")
    if said.meter == said.per_meter:
        raise _form("a meter that was not recorded is no multiple of itself")
    texts = (said.lowest, said.quantity, said.highest)
    for text in texts:
        if not QUANTITY_TEXT.fullmatch(text):
            raise _form(f"{text!a} is no quantity of at most 12 digits and 3 decimals")
    lowest, quantity, highest = map(Decimal, texts)
    if not lowest <= quantity <= highest:
        raise _form("the quantity does not lie between the lowest and the highest")
    if not said.source_model_id.strip():
        raise _form("it names no model")
    return MeterEstimate(said, parse_period(said.period, zone), quantity, lowest, highest)


def require_alone(one: MeterEstimate, others: Sequence[MeterEstimate]) -> None:
    """Refuse an estimate for calls that another one stands for; the same period replaces it.

    Raises:
        ConfigurationRefused: ``ESTIMATE_OVERLAP``.
    """
    for other in others:
        if one.overlaps(other) and one.said.period != other.said.period:
            raise ConfigurationRefused(
                "ESTIMATE_OVERLAP",
                "Another estimate stands for some of the same calls.",
                where=(other.text,),
                remedy="Name the same period to replace that estimate, or one that does not touch"
                " it.",
            )


def estimates_of(replay: Replay, zone: str) -> Estimates:
    """The estimates as they count: of one model, meter and period the last that came into force."""
    found: list[MeterEstimate] = []
    refused: list[tuple[Ruling, Refusal]] = []
    for ruling in replay.of(EstimateApproval):
        assert isinstance(ruling.document, EstimateApproval)
        if ruling.document.estimated is None:
            continue
        try:
            read = read_estimate(ruling.document.estimated, zone)
            require_alone(read, found)
        except Refusal as refusal:
            refused.append((ruling, refusal))
            continue
        found = [one for one in found if not one.overlaps(read)]
        found.append(
            MeterEstimate(read.said, read.period, read.quantity, read.lowest, read.highest, ruling)
        )
    return Estimates(tuple(found), tuple(refused))


def estimate_table(estimates: Sequence[MeterEstimate]) -> pa.Table:
    """The estimates as the table ``meter_estimate``."""
    return tables.METER_ESTIMATE.arrow(
        {
            "estimate_id": [one.ruling.ruling_id if one.ruling else "" for one in estimates],
            "source_model_id": [one.said.source_model_id for one in estimates],
            "meter": [one.said.meter for one in estimates],
            "effective_from": [
                one.period.start.astimezone(UTC).replace(tzinfo=None) for one in estimates
            ],
            "effective_until": [
                one.period.end.astimezone(UTC).replace(tzinfo=None) for one in estimates
            ],
            "per_meter": [one.said.per_meter or None for one in estimates],
            "quantity": [one.quantity for one in estimates],
            "lowest_quantity": [one.lowest for one in estimates],
            "highest_quantity": [one.highest for one in estimates],
        }
    )


def _form(why: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "ESTIMATE_FORM",
        "The estimate cannot be applied.",
        where=(why,),
        remedy="Correct it and sign it again: tieout estimate approve --help",
    )
