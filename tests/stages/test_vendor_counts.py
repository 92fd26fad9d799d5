"""Our rows beside what the vendor counts: every cell in one state, every trap exact (U6).

The oracle in plain Python walks each row through each stretch; the statements must say the same.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from tests.world import Row, World, asked, moment, rows, terms
from tieout.close import calculation
from tieout.close.pipeline import make_table
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.tables.stage_records import ESTIMATED_METER, SETTLEMENT_LINK

DAY = "08-03"
NEEDED = ("metering/usage_record", "metering/usage_identity", "metering/meter_reading")
COUNTED = tuple(one for one in VIEWS if one.path.startswith("review/count_"))


def cells(w: World, *, controls: bool = False, **said: Any) -> dict[tuple[Any, ...], Row]:
    """The cells by meter, model and key."""
    engine = DuckDBEngine(1)
    calculation._load_witnesses(engine, w.inputs())
    calculation._load_terms(engine, w.inputs(), terms(**said))
    for unused in (ESTIMATED_METER, SETTLEMENT_LINK):
        engine.load(unused.name, unused.schema.empty_table())
    for path in NEEDED:
        engine.run(statement(path))
    for stage in COUNTED:
        if controls:
            make_table(engine, stage)
        else:
            engine.run(statement(stage.path))
    found = rows(engine, "SELECT * FROM count_cell")
    days = rows(engine, "SELECT * FROM count_day")
    engine.close()
    assert sum(one["cells"] for one in days) == len(found)
    return {
        (one["counted_from"], one["meter"], one["model_as_logged"], one["key_name"]): one
        for one in found
    }


def the_cell(w: World, **said: Any) -> tuple[str, str | None]:
    (one,) = cells(w, **said).values()
    return one["state"], one["reason"]


def three_calls(**more: Any) -> World:
    w = World()
    for number in range(3):
        w.use("m", f"{DAY} 1{number}:00", request_id=f"r{number}", **more)
    return w


@pytest.mark.parametrize(
    ("quantity", "state"), [("3", "equal"), ("4", "differs"), ("2", "differs"), ("0", "differs")]
)
def test_rows_agree_or_differ_by_one(quantity: str, state: str) -> None:
    w = three_calls()
    w.count("rows", DAY, {"m": quantity})
    assert the_cell(w) == (state, None)


def test_what_only_one_side_has_is_named_for_the_side_that_lacks_it() -> None:
    w = three_calls()
    w.count("rows", DAY, {"other": "7"})
    found = {key[2]: one for key, one in cells(w).items()}
    assert found["other"]["state"] == "ours_missing"
    assert found["m"]["state"] == "vendor_missing"
    assert (found["m"]["our_quantity"], found["m"]["vendor_quantity"]) == (3, 0)


def test_a_count_of_nothing_agrees_with_no_row() -> None:
    w = three_calls()
    w.count("rows", "08-04", {None: "0"}, by=())
    assert the_cell(w) == ("equal", None)


def test_a_record_that_is_repeated_counts_once_and_is_said() -> None:
    w = three_calls()
    w.use("m", f"{DAY} 10:00", request_id="r0")
    w.count("rows", DAY, {"m": "3"})
    (one,) = cells(w).values()
    assert (one["state"], one["our_rows"], one["repeated_rows"]) == ("equal", 3, 1)


def test_a_call_that_did_not_complete_may_be_left_out_but_not_here_and_counted_there() -> None:
    w = three_calls()
    w.use("m", f"{DAY} 13:00", request_id="failed", outcome="failed")
    w.count("rows", DAY, {"m": "3"})
    assert the_cell(w) == ("explained", "not_completed_left_out")
    # Another day shows that the vendor counts failed calls: then the trap explains nothing.
    w.use("m", "08-04 13:00", request_id="failed-too", outcome="failed")
    w.count("rows", "08-04", {"m": "1"})
    found = {key[0]: one["state"] for key, one in cells(w).items()}
    assert found == {moment("08-03"): "differs", moment("08-04"): "equal"}


def test_rows_that_settle_a_task_may_be_left_out_alone_or_with_failed_calls() -> None:
    w = three_calls()
    w.use("m", f"{DAY} 14:00", task_id="t")
    w.count("rows", DAY, {"m": "3"})
    assert the_cell(w) == ("explained", "settlements_left_out")
    w.use("m", f"{DAY} 15:00", request_id="failed", outcome="failed")
    assert the_cell(w) == ("explained", "both_left_out")


def test_units_may_have_refunds_taken_off_and_rows_may_not() -> None:
    w = three_calls(charged_units="10")
    w.use("m", f"{DAY} 16:00", entry_kind="refund", task_id="t", charged_units="4", requests=None)
    w.count("charged_units", DAY, {"m": "26"})
    assert the_cell(w) == ("explained", "refunds_taken_off")
    w.spans[0]["meter"] = "rows"
    w.counts[0]["quantity"] = w.counts[0]["quantity"] - 24
    assert the_cell(w) == ("differs", None)


def test_a_vendor_may_count_the_parts_of_a_meter_apart() -> None:
    w = three_calls(input_tokens="100", cache_read_tokens="30", input_includes_parts=True)
    w.count("input_tokens", DAY, {"m": "210"})
    assert the_cell(w) == ("explained", "parts_left_out")


def test_parts_that_another_day_shows_to_be_counted_explain_no_doubled_call() -> None:
    w = World()
    for at in (DAY, DAY, "08-04"):  # one of them is there twice, and has no id to tell
        w.use("m", at, input_tokens="200", cache_read_tokens="100", input_includes_parts=True)
    w.count("input_tokens", DAY, {"m": "200"})
    # 400 with 200 cached, and 200 counted: alone, the cached part may be what is left out.
    assert the_cell(w) == ("explained", "parts_left_out")
    w.count("input_tokens", "08-04", {"m": "200"})
    found = {key[0]: one["state"] for key, one in cells(w).items()}
    assert found == {moment("08-03"): "differs", moment("08-04"): "equal"}


def test_refunds_that_another_day_shows_not_to_be_taken_off_explain_no_doubled_call() -> None:
    w = World()
    for number, at in enumerate((DAY, DAY, "08-04")):
        w.use("m", at, charged_units="500")
        w.use("m", at, entry_kind="refund", task_id=f"t{number}", charged_units="250")
    w.count("charged_units", DAY, {"m": "500"})
    assert the_cell(w) == ("explained", "refunds_taken_off")
    w.count("charged_units", "08-04", {"m": "500"})
    found = {key[0]: one["state"] for key, one in cells(w).items()}
    assert found == {moment("08-03"): "differs", moment("08-04"): "equal"}


def test_a_settled_task_shows_nothing_about_parts() -> None:
    w = three_calls(input_tokens="100", cache_read_tokens="30", input_includes_parts=True)
    w.count("input_tokens", DAY, {"m": "210"})
    task: dict[str, Any] = {"task_id": "t", "input_tokens": "100", "charged_units": "5"}
    w.use("m", "08-04", request_id="call", **task)
    w.use("m", "08-04", frozen={"model": "1", "settled_from": "0", "settled_to": "1"}, **task)
    w.count("input_tokens", "08-04", {"m": "200"})
    # What settles a call repeats its tokens and uses none: the leaves of that day are 100 of 200.
    engine = asked(w)
    found = {one["day"].day: one["state"] for one in rows(engine, "SELECT * FROM count_cell")}
    engine.close()
    assert found == {3: "explained", 4: "equal"}


def test_tokens_are_one_total_as_reported_or_as_both_wholes() -> None:
    w = three_calls(input_tokens="100", output_tokens="20", total_tokens="121")
    w.count("total_tokens", DAY, {"m": "363"})
    assert the_cell(w) == ("equal", None)
    w = three_calls(
        input_tokens="100", output_tokens="20", input_includes_parts=True,
        output_includes_parts=True,
    )  # fmt: skip
    w.count("total_tokens", DAY, {"m": "360"})
    assert the_cell(w) == ("equal", None)


def test_an_hour_read_early_may_know_less_and_never_more() -> None:
    w = three_calls()
    hour: dict[str, Any] = {"until": f"{DAY} 14:00", "name": "log gateway", "early": True}
    w.count("rows", f"{DAY} 10:00", {"m": "2"}, **hour)
    assert the_cell(w) == ("explained", "read_early")
    w.counts[0]["quantity"] += 2
    assert the_cell(w) == ("differs", None)


def test_a_meter_that_we_did_not_record_is_not_compared() -> None:
    w = three_calls()
    w.count("output_tokens", DAY, {"m": "300"})
    assert the_cell(w) == ("not_compared", "not_recorded")
    w.use("m", f"{DAY} 17:00", request_id="r4", output_tokens="5")
    (one,) = cells(w).values()
    assert (one["state"], one["unknown_rows"]) == ("differs", 3)


def test_a_day_that_is_not_wholly_in_the_period_is_not_compared() -> None:
    w = three_calls()
    # The day of Shanghai begins eight hours before that of the period.
    w.count("rows", "07-31 16:00", {"m": "0"}, until="08-01 16:00")
    assert the_cell(w) == ("not_compared", "crosses_period")


def test_a_call_is_counted_by_the_time_that_the_log_shows() -> None:
    w = World()
    w.use("m", "08-03 23:59", ended_at=moment("08-04 00:01"), time_basis="duration", request_id="a")
    w.use("m", "08-03 23:59", ended_at=moment("08-04 00:01"), request_id="b")
    w.count("rows", "08-03", {"m": "1"})
    w.count("rows", "08-04", {"m": "1"})
    assert {one["state"] for one in cells(w).values()} == {"equal"}


def test_keys_are_counted_apart_where_the_count_does_and_a_call_without_one_is_its_own() -> None:
    w = World()
    for number, key in enumerate(("prod", "prod", "batch", None)):
        w.use("m", f"{DAY} 10:00", request_id=f"r{number}", key_name=key)
    w.count("rows", DAY, {("m", "prod"): "2", ("m", "batch"): "2"}, by=("model", "key"))
    found = {key[3]: one["state"] for key, one in cells(w).items()}
    assert found == {"prod": "equal", "batch": "differs", None: "vendor_missing"}


# --- the oracle ---------------------------------------------------------------------------------


@dataclass
class Cell:
    """What stands in one cell, in fractions."""

    ours: Fraction = Fraction(0)
    calls: Fraction = Fraction(0)
    completed: Fraction = Fraction(0)
    plain: Fraction = Fraction(0)
    refunded: Fraction = Fraction(0)
    vendor: Fraction = Fraction(0)
    lines: int = 0
    rows: int = 0
    known: int = 0


def oracle(w: World) -> dict[tuple[Any, ...], str]:
    """The state of every cell, worked out row by row; meters of no parts alone."""
    found: dict[tuple[Any, ...], Cell] = defaultdict(Cell)
    spans = {span["span_id"]: span for span in w.spans}
    for span_id, span in spans.items():
        for row in _once(w.usage):
            if span["counted_from"] <= row["occurred_at"] < span["counted_until"]:
                model = row["model_as_logged"] if span["by_model"] else None
                key = row.get("key_name") if span["by_key"] else None
                _add(found[span_id, model, key], row, span["meter"])
    for line in w.counts:
        cell = found[line["span_id"], line["model_as_logged"], line["key_name"]]
        cell.vendor += Fraction(line["quantity"])
        cell.lines += 1
    settles, fails, keeps = _shown(found, spans)
    states = {}
    for (span_id, model, key), cell in found.items():
        span = spans[span_id]
        scope = (span["count_id"], span["meter"])
        shown = {"settles": scope in settles, "fails": scope in fails, "keeps": scope in keeps}
        state = _state(cell, span["meter"], **shown)
        states[span["counted_from"], span["meter"], model, key] = state
    return states


def _once(usage: list[Row]) -> Iterator[Row]:
    seen = set()
    for row in usage:
        if row.get("request_id") is None or row["payload_digest"] not in seen:
            yield row
        seen.add(row["payload_digest"])


def _add(cell: Cell, row: Row, meter: str) -> None:
    value = 1 if meter == "rows" else row.get(meter)
    if row["entry_kind"] == "refund":
        cell.refunded += Fraction(value or 0)
        return
    cell.rows += 1
    cell.known += value is not None
    amount = Fraction(value or 0)
    settles = row.get("task_id") is not None and row.get("request_id") is None
    done = row["outcome"] == "completed"
    cell.ours += amount
    cell.calls += 0 if settles else amount
    cell.completed += amount if done else 0
    cell.plain += amount if done and not settles else 0


def _shown(
    found: dict[tuple[Any, ...], Cell], spans: dict[int, Row]
) -> tuple[set[tuple[str, str]], ...]:
    """The counts that show that settlements, failed calls, or what was refunded, are in them."""
    settles, fails, keeps = set(), set(), set()
    for (span_id, _, _), cell in found.items():
        scope = (spans[span_id]["count_id"], spans[span_id]["meter"])
        if cell.vendor == cell.ours:
            if cell.calls != cell.ours:
                settles.add(scope)
            if cell.completed != cell.ours:
                fails.add(scope)
            if cell.refunded:
                keeps.add(scope)
    return settles, fails, keeps


def _state(cell: Cell, meter: str, *, settles: bool, fails: bool, keeps: bool) -> str:
    if cell.rows and not cell.known:
        return "not_compared"
    if cell.vendor == cell.ours:
        return "equal"
    if (
        (not settles and cell.vendor == cell.calls)
        or (not fails and cell.vendor == cell.completed)
        or (not settles and not fails and cell.vendor == cell.plain)
        or (meter == "charged_units" and not keeps and cell.vendor == cell.ours - cell.refunded)
    ):
        return "explained"
    if not cell.rows:
        return "ours_missing"
    return "differs" if cell.lines else "vendor_missing"


def random_counts(seed: int) -> World:
    """Calls of three days, and a vendor that counts some of them otherwise."""
    lot = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    w = World()
    for number in range(lot.randint(5, 40)):
        at = f"08-0{lot.randint(1, 3)} {lot.randint(0, 23):02}:{lot.randint(0, 59):02}"
        kind = lot.choices(("call", "failed", "settled", "refund", "copy"), (12, 2, 2, 1, 1))[0]
        fields: dict[str, Any] = {"key_name": lot.choice(("prod", "batch", None))}
        if lot.random() < 0.9:
            fields["charged_units"] = str(lot.randint(0, 3))
        if kind in ("settled", "refund"):
            fields |= {"task_id": f"t{number}", "entry_kind": "refund"}
        if kind == "settled":
            fields["entry_kind"] = "consumption"
        if kind in ("call", "failed", "copy"):
            fields["request_id"] = f"r{number}"
        if kind == "failed":
            fields["outcome"] = "failed"
        model = lot.choice(("m", "n"))
        for _ in range(2 if kind == "copy" else 1):
            w.use(model, at, **fields)
    told: dict[Any, int] = {}
    for meter in ("rows", "charged_units"):
        by = lot.choice((("model",), ("model", "key"), ("key",)))
        for day in ("08-01", "08-02", "08-03"):
            told = {
                (
                    lot.choice(("m", "n", "x")) if "model" in by else None,
                    lot.choice(("prod", "batch", None)) if "key" in by else None,
                ): lot.randint(0, 6)
                for _ in range(4)
            }
            w.count(meter, day, told, by=by)
    return w


@pytest.mark.parametrize("seed", range(8))
def test_the_statements_and_the_oracle_agree_on_every_cell(seed: int) -> None:
    w = random_counts(seed)
    assert {key: one["state"] for key, one in cells(w, controls=True).items()} == oracle(w)


def test_the_oracle_meets_every_state() -> None:
    """Or the agreement above would say little."""
    met = {state for seed in range(8) for state in oracle(random_counts(seed)).values()}
    assert met == {
        "equal", "explained", "differs", "ours_missing", "vendor_missing", "not_compared",
    }  # fmt: skip


def test_the_order_of_rows_and_the_files_they_came_in_change_nothing() -> None:
    w = random_counts(7)
    before = {key: dict(one) for key, one in cells(w).items()}
    parted = w.shuffled(3)
    for number, row in enumerate(parted.usage):
        row["import_id"] = f"part-{number % 3}"
    assert {key: dict(one) for key, one in cells(parted).items()} == before


@pytest.mark.parametrize("seed", range(3))
def test_a_row_lost_doubled_or_moved_is_found_with_its_day_and_model(seed: int) -> None:
    lot = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    w = World()
    told: dict[str, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for number in range(300):
        day, model = f"08-0{lot.randint(1, 9)}", lot.choice("mnopq")
        w.use(model, f"{day} {lot.randint(0, 23):02}:00", request_id=f"r{number}")
        told[day][model] += 1
    for day, models in told.items():
        w.count("rows", day, models)
    assert {one["state"] for one in cells(w).values()} == {"equal"}
    hit = lot.randrange(len(w.usage))
    row = w.usage[hit]
    places = {(row["occurred_at"].date(), row["model_as_logged"])}
    harm = ("lost", "doubled", "moved")[seed % 3]
    if harm == "lost":
        del w.usage[hit]
    elif harm == "doubled":
        w.use(row["model_as_logged"], row["occurred_at"], request_id=None)
    else:
        w.usage[hit] = {**row, "occurred_at": moment("08-10")}
        w.count("rows", "08-10", {None: 0}, by=())
        places |= {(moment("08-10").date(), None)}
    found = {
        (one["day"], one["model_as_logged"]) for one in cells(w).values() if one["state"] != "equal"
    }
    assert found == places
