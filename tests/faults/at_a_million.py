"""One row in a million: ``python -m tests.faults.at_a_million`` plants in the big tables.

It prints each table with its plants and how many were caught, and ends with code 1 where one was
not. Too slow for every day: ``make nightly-faults``.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from functools import partial

from bench import pricing
from tests.faults.faulty_engine import FaultyEngine
from tests.faults.planting import MADE, Site, load_checked, outcome, table_of
from tests.faults.plants import KINDS, POSITIONS, Plant, spoiled
from tieout.close import calculation
from tieout.close.artifacts import ROW_ORDER, table_file, table_query
from tieout.close.pipeline import run_stage
from tieout.engine.statements import statement

ROWS = 1_000_000


def big_sites(engine: FaultyEngine, rows: int) -> Iterator[Site]:
    """The places with at least as many rows as the usage export."""
    inputs = pricing._inputs(pricing._usage(rows))
    calculation._load_witnesses(engine, inputs)
    calculation._load_terms(engine, inputs, pricing._terms())
    act = partial(load_checked, engine, "usage_reading", inputs.usage)
    yield Site("load", "usage_reading", "Loading usage_reading", inputs.usage, act)
    engine.load("usage_reading", inputs.usage)
    for stage in MADE:
        name = table_of(stage)
        if engine.run(statement(stage.path)) < rows:
            continue
        made = engine.made(name)
        yield Site("run", name, f"Stage {name}", made, partial(run_stage, engine, stage))
        engine.put(name, made)
        engine.forget(name)
    for name in ROW_ORDER:
        query = table_query(name)
        found = engine.fetch(query)
        if found.num_rows >= rows:
            written = partial(table_file, engine, name)
            yield Site("fetch", query, f"Writing {name}", found, written)


def handful(site: Site) -> Iterator[Plant]:
    """One plant of each kind, its row and column chosen by the name of the place."""
    chosen = random.Random(site.place)  # noqa: S311  (repeatable, not secret)
    for kind in KINDS:
        column = ""
        if kind in {"alter", "swap"}:
            column = chosen.choice(site.table.column_names)
        plant = Plant(site.where, site.name, kind, chosen.choice(POSITIONS), column)
        if spoiled(plant, site.table) is not None:
            yield plant


def write(line: str) -> None:
    """One line at once; the whole takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(rows: int) -> int:
    """Plant, print, and say whether every fault was caught."""
    engine = FaultyEngine(threads=None)
    planted = missed = 0
    started = time.perf_counter()
    for site in big_sites(engine, rows):
        found = [outcome(engine, plant, site.place, site.act) for plant in handful(site)]
        caught = sum(one.caught for one in found)
        planted, missed = planted + len(found), missed + len(found) - caught
        said = f"{site.table.num_rows:>12,} rows {len(found):>4} planted {caught:>4} caught"
        write(f"{site.place:<26}{said}")
    spent = time.perf_counter() - started
    write(f"{planted} planted, {planted - missed} caught, {spent:,.0f} seconds")
    return 1 if missed or not planted else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
