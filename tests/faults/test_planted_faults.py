"""An engine that drops, doubles, alters or swaps in one row is caught, the stage is named (G4).

The faults come alone: the second making or asking is sound. What an engine does wrong every time is
counted in ``test_lasting_faults``.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest

from tests.faults.busy_world import busy_world
from tests.faults.faulty_engine import FaultyEngine
from tests.faults.planting import MADE, OTHER_TERMS, TERMS, inputs, outcomes, sites, table_of
from tests.faults.plants import KINDS, POSITIONS, Plant, spoiled
from tests.world import calculated, stage_names
from tieout.close.artifacts import ROW_ORDER
from tieout.close.calculation import calculate
from tieout.close.figures import QUERIES
from tieout.errors import IntegrityRefused
from tieout.tables.stages import STAGE_TABLES

WANTED = 1_000
# Each a thousand and more, some of every place; CI plants one of them, `make nightly-faults` all.
PARTS = 3
PLANTED = range(PARTS if "TIEOUT_ALL_FAULTS" in os.environ else 1)


def test_the_busy_world_fills_every_table() -> None:
    filled: set[str] = set()
    for said in (TERMS, *OTHER_TERMS.values()):
        engine = calculated(busy_world(), said)
        here = {
            name for name in stage_names() if engine.fetch(f'SELECT 1 FROM "{name}"').num_rows > 0
        }
        if said is TERMS:
            assert set(stage_names()) - here == set(OTHER_TERMS)
        filled |= here
    assert filled == set(stage_names())


@pytest.mark.slow
@pytest.mark.parametrize("part", PLANTED)
def test_a_thousand_planted_faults_are_a_thousand_refusals_that_name_the_stage(part: int) -> None:
    found = tuple(outcomes(part, PARTS))
    assert len({one.plant for one in found}) == len(found) >= WANTED
    missed = [(one.place, one.plant.kind, one.plant.column) for one in found if not one.caught]
    kinds = sorted(Counter((one.plant.where, one.plant.kind) for one in found).items())
    lines = [f"{len(found):,} planted, {len(found) - len(missed):,} caught"]
    lines += [f"  {where:<6}{kind:<10}{count:>6,}" for (where, kind), count in kinds]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert missed == []
    for where in ("load", "run", "fetch"):
        own = [one.plant for one in found if one.plant.where == where]
        assert {plant.kind for plant in own} == set(KINDS)
        assert {plant.position for plant in own} == set(POSITIONS)


def test_no_stage_view_load_figure_or_artifact_is_without_a_plant() -> None:
    engine = FaultyEngine()
    places = {site.place for site in sites(engine) if any(site.plants())}
    loaded = {f"Loading {name}" for name in engine.loaded}
    assert len(loaded) > len("ab")
    assert places == {
        *loaded,
        *(f"Stage {table_of(stage)}" for stage in MADE),
        *(f"Figure {name}" for name in QUERIES),
        *(f"Writing {name}" for name in ROW_ORDER),
    }


def test_a_plant_that_changes_nothing_is_no_fault() -> None:
    table = inputs().price_lines.select(["price_set_id", "pricing_unit"])
    assert set(table.column("pricing_unit").to_pylist()) == {"token"}
    assert spoiled(Plant("load", "t", "swap", "first", "pricing_unit"), table) is None
    assert spoiled(Plant("load", "t", "drop", "first"), table.slice(0, 0)) is None


@pytest.mark.parametrize("kind", ["double", "alter"])
@pytest.mark.parametrize("name", stage_names()[::6])
def test_a_whole_calculation_names_the_spoiled_stage_and_no_later_one(name: str, kind: str) -> None:
    engine = FaultyEngine(2)
    column = STAGE_TABLES[name].column_names[-1]
    engine.plant(Plant("run", name, kind, "middle", column if kind == "alter" else ""))  # type: ignore[arg-type]
    with pytest.raises(IntegrityRefused, match=f"Stage {name} "):
        calculate(engine, inputs(), OTHER_TERMS.get(name, TERMS), stages=MADE)
    assert engine.struck == 1


def test_a_row_lost_on_the_way_in_is_named_before_the_stage_that_missed_it() -> None:
    engine = FaultyEngine()
    engine.plant(Plant("load", "price_line", "drop", "first"))
    with pytest.raises(IntegrityRefused, match=r"^NOT_HELD: Loading price_line "):
        calculate(engine, inputs(), TERMS)
