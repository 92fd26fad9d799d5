"""An engine that drops, doubles or alters rows is caught by the control totals, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from tests.faults.busy_world import busy_world
from tests.faults.faulty_engine import FaultyEngine, Share
from tests.world import calculated, stage_names, terms
from tieout.close import calculation
from tieout.close.calculation import Inputs, calculate
from tieout.close.control_total import CONTROL_TOTALS
from tieout.close.pipeline import STAGES, Stage, run_stage
from tieout.engine.statements import statement
from tieout.errors import IntegrityRefused
from tieout.money import RoundingRule
from tieout.tables.stages import STAGE_TABLES

TERMS = terms(step="0.000002", rounding=RoundingRule("line", Decimal("0.000001")))
# Tables that stay empty under those terms have something to lose under others.
BY_DAY = terms(rounding=RoundingRule("day", Decimal("0.00001")))
AT_LIST = replace(TERMS, basis="list")
OTHER_TERMS = {"rounding_scope": BY_DAY, "rounded_scope": BY_DAY, "other_basis": AT_LIST}

SHARES: tuple[Share, ...] = ("one", "quarter")


@cache
def inputs() -> Inputs:
    return busy_world().inputs()


@contextmanager
def up_to(stage_name: str) -> Iterator[tuple[FaultyEngine, Stage]]:
    """An engine that holds what the stage reads, and the stage."""
    engine = FaultyEngine()
    position = stage_names().index(stage_name)
    calculation._load_witnesses(engine, inputs())
    calculation._load_terms(engine, inputs(), OTHER_TERMS.get(stage_name, TERMS))
    for stage in STAGES[:position]:
        engine.run(statement(stage.path))
    yield engine, STAGES[position]
    engine.close()


def outcome(engine: FaultyEngine, stage: Stage) -> str:
    """What the stage does about the planted fault."""
    try:
        run_stage(engine, stage)
    except IntegrityRefused as refusal:
        name = stage.path.rpartition("/")[2]
        return "refused" if f"Stage {name} " in str(refusal) else str(refusal)
    return "not caught" if engine.spoiled else "nothing to spoil"


def test_the_busy_world_fills_every_table() -> None:
    filled: set[str] = set()
    for said in (TERMS, BY_DAY, AT_LIST):
        engine = calculated(busy_world(), said)
        here = {
            name for name in stage_names() if engine.fetch(f'SELECT 1 FROM "{name}"').num_rows > 0
        }
        if said is TERMS:
            assert set(stage_names()) - here == set(OTHER_TERMS)
        filled |= here
    assert filled == set(stage_names())


@pytest.mark.parametrize("name", stage_names())
def test_a_dropped_or_doubled_row_is_refused_by_its_stage(name: str) -> None:
    found = {}
    with up_to(name) as (engine, stage):
        for kind in ("drop", "double"):
            for share in SHARES:
                engine.plant(name, kind, share)
                found[kind, share] = outcome(engine, stage)
    assert set(found.values()) == {"refused"}, found


# A fault that the engine commits every time repeats itself; then only the control totals see it.
@pytest.mark.parametrize("name", sorted(CONTROL_TOTALS))
def test_a_fault_that_repeats_is_refused_by_the_control_totals(name: str) -> None:
    found = {}
    with up_to(name) as (engine, stage):
        engine.repeats_its_fault = True
        for kind in ("drop", "double"):
            for share in SHARES:
                engine.plant(name, kind, share)
                found[kind, share] = outcome(engine, stage)
    assert set(found.values()) == {"refused"}, found


# Tables with control totals guard their rows and sums; the others are made twice, so that any value
# counts.
@pytest.mark.parametrize("name", [n for n in stage_names() if n not in CONTROL_TOTALS])
def test_an_altered_value_of_any_column_is_refused_by_its_stage(name: str) -> None:
    found = {}
    with up_to(name) as (engine, stage):
        for column in STAGE_TABLES[name].column_names:
            for share in SHARES:
                engine.plant(name, "alter", share, column)
                found[column, share] = outcome(engine, stage)
    missed = {place for place, said in found.items() if said not in {"refused", "nothing to spoil"}}
    assert missed == set()


@pytest.mark.parametrize("name", ["usage_record", "match_line", "variance_line", "slice"])
def test_an_altered_amount_is_refused_by_the_control_totals(name: str) -> None:
    column = {"usage_record": "charged_cost", "variance_line": "variance"}.get(
        name, "recorded_cost"
    )
    with up_to(name) as (engine, stage):
        engine.plant(name, "alter", "one", column)
        assert outcome(engine, stage) == "refused"


@pytest.mark.parametrize("name", stage_names()[::4])
def test_a_whole_calculation_stops_at_the_spoiled_stage(name: str) -> None:
    engine = FaultyEngine()
    engine.plant(name, "double", "quarter")
    done: list[str] = []
    said = OTHER_TERMS.get(name, TERMS)
    with pytest.raises(IntegrityRefused, match=f"Stage {name} "):
        calculate(engine, inputs(), said, lambda table, _rows: done.append(table))
    assert done == list(stage_names()[: stage_names().index(name)])
