"""The calculation: typed inputs in, every stage's table made, control totals kept.

Pure over its inputs: no file, clock or configuration is read here, so that a stored run can be
calculated again from what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from tieout import tables
from tieout.calendar import Period, zone_offsets
from tieout.close.contract_terms import NO_CONTRACT, ContractTerms
from tieout.close.count_inputs import NO_COUNTS, CountTables
from tieout.close.credit_inputs import balance_terms
from tieout.close.making import Making
from tieout.close.pipeline import STAGES, Receipt, Stage
from tieout.engine.port import Engine
from tieout.errors import InputRefused
from tieout.evidence.documents import BalanceReading
from tieout.meters import METERS
from tieout.money import RoundingRule
from tieout.variance.cause import CAUSES


@dataclass(frozen=True, slots=True)
class Patterns:
    """What stands out of our own rows, by policy; 0 for a factor or for the days looks for nothing.

    Attributes:
        absurd_row_factor: a row that costs more than this many times the others of its model (V6).
        absurd_row_least_rows: how many rows the model has at least.
        gap_least_days: on how many other days rows are found at least (U6).
        gap_step_factor: rows beyond this many times those of every other day, either way.
    """

    absurd_row_factor: int = 0
    absurd_row_least_rows: int = 0
    gap_least_days: int = 0
    gap_step_factor: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """The declared terms of a run.

    Attributes:
        period: the half-open period and its reporting zone.
        margin: how near a bound a row may be a counterpart (D6).
        match_keys: fields of the group key.
        recorded_step: declared step of the recorded column; 0 means exact (D11).
        rounding: the booking's declared rounding (K4).
        absurd_factor: recorded beyond this many times expected is absurd (V6).
        basis: what the ledger means by cost: list, net, charged or cash-effective (D9).
        patterns: what stands out of our own rows, by policy.
        gap_hours: from how long a time between two captures of different prices on a charge in it
            is a range (P7); 0 makes none.
        charge_unit: what one of the vendor's units is worth, to which each charge is rounded; 0
            where charges are money.
        one_charge_unit: whether that is what it is worth in every log that counts units.
    """

    period: Period
    margin: timedelta
    match_keys: tuple[str, ...]
    recorded_step: Decimal
    rounding: RoundingRule
    absurd_factor: Decimal = Decimal(100)
    basis: str = "net"
    patterns: Patterns = Patterns()
    gap_hours: int = 0
    charge_unit: Decimal = Decimal(0)
    one_charge_unit: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """The typed tables of the three witnesses and of the approvals between them.

    Attributes:
        usage: usage rows as read.
        ledger: ledger entries as read.
        recorded_meters: which meters each usage format records.
        price_sets: the price sets of all approved captures.
        price_lines: their rates.
        aliases: the approved mapping.
        exclusions: the approved exclusion rules.
        usage_waiting: records of the usage leg that could not be framed or read.
        waiting_prices: newer prices that nobody approved (D27).
        contract: what the contract register says.
        check_sets: what the sources state that check; their rates are among the price lines.
        meter_estimates: approved estimates of meters that were not recorded.
        resolved_pairs: prices of two sources that disagree, and that somebody settled.
        carried_items: what earlier runs left without a counterpart.
        charges: what usage rows say of their own charge.
        frozen: the combinations of ratios among them.
        stated_movements: movements of the balance that people state.
        balances: every reading of the vendor's balance.
        counts: what vendors count themselves, and which imports hold those rows.
    """

    usage: pa.Table
    ledger: pa.Table
    recorded_meters: pa.Table
    price_sets: pa.Table
    price_lines: pa.Table
    aliases: pa.Table
    exclusions: pa.Table
    usage_waiting: int = 0
    waiting_prices: pa.Table = field(default_factory=tables.WAITING_PRICE.schema.empty_table)
    contract: ContractTerms = NO_CONTRACT
    check_sets: pa.Table = field(default_factory=tables.CHECK_SET.schema.empty_table)
    meter_estimates: pa.Table = field(default_factory=tables.METER_ESTIMATE.schema.empty_table)
    resolved_pairs: pa.Table = field(default_factory=tables.RESOLVED_PAIR.schema.empty_table)
    carried_items: pa.Table = field(default_factory=tables.CARRIED_ITEM.schema.empty_table)
    charges: pa.Table = field(default_factory=tables.CHARGE_READING.schema.empty_table)
    frozen: pa.Table = field(default_factory=tables.FROZEN_CHARGE.schema.empty_table)
    stated_movements: pa.Table = field(default_factory=tables.STATED_MOVEMENT.schema.empty_table)
    balances: tuple[BalanceReading, ...] = ()
    counts: CountTables = NO_COUNTS


def calculate(
    engine: Engine,
    inputs: Inputs,
    terms: Terms,
    progress: Callable[[str, int], None] = lambda _stage, _rows: None,
    stages: Sequence[Stage] = STAGES,
) -> tuple[Receipt, ...]:
    """Load the inputs, run every stage in order, and return its receipts.

    Args:
        engine: where the statements run; its tables stay for queries afterwards.
        inputs: the typed tables.
        terms: the declared terms.
        progress: called with the stage's table and its rows after each stage.
        stages: the stages to run, in order; a run adds its views.

    Raises:
        IntegrityRefused: ``NOT_HELD``, ``CONTROL_TOTAL`` or ``NOT_REPEATABLE``; the table or stage
            is named, the first where several are bad.
        InputRefused: ``TIME_RANGE`` when a row lies outside the years Tieout handles.
    """
    with Making(engine) as making:
        _load_witnesses(making, inputs)
        _load_terms(making, inputs, terms)
        for stage in stages:
            receipt = making.stage(stage)
            progress(receipt.statement.table, receipt.rows)
    return making.receipts


def _load_witnesses(engine: Engine | Making, inputs: Inputs) -> None:
    for declared, table in (
        (tables.USAGE_READING, inputs.usage),
        (tables.CHARGE_READING, inputs.charges),
        (tables.FROZEN_CHARGE, inputs.frozen),
        (tables.STATED_MOVEMENT, inputs.stated_movements),
        (tables.LEDGER_READING, inputs.ledger),
        (tables.RECORDED_METER, inputs.recorded_meters),
        (tables.PRICE_SET, inputs.price_sets),
        (tables.PRICE_LINE, inputs.price_lines),
        (tables.WAITING_PRICE, inputs.waiting_prices),
        (tables.CHECK_SET, inputs.check_sets),
        (tables.RESOLVED_PAIR, inputs.resolved_pairs),
        (tables.ALIAS, inputs.aliases),
        (tables.EXCLUSION, inputs.exclusions),
        (tables.METER_ESTIMATE, inputs.meter_estimates),
        (tables.CARRIED_ITEM, inputs.carried_items),
        (tables.COUNT_SPAN, inputs.counts.spans),
        (tables.COUNT_HOUR, inputs.counts.hours),
        (tables.VENDOR_COUNT, inputs.counts.counts),
        (tables.USAGE_FEED, inputs.counts.feeds),
    ):
        assert table.schema.equals(declared.schema), declared.name
        engine.load(declared.name, table)


def _load_terms(engine: Engine | Making, inputs: Inputs, terms: Terms) -> None:
    for declared, table in (
        (tables.PERIOD_BOUNDS, _period_bounds(terms)),
        (tables.BALANCE_TERMS, balance_terms(inputs.balances, terms.period)),
        (tables.ZONE_OFFSET, _zone_table(terms.period.zone, inputs)),
        *_declared_terms(inputs, terms),
        *_known_of_inputs(inputs, terms),
        *_contract(inputs.contract),
        *_closed_lists(),
    ):
        engine.load(declared.name, table)


def _period_bounds(terms: Terms) -> pa.Table:
    start, end = terms.period.start, terms.period.end
    return tables.PERIOD_BOUNDS.arrow(
        {
            "period_start": [_naive(start)],
            "period_end": [_naive(end)],
            "margin_start": [_naive(start - terms.margin)],
            "margin_end": [_naive(end + terms.margin)],
        }
    )


def _declared_terms(inputs: Inputs, terms: Terms) -> tuple[tuple[tables.Table, pa.Table], ...]:
    """What settings and policy declare: the group key, the booking's rounding, the thresholds."""
    keys = set(terms.match_keys)
    if _currencies(inputs) > 1:
        keys.add("currency")
    match: dict[str, list[object]] = {
        name: [name.removeprefix("by_") in keys] for name in tables.MATCH_TERMS.column_names
    }
    ledger: dict[str, list[object]] = {
        "basis": [terms.basis],
        "half_step": [terms.recorded_step * Decimal("0.5")],
        "rounding_level": [terms.rounding.level],
        # A remainder by zero has no value; where nothing is rounded, the step is not used.
        "rounding_step": [terms.rounding.step or Decimal(1)],
        "rounding_mode": [terms.rounding.mode],
        "rounding_bound": [terms.rounding.bound],
    }
    # A fraction of a factor is of no use for what is absurd; the next whole number is taken.
    absurd = int(terms.absurd_factor.to_integral_value(ROUND_CEILING))
    policy: dict[str, list[object]] = {
        "absurd_factor": [absurd],
        "absurd_row_factor": [terms.patterns.absurd_row_factor],
        "absurd_row_least_rows": [terms.patterns.absurd_row_least_rows],
        "gap_least_days": [terms.patterns.gap_least_days],
        "gap_step_factor": [terms.patterns.gap_step_factor],
        "price_gap_range_hours": [terms.gap_hours],
    }
    return (
        (tables.MATCH_TERMS, tables.MATCH_TERMS.arrow(match)),
        (tables.LEDGER_TERMS, tables.LEDGER_TERMS.arrow(ledger)),
        (tables.POLICY_TERMS, tables.POLICY_TERMS.arrow(policy)),
    )


def _known_of_inputs(inputs: Inputs, terms: Terms) -> tuple[tuple[tables.Table, pa.Table], ...]:
    """What holds for the usage leg as a whole: whether it states charges, how much is unread."""
    charged = inputs.usage.column("charged_cost")
    known = charged.null_count < len(charged)
    waiting = inputs.usage_waiting
    charges: dict[str, list[object]] = {
        "charges_known": [known],
        "unit_value": [terms.charge_unit],
        "one_unit_value": [terms.one_charge_unit],
    }
    return (
        (tables.CHARGE_TERMS, tables.CHARGE_TERMS.arrow(charges)),
        (tables.USAGE_WAITING, tables.USAGE_WAITING.arrow({"records_waiting": [waiting]})),
    )


def _contract(terms: ContractTerms) -> tuple[tuple[tables.Table, pa.Table], ...]:
    """What the contract register says: whose contract, which rules, what may not be used."""
    return (
        (tables.PRICE_VENDOR, terms.price_vendor),
        (tables.USAGE_VENDOR, terms.usage_vendor),
        (tables.BILLING_RULE, terms.billing_rule),
        (tables.CONTRADICTED_TERM, terms.contradicted_term),
    )


def _closed_lists() -> tuple[tuple[tables.Table, pa.Table], ...]:
    """The meters and the causes, which are the same in every run of one version."""
    meters = {
        "meter": [m.name for m in METERS],
        "unit": [m.unit for m in METERS],
        "part_of": [m.part_of for m in METERS],
    }
    causes = {
        "cause": [c.name for c in CAUSES],
        "precedence": list(range(len(CAUSES))),
        "bucket": [c.bucket.value for c in CAUSES],
        "part": [c.part for c in CAUSES],
        "proof": [c.proof for c in CAUSES],
    }
    return (
        (tables.METER, tables.METER.arrow(meters)),
        (tables.CAUSE_TERMS, tables.CAUSE_TERMS.arrow(causes)),
    )


def _currencies(inputs: Inputs) -> int:
    found = set(inputs.price_sets.column("currency").unique().to_pylist())
    found |= set(inputs.ledger.column("currency").unique().to_pylist())
    return len(found)


# Offsets are listed for these years; a row outside them is refused by name, never dropped.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _zone_table(zone: str, inputs: Inputs) -> pa.Table:
    low, high = _FIRST, _FIRST
    for table, column in ((inputs.usage, "occurred_at"), (inputs.ledger, "posted_at")):
        if table.num_rows:
            moments = sorted(moment.replace(tzinfo=UTC) for moment in _bounds(table.column(column)))
            low = moments[0] if low == _FIRST else min(low, moments[0])
            high = max(high, moments[1])
            if moments[0] < _FIRST or moments[1] >= _LAST:
                raise InputRefused(
                    "TIME_RANGE",
                    "A row lies outside the years 2000 to 2099.",
                    where=(f"{column}: {moments[0]} to {moments[1]}",),
                    remedy="Check the unit of the time column (seconds or milliseconds).",
                )
    stretches = zone_offsets(zone, low - timedelta(days=1), high + timedelta(days=1))
    return tables.ZONE_OFFSET.arrow(
        {
            "utc_from": [s.utc_from for s in stretches],
            "utc_until": [s.utc_until for s in stretches],
            "offset_seconds": [s.offset_seconds for s in stretches],
        }
    )


def _bounds(column: pa.ChunkedArray) -> tuple[datetime, datetime]:
    extremes = pc.min_max(column).as_py()
    return extremes["min"], extremes["max"]


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
