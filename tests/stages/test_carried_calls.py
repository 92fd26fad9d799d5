"""Single calls that July left without an entry, and one amount of August that they come to (D25).

July is run first, so that August is carried what July left and nothing that a test made up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from tests.world import World, asked, rows, terms

KEYS: Final = ("day", "source_model_id", "cost_center")
EQUAL: Final = ("equals_carried", "suspected")
LATE: Final = ("not_in_usage", "suspected")
NOT_USED: Final = ("not_in_usage", "proved")
PROVED: Final = ("clears_carried", "proved")
OPEN: Final = ("carried", "open")


def world() -> World:
    """Calls cost 0.01 each; July has two of one day that nobody booked."""
    made = World()
    made.price("m", {"requests": "0.01"})
    called(made, "07-10", "a", 3)
    called(made, "07-10", "b", 4)
    return made


def called(made: World, day: str, identity: str, calls: int, **fields: Any) -> None:
    made.use(at=f"{day} 10:00", request_id=identity, requests=str(calls), **fields)


def booked(made: World, day: str, calls: int, **fields: Any) -> None:
    made.book(Decimal(calls) / 100, at=f"{day} 20:00", **fields)


def group_with_a_rival() -> World:
    """A day of July without an entry; August's entry is its own or that of another model's call."""
    made = World()
    for model in "mn":
        made.price(model, {"requests": "0.01"})
    made.use(at="07-05 10:00", requests="9")
    booked(made, "08-20", 9)
    made.use("n", at="08-20 10:00", requests="9")
    return made


def carried(made: World, keys: tuple[str, ...]) -> None:
    """What July leaves becomes what August is given."""
    engine = asked(made, terms(keys, period="2026-07"))
    for one in rows(engine, "SELECT * FROM unmatched_item WHERE state = 'open'"):
        shown = {name: one[name] for name in (
            "side", "grain", "day", "source_model_id", "cost_center", "project", "currency",
            "amount", "cause", "bucket", "proof", "group_key",
        )}  # fmt: skip
        made.carry(one["line_key"], "0").update(shown)
    engine.close()


def august(
    made: World, keys: tuple[str, ...] = KEYS, given: tuple[str, ...] = KEYS
) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Cause and proof of August's open lines, and origin and state of the items, by id or day."""
    carried(made, given)
    engine = asked(made, terms(keys))
    lines = rows(engine, "SELECT * FROM variance_line WHERE line_state = 'open'")
    items = rows(engine, "SELECT * FROM unmatched_item")
    engine.close()
    return (
        {_name(one): (one["cause"], one["proof"]) for one in lines},
        {_name(one): (one["origin"], one["state"]) for one in items},
    )


def _name(one: dict[str, Any]) -> str:
    key: str = one["line_key"]
    other = "" if one["source_model_id"] in {"m", None} else f" {one['source_model_id']}"
    return key[3:] if one["grain"] == "request" else f"{str(one['day'])[5:]}{other}"


@pytest.mark.parametrize("keys", [KEYS, ("source_model_id",), ("day",)], ids=" ".join)
def test_an_entry_without_ids_may_be_the_calls_that_an_earlier_period_left(
    keys: tuple[str, ...],
) -> None:
    made = world()
    booked(made, "08-20", 7)
    lines, items = august(made, keys, keys)
    assert list(lines.values()) == [EQUAL]
    (entry,) = lines
    assert items == {"a": OPEN, "b": OPEN, entry: ("run", "open")}


def test_an_entry_above_the_calls_of_its_own_day_may_hold_those_too() -> None:
    made = world()
    called(made, "08-20", "c", 50)
    booked(made, "08-20", 57)
    lines, items = august(made)
    assert lines == {"08-20": EQUAL}
    assert items == {"a": OPEN, "b": OPEN}


@pytest.mark.parametrize(("calls", "judged"), [(3, LATE), (4, LATE), (6, LATE), (8, NOT_USED)])
def test_another_amount_is_not_theirs_alone_and_may_post_some_of_them(
    calls: int, judged: tuple[str, str]
) -> None:
    made = world()
    booked(made, "08-20", calls)
    assert august(made)[0] == {"08-20": judged}


@pytest.mark.parametrize("other", [{"model": "n"}, {"currency": "EUR"}], ids=str)
def test_an_entry_of_another_group_is_none_of_theirs(other: dict[str, str]) -> None:
    made = world()
    made.price("n", {"requests": "0.01"})
    made.price("e", {"requests": "0.01"}, currency="EUR")
    booked(made, "08-20", 7, **other)
    assert list(august(made)[0].values()) == [NOT_USED]


def test_calls_of_two_days_are_two_amounts() -> None:
    made = world()
    called(made, "07-11", "c", 5)
    booked(made, "08-20", 12)
    assert august(made)[0] == {"08-20": LATE}, "one posting for two days"
    made.carried.clear()
    booked(made, "08-21", 5)
    lines, items = august(made)
    assert lines == {"08-20": LATE, "08-21": EQUAL}
    assert items["c"] == OPEN


def test_a_call_that_an_entry_names_by_now_is_cleared_by_it_and_no_part_of_the_rest() -> None:
    made = world()
    booked(made, "08-19", 3, request_id="a")
    booked(made, "08-20", 4)
    lines, items = august(made)
    assert lines == {"a": PROVED, "08-20": EQUAL}
    assert items == {"a": ("carried", "cleared"), "b": OPEN, "08-20": ("run", "open")}


@pytest.mark.parametrize("second", ["an entry", "other calls", "a group", "this month"])
def test_where_several_would_do_none_is_chosen(second: str) -> None:
    made = world()
    booked(made, "08-20", 7)
    if second == "an entry":
        booked(made, "08-21", 7)
    elif second == "other calls":
        called(made, "07-11", "c", 7)
    elif second == "a group":
        made.use(at="07-12 10:00", requests="7")
    else:
        called(made, "08-22", "c", 7)
    lines, items = august(made)
    assert {proof for _, proof in lines.values()} == {"suspected"}
    assert lines["08-20"][0] == ("equals_carried" if second == "this month" else "not_in_usage")
    assert {state for _, state in items.values()} == {"open"}


@pytest.mark.parametrize("later", ["nothing", "another call", "another amount"])
def test_calls_that_lie_in_the_margin_stand_there_and_not_as_they_were_left(later: str) -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    called(made, "07-31", "a", 3)
    if later != "another call":
        called(made, "07-31", "b", 4)
    carried(made, KEYS)
    if later == "another call":
        called(made, "07-31", "b", 4)
    elif later == "another amount":
        made.usage[0]["requests"] = Decimal(5)
    booked(made, "08-02", 9 if later == "another amount" else 7)
    engine = asked(made, terms(KEYS))
    lines = rows(engine, "SELECT * FROM variance_line WHERE line_state = 'open'")
    engine.close()
    assert [(one["cause"], one["proof"]) for one in lines] == [("other_period", "suspected")]


def test_another_model_of_the_day_is_a_rival_to_the_calls() -> None:
    made = world()
    made.price("n", {"requests": "0.01"})
    booked(made, "08-20", 7)
    made.use("n", at="08-20 10:00", requests="7")
    lines, _ = august(made)
    assert lines == {"08-20": EQUAL, "08-20 n": ("other_model", "suspected")}


def test_a_day_of_calls_with_and_without_ids_is_not_proved_to_be_none_of_them() -> None:
    made = world()
    made.use(at="07-10 10:00", requests="5")
    booked(made, "08-20", 12)
    assert august(made)[0] == {"08-20": LATE}


def test_an_entry_in_doubt_clears_nothing_in_a_later_period() -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    called(made, "07-10", "a", 7)
    booked(made, "07-12", 7)
    called(made, "08-20", "c", 57)
    booked(made, "08-20", 50)
    lines, items = august(made)
    assert lines == {"08-20": EQUAL}
    assert items == {"a": OPEN, "07-12": OPEN}


def test_what_may_stand_in_several_places_is_cleared_by_none_of_a_later_period() -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    made.use(at="07-10 10:00", requests="7")
    booked(made, "07-12", 7)
    booked(made, "07-13", 7)
    booked(made, "08-20", 7)
    lines, items = august(made)
    assert lines == {"08-20": EQUAL}
    assert {state for _, state in items.values()} == {"open"}


def test_another_model_is_a_rival_to_a_group_as_well() -> None:
    made = group_with_a_rival()
    lines, items = august(made)
    assert lines == {
        "08-20": ("clears_carried", "suspected"), "08-20 n": ("other_model", "suspected"),
    }  # fmt: skip
    assert items["07-05"] == OPEN


@pytest.mark.parametrize("keys", [KEYS, ("source_model_id",)], ids=" ".join)
def test_an_amount_with_two_choices_is_not_proved_to_be_without_usage(
    keys: tuple[str, ...],
) -> None:
    made = world()
    made.use(at="07-12 10:00", requests="7")
    booked(made, "08-20", 7)
    lines, items = august(made, keys, keys)
    assert list(lines.values()) == [LATE]
    assert {state for _, state in items.values()} == {"open"}


def test_an_entry_that_names_a_call_wrongly_does_not_make_the_rest_a_proof() -> None:
    made = world()
    booked(made, "08-19", 1, request_id="a")
    booked(made, "08-20", 7)
    assert august(made)[0]["08-20"] == LATE


@pytest.mark.parametrize(
    ("center", "of_entry", "judged"),
    [
        ("chat", "chat", LATE),
        ("chat", None, LATE),
        (None, "chat", LATE),
        ("search", "chat", NOT_USED),
    ],
    ids=str,
)
def test_calls_of_the_same_cost_center_or_of_an_unnamed_one_may_be_posted(
    center: str | None, of_entry: str | None, judged: tuple[str, str]
) -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    called(made, "07-10", "a", 9, **({"cost_center": center} if center else {}))
    booked(made, "08-20", 7, **({"cost_center": of_entry} if of_entry else {}))
    assert august(made)[0] == {"08-20": judged}


@pytest.mark.parametrize("calls", [9, -9])
def test_a_day_or_a_refund_without_an_entry_is_cleared_by_the_one_that_equals_it(
    calls: int,
) -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    made.use(at="07-05 10:00", requests=str(calls))
    booked(made, "08-20", calls)
    lines, items = august(made)
    assert lines == {"08-20": PROVED}
    assert items == {"07-05": ("carried", "cleared")}


def test_an_item_that_may_be_cleared_is_open_for_other_entries_as_well() -> None:
    made = group_with_a_rival()
    booked(made, "08-21", 4)
    assert august(made)[0]["08-21"] == LATE


@pytest.mark.parametrize("keys", [KEYS, ("source_model_id",)], ids=" ".join)
def test_the_smallest_entry_of_a_line_is_what_may_post_a_call(keys: tuple[str, ...]) -> None:
    made = world()
    booked(made, "08-20", 7, ledger_entry_id="a")
    booked(made, "08-20" if "day" in keys else "08-25", 50, ledger_entry_id="b")
    assert set(august(made, keys, keys)[0].values()) == {LATE}


@pytest.mark.parametrize(
    ("keys", "field"),
    [(("day",), "model"), (("day", "source_model_id"), "cost_center")],
    ids=" ".join,
)
def test_a_group_that_names_no_model_or_cost_center_may_hold_any(
    keys: tuple[str, ...], field: str
) -> None:
    made = World()
    for model in "mn":
        made.price(model, {"requests": "0.01"})
    for name, calls in (("m", 3), ("n", 4)):
        made.use(at="07-10 10:00", requests=str(calls), **{field: name})
    booked(made, "08-20", 4, **{field: "n"})
    assert list(august(made, keys, keys)[0].values()) == [LATE]


@pytest.mark.parametrize("calls", [{"07-10": 8}, {"07-10": 4, "07-11": 3}], ids=str)
def test_open_calls_that_come_to_the_amount_leave_a_day_without_proof(
    calls: dict[str, int],
) -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    made.use(at="07-12 10:00", requests="7")
    booked(made, "08-20", 7)
    for day, number in calls.items():
        called(made, day, day, number)
    lines, items = august(made)
    assert lines == {"08-20": EQUAL}
    assert {state for _, state in items.values()} == {"open"}


@pytest.mark.parametrize(
    ("calls", "judged"), [({}, LATE), ({"request_id": "a"}, NOT_USED)], ids=str
)
def test_an_entry_with_an_id_may_post_calls_that_have_none(
    calls: dict[str, str], judged: tuple[str, str]
) -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    made.use(at="07-10 10:00", requests="7", **calls)
    booked(made, "08-20", 7, request_id="x")
    assert august(made)[0] == {"x": judged}


def test_days_whose_timing_is_only_suspected_are_items() -> None:
    made = World()
    made.price("m", {"requests": "0.01"})
    called(made, "07-10", "a", 7)
    booked(made, "07-12", 7)
    booked(made, "08-20", 7)
    lines, items = august(made)
    assert lines == {"08-20": EQUAL}
    assert items == {"a": OPEN, "07-12": OPEN, "08-20": ("run", "open")}
