"""Rows lost, delivered twice or late are found, each with its day and its model (U6, D4, D6).

One row in a thousand of a month of 20,000 is hit by lot, in one way or in all of them. Where, and
by how much, is read from the tables of the calculation alone: the vendor's counts beside our rows,
the states of the rows, the lines and their causes. The truth is added up from what was hit.
``make nightly-completeness`` does it 200 times.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final, get_args

import pytest

from tests.properties.counted_month import (
    LAST,
    Amounts,
    Books,
    Fault,
    Kind,
    Place,
    befallen,
    counts_moved,
    delivered,
    money_moved,
    month,
)
from tests.world import Row, World, asked, rows
from tieout.close.figures import QUERIES

pytestmark = [pytest.mark.law, pytest.mark.slow]
TRIALS: Final = int(os.environ.get("TIEOUT_COMPLETENESS_TRIALS", "12"))
KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    **{kind: (kind,) for kind in get_args(Kind)},
    "all together": get_args(Kind),
}
BOOKS: Final[tuple[Books, ...]] = get_args(Books)
TIMING: Final = {"other_day", "other_period"}


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables of a calculation say.

    Attributes:
        counts: by how much our rows and the vendor's count differ: by day, model, key and meter.
        trapped: cells of which the vendor is said to count otherwise, or that were not compared.
        repeated: where rows are copies of others, by their states.
        beside_counts: where the counts say that a row is a copy.
        equal: rows without an id that are equal to others, by model.
        lines: by how much lines do not tie out: by day, model and cost center.
        causes: where each cause stands.
        waiting: rows in any other state than counted, repeated or of another period.
    """

    counts: Amounts
    trapped: int
    repeated: set[Place]
    beside_counts: set[Place]
    equal: dict[str, int]
    lines: Amounts
    causes: dict[str, set[Place]]
    waiting: int


def found_in(world: World) -> Found:
    """What the calculation says of a month, and nothing else."""
    engine = asked(world)
    cells = rows(engine, "SELECT * FROM count_day")
    states = rows(
        engine,
        "SELECT u.usage_day AS day, u.model_as_logged AS model, s.row_state, s.state_reason"
        " FROM usage_state AS s JOIN usage_record AS u ON u.row_id = s.row_id"
        " WHERE s.row_state <> 'rated' AND s.state_reason <> 'PERIOD_OUT'",
    )
    equal = rows(engine, QUERIES["equal_rows"])
    lines = rows(engine, "SELECT * FROM variance_line WHERE line_state <> 'ties_out'")
    engine.close()
    copies = [one for one in states if one["state_reason"] == "DUP_EXACT"]
    return Found(
        counts={_cell(one): one["plus"] + one["minus"] for one in cells if _differs(one)},
        trapped=sum(one["state"] in {"explained", "not_compared"} for one in cells),
        repeated={(one["day"], one["model"]) for one in copies},
        beside_counts={
            (one["day"], one["model_as_logged"]) for one in cells if one["repeated_rows"]
        },
        equal={one["model_as_logged"]: int(one["usage_rows"]) for one in equal},
        lines=_by_scope(lines),
        causes=_by_cause(lines),
        waiting=len(states) - len(copies),
    )


def unlike(found: Found, faults: list[Fault], books: Books) -> dict[str, tuple[object, object]]:
    """What the calculation says otherwise than it is: what it says, and the truth."""
    by_id = books != "no ids"
    places: dict[Kind, set[Place]] = {
        kind: set().union(*(one.places for one in faults if one.kind == kind))
        for kind in get_args(Kind)
    }
    doubled = [one.call.model for one in faults if one.kind == "doubled"]
    # A copy without an id is equal to its call, and nothing says that they are not two calls.
    equal = {} if by_id else Counter(doubled * 2)
    judged: dict[str, tuple[object, object]] = {
        "places": (_places(found.counts) | found.repeated, set().union(*places.values())),
        "counts": (found.counts, counts_moved(faults, books)),
        "copies": (found.repeated, places["doubled"] if by_id else set()),
        "copies beside counts": (found.beside_counts, found.repeated),
        "equal rows": (found.equal, dict(equal)),
        "money": (found.lines, money_moved(faults, books)),
        "traps and waiting rows": ((found.trapped, found.waiting), (0, 0)),
    }
    if books == "ids":
        over = {one.call.place for one in faults if one.shown.at.date() > LAST}
        causes = {"not_in_usage": places["lost"], "other_period": over}
        judged["causes"] = (found.causes, {name: said for name, said in causes.items() if said})
    else:
        timing = set().union(*(found.causes.get(cause, set()) for cause in TIMING))
        alone = _alone(faults, books)
        judged["late and not called timing"] = (alone - timing, set())
        judged["called timing and not late"] = (timing - places["late"], set())
    return {name: pair for name, pair in judged.items() if pair[0] != pair[1]}


def _alone(faults: list[Fault], books: Books) -> set[Place]:
    """Where rows are late and nothing else befell the two lines of the books that they are on.

    Beside books of one amount a day, a call shown after the month under its id is left out: no
    entry is near it there, so it stands alone, and nothing says that it is what its day lacks.
    """
    seen = [one for one in faults if one.kind != "doubled" or books == "no ids"]
    hits = Counter(line for one in seen for line in {one.call.line, one.shown.line})
    return {
        place
        for one in seen
        if one.kind == "late" and hits[one.call.line] == hits[one.shown.line] == 1
        if books == "no ids" or one.shown.at.date() <= LAST
        for place in one.places
    }


def _differs(cell: Row) -> bool:
    return bool(cell["plus"] or cell["minus"])


def _cell(cell: Row) -> tuple[str, ...]:
    key: str = cell["key_name"] or ""
    return cell["day"].isoformat(), cell["model_as_logged"], key, cell["meter"]


def _places(amounts: Amounts) -> set[Place]:
    return {(date.fromisoformat(day), model) for day, model, *_ in amounts}


def _by_scope(lines: list[Row]) -> Amounts:
    sums: Amounts = {}
    for one in lines:
        key = (one["day"].isoformat(), one["source_model_id"], one["cost_center"])
        sums[key] = sums.get(key, Decimal(0)) + one["variance"]
    return sums


def _by_cause(lines: list[Row]) -> dict[str, set[Place]]:
    found: dict[str, set[Place]] = {}
    for one in lines:
        found.setdefault(one["cause"], set()).add((one["day"], one["source_model_id"]))
    return found


@pytest.mark.parametrize("books", BOOKS)
def test_a_month_without_a_fault_shows_none(books: Books) -> None:
    clean = month(books)
    assert unlike(found_in(clean.world), [], books) == {}


def test_a_fault_that_the_truth_leaves_out_is_noticed() -> None:
    clean = month("no ids")
    faults = befallen(clean.calls, KINDS["all together"], Random(1))  # noqa: S311 (repeatable)
    found = found_in(delivered(clean, faults))
    assert unlike(found, faults, "no ids") == {}
    for left_out in faults:
        others = [one for one in faults if one is not left_out]
        assert {"counts", "money"} <= set(unlike(found, others, "no ids"))


@pytest.mark.parametrize("books", BOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_lost_doubled_or_late_are_located_to_day_and_model(kind: str, books: Books) -> None:
    clean = month(books)
    share = list(KINDS).index(kind) + len(KINDS) * BOOKS.index(books)
    trials = range(share, TRIALS, len(KINDS) * len(BOOKS))
    wrong = {}
    for trial in trials:
        faults = befallen(clean.calls, KINDS[kind], Random(trial))  # noqa: S311 (repeatable)
        if said := unlike(found_in(delivered(clean, faults)), faults, books):
            wrong[trial] = said
    assert wrong == {}
    assert len(trials) >= 1
