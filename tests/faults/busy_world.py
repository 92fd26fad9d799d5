"""A world of few rows in which no table of the calculation stays empty."""

from __future__ import annotations

from typing import Any

from tests.world import World, moment

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}


def busy_world() -> World:  # noqa: PLR0915  (a list of stories)
    """Every state, every cause, both grains, a margin, two prices, refunds and copies."""
    w = World(recorded={"usage": ("input_tokens", "output_tokens", "requests")})
    w.price("m", RATES, until="08-15", multiplier="0.8")
    w.price("m", {"input_tokens": "0.000003", "output_tokens": "0.00001"}, start="08-15")
    w.price("cached", {**RATES, "cache_read_tokens": "0.0000002"})
    w.price("flat", {"requests": "0.01"})
    w.price("twice", RATES)
    w.price("twice", {**RATES, "input_tokens": "0.000004"})
    w.price("video", {**RATES, "seconds": "0.1"})
    w.price("thinking", {"input_tokens": "0.000002", "output_tokens": "0.00001"}, multiplier="0.5")
    w.alias("our-m", "m", until="08-25")
    w.exclude("environment", "test")
    for n in range(1, 9):  # tie out, most of them
        tokens = {"input_tokens": str(1000 * n), "output_tokens": str(100 * n)}
        w.use(
            "m",
            f"08-0{n} 10:00",
            request_id=f"ok-{n}",
            cost_center="search",
            charged_cost=f"{n * 0.0024:.4f}",
            **tokens,
        )
        w.book(
            f"{n * 0.0024:.4f}",
            at=f"08-0{n} 10:00",
            request_id=f"ok-{n}",
            cost_center="search",
            project="p1",
        )
    big = {"input_tokens": "1000", "output_tokens": "100"}
    for name, amount in {
        "listed": "0.003",
        "squared": "0.00192",
        "other": "0.004",
        "swapped": "0.00816",
        "thousand": "2.4",
        "odd": "0.005",
    }.items():
        w.use("m", request_id=name, cost_center="ads", project="p2", **big)
        w.book(amount, request_id=name, cost_center="ads")
    w.use("m", request_id="thousandth", input_tokens="1000000", output_tokens="100000")
    w.book("0.0024", request_id="thousandth")
    w.use("m", request_id="failed", outcome="failed", **big)
    w.book("0.0024", request_id="failed")
    w.use("m", request_id="only-used", **big)
    w.book("0.7", request_id="only-booked")
    w.use("m", request_id="booked-twice", **big)
    w.book("0.0024", request_id="booked-twice", ledger_entry_id="a")
    w.book("0.0024", request_id="booked-twice", ledger_entry_id="b")
    w.use("m", "08-31 23:30", request_id="late", input_tokens="900", output_tokens="90")
    w.book("0.0036", at="09-01 00:30", request_id="late")
    w.use("m", "09-01 12:00", request_id="next", **big)
    w.use("m", "10-09 12:00", request_id="far", **big)
    w.book("0.1", at="10-09 12:00", request_id="far")
    w.use("m", request_id="counted", input_tokens="500", output_tokens="100")
    w.book("0.0024", request_id="counted", **big)
    w.use("m", request_id="half-counted", input_tokens="500", output_tokens="100")
    w.book("0.0029", request_id="half-counted", **big)
    w.use("m", request_id="rounded", input_tokens="1", output_tokens="0")
    w.book("0.000002", request_id="rounded")
    for day, amount in (("03", "0.0024"), ("04", "0.0091"), ("05", "0.02")):  # groups
        # One key is silent at nine on the fourth, between two days on which it is not.
        key = None if day == "04" else "nightly"
        w.use("our-m", f"08-{day} 09:00", cost_center="ops", key_name=key, **big)
        w.book(amount, "our-m", f"08-{day}", cost_center="ops")
    w.use("our-m", "08-06 09:00", cost_center="move", **big)
    w.book("0.0024", "our-m", "08-07", cost_center="move")
    for name, amount in (("pooled-1", "0.000006"), ("pooled-2", "0.000004")):  # 0.00001 a day
        w.use("m", "08-30 10:00", request_id=name, input_tokens="2", output_tokens="0")
        w.book(amount, at="08-30 10:00", request_id=name)
    w.use("zz", request_id="unmapped", **big)
    w.book("0.5", "zz", request_id="unmapped")
    w.use(None, request_id="nameless", **big)
    w.use("our-m", "08-26 10:00", request_id="alias-ended", **big)
    w.use("twice", request_id="overlap", **big)
    w.use("cached", request_id="cached", **big)
    w.use("cached", request_id="cached-2", cache_read_tokens="50", **big)
    w.book("0.003", "cached", request_id="cached")
    w.use("flat", request_id="flat", audio_input_tokens="5")
    w.book("0.01", "flat", request_id="flat")
    w.use("m", request_id="audio", audio_input_tokens="5", **big)
    w.use("video", request_id="video", **big)
    w.book("0.003", "video", request_id="video")
    w.use("thinking", request_id="thinking", reasoning_tokens="40", **big)
    w.book("0.003", "thinking", request_id="thinking")
    w.use("m", request_id="silent")
    w.use("m", request_id="tested", environment="test", **big)
    w.use("m", request_id="copied", input_tokens="7", output_tokens="7")
    w.use("m", request_id="copied", input_tokens="7", output_tokens="7")
    w.use("m", request_id="clash", input_tokens="7", output_tokens="7")
    w.use("m", request_id="clash", input_tokens="8", output_tokens="7")
    w.use("m", request_id="job", task_id="t1", charged_cost="0.0024", **big)
    w.use(
        "m", "08-11 12:00", entry_kind="refund", task_id="t1", charged_cost="-0.0024", requests=None
    )
    w.use("m", entry_kind="refund", task_id="t2", charged_cost="-0.5", requests=None)
    w.use("m", request_id="settled", task_id="t3", charged_cost="0.0024", **big)  # settled for less
    w.use("m", entry_kind="refund", task_id="t3", charged_cost="-0.0004", requests=None)
    w.use("m", "07-30", request_id="settled late", task_id="t4", charged_cost="0.0024", **big)
    w.use("m", entry_kind="refund", task_id="t4", charged_cost="-0.0006", requests=None)
    w.use("m", entry_kind="not_usage", requests=None)
    w.use("m", request_id="money", **big)
    w.book("0.0024", request_id="money", currency="EUR")
    w.price("checked", RATES, name="checked")  # a second source that agrees, disagrees, is settled
    w.check("checked", RATES, start="01-01", until="08-05", name="agreeing")
    w.check(
        "checked", {**RATES, "input_tokens": "0.000003"}, start="08-05", until="08-20", name="other"
    )
    w.check("checked", {**RATES, "input_tokens": "0.000004"}, start="08-20", name="settled")
    w.settle("checked", "settled")
    for day in ("03", "10", "11", "25"):
        w.use("checked", f"08-{day} 08:00", request_id=f"checked-{day}", **big)
        w.book("0.003", "checked", at=f"08-{day} 08:00", request_id=f"checked-{day}")
    w.alias("by-the-thousand", "m", unit="1K tokens")
    w.use("by-the-thousand", request_id="other-unit", **big)
    w.book("0.0024", "by-the-thousand", request_id="other-unit")
    for name, start, end in (
        ("duration", "08-14 23:59", "08-15 00:01"),  # the price of m changes at midnight
        ("end", "08-15 06:00", "08-15 06:00"),
    ):
        w.use("m", start, request_id=name, ended_at=moment(end), time_basis=name, **big)
    w.price("guessed", {**RATES, "cache_read_tokens": "0.0000002"})  # meters that are estimated
    w.estimate("guessed", "output_tokens", ("50", "20", "90"))
    w.estimate("guessed", "cache_read_tokens", ("0.25", "0.2", "0.5"), per="input_tokens")
    w.estimate("guessed", "seconds", ("1.5", "0.5", "2.5"), start="08-20")
    for day in ("12", "13", "14", "21"):
        w.use(
            "guessed", f"08-{day} 08:00", request_id=f"guessed-{day}", input_tokens=f"{day}00",
            output_tokens=None, input_includes_parts=True,
        )  # fmt: skip
        w.book("0.003", "guessed", at=f"08-{day} 08:00", request_id=f"guessed-{day}")
    w.price("late", RATES, until="08-20", basis="seen")
    w.price("late", {**RATES, "input_tokens": "0.000003"}, start="08-20", basis="seen")
    for name, start, ratio in (
        ("before", "01-01", "1"), ("in-doubt", "08-12", None), ("shown", "08-16", "1.5"),
        ("after", "08-21", "1.5"),
    ):  # fmt: skip
        frozen = {} if ratio is None else {"frozen": {"model_ratio": ratio}}
        w.use("late", f"{start} 00:00", request_id=f"late-{name}", **frozen, **big)
    w.use(  # charged by its own ratios: 1,000 + 500 units
        "m", request_id="recomputed", charged_units="1500", charged_cost="0.003",
        frozen={"model_ratio": "1", "completion_ratio": "5"}, **big,
    )  # fmt: skip
    w.book("0.003", request_id="recomputed")
    w.wait("flat", {"requests": "0.02"}, start="08-05")
    # Under a vendor's contract: with a rule, without one, and resting on what was contradicted.
    w.sold(w.price("sold", RATES, multiplier="0.5", name="sold"))
    w.sold(w.price("film", {"seconds": "0.1"}, name="film"))
    w.logs.append({"import_id": "vendor-log", "vendor": "vendor"})
    w.recorded["vendor-log"] = ("input_tokens", "output_tokens", "cache_read_tokens", "seconds")
    w.rule("failed", billable=True)
    w.rule("partial", billable=False, start="08-09")
    w.contradicted.append({"vendor": "vendor", "term": "unit:media"})
    own: dict[str, Any] = {"import_id": "vendor-log", "cache_read_tokens": "0", "requests": None}
    for outcome in ("completed", "failed", "partial", "cancelled"):
        w.use("sold", request_id=f"sold-{outcome}", outcome=outcome, **own, **big)
        w.book("0.0015", "sold", request_id=f"sold-{outcome}")
    w.use("sold", request_id="sold-cached", **{**own, "cache_read_tokens": "30"}, **big)
    w.use("film", request_id="film", seconds="4", charged_units="200000", charged_cost="0.4", **own)
    w.book("0.4", "film", request_id="film")
    w.book("0.0024", request_id="tested")
    w.book("0.0024", request_id="clash")
    # Left open by July: cleared here by an entry and a group, cleared by a late call, still open.
    w.price("old", {"requests": "0.02"})
    w.use("old", "07-10 08:00", request_id="old-booked")
    w.book("0.02", "old", at="08-20 08:00", request_id="old-booked")
    w.carry("id:old-booked", "-0.02", source_model_id="old")
    w.use("old", "07-11 08:00", request_id="old-late")
    w.book("0.02", "old", at="07-11 08:00", request_id="old-late")
    w.carry("id:old-late", "0.02", source_model_id="old")
    w.use("old", "07-12 08:00", request_id="old-open")
    w.carry("id:old-open", "-0.02", source_model_id="old")
    # Half of what that call cost, without an id: it may post some of it.
    w.book("0.01", "old", at="08-24 08:00")
    w.book("0.07", "old", at="08-21 08:00")
    key = "group:day=2026-07-13|model=old|no cost_center|currency=USD"
    w.carry(key, "-0.07", source_model_id="old")
    # A task that is settled after the close: the balance at its end had not seen the rest of it.
    w.use(
        "old",
        "08-30 10:00",
        request_id="across",
        task_id="across",
        charged_units="50",
        charged_cost="0.0001",
    )
    w.use("old", "09-01 05:00", task_id="across", charged_units="5", charged_cost="0.00001")
    # What the vendor counts of a day: as we do, otherwise by a known trap, and not as we do.
    w.count("rows", "08-10", {"m": "3", "zz": "1", "nobody": "2"})
    w.count("charged_units", "08-10", {None: "200000"}, by=())
    w.carry("id:old-gone", "-0.02", "08-03", own_period=True, source_model_id="old")
    w.price("dear", {"input_tokens": "0.000005", "output_tokens": "0.00002"})
    w.use("m", request_id="as-dear", **big)
    w.book("0.007", request_id="as-dear")
    # Twice in one entry; one factor on three lines; days that were cut in another zone.
    w.use("m", request_id="doubled", **big)
    w.book("0.0048", request_id="doubled")
    for n, amount in ((1, "0.00252"), (2, "0.00504"), (3, "0.00756")):
        tokens = {"input_tokens": str(1000 * n), "output_tokens": str(100 * n)}
        w.use("m", request_id=f"fee-{n}", cost_center="fee", **tokens)
        w.book(amount, request_id=f"fee-{n}", cost_center="fee")
    w.price("zoned", {"requests": "0.01"})
    for at in ("08-12 20:00", "08-12 21:00", "08-13 03:00", "08-13 21:00", "08-14 05:00"):
        w.use("zoned", at)
    w.book("0.03", "zoned", "08-13 12:00")
    w.book("0.02", "zoned", "08-14 12:00")
    # One team's calls of a day under the name of another.
    w.use("zoned", "08-18 09:00", cost_center="search", requests="7")
    w.book("0.07", "zoned", "08-18 12:00", cost_center="ads")
    # A test call, which a rule leaves out, in the total of its day.
    w.use("zoned", "08-22 09:00", cost_center="tests")
    w.use("zoned", "08-22 10:00", cost_center="tests", environment="test")
    w.book("0.02", "zoned", "08-22 12:00", cost_center="tests")
    # Cached tokens, which the format does not record, added to the ten that include them.
    tenth = {"input_tokens": "0.02", "cache_read_tokens": "0.002"}
    w.price("beside", tenth)
    w.use("beside", request_id="beside-1", input_tokens="10", output_tokens="0")
    w.book("0.206", "beside", request_id="beside-1")
    w.use("beside", request_id="beside-2", input_tokens="10", output_tokens="0")
    w.book("0.204", "beside", request_id="beside-2")
    # Charged above its price, and booked as charged.
    w.use("m", request_id="followed", charged_cost="0.00257", **big)
    w.book("0.00257", request_id="followed")
    # Two mistakes on one call: the price of the middle of the month, and posted twice or swapped.
    w.use("m", request_id="both-posted", **big)
    w.book("0.004", request_id="both-posted", ledger_entry_id="both-a")
    w.book("0.004", request_id="both-posted", ledger_entry_id="both-b")
    w.use("m", request_id="both-swapped", **big)
    w.book("0.0103", request_id="both-swapped")
    w.use("m", request_id="both-again", input_tokens="3000", output_tokens="200")
    w.book("0.0306", request_id="both-again")
    return w
