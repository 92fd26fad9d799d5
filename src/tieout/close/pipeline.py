"""The pipeline: the stages in order, and the control totals after each of them.

A stage is one statement and the figures its table must keep. Every table is made a second time and
compared over all its columns: an engine that drops, doubles, alters or swaps a value in one making
is caught. Control totals are the second proof: they see a statement or an engine that loses rows or
money every time. Either refuses the run and names the stage (L2).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from tieout.close.control_total import CONTROL_TOTALS, ControlTotal
from tieout.engine.port import Engine
from tieout.engine.statements import Statement, statement
from tieout.errors import InputRefused, IntegrityRefused
from tieout.money import COST_SCALE, plain

__all__ = [
    "STAGES",
    "ControlResult",
    "ControlTotal",
    "Receipt",
    "Stage",
    "control_query",
    "make_again",
    "make_table",
    "run_stage",
    "run_table",
    "with_controls",
]


@dataclass(frozen=True, slots=True)
class Stage:
    """One statement and the control totals of the table it makes."""

    path: str
    controls: tuple[ControlTotal, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlResult:
    """A control total as it came out."""

    name: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a stage did: rows, digest of its text, seconds, control totals."""

    statement: Statement
    rows: int
    seconds: float
    controls: tuple[ControlResult, ...] = field(default_factory=tuple)


# Money has 17 integer digits (D29).
MOST_MONEY: Final = Decimal(10) ** 17

_ORDER: Final = (
    "metering/usage_record",
    "metering/usage_identity",
    "metering/refund_link",
    "rating/charge_sum",
    "rating/settlement_link",
    "rating/recomputed_charge",
    "ledger/ledger_record",
    "ledger/ledger_quantity",
    "pricebook/price_in_force",
    "mapping/model_resolution",
    "rating/estimated_meter",
    "metering/meter_reading",
    "mapping/unit_mismatch",
    "rating/rate_line",
    "rating/price_gap",
    "rating/price_applied",
    "rating/source_comparison",
    "rating/usage_price",
    "rating/missing_meter",
    "rating/unpriced_meter",
    "rating/excluded_row",
    "rating/call_billing",
    "rating/contract_hold",
    "rating/usage_state",
    "rating/part_range",
    "rating/rated_meter",
    "rating/price_during_call",
    "rating/price_in_doubt",
    "rating/cost_during_call",
    "rating/disputed_cost",
    "rating/overlapping_cost",
    "rating/expected_cost",
    "rating/row_doubt",
    "matching/usage_member",
    "matching/ledger_member",
    "matching/match_member",
    "matching/match_line",
    "variance/open_line",
    "variance/open_row",
    "variance/carried_part",
    "variance/carried_line",
    "variance/causes/other_price",
    "variance/causes/ratio",
    "variance/causes/other_basis",
    "variance/causes/swapped_tokens",
    "variance/causes/unverified_billing",
    "variance/causes/meter_priced_otherwise",
    "variance/row_counterfactual",
    "variance/rounding_scope",
    "variance/rounded_amount",
    "variance/line_counterfactual",
    "variance/causes/recomputed",
    "variance/causes/rounded_scope",
    "variance/causes/factor_thousand",
    "variance/causes/plain_multiple",
    "variance/causes/day_line",
    "variance/causes/day_pair",
    "variance/causes/counterpart_day",
    "variance/causes/late_posting",
    "variance/causes/left_out_booked",
    "variance/causes/presence",
    "variance/causes/booked_elsewhere",
    "variance/causes/other_zone",
    "variance/causes/ledger_quantity_priced",
    "variance/causes/unexplained_line",
    "variance/causes/repriced_line",
    "variance/causes/other_model_price",
    "variance/causes/common_factor",
    "variance/causes/minimum_charge",
    "variance/causes/unclosed_line",
    "variance/causes/within_range",
    "variance/causes/unrecorded_part",
    "variance/causes/searched_model",
    "variance/causes/price_and_quantity",
    "variance/causes/call_and_entry",
    "variance/cause_pair",
    "variance/causes/booked_as_charged",
    "variance/cause_candidate",
    "variance/line_cause",
    "variance/variance_line",
    "variance/cause_group",
    "variance/group_digest",
    "variance/bucket_total",
    "review/slice",
    "credits/credit_movement",
    "credits/balance_proof",
    "credits/movement_total",
    "credits/pool_use",
    "credits/open_at_reading",
    "credits/task_across",
    "credits/account_row",
)

STAGES: Final[tuple[Stage, ...]] = tuple(
    Stage(path, CONTROL_TOTALS.get(path.rpartition("/")[2], ())) for path in _ORDER
)


def make_table(engine: Engine, stage: Stage) -> Receipt:
    """Make the table of one stage and check its control totals.

    Raises:
        IntegrityRefused: ``CONTROL_TOTAL``, naming the stage.
    """
    return with_controls(engine, stage, run_table(engine, stage))


def run_table(engine: Engine, stage: Stage) -> Receipt:
    """Make the table of one stage; nothing of it is proved yet."""
    text = statement(stage.path)
    started = time.perf_counter()
    rows = engine.run(text)
    return Receipt(text, rows, time.perf_counter() - started)


def with_controls(engine: Engine, stage: Stage, receipt: Receipt) -> Receipt:
    """The receipt of a table that was made, with its control totals, which agree.

    Raises:
        IntegrityRefused: ``CONTROL_TOTAL``, naming the stage.
    """
    text = receipt.statement
    results = _control(engine, text, stage.controls)
    for kept in results:
        if kept.left != kept.right:
            raise _unkept(text, f"{kept.name}: {kept.left} came in, {kept.right} came out")
    return replace(receipt, controls=results)


def make_again(engine: Engine, receipt: Receipt) -> None:
    """Make the table of a stage a second time and compare.

    Raises:
        IntegrityRefused: ``NOT_REPEATABLE``, naming the stage.
    """
    text = receipt.statement
    if not engine.repeats(text):
        raise _refused(
            "NOT_REPEATABLE",
            text,
            f"Stage {text.table} came out differently when it was made a second time.",
            f"{receipt.rows:,} rows the first time",
        )


def run_stage(engine: Engine, stage: Stage) -> Receipt:
    """Run one stage whole: its table, its control totals, its second making.

    Raises:
        IntegrityRefused: ``CONTROL_TOTAL`` or ``NOT_REPEATABLE``, naming the stage.
    """
    receipt = make_table(engine, stage)
    make_again(engine, receipt)
    return receipt


def _unkept(text: Statement, figures: str) -> IntegrityRefused:
    return _refused(
        "CONTROL_TOTAL", text, f"Stage {text.table} does not keep its control total.", figures
    )


def _refused(code: str, text: Statement, what: str, figures: str) -> IntegrityRefused:
    return IntegrityRefused(
        code,
        what,
        where=(figures, f"statement {text.folder}/{text.table}.sql, sha256 {text.digest[:12]}"),
        remedy="Nothing was published. Run again; if it repeats, keep the inputs and report it.",
    )


def _control(
    engine: Engine, text: Statement, controls: tuple[ControlTotal, ...]
) -> tuple[ControlResult, ...]:
    """All control totals of a stage, asked in one query and read as canonical text.

    Raises:
        InputRefused: ``SUM_LIMIT``: a total of money that its decimal type cannot hold.
    """
    if not controls:
        return ()
    answer = engine.fetch(control_query(controls)).to_pylist()
    if len(answer) != 1:
        raise _unkept(text, f"its figures came as {len(answer)} rows instead of one")
    (row,) = answer
    if any(_too_large(value) for value in row.values()):
        raise InputRefused(
            "SUM_LIMIT",
            "A sum of money is larger than Tieout can hold exactly.",
            where=(f"statement {text.folder}/{text.table}.sql",),
            remedy="Look for amounts or quantities in the wrong unit; nothing was published.",
        )
    return tuple(
        ControlResult(c.name, _text(row[f"left_{i}"]), _text(row[f"right_{i}"]))
        for i, c in enumerate(controls)
    )


def control_query(controls: tuple[ControlTotal, ...]) -> str:
    """One query for both sides of every control total of a stage."""
    asked = ", ".join(
        f"({c.left}) AS left_{i}, ({c.right}) AS right_{i}" for i, c in enumerate(controls)
    )
    return f"SELECT {asked}"


def _too_large(value: Decimal | int) -> bool:
    """Whether a sum of DECIMAL(38,21) has left its 17 integer digits, which no engine may show."""
    if not isinstance(value, Decimal) or value.as_tuple().exponent != -COST_SCALE:
        return False
    return abs(value) >= MOST_MONEY


def _text(value: Decimal | int) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
