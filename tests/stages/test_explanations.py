"""What closes a line stands there whole: what it is filed under, and all beside it (L7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked, rows, terms
from tieout.close.summary import _SHOWN_GROUPS
from tieout.engine.statements import statement

KEYS = ("day", "source_model_id", "cost_center")


def world(models: tuple[str, ...] = ("m",)) -> World:
    made = World()
    for model in models:
        made.price(model, {"requests": "0.01"})
    return made


def told(made: World, view: str) -> list[dict[str, Any]]:
    engine = asked(made, terms(KEYS))
    found = rows(engine, f"SELECT * FROM {view}")
    engine.close()
    return found


def lines_of(made: World) -> dict[str, list[tuple[Any, ...]]]:
    """Cause, what is assumed, whether it is filed so, and the counterpart, by line in order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for one in sorted(told(made, "line_explanation"), key=lambda row: row["place"]):
        found.setdefault(one["line_key"], []).append(
            (
                one["cause"], one["variant"], one["is_filed"], one["counterpart"],
                one["counterpart_period"],
            )
        )  # fmt: skip
    return found


def test_a_line_that_one_cause_closes_has_one_explanation() -> None:
    made = world()
    made.use(at="08-10 10:00", request_id="a")
    assert lines_of(made) == {"id:a": [("not_in_ledger", "no ledger entry", True, None, None)]}


def test_each_competing_explanation_is_there_after_the_one_it_is_filed_under() -> None:
    made = world()
    made.use(at="08-10 10:00", request_id="a")
    made.book("0.01", at="08-10 11:00", request_id="b")
    assert lines_of(made) == {
        "id:a": [
            ("other_id", "equal amount under another id", True, None, None),
            ("not_in_ledger", "no ledger entry", False, None, None),
        ],
        "id:b": [
            ("other_id", "equal amount under another id", True, None, None),
            ("not_in_usage", "no usage row", False, None, None),
        ],
    }


def test_a_line_that_no_cause_closes_has_none() -> None:
    made = world()
    made.use(at="08-10 10:00", request_id="a")
    made.book("0.0137", at="08-10 11:00", request_id="a")
    assert lines_of(made) == {}


def test_the_counterpart_on_another_day_is_named() -> None:
    made = world()
    made.use(at="08-05 10:00", requests="14")
    made.book("0.14", at="08-06 10:00")
    used, booked = (f"group:day=2026-08-0{day}|model=m|no cost_center" for day in "56")
    variant = "counterpart on another day"
    assert lines_of(made) == {
        used: [("other_day", variant, True, booked, None)],
        booked: [("other_day", variant, True, used, None)],
    }


def test_an_item_of_an_earlier_period_is_named_with_its_period() -> None:
    made = world()
    item = "group:day=2026-07-10|model=m|no cost_center"
    made.carry(item, "-0.14")
    made.book("0.14", at="08-06 10:00")
    assert lines_of(made) == {
        "group:day=2026-08-06|model=m|no cost_center": [
            ("clears_carried", "item of an earlier period", True, item, "2026-07")
        ]
    }


def test_of_many_explanations_twelve_are_shown_and_all_counted() -> None:
    """An entry of 0.07 for calls of 0.01, and thirteen other models that cost 0.07."""
    made = world()
    others = tuple(f"o{number:02}" for number in range(13))
    for other in others:
        made.price(other, {"requests": "0.07"})
    made.use(at="08-10 10:00", request_id="a")
    made.book("0.07", at="08-10 11:00", request_id="a")
    found = sorted(told(made, "line_explanation"), key=lambda row: row["place"])
    assert [one["variant"] for one in found] == list(others[:12])
    assert {(one["cause"], one["explanations"]) for one in found} == {("other_model_price", 13)}
    assert [one["is_filed"] for one in found] == [True, *[False] * 11]


def test_groups_are_explained_as_far_as_the_report_shows_them() -> None:
    text = statement("review/group_explanation").sql
    assert f"g.place <= {_SHOWN_GROUPS}\n" in text


def test_a_group_counts_its_lines_and_their_money_under_each_explanation() -> None:
    """Three calls without an entry, one of which an equal amount under another id may be."""
    made = world()
    for number, day in enumerate(("08-10", "08-11", "08-12")):
        made.use(at=f"{day} 10:00", request_id=f"a{number}", requests=str(number + 1))
    made.book("0.02", at="08-11 11:00", request_id="b")
    found = {
        (one["cause"], one["proof"], one["closing_cause"], one["is_filed"]): (
            one["lines"], one["net"], one["explanations"],
        )
        for one in told(made, "group_explanation")
    }  # fmt: skip
    assert found == {
        # Both sides of the amount are in one group.
        ("other_id", "suspected", "other_id", True): (2, Decimal(0), 3),
        ("other_id", "suspected", "not_in_ledger", False): (1, Decimal("-0.02"), 3),
        ("other_id", "suspected", "not_in_usage", False): (1, Decimal("0.02"), 3),
        ("not_in_ledger", "proved", "not_in_ledger", True): (2, Decimal("-0.04"), 1),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("calls", "is_searched"), [(9_998, True), (9_999, False)])
def test_prices_of_other_models_are_tried_where_there_are_few_calls(
    calls: int, *, is_searched: bool
) -> None:
    """Two lines of one call are tried, and a day total of many where it is within the limit."""
    made = world(("m", "n"))
    for _ in range(calls):
        made.use(at="08-20 10:00")
    made.book("7.1", at="08-20 20:00")
    made.price("o", {"requests": "0.07"})
    for identity in ("a", "b"):
        made.use(at="08-10 10:00", request_id=identity)
        made.book("0.07", at="08-10 11:00", request_id=identity)
    engine = asked(made, terms(KEYS))
    tried = rows(engine, "SELECT * FROM repriced_line")
    found = rows(engine, "SELECT * FROM variance_line WHERE cause = 'other_model_price'")
    engine.close()
    assert {one["line_key"]: one["is_searched"] for one in tried} == {
        "id:a": True, "id:b": True,
        "group:day=2026-08-20|model=m|no cost_center": is_searched,
    }  # fmt: skip
    assert {one["line_key"] for one in found} == {"id:a", "id:b"}
