"""Recipes 1 and 2: a clean month of a real trace ties out; a planted fault is found alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from tests.recipes.closing import Closed, Grain, close, prepare
from tests.recipes.faults import (
    FAULTS,
    SMALL_NAME,
    TEST_KEY,
    Plant,
    Planted,
    all_at_once,
    model_under_an_alias,
    read_truth,
    total_of,
    write_truth,
)
from tests.recipes.month import (
    MILLION,
    MODEL,
    PERIOD,
    TRACE_INPUT,
    TRACE_OUTPUT,
    TRACE_ROWS,
    Month,
    clean_month,
    day_key,
    rounded,
    trace,
)
from tieout.money import plain

REPEATS = 3
BUCKETS = ("source", "usage", "contract", "timing", "rounding", "unknown")

pytestmark = [pytest.mark.datasets, pytest.mark.slow]
both_grains = pytest.mark.parametrize("grain", get_args(Grain))


@pytest.fixture(scope="module")
def month(datasets: Path) -> Month:
    """One repeat of the trace, booked exactly."""
    return clean_month(datasets)


def exclude_test_key(root: Path) -> None:
    """An approved rule that leaves the test pipeline's key out."""
    with (root / "exclusions.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"test_key,key_name,{TEST_KEY},key of the test pipeline,finance\n")


def closed(planted: Planted, grain: Grain, folder: Path, terms: str = "") -> Closed:
    """The month with the planted fault, closed at that grain."""
    workspace = prepare(folder, planted.month, grain, terms)
    exclude_test_key(workspace.root)
    return close(workspace)


def require_truth(found: Closed, truth: dict[str, tuple[str, Decimal]]) -> None:
    """The flagged lines, their buckets and amounts are the truth, and nothing else is flagged."""
    assert found.flagged == truth
    for bucket in BUCKETS:
        count, net, gross = total_of(truth.values(), bucket)
        assert found.summary["buckets"][bucket] == {
            "count": count, "net": plain(net), "gross": plain(gross),
        }, bucket  # fmt: skip


# --- recipe 1 --------------------------------------------------------------------------------


def test_the_trace_is_the_one_its_description_profiles(datasets: Path) -> None:
    rows = trace(datasets)
    assert len(rows) == TRACE_ROWS
    assert sum(row[1] for row in rows) == TRACE_INPUT
    assert sum(row[2] for row in rows) == TRACE_OUTPUT


@both_grains
def test_a_clean_month_has_no_variance_and_the_closed_form_total(
    datasets: Path, grain: Grain, tmp_path: Path
) -> None:
    month = clean_month(datasets, REPEATS)
    found = close(prepare(tmp_path, month, grain))
    closed_form = (
        REPEATS * (TRACE_INPUT * month.price.input + TRACE_OUTPUT * month.price.output) / MILLION
    )
    total = found.summary["totals"]["USD"]
    assert {name: total[name] for name in ("expected", "recorded", "low", "high", "approved")} == (
        dict.fromkeys(("expected", "recorded", "low", "high", "approved"), plain(closed_form))
    )
    assert total["variance"] == total["withheld"] == "0"
    assert found.flagged == {}
    assert found.summary["rows"]["rated"] == REPEATS * TRACE_ROWS
    assert found.summary["groups"] == []
    assert found.report["findings"] == []
    assert not any(trigger["fired"] for trigger in found.summary["triggers"])


# --- recipe 2 --------------------------------------------------------------------------------


@both_grains
@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_fault_alone_is_found_in_its_bucket_and_nothing_else_is(
    month: Month, plant: Plant, grain: Grain, tmp_path: Path
) -> None:
    planted = plant(month)
    write_truth(tmp_path / "truth.jsonl", planted, grain)
    found = closed(planted, grain, tmp_path)
    require_truth(found, read_truth(tmp_path / "truth.jsonl"))
    assert tuple(one["code"] for one in found.report["findings"]) == planted.findings
    assert found.summary["rows"]["excluded"] == planted.excluded


@both_grains
def test_all_faults_at_once_are_told_apart(month: Month, grain: Grain, tmp_path: Path) -> None:
    planted = all_at_once(month)
    write_truth(tmp_path / "truth.jsonl", planted, grain)
    found = closed(planted, grain, tmp_path)
    require_truth(found, read_truth(tmp_path / "truth.jsonl"))
    codes = sorted(one["code"] for one in found.report["findings"])
    assert codes == sorted(planted.findings)
    assert found.summary["rows"]["excluded"] == planted.excluded


@both_grains
def test_an_approved_mapping_takes_the_fault_of_the_alias_away(
    month: Month, grain: Grain, tmp_path: Path
) -> None:
    workspace = prepare(tmp_path, model_under_an_alias(month).month, grain)
    cells = [SMALL_NAME, MODEL, "1M tokens", "2026-01-01T00:00:00Z", "", "finance", *[""] * 7]
    with workspace.mapping_path.open("a", encoding="utf-8") as stream:
        stream.write(",".join(cells) + "\n")
    found = close(workspace)
    assert found.flagged == {}
    assert found.report["findings"] == []


def rounding_truth(month: Month, places: int, grain: Grain) -> dict[str, Decimal]:
    """What rounding each call does to each line, where it does anything."""
    lines: dict[str, Decimal] = {}
    for entry in month.entries:
        key = f"id:{entry.id}" if grain == "request" else day_key(entry)
        change = rounded(entry.cost, places) - entry.cost
        lines[key] = lines.get(key, Decimal(0)) + change
    return {key: amount for key, amount in lines.items() if amount}


def booked_rounded(month: Month, places: int) -> Month:
    """The month with each entry rounded before anything is summed."""
    entries = tuple(replace(entry, cost=rounded(entry.cost, places)) for entry in month.entries)
    return replace(month, entries=entries)


@both_grains
@pytest.mark.parametrize("places", [2, 4, 6])
def test_rounding_each_call_as_declared_is_rounding_to_the_last_decimal(
    month: Month, places: int, grain: Grain, tmp_path: Path
) -> None:
    terms = (
        "\n[ledger_terms]\n"
        f'rounding = {{ level = "request", step = "1e-{places}", mode = "half_away" }}\n'
    )
    found = close(prepare(tmp_path, booked_rounded(month, places), grain, terms))
    truth = rounding_truth(month, places, grain)
    require_truth(found, {key: ("rounding", amount) for key, amount in truth.items()})


def test_rounding_that_nobody_declared_has_no_explanation(month: Month, tmp_path: Path) -> None:
    found = close(prepare(tmp_path, booked_rounded(month, 4), "day"))
    truth = rounding_truth(month, 4, "day")
    require_truth(found, {key: ("unknown", amount) for key, amount in truth.items()})
    assert found.summary["decision"] == "hold"


# --- one absurd row among thousands (V6) -----------------------------------------------------


def test_one_absurd_row_among_thousands_stands_first(month: Month, tmp_path: Path) -> None:
    absurd = month.entries[4321]
    entries = tuple(
        replace(entry, cost=Decimal("98.7")) if entry is absurd else entry
        for entry in month.entries
    )
    found = close(prepare(tmp_path, replace(month, entries=entries), "request"))
    (first, *others) = found.report["headline_lines"]
    assert first["line_key"] == f"id:{absurd.id}"
    assert first["recorded"] == "98.7"
    assert first["variance"] == plain(Decimal("98.7") - absurd.cost)
    assert others == []
    assert set(found.flagged) == {f"id:{absurd.id}"}
    assert found.summary["period"]["label"] == PERIOD
