"""match_member: ids first, then groups; lines without a field are never spread (D14)."""

from __future__ import annotations

from tests.stages.conftest import Stage
from tests.world import World, asked, rows


def test_ids_first_then_groups_and_a_lonely_id_stands_alone(stage: Stage) -> None:
    """Given these tables.

    usage_member
    row_id | request_id | group_key
    1      | both       | g
    2      | here       | g
    3      | alone      | h
    4      | -          | h
    ledger_member
    row_id | request_id | group_key | currency
    1      | both       | other     | USD
    2      | -          | g         | USD
    3      | there      | h         | USD
    4      | lonely     | k         | USD
    """
    assert stage.makes("matching/match_member", "leg, row_id, line_key") == [
        ("ledger", 1, "id:both"), ("ledger", 2, "group:g"), ("ledger", 3, "group:h"),
        ("ledger", 4, "id:lonely"), ("usage", 1, "id:both"), ("usage", 2, "group:g"),
        ("usage", 3, "id:alone"), ("usage", 4, "group:h"),
    ]  # fmt: skip


def test_an_id_in_two_currencies_makes_a_line_for_each(stage: Stage) -> None:
    """Given these tables.

    usage_member
    row_id | request_id | currency
    1      | a          | USD
    ledger_member
    row_id | request_id | currency
    1      | a          | EUR
    """
    assert stage.makes("matching/match_member", "leg, line_key") == [
        ("ledger", "id/EUR:a"),
        ("usage", "id/USD:a"),
    ]


def test_no_text_of_a_field_makes_two_groups_one() -> None:
    world = World()
    world.price("m", {"input_tokens": "0.000002", "output_tokens": "0.00001"})
    for center in ("a|project=b", "a", "?", None, "%3F"):
        world.book("1", cost_center=center)
    keys = rows(asked(world), "SELECT DISTINCT group_key FROM ledger_member")
    assert len(keys) == 5
