"""Planting: every fault of a small busy world, one after the other, and what became of it.

Each stage runs soundly once; its plants take the place of its table, one at a time, and the sound
table stands again before the next stage. Faults come alone: the second making or asking is sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial

import pyarrow as pa

from tests.faults.busy_world import busy_world
from tests.faults.faulty_engine import FaultyEngine
from tests.faults.plants import Plant, Where, plants
from tests.world import terms
from tieout import tables
from tieout.close import calculation
from tieout.close.artifacts import ROW_ORDER, table_file, table_query
from tieout.close.calculation import Inputs, Patterns, Terms
from tieout.close.figures import QUERIES, fetch_twice
from tieout.close.making import Making
from tieout.close.pipeline import STAGES, Stage, control_query, make_table, run_stage
from tieout.close.views import VIEWS
from tieout.engine.statements import statement
from tieout.errors import IntegrityRefused
from tieout.money import RoundingRule

TERMS = replace(
    terms(step="0.000002", gap_hours=48, rounding=RoundingRule("line", Decimal("0.000001"))),
    patterns=Patterns(2, 2, 1, 2),
)
# Tables that stay empty under those terms have something to lose under others.
_BY_DAY = terms(rounding=RoundingRule("day", Decimal("0.00001")))
_AT_LIST = replace(TERMS, basis="list")
OTHER_TERMS = {"rounding_scope": _BY_DAY, "rounded_scope": _BY_DAY, "other_basis": _AT_LIST}
MADE = (*STAGES, *VIEWS)

# Two records that could not be read; the busy world has none.
QUARANTINED = tables.QUARANTINE.arrow(
    {
        "leg": ["usage", "usage"],
        "import_id": ["usage", "usage"],
        "ordinal": [200, 201],
        "record_digest": ["aa", "bb"],
        "reason_code": ["NUMBER_FORM", "TIME_FORM"],
    }
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where faults are planted.

    Attributes:
        where: on the way in, while a table is made, or on the way out.
        name: what the engine is told: a table, or the text of a query.
        place: how a refusal names it.
        table: the sound rows.
        act: what a run does there.
        controls_only: a stage made once and its control totals checked, where it has some.
    """

    where: Where
    name: str
    place: str
    table: pa.Table
    act: Callable[[], object]
    controls_only: Callable[[], object] | None = None

    def plants(self) -> Iterator[Plant]:
        """Every plant of this place that changes something."""
        return plants(self.where, self.name, self.table)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one plant."""

    plant: Plant
    place: str
    said: str

    @property
    def caught(self) -> bool:
        """Whether a refusal names the place."""
        return self.said.startswith(f"{self.place} ")


@cache
def inputs() -> Inputs:
    """The busy world as typed tables."""
    return busy_world().inputs()


def table_of(stage: Stage) -> str:
    """The name of the table that a stage makes."""
    return stage.path.rpartition("/")[2]


def outcomes(part: int, parts: int) -> Iterator[Outcome]:
    """One part of all plants, some of every place, and what became of each, in their order.

    Args:
        part: which part, from 0; all parts together are every plant, each once.
        parts: how many parts there are.
    """
    engine = FaultyEngine()
    for number, site in enumerate(sites(engine)):
        # Places begin at another one each, so that every kind has its turn.
        for plant in tuple(site.plants())[(number + part) % parts :: parts]:
            yield outcome(engine, plant, site.place, site.act)
    engine.close()
    for name, said in OTHER_TERMS.items() if part == 0 else ():
        other = FaultyEngine()
        for site in _one_stage(other, name, said):
            for plant in site.plants():
                if site.where == "run" and plant.kind != "invent":
                    yield outcome(other, plant, site.place, site.act)
        other.close()


def sites(engine: FaultyEngine) -> Iterator[Site]:
    """Every place in the order of a run; the sound rows stand again when the next is asked for."""
    load_everything(engine)
    yield from _way_in(engine)
    for stage in MADE:
        yield from _making(engine, stage)
    yield from _way_out(engine)


def _one_stage(engine: FaultyEngine, name: str, said: Terms) -> Iterator[Site]:
    """One stage under other terms, all before it sound."""
    load_everything(engine, said)
    for stage in MADE:
        if table_of(stage) == name:
            yield from _making(engine, stage)
            return
        engine.run(statement(stage.path))


def load_everything(engine: FaultyEngine, said: Terms = TERMS) -> None:
    """Load the witnesses, the terms and the quarantined records, all of them soundly."""
    calculation._load_witnesses(engine, inputs())
    calculation._load_terms(engine, inputs(), said)
    engine.load("quarantine", QUARANTINED)


def load_checked(engine: FaultyEngine, name: str, table: pa.Table) -> None:
    """Load one table as a run does."""
    with Making(engine) as making:
        making.load(name, table)


def outcome(
    engine: FaultyEngine,
    plant: Plant,
    place: str,
    act: Callable[[], object],
    *,
    every_time: bool = False,
) -> Outcome:
    """Plant, act, and take down what was said about it."""
    engine.plant(plant, every_time=every_time)
    try:
        act()
    except IntegrityRefused as refusal:
        said = refusal.what
    else:
        said = "not caught"
    assert engine.struck, f"the fault did not happen: {plant}"
    engine.plant(None)
    return Outcome(plant, place, said)


def _way_in(engine: FaultyEngine) -> Iterator[Site]:
    for name, table in [*engine.loaded.items()]:
        act = partial(load_checked, engine, name, table)
        yield Site("load", name, f"Loading {name}", table, act)
        engine.load(name, table)


def _making(engine: FaultyEngine, stage: Stage) -> Iterator[Site]:
    name = table_of(stage)
    engine.run(statement(stage.path))
    place = f"Stage {name}"
    whole = partial(run_stage, engine, stage)
    once = partial(make_table, engine, stage) if stage.controls else None
    yield Site("run", name, place, engine.made(name), whole, once)
    engine.put(name, engine.made(name))
    if stage.controls:
        query = control_query(stage.controls)
        yield Site("fetch", query, place, engine.fetch(query), whole)


def _way_out(engine: FaultyEngine) -> Iterator[Site]:
    for name, query in QUERIES.items():
        act = partial(fetch_twice, engine, {name: query})
        yield Site("fetch", query, f"Figure {name}", engine.fetch(query), act)
    for name in ROW_ORDER:
        query = table_query(name)
        written = partial(table_file, engine, name)
        yield Site("fetch", query, f"Writing {name}", engine.fetch(query), written)
