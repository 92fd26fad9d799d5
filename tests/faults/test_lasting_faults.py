"""What an engine does wrong every time: no second making sees it, only an independent proof does."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.faulty_engine import FaultyEngine
from tests.faults.planting import outcome, sites
from tests.faults.plants import KINDS
from tieout.close.control_total import CONTROL_TOTALS

# Kinds that no control total has to see: what is copied beside amounts and counts.
ROWS = ("drop", "double", "invent")


@pytest.mark.slow
def test_of_lasting_faults_the_control_totals_catch_lost_rows_and_the_rest_is_counted() -> None:
    planted: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    missed_rows = []
    engine = FaultyEngine()
    for site in sites(engine):
        group = site.place.partition(" ")[0]
        if group == "Stage":
            group = "Table with control totals" if site.name in CONTROL_TOTALS else "Other table"
            if site.where == "fetch":
                continue
        for plant in site.plants():
            act = site.controls_only or site.act
            found = outcome(engine, plant, site.place, act, every_time=True)
            planted[group, plant.kind] += 1
            caught[group, plant.kind] += found.caught
            if site.name in CONTROL_TOTALS and plant.kind in ROWS and not found.caught:
                missed_rows.append((site.name, plant.kind, plant.position))
    for group in dict.fromkeys(group for group, _ in planted):
        cells = "".join(f"  {k} {caught[group, k]:,}/{planted[group, k]:,}" for k in KINDS)
        print(f"{group}:{cells}")
    # Loading and writing are proved on two ways that share nothing: every kind, every time.
    for group in ("Loading", "Writing"):
        for kind in KINDS:
            assert caught[group, kind] == planted[group, kind] > 0
    assert missed_rows == []
