"""Two causes that close a line together where none does alone: each has the effect it adds (D15).

By hand: 1,000 input, 100 output and 500 cached tokens are 0.0031 at the price in force and 0.0055
at the old one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from tests.world import Row, World, asked, rows, terms
from tieout.money import RoundingRule
from tieout.variance.cause import BY_NAME, CAUSES

OLD = {"input_tokens": "0.000003", "output_tokens": "0.00002", "cache_read_tokens": "0.000001"}
NEW = {"input_tokens": "0.000002", "output_tokens": "0.00001", "cache_read_tokens": "0.0000002"}
CALL = {"input_tokens": "1000", "output_tokens": "100", "cache_read_tokens": "500"}
FORMAT = ("input_tokens", "output_tokens", "cache_read_tokens", "requests")


def priced(old: dict[str, str] = OLD, new: dict[str, str] = NEW) -> World:
    """Nothing but a model whose price changed before the period."""
    world = World(recorded={"usage": FORMAT})
    world.price("m", old, until="08-01")
    world.price("m", new, start="08-01")
    return world


def call(world: World, request_id: str, *amounts: str, **used: Any) -> None:
    """A call, booked in one entry or in several."""
    world.use(request_id=request_id, **{**CALL, **used})
    for number, amount in enumerate(amounts):
        world.book(amount, request_id=request_id, ledger_entry_id=f"{request_id}-{number}")


def calls(world: World, request_id: str, *amounts: str, **used: str) -> None:
    """A call and one of twice everything: one line alone is no sign of two causes."""
    call(world, request_id, *amounts, **used)
    more = {
        name: str(2 * int(number)) if number.isdecimal() else number
        for name, number in {**CALL, **used}.items()
    }
    call(world, f"{request_id}+", *(str(2 * Decimal(amount)) for amount in amounts), **more)


def world_of(*amounts: str, **used: str) -> World:
    """A call and one of twice everything."""
    world = priced()
    calls(world, "r", *amounts, **used)
    return world


def first_of(world: World, **said: Any) -> Row:
    """The line of the first call; the other has the same causes."""
    line, more = lines_of(world, **said)
    assert both(line) == both(more)
    return line


def lines_of(world: World, **said: Any) -> list[Row]:
    return rows(asked(world, terms(**said)), "SELECT * FROM variance_line ORDER BY line_key")


def both(line: Row) -> tuple[str | None, str | None]:
    return line["first_cause"], line["second_cause"]


# What is booked, the cause on top of the old price, the bucket of the larger effect, what it adds.
ON_TOP: Final[tuple[tuple[tuple[str, ...], str, str, str], ...]] = (
    (("0.0055", "0.0055"), "posted_repeatedly", "usage", "0.0055"),
    (("0.011",), "counted_repeatedly", "usage", "0.0055"),
    (("0.0165",), "counted_repeatedly", "usage", "0.011"),
    (("-0.0055",), "posted_as_credit", "usage", "-0.011"),
    (("5.5",), "factor_thousand", "source", "5.4945"),
    (("0.0000055",), "factor_thousand", "source", "-0.0054945"),
    (("0.55",), "power_of_ten", "source", "0.5445"),
    (("0.000055",), "power_of_ten", "source", "-0.005445"),
    (("5500",), "power_of_ten", "source", "5499.9945"),
    (("0.005",), "cache_not_counted", "source", "-0.0005"),  # the smaller of the two
    (("0.0035",), "meter_not_counted", "source", "-0.002"),
    (("0.0065",), "part_priced_as_whole", "source", "0.001"),
    (("0.007",), "part_counted_twice", "source", "0.0015"),
    (("0.0208",), "tokens_swapped", "usage", "0.0153"),
    (("0.002",), "meter_not_counted", "usage", "-0.0035"),  # input with its cached part
)


def test_the_old_price_and_another_mistake() -> None:
    world = priced()
    for number, (amounts, *_) in enumerate(ON_TOP):
        calls(world, f"r{number:02}", *amounts)
    lines = lines_of(world)
    assert [both(line) for line in lines[::2]] == [both(line) for line in lines[1::2]]
    for line, (_, second, bucket, effect) in zip(lines[::2], ON_TOP, strict=True):
        assert both(line) == ("price_not_in_force", second)
        assert line["cause"] == f"price_not_in_force+{second}"
        assert (line["bucket"], line["proof"]) == (bucket, "suspected")
        assert line["second_effect"] == Decimal(effect)
        # The old price is 0.0024 more.
        assert line["variance"] == Decimal("0.0024") + Decimal(effect)
        assert line["rate_part"] + line["quantity_part"] == line["variance"]
        assert line["unknown_part"] == 0


@pytest.mark.parametrize("known", ["checked", "waiting"])
def test_a_price_of_a_page_or_one_that_waits_is_another_price_as_well(known: str) -> None:
    world = World(recorded={"usage": FORMAT})
    world.price("m", NEW)
    if known == "checked":
        world.check("m", OLD, until="08-01")
    else:
        world.wait("m", OLD, start="08-20")
    calls(world, "r", "0.0208")
    assert both(first_of(world)) == ("price_not_in_force", "tokens_swapped")


@pytest.mark.parametrize(
    ("ratio", "amount", "first"),
    [
        # 0.00248 at 0.8. Both exchanged are 0.0103 at 1, and 0.64 of that at 0.8 taken twice.
        ("0.8", "0.0103", "ratio_not_applied"),
        ("0.8", "0.006592", "ratio_applied_twice"),
    ],
)
def test_a_ratio_and_swapped_tokens(ratio: str, amount: str, first: str) -> None:
    world = World(recorded={"usage": FORMAT})
    world.price("m", NEW, multiplier=ratio)
    calls(world, "r", amount)
    assert both(first_of(world)) == (first, "tokens_swapped")


def test_a_call_that_does_not_count_is_booked_before_its_price_matters() -> None:
    line = first_of(world_of("0.0055", outcome="cancelled"))
    assert both(line) == ("uncounted_calls_booked", "price_not_in_force")
    assert (line["variance"], line["second_effect"]) == (Decimal("0.0055"), Decimal("0.0024"))
    assert (line["quantity_part"], line["rate_part"]) == (Decimal("0.0031"), Decimal("0.0024"))
    assert line["bucket"] == "contract"


def test_calls_that_do_not_count_for_two_reasons_are_three_causes_and_not_two() -> None:
    world = World(recorded={"usage": FORMAT, "vendor-log": FORMAT})
    world.logs.append({"import_id": "vendor-log", "vendor": "vendor"})
    world.rule("failed", billable=False)
    world.price("m", OLD, until="08-01")
    world.sold(world.price("m", NEW, start="08-01"))
    # 0.0055, 0.0075 and 0.0095 at the old price; on another day the first of them is 0.0075.
    for day, first, booked in (("10", "100", "0.0225"), ("11", "200", "0.0245")):
        for outcome, output in (("completed", first), ("failed", "200"), ("cancelled", "300")):
            world.use(
                at=f"08-{day} 12:00", import_id="vendor-log", outcome=outcome,
                **{**CALL, "output_tokens": output},
            )  # fmt: skip
        world.book(booked, at=f"08-{day} 20:00")
    line = first_of(world)
    assert (line["usage_rows"], both(line)) == (3, (None, None))


def test_money_without_a_quantity_leaves_its_line_out() -> None:
    # A refund of 0.001, and the old price with both exchanged: 0.0208, or 0.0198 with the refund.
    for amount in ("0.0208", "0.0198"):
        world = priced()
        # Of the second 1,000 output tokens more, which are swapped and cost 0.003.
        for name, tokens in (("r", {}), ("s", {"output_tokens": "1100"})):
            call(world, name, task_id=name, charged_cost="0.0031", **tokens)
            world.use("m", entry_kind="refund", task_id=name, charged_cost="-0.001", requests=None)
            world.book(str(Decimal(amount) + (Decimal("0.003") if tokens else 0)), request_id=name)
        assert {both(line) for line in lines_of(world)} == {(None, None)}


def test_no_two_where_one_is_enough() -> None:
    line = first_of(world_of("0.0055"))
    assert (line["cause"], line["proof"], both(line)) == (
        "price_not_in_force", "proved", (None, None),
    )  # fmt: skip
    assert line["second_effect"] == 0


def test_one_call_alone_is_no_sign_but_by_equal_entries() -> None:
    world = priced()
    call(world, "r", "0.011")
    assert both(lines_of(world)[0]) == (None, None)
    # Nor are several calls of one cost, whatever is booked.
    call(world, "s", "0.011")
    assert {both(line) for line in lines_of(world)} == {(None, None)}
    world.ledger[1]["recorded_cost"] += Decimal("0.000001")
    assert {both(line) for line in lines_of(world, step="0.000004")} == {(None, None)}
    world = priced()
    call(world, "r", "0.0055", "0.0055")
    assert both(lines_of(world)[0]) == ("price_not_in_force", "posted_repeatedly")
    assert both(lines_of(world, step="0.000001")[0]) == (None, None)


def test_where_many_lines_are_open_more_of_them_have_to_agree() -> None:
    world = world_of("0.011")
    for number in range(99):
        call(world, f"open{number}", f"0.0{number + 131}77")
    assert both(lines_of(world)[-1]) == (None, None)
    world = world_of("0.011")
    for number in range(97):
        call(world, f"open{number}", f"0.0{number + 131}77")
    assert both(lines_of(world)[-1]) == ("price_not_in_force", "counted_repeatedly")


@pytest.mark.parametrize(("step", "found"), [("0", True), ("0.00000001", False)])
def test_a_doubt_on_record_goes_before_what_may_be_rounding(step: str, found: bool) -> None:
    # The call may cost up to 0.03 at a newer price, which nobody approved.
    world = priced()
    world.wait("m", {meter: str(10 * Decimal(rate)) for meter, rate in NEW.items()}, start="08-05")
    calls(world, "r", "0.0208")
    line = first_of(world, step=step)
    assert (line["cause"] == "price_not_in_force+tokens_swapped") is found
    assert line["cause"] == "within_price_range" or line["causes"] == 2


@pytest.mark.parametrize(
    ("step", "calls", "found"),
    [
        # The cache, 0.0005, is 500 times what may be rounded; then it takes two calls.
        ("0.000002", (("0.0050005", "500"), ("0.0050005", "500")), False),
        ("0.000002", (("0.0050005", "500"), ("0.0080005", "1500")), False),  # only one fits
        ("0.000002", (("0.0050005", "500"), ("0.0050005", "1500")), True),
        # 50 times is not far more.
        ("0.00002", (("0.005005", "500"), ("0.005005", "1500")), False),
    ],
)
def test_what_may_be_chance_takes_calls_of_different_amounts(
    step: str, calls: tuple[tuple[str, str], ...], found: bool
) -> None:
    world = priced()
    for number, (amount, cached) in enumerate(calls):
        # The second has ten output tokens more where it has another cache: 0.0002 at the old price.
        more = {"output_tokens": "110"} if cached != "500" else {}
        booked = str(Decimal(amount) + (Decimal("0.0002") if more else 0))
        call(world, f"r{number}", booked, cache_read_tokens=cached, **more)
    expected = ("price_not_in_force", "cache_not_counted") if found else (None, None)
    assert {both(line) for line in lines_of(world, step=step)} == {expected}


def test_a_price_that_hardly_matters_is_no_cause() -> None:
    # 0.00001 more, ten times what may be rounded, and posted twice.
    world = priced({**NEW, "input_tokens": "0.00000201"})
    call(world, "r0", "0.00311", "0.00311")
    call(world, "r1", "0.00412", "0.00412", output_tokens="201")
    assert {both(line) for line in lines_of(world, step="0.000002")} == {(None, None)}


def test_a_thousandth_leaves_a_thousand_times_the_room_for_chance() -> None:
    # 0.01 times a thousand is anything from 5 to 15 where the books hold cents.
    world = priced({"input_tokens": "0.012"}, {"input_tokens": "0.02"})
    calls(world, "r", "0.01", output_tokens="0", cache_read_tokens="0")
    assert both(first_of(world, step="0.01")) == (None, None)


def test_what_the_booking_rounds_may_be_left() -> None:
    # 0.0055005 is booked as 0.0055 and 0.0115015 as 0.011502, both of them twice in one entry.
    world = priced({**OLD, "input_tokens": "0.0000030005"})
    call(world, "r0", "0.011")
    call(world, "r1", "0.023004", input_tokens="3000")
    rule = RoundingRule("request", Decimal("0.000001"), "half_even")
    expected = {("price_not_in_force", "counted_repeatedly")}
    assert {both(line) for line in lines_of(world, rounding=rule)} == expected
    assert {both(line) for line in lines_of(world)}.isdisjoint(expected)


def test_the_day_of_several_calls() -> None:
    world = priced()
    # 0.0055, and 0.0115 or 0.0145, twice in one entry.
    for day, tokens, booked in (("10", "3000", "0.034"), ("11", "4000", "0.04")):
        world.use(at=f"08-{day} 09:00", **CALL)
        world.use(at=f"08-{day} 10:00", **{**CALL, "input_tokens": tokens})
        world.book(booked, at=f"08-{day} 20:00")
    line = first_of(world)
    assert both(line) == ("price_not_in_force", "counted_repeatedly")
    assert line["second_effect"] == Decimal("0.017")


def test_a_day_across_a_price_change_is_priced_as_a_whole() -> None:
    world = World(recorded={"usage": FORMAT})
    world.price("m", OLD, until="08-10 12:00")
    world.price("m", NEW, start="08-10 12:00")
    world.use(at="08-10 09:00", **CALL)
    world.use(at="08-10 15:00", **CALL)
    world.book("0.0416", at="08-10 20:00")  # both at the old price and with both exchanged
    world.use(at="08-11 09:00", **{**CALL, "input_tokens": "2000"})
    world.book("0.0408", at="08-11 20:00")
    line = first_of(world)
    assert both(line) == ("price_not_in_force", "tokens_swapped")
    assert line["second_effect"] == Decimal("0.0306")


def test_several_entries_are_not_one_that_counts_more_than_once() -> None:
    line = first_of(world_of("0.006", "0.0105"))
    assert line["second_cause"] != "counted_repeatedly"


def test_a_price_without_a_rate_for_what_was_used_is_no_price() -> None:
    world = priced({"input_tokens": "0.000003", "output_tokens": "0.00002"})
    calls(world, "r", "0.0203")  # swapped at the old price, the cache at nothing
    assert first_of(world)["cause"] == "unknown"


def test_of_competing_pairs_the_first_by_precedence_stands_and_the_others_are_counted() -> None:
    # Input alone at the price in force is 0.0011 with the output lost: ten times that is 0.011 too.
    engine = asked(world_of("0.011"), terms())
    pairs = rows(engine, "SELECT * FROM cause_pair WHERE line_key = 'id:r' ORDER BY place")
    assert [one["cause"] for one in pairs] == [
        "price_not_in_force+counted_repeatedly",
        "meter_not_counted+power_of_ten",
    ]
    (line,) = rows(engine, "SELECT * FROM variance_line WHERE line_key = 'id:r'")
    assert (line["cause"], line["causes"]) == (pairs[0]["cause"], 2)


@pytest.mark.parametrize("names", [("first", "second"), ("second", "first")])
def test_two_ways_to_split_the_money_do_not_rest_on_the_ids_of_the_prices(
    names: tuple[str, str],
) -> None:
    # 0.0025 now; 0.006 or 0.004 before. Booked at 0.012: twice the one, three times the other.
    world = World()
    world.price("m", {"requests": "0.006"}, until="07-01", name=names[0])
    world.price("m", {"requests": "0.004"}, start="07-01", until="08-01", name=names[1])
    world.price("m", {"requests": "0.0025"}, start="08-01", name="now")
    for name, requests, booked in (("r", "1", "0.012"), ("s", "2", "0.024")):
        world.use(request_id=name, requests=requests)
        world.book(booked, request_id=name)
    line = first_of(world)
    assert both(line) == ("price_not_in_force", "counted_repeatedly")
    assert (line["causes"], line["rate_part"], line["quantity_part"]) == (
        2, Decimal("0.0015"), Decimal("0.008"),
    )  # fmt: skip


def test_another_split_between_the_same_two_is_another_group_to_its_author() -> None:
    # Booked at 0.012: twice 0.006 or three times 0.004, of which only one is known.
    seen = []
    for old in ("0.006", "0.004"):
        world = priced({"requests": old}, {"requests": "0.0025"})
        for name, requests, booked in (("r", "1", "0.012"), ("s", "2", "0.024")):
            world.use(request_id=name, requests=requests)
            world.book(booked, request_id=name)
        engine = asked(world, terms())
        seen.append(rows(engine, "SELECT * FROM cause_group JOIN group_digest USING (cause)")[0])
    first, second = seen
    same = ("cause", "bucket", "proof", "lines", "net", "gross")
    assert [first[name] for name in same] == [second[name] for name in same]
    assert (first["first_sum"], first["second_sum"]) != (second["first_sum"], second["second_sum"])


def test_effects_of_one_part_and_both_signs_stand_apart() -> None:
    engine = asked(world_of("0.0000055"), terms())
    effects = rows(engine, "SELECT * FROM effect_total WHERE scope = 'currency' ORDER BY cause")
    told = [(one["cause"], one["part"], one["plus_cost"], one["minus_cost"]) for one in effects]
    # Of a call and of one of twice everything.
    assert told == [
        ("factor_thousand", "rate", Decimal(0), Decimal("-0.0164835")),
        ("price_not_in_force", "rate", Decimal("0.0072"), Decimal(0)),
    ]


def test_effects_of_one_size_stand_in_the_first_bucket_by_the_order() -> None:
    # 0.002, or 0.004 at the old price; the cached half of it once more is another 0.002.
    even = {"input_tokens": "0.000001", "cache_read_tokens": "0.000001"}
    world = priced(dict.fromkeys(even, "0.000002"), even)
    calls(world, "r", "0.001", "0.005", cache_read_tokens="1000", output_tokens="0")
    line = first_of(world)
    assert both(line) == ("price_not_in_force", "part_counted_twice")
    assert (line["variance"], line["second_effect"]) == (Decimal("0.004"), Decimal("0.002"))
    assert line["bucket"] == "contract"
    # 0.0011; 0.0023375 at the old price, and 0.003575 with both exchanged: 0.0012375 each.
    flat = {"input_tokens": "0.000001", "output_tokens": "0.000001"}
    world = priced({"input_tokens": "0.000002", "output_tokens": "0.000003375"}, flat)
    calls(world, "r", "0.003575", cache_read_tokens="0")
    line = first_of(world)
    assert (both(line), line["bucket"]) == (("price_not_in_force", "tokens_swapped"), "source")


def test_every_two_that_a_statement_may_name_are_in_the_closed_list(repo_root: Path) -> None:
    folder = repo_root / "src" / "tieout" / "variance" / "causes"
    made = (folder.parent / "row_counterfactual.sql").read_text(encoding="utf-8")
    firsts = {
        cause
        for name in re.findall(r"FROM ([a-z_]+)", made)
        if name != "open_row"
        for cause in re.findall(
            r"'([a-z_]+)'(?: END)? AS cause|THEN '([a-z_]+)'",
            (folder / f"{name}.sql").read_text(encoding="utf-8"),
        )
    }
    named = {one or other for one, other in firsts} - {"input_tokens", "output_tokens"}
    assert len(named) > 10
    assert [name for name in sorted(named) if f"{name}+posted_repeatedly" not in BY_NAME] == []
    for cause in CAUSES:
        for one in cause.together or ():
            assert one.part in ("rate", "quantity")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_amounts_by_chance_are_hardly_ever_two_causes(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  (repeatable, not secret)
    world = World(recorded={"usage": FORMAT})
    for month, factor in (("01", 3), ("04", 2), ("06", 5)):
        world.price(
            "m", {meter: str(Decimal(rate) * factor / 2) for meter, rate in OLD.items()},
            start=f"{month}-01", until=f"{int(month) + 1:02}-01", multiplier="0.8",
        )  # fmt: skip
    world.price("m", NEW, start="08-01", multiplier="0.8")
    for number in range(300):
        amount = f"{chance.randint(40, 1600) / 100:.2f}"
        twice = (amount,) if number % 3 else (amount, amount)
        call(
            world, f"r{number:03}", *twice,
            input_tokens=str(chance.randint(500_000, 1_500_000)),
            output_tokens=str(chance.randint(10_000, 90_000)),
            cache_read_tokens=str(chance.randint(0, 900_000)),
        )  # fmt: skip
    found = [line["line_key"] for line in lines_of(world, step="0.01") if both(line)[0]]
    assert found == []


@pytest.mark.slow
def test_of_a_model_with_many_lines_prices_and_quantities_are_not_searched() -> None:
    world = world_of("0.0208")
    assert both(first_of(world)) == ("price_not_in_force", "tokens_swapped")
    for _ in range(10_000):
        world.use(**CALL)
    world.book("1", at="08-10 20:00")
    engine = asked(world, terms())
    (line,) = rows(engine, "SELECT * FROM variance_line WHERE line_key = 'id:r'")
    assert line["cause"] == "unknown"


@pytest.mark.parametrize(("more", "searched"), [(198, True), (199, False)])
def test_prices_are_tried_up_to_twenty_thousand_calls_times_prices(
    more: int, *, searched: bool
) -> None:
    world = world_of("0.0208")
    for number in range(98):
        world.price("m", {"requests": "9"}, start="06-01", until="06-02", name=f"p{number}")
    for _ in range(more):
        world.use(at="08-20 10:00", **CALL)
    world.book("7.1", at="08-20 20:00")
    engine = asked(world)
    (model,) = rows(engine, "SELECT * FROM searched_model")
    assert model == {
        "source_model_id": "m", "currency": "USD", "lines": 3, "usage_rows": 2 + more,
        "prices": 100, "is_searched": searched,
    }  # fmt: skip
    causes = {one["cause"] for one in rows(engine, "SELECT cause FROM variance_line")}
    assert causes == {"unknown"} | ({"price_not_in_force+tokens_swapped"} if searched else set())
