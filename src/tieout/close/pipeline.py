"""The pipeline: the stages in order, and the control totals after each of them.

A stage is one statement and the figures its table must keep. A control total that does not agree
after our own stage refuses the run and names the stage (L2): an engine that drops, doubles or
alters a row is caught here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from tieout.close.control_total import CONTROL_TOTALS, ControlTotal
from tieout.engine.port import Engine
from tieout.engine.statements import Statement, statement
from tieout.errors import InputRefused, IntegrityRefused
from tieout.money import COST_SCALE, plain

__all__ = ["STAGES", "ControlResult", "ControlTotal", "Receipt", "Stage", "run_stage"]


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
    "metering/meter_reading",
    "metering/usage_identity",
    "metering/refund_link",
    "ledger/ledger_record",
    "ledger/ledger_quantity",
    "pricebook/price_in_force",
    "mapping/model_resolution",
    "mapping/unit_mismatch",
    "rating/rate_line",
    "rating/usage_price",
    "rating/missing_meter",
    "rating/unpriced_meter",
    "rating/excluded_row",
    "rating/usage_state",
    "rating/part_range",
    "rating/rated_meter",
    "rating/price_during_call",
    "rating/cost_during_call",
    "rating/expected_cost",
    "matching/usage_member",
    "matching/ledger_member",
    "matching/match_member",
    "matching/match_line",
    "variance/open_line",
    "variance/open_row",
    "variance/causes/other_price",
    "variance/causes/ratio",
    "variance/causes/swapped_tokens",
    "variance/causes/unverified_billing",
    "variance/row_counterfactual",
    "variance/line_counterfactual",
    "variance/causes/recomputed",
    "variance/causes/factor_thousand",
    "variance/causes/presence",
    "variance/causes/ledger_quantity_priced",
    "variance/cause_candidate",
    "variance/line_cause",
    "variance/variance_line",
    "variance/cause_group",
    "variance/bucket_total",
    "review/slice",
)

STAGES: Final[tuple[Stage, ...]] = tuple(
    Stage(path, CONTROL_TOTALS.get(path.rpartition("/")[2], ())) for path in _ORDER
)


def run_stage(engine: Engine, stage: Stage) -> Receipt:
    """Run one stage and check its control totals, or make its table a second time.

    Raises:
        IntegrityRefused: ``CONTROL_TOTAL`` or ``NOT_REPEATABLE``, naming the stage.
    """
    text = statement(stage.path)
    started = time.perf_counter()
    rows = engine.run(text)
    results = _control(engine, stage)
    for kept in results:
        if kept.left != kept.right:
            raise _refused(
                "CONTROL_TOTAL",
                text,
                f"Stage {text.table} does not keep its control total.",
                f"{kept.name}: {kept.left} came in, {kept.right} came out",
            )
    if not stage.controls and not engine.repeats(text):
        raise _refused(
            "NOT_REPEATABLE",
            text,
            f"Stage {text.table} came out differently when it was made a second time.",
            f"{rows:,} rows the first time",
        )
    return Receipt(text, rows, time.perf_counter() - started, results)


def _refused(code: str, text: Statement, what: str, figures: str) -> IntegrityRefused:
    return IntegrityRefused(
        code,
        what,
        where=(figures, f"statement {text.folder}/{text.table}.sql, sha256 {text.digest[:12]}"),
        remedy="Nothing was published. Run again; if it repeats, keep the inputs and report it.",
    )


def _control(engine: Engine, stage: Stage) -> tuple[ControlResult, ...]:
    """All control totals of a stage, asked in one query and read as canonical text.

    Raises:
        InputRefused: ``SUM_LIMIT``: a total of money that its decimal type cannot hold.
    """
    if not stage.controls:
        return ()
    asked = ", ".join(
        f"({c.left}) AS left_{i}, ({c.right}) AS right_{i}" for i, c in enumerate(stage.controls)
    )
    (row,) = engine.fetch(f"SELECT {asked}").to_pylist()
    if any(_too_large(value) for value in row.values()):
        raise InputRefused(
            "SUM_LIMIT",
            "A sum of money is larger than Tieout can hold exactly.",
            where=(f"statement {stage.path}.sql",),
            remedy="Look for amounts or quantities in the wrong unit; nothing was published.",
        )
    return tuple(
        ControlResult(c.name, _text(row[f"left_{i}"]), _text(row[f"right_{i}"]))
        for i, c in enumerate(stage.controls)
    )


def _too_large(value: Decimal | int) -> bool:
    """Whether a sum of DECIMAL(38,21) has left its 17 integer digits, which no engine may show."""
    if not isinstance(value, Decimal) or value.as_tuple().exponent != -COST_SCALE:
        return False
    return abs(value) >= MOST_MONEY


def _text(value: Decimal | int) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
