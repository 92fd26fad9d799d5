"""Ledger money whose usage row is there and does not count: what is proved, what is not (L7)."""

from __future__ import annotations

from dataclasses import replace

from tests.world import World, rows, terms
from tieout.close.calculation import calculate
from tieout.engine.duckdb import DuckDBEngine

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "100", "output_tokens": "10"}


def filed(world: World, waiting: int = 0) -> list[tuple[str, str, str, str]]:
    """Key, cause, proof and bucket of the lines without a usage row."""
    engine = DuckDBEngine(1)
    calculate(engine, replace(world.inputs(), usage_waiting=waiting), terms())
    found = rows(
        engine,
        "SELECT line_key, cause, proof, bucket FROM variance_line WHERE usage_rows = 0"
        " ORDER BY line_key",
    )
    return [tuple(row.values()) for row in found]


def plain_world() -> World:
    world = World()
    world.price("m", RATES)
    world.exclude("environment", "test")
    return world


def test_an_entry_whose_row_a_rule_leaves_out_says_so() -> None:
    world = plain_world()
    world.use(request_id="a", environment="test", **TOKENS)
    world.book("0.0003", request_id="a")
    world.book("0.0003", request_id="b")
    assert filed(world) == [
        ("id:a", "usage_excluded", "proved", "usage"),
        ("id:b", "not_in_usage", "proved", "usage"),
    ]


def test_an_entry_whose_rows_conflict_says_that_they_wait() -> None:
    world = plain_world()
    world.use(request_id="a", **TOKENS)
    world.use(request_id="a", input_tokens="200", output_tokens="10")
    world.book("0.0003", request_id="a")
    world.book("0.0003", request_id="b")
    assert filed(world) == [
        ("id:a", "usage_waits", "proved", "usage"),
        ("id:b", "not_in_usage", "proved", "usage"),
    ]


def test_a_row_that_waits_comes_before_one_that_is_left_out() -> None:
    world = plain_world()
    world.use(request_id="a", environment="test", attempt="2", **TOKENS)
    world.use(request_id="a", attempt="1", **TOKENS)
    world.use(request_id="a", attempt="1", input_tokens="200", output_tokens="10")
    world.book("0.0003", request_id="a")
    assert filed(world) == [("id:a", "usage_waits", "proved", "usage")]


def test_while_records_wait_unread_no_row_is_proved_missing() -> None:
    world = plain_world()
    world.use(request_id="a", environment="test", **TOKENS)
    world.book("0.0003", request_id="a")
    world.book("0.0003", request_id="b")
    assert filed(world, waiting=1) == [
        ("id:a", "usage_excluded", "proved", "usage"),
        ("id:b", "not_in_usage", "suspected", "usage"),
    ]


def test_an_entry_without_an_id_beside_left_out_rows_of_its_model_is_not_proved_missing() -> None:
    world = plain_world()
    world.price("n", RATES)
    world.use(request_id="a", environment="test", **TOKENS)
    world.book("0.0004", "m")
    world.book("0.0004", "n")
    assert [found[1:3] for found in filed(world)] == [
        ("not_in_usage", "suspected"),
        ("not_in_usage", "proved"),
    ]
