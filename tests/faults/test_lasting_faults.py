"""What an engine does wrong every time: no second making sees it, an independent proof may."""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest

from tests.faults.faulty_engine import FaultyEngine
from tests.faults.planting import Site, outcome, sites
from tests.faults.plants import KINDS

# Lost, doubled and made-up rows; control totals of counts and sums need not see more.
ROWS = ("drop", "double", "invent")
# CI plants every third one, `make nightly-faults` all.
EVERY = 1 if "TIEOUT_ALL_FAULTS" in os.environ else 3
CONTROLLED, MADE_ONLY = "Stage with control totals", "Stage without"


def group_of(site: Site) -> str:
    if site.where != "run":
        return site.place.partition(" ")[0]
    return CONTROLLED if site.controls_only else MADE_ONLY


def as_table(planted: Counter[tuple[str, str]], caught: Counter[tuple[str, str]]) -> list[str]:
    """Caught of planted, per place and kind: ``-s`` shows it."""
    lines = [f"{'':<28}" + "".join(f"{kind:>12}" for kind in KINDS)]
    for group in dict.fromkeys(group for group, _ in planted):
        cells = (f"{caught[group, kind]:,}/{planted[group, kind]:,}" for kind in KINDS)
        lines.append(f"{group:<28}" + "".join(f"{one:>12}" for one in cells))
    return lines


@pytest.mark.slow
def test_of_lasting_faults_control_totals_catch_rows_and_what_they_miss_is_counted() -> None:
    planted: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    missed_rows = []
    engine = FaultyEngine()
    for number, site in enumerate(sites(engine)):
        group = group_of(site)
        if group == "Stage":  # a control total's own answer: its two sides cannot err alike
            continue
        for plant in tuple(site.plants())[number % EVERY :: EVERY]:
            planted[group, plant.kind] += 1
            if group in {MADE_ONLY, "Figure"}:  # nothing there is independent of the second asking
                continue
            act = site.controls_only or site.act
            found = outcome(engine, plant, site.place, act, every_time=True)
            caught[group, plant.kind] += found.caught
            if group == CONTROLLED and plant.kind in ROWS and not found.caught:
                missed_rows.append((site.name, plant.kind, plant.position))
    sys.stdout.write("\n" + "\n".join(as_table(planted, caught)) + "\n")
    # Loading and writing are proved on two ways that share nothing: every kind, every time.
    for group in ("Loading", "Writing"):
        for kind in KINDS:
            assert caught[group, kind] == planted[group, kind] > 0
    assert missed_rows == [], missed_rows
