"""An amount on another day: the counterpart of one day, and of none of several (D6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from tests.world import World, asked, rows, terms

RATES: Final = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
TOKENS: Final = {"input_tokens": "1000", "output_tokens": "100"}
OF_PROJECTS: Final = ("day", "source_model_id", "project")
PROVED: Final = ("other_day", "proved")
SUSPECTED: Final = ("other_day", "suspected")
BESIDE: Final = ("other_period", "proved")
NOT_BOOKED: Final = ("not_in_ledger", "suspected")
NOT_USED: Final = ("not_in_usage", "suspected")
ONE_OF: Final = ("one_of_other_days", "suspected")


def world() -> World:
    """A model whose calls cost 0.01 each."""
    made = World()
    made.price("m", {"requests": "0.01"})
    return made


def of_tokens() -> World:
    """A model whose calls cost 0.003 each."""
    made = World()
    made.price("m", RATES)
    return made


def used(made: World, day: str, calls: int, **fields: Any) -> None:
    """Calls of a day that nobody booked."""
    made.use(at=f"{day} 10:00", requests=str(calls), **fields)


def booked(made: World, day: str, calls: int, **fields: Any) -> None:
    """An entry of a day without calls of its own."""
    made.book(Decimal(calls) / 100, at=f"{day} 20:00", **fields)


def off(made: World, day: str, calls: int, **fields: Any) -> None:
    """A day of both legs, off by so many calls."""
    used(made, day, 50, **fields)
    booked(made, day, 50 + calls, **fields)


def judged(
    made: World, keys: tuple[str, ...] = ("day", "source_model_id", "cost_center")
) -> dict[str, tuple[str, str]]:
    """Cause and proof of each open line, by its day, its project and the id of a call."""
    engine = asked(made, terms(keys))
    found = rows(engine, "SELECT * FROM variance_line WHERE line_state = 'open' ORDER BY line_key")
    engine.close()
    named = {}
    for one in found:
        call = one["line_key"][3:] if one["grain"] == "request" else None
        named[" ".join(filter(None, (str(one["day"])[5:], one["project"], call)))] = (
            one["cause"], one["proof"],
        )  # fmt: skip
    return named


def filed(made: World) -> tuple[str, str, str]:
    """Cause, proof and bucket of the line with the largest variance."""
    found = rows(
        asked(made, terms()),
        "SELECT cause, proof, bucket FROM variance_line ORDER BY abs(variance) DESC, line_key",
    )[0]
    return found["cause"], found["proof"], found["bucket"]


def test_a_day_total_whose_calls_stand_beside_the_period_is_timing() -> None:
    made = of_tokens()
    made.use(at="09-01 00:10", request_id="a", **TOKENS)
    made.use(at="09-01 00:20", request_id="b", **TOKENS)
    made.book("0.006", at="08-31 20:00")
    # It may be another day's use that nobody exported, so that nothing is proved.
    assert filed(made) == ("other_period", "suspected", "timing")
    # With a call on its own day, the rest is what stands beside the period.
    made.use(at="08-31 09:00", request_id="c", **{**TOKENS, "input_tokens": "5000"})
    made.ledger[0]["recorded_cost"] += Decimal("0.011")
    assert filed(made) == ("other_period", "suspected", "timing")
    made.ledger[0]["recorded_cost"] += Decimal("0.001")
    assert filed(made)[0] not in {"other_period", "not_in_usage"}


@pytest.mark.parametrize("other", ["08-12", "08-30"])
def test_one_amount_beside_the_period_is_no_counterpart_of_two(other: str) -> None:
    made = of_tokens()
    made.use(at="09-01 00:10", request_id="a", **TOKENS)
    for day in ("08-31", other):
        made.use(at=f"{day} 09:00", request_id=f"on {day}", **{**TOKENS, "input_tokens": "5000"})
        made.book("0.014", at=f"{day} 20:00")
    found = judged(made)
    if other == "08-12":  # further from it than the margin is long
        assert found == {"08-31": ("other_period", "suspected"), "08-12": ("unknown", "none")}
    else:
        assert found == {"08-31": ONE_OF, "08-30": ONE_OF}


def test_calls_whose_day_total_is_posted_beside_the_period_are_timing() -> None:
    made = of_tokens()
    made.use(at="08-31 23:50", request_id="a", **TOKENS)
    made.book("0.003", at="09-01 20:00")
    assert filed(made) == ("other_period", "suspected", "timing")
    # In the margin before, too; an amount of another team is no counterpart.
    made = of_tokens()
    made.use(at="08-01 00:10", request_id="a", cost_center="ads", **TOKENS)
    made.book("0.003", at="07-31 20:00", cost_center="ads")
    assert filed(made) == ("other_period", "suspected", "timing")
    made.ledger[0]["cost_center"] = "search"
    assert filed(made) == ("not_in_ledger", "proved", "usage")


def test_an_amount_on_another_day_of_its_group_is_timing_and_proved() -> None:
    made = of_tokens()
    made.use(at="08-05 10:00", **TOKENS)
    made.book("0.003", at="08-06")
    assert filed(made) == ("other_day", "proved", "timing")
    made.ledger[0]["recorded_cost"] *= 2
    assert filed(made)[0] in {"not_in_ledger", "not_in_usage"}


def test_one_amount_is_the_counterpart_of_one_day_and_of_none_of_two() -> None:
    made = world()
    used(made, "08-05", 14)
    booked(made, "08-06", 14)
    assert judged(made) == {"08-05": PROVED, "08-06": PROVED}
    used(made, "08-07", 14)
    # One of the two days is not booked at all, and nobody knows which.
    assert judged(made) == {"08-05": NOT_BOOKED, "08-06": NOT_USED, "08-07": NOT_BOOKED}
    # A day that both legs have is off by an amount of another day, and may be by that of neither.
    used(made, "08-06", 50)
    booked(made, "08-06", 50)
    assert judged(made) == {"08-05": NOT_BOOKED, "08-06": ONE_OF, "08-07": NOT_BOOKED}


def test_what_has_no_day_of_its_own_is_no_timing() -> None:
    made = world()
    for day in ("08-05", "08-07", "08-08"):
        off(made, day, -14)
    off(made, "08-06", 14)
    found = rows(asked(made, terms()), "SELECT DISTINCT cause, proof, bucket FROM variance_line")
    assert found == [{"cause": ONE_OF[0], "proof": "suspected", "bucket": "usage"}]


def test_single_calls_are_what_their_group_lacks_with_its_line_or_without() -> None:
    made = world()
    used(made, "08-05", 8, request_id="a")
    used(made, "08-05", 6, request_id="b")
    off(made, "08-06", 14)
    assert judged(made) == {"08-05 a": SUSPECTED, "08-05 b": SUSPECTED, "08-06": SUSPECTED}
    off(made, "08-07", -14)
    assert judged(made) == {
        "08-05 a": NOT_BOOKED, "08-05 b": NOT_BOOKED, "08-06": ONE_OF, "08-07": ONE_OF,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "line", "call"),
    [(14, PROVED, ("not_in_ledger", "proved")), (20, SUSPECTED, SUSPECTED)],
)
def test_a_line_and_the_calls_beside_it_may_be_one_amount_or_two(
    extra: int, line: tuple[str, str], call: tuple[str, str]
) -> None:
    made = world()
    used(made, "08-05", 14)
    used(made, "08-05", 6, request_id="a")
    off(made, "08-06", extra)
    assert judged(made) == {"08-05": line, "08-05 a": call, "08-06": line}


def test_days_are_those_of_one_group_by_the_keys_that_are_declared() -> None:
    made = world()
    for project, day, calls in (("A", "08-05", 14), ("A", "08-07", 14), ("B", "08-09", 14)):
        used(made, day, calls, project=project)
    off(made, "08-06", 14, project="A")
    off(made, "08-07", 100, project="B")
    found = judged(made, OF_PROJECTS)
    assert found["08-05 A"] == found["08-07 A"] == NOT_BOOKED
    assert found["08-06 A"] == ONE_OF
    assert found["08-09 B"] == ("not_in_ledger", "proved")
    # Without the project among the keys the day of B is a day of the group as well.
    found = judged(made)
    assert {one[1] for one in found.values()} <= {"suspected", "none"}


def test_an_amount_beside_the_period_and_one_within_it_leave_a_day_without_its_own() -> None:
    made = world()
    used(made, "08-31", 14)
    booked(made, "08-30", 14)
    booked(made, "09-01", 14)
    assert judged(made) == {"08-30": NOT_USED, "08-31": NOT_BOOKED}


def test_two_days_beside_the_period_may_have_one_amount_as_well() -> None:
    made = world()
    booked(made, "08-31", 14)
    used(made, "09-01", 14)
    assert judged(made) == {"08-31": BESIDE}
    booked(made, "09-02", 14)
    assert judged(made) == {"08-31": NOT_USED}


@pytest.mark.parametrize(
    ("days", "cause"),
    [(("09-01",), "other_period"), (("09-01", "09-02"), "posted_repeatedly")],
)
def test_what_is_not_posted_yet_is_a_rival_to_an_entry_posted_twice(
    days: tuple[str, ...], cause: str
) -> None:
    made = world()
    used(made, "08-31", 30)
    booked(made, "08-31", 30)
    booked(made, "08-31", 30, ledger_entry_id="again")
    assert judged(made) == {"08-31": ("posted_repeatedly", "proved")}
    for day in days:
        used(made, day, 30)
    assert judged(made) == {"08-31": (cause, "suspected")}


def test_two_amounts_of_one_day_have_no_single_counterpart() -> None:
    made = world()
    used(made, "08-05", 14)
    used(made, "08-05", 14, request_id="a")
    off(made, "08-06", 14)
    assert judged(made) == {"08-05": NOT_BOOKED, "08-05 a": NOT_BOOKED, "08-06": ONE_OF}


def test_two_amounts_of_one_day_may_each_have_its_own_day() -> None:
    made = world()
    used(made, "08-05", 14)
    used(made, "08-05", 6, request_id="a")
    off(made, "08-06", 14)
    off(made, "08-07", 6)
    assert judged(made) == {
        "08-05": PROVED, "08-06": PROVED, "08-05 a": SUSPECTED, "08-07": SUSPECTED,
    }  # fmt: skip
    # Unless both together are missing on a third.
    off(made, "08-08", 20)
    assert {one[1] for one in judged(made).values()} == {"suspected"}


def test_a_call_that_was_called_back_for_its_item_is_no_amount_of_its_day() -> None:
    made = world()
    used(made, "07-10", 14, request_id="a")
    made.carry("id:a", "-0.14")
    booked(made, "08-20", 14)
    assert judged(made) == {"08-20": NOT_USED}


def test_an_entry_and_its_reversal_are_no_usage_on_another_day() -> None:
    made = world()
    booked(made, "08-05", 14)
    booked(made, "08-06", -14)
    assert judged(made) == dict.fromkeys(("08-05", "08-06"), ("not_in_usage", "proved"))


def test_quantities_of_the_ledger_are_no_rival_to_the_other_day() -> None:
    made = world()
    made.recorded = {"usage": ("requests",), "ledger": ("requests",)}
    for day, calls in (("08-05", 36), ("08-06", 64)):
        used(made, day, 50)
        made.book(Decimal(calls) / 100, at=f"{day} 20:00", requests=str(calls))
    assert judged(made) == {"08-05": PROVED, "08-06": PROVED}


@pytest.mark.parametrize("rivals", [("08-05",), ("08-05", "08-09")])
def test_an_item_of_an_earlier_period_is_a_choice_as_well(rivals: tuple[str, ...]) -> None:
    made = world()
    made.carry("group:day=2026-07-10|model=m|no cost_center", "-0.14")
    booked(made, "08-06", 14)
    assert judged(made) == {"08-06": ("clears_carried", "proved")}
    for day in rivals:
        used(made, day, 14)
    found = judged(made)
    assert found.pop("08-06") == ("clears_carried", "suspected")
    assert found == dict.fromkeys(rivals, NOT_BOOKED)


@pytest.mark.parametrize("second", ["an item", "an entry"])
def test_an_item_and_an_entry_of_several_that_fit_prove_nothing(second: str) -> None:
    made = world()
    made.carry("group:day=2026-07-10|model=m|no cost_center", "-0.14")
    booked(made, "08-06", 14)
    if second == "an item":
        made.carry("group:day=2026-07-11|model=m|no cost_center", "-0.14", "07-11")
        assert judged(made) == {"08-06": NOT_USED}
    else:
        booked(made, "08-07", 14)
        assert judged(made) == {"08-06": NOT_USED, "08-07": NOT_USED}


def test_what_an_item_left_in_the_margin_is_that_item_and_no_second_choice() -> None:
    made = world()
    made.carry("group:day=2026-07-31|model=m|no cost_center", "-0.14", "07-31")
    used(made, "07-31", 14)
    booked(made, "08-01", 14)
    assert judged(made) == {"08-01": ("clears_carried", "proved")}
    assert items_of(made) == {"07-31": ("carried", "cleared")}


def test_a_day_without_the_other_leg_is_no_choice_for_an_item() -> None:
    made = world()
    made.carry("group:day=2026-07-10|model=m|no cost_center", "-0.14")
    booked(made, "08-06", 14)
    used(made, "08-09", -14)
    assert judged(made) == {
        "08-06": ("clears_carried", "proved"), "08-09": ("not_in_ledger", "proved"),
    }  # fmt: skip


def test_a_refund_and_its_credit_on_two_days_are_timing() -> None:
    made = world()
    used(made, "08-05", -14)
    booked(made, "08-06", -14)
    assert judged(made) == {"08-05": PROVED, "08-06": PROVED}


def test_what_else_explains_the_counterpart_leaves_both_days_in_doubt() -> None:
    made = world()
    used(made, "08-05", 30)
    used(made, "08-06", 30)
    booked(made, "08-06", 30)
    booked(made, "08-06", 30, ledger_entry_id="again")
    assert judged(made) == {"08-05": SUSPECTED, "08-06": SUSPECTED}


def items_of(made: World) -> dict[str, tuple[str, str]]:
    """Origin and state of each item by its day."""
    found = rows(asked(made, terms()), "SELECT * FROM unmatched_item")
    return {str(one["day"])[5:]: (one["origin"], one["state"]) for one in found}


def test_an_entry_that_may_clear_an_item_is_one_itself() -> None:
    made = world()
    made.carry("group:day=2026-07-10|model=m|no cost_center", "-0.14")
    booked(made, "08-06", 14)
    assert items_of(made) == {"07-10": ("carried", "cleared")}
    used(made, "08-05", 14)
    assert items_of(made) == {
        "07-10": ("carried", "open"), "08-05": ("run", "open"), "08-06": ("run", "open"),
    }  # fmt: skip


@pytest.mark.parametrize("proved", [True, False])
def test_a_rerun_clears_an_item_by_a_counterpart_and_not_by_an_equal_amount(
    *, proved: bool
) -> None:
    made = world()
    made.carry(
        "group:day=2026-08-05|model=m|no cost_center", "0.14", "08-05",
        item_period="2026-08", own_period=True,
    )  # fmt: skip
    booked(made, "08-05", 14)
    used(made, "08-05", 10)
    used(made, "08-06", 4, **({} if proved else {"request_id": "a"}))
    assert judged(made)["08-05"] == (PROVED if proved else SUSPECTED)
    assert items_of(made).pop("08-05") == ("before", "cleared" if proved else "gone")
