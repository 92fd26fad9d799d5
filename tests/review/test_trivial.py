"""Small differences pass by themselves only as far as all of them together do (V4, V6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.review.books import EXACT, Books, only_group
from tests.review.test_decision_rules import ACCEPTED, SCOPE, replayed
from tieout.calendar import parse_period
from tieout.close.trivial import TrivialSum, trivial_findings, trivial_sums
from tieout.people.ruling import RulingDocument
from tieout.review.cause_group import CauseGroup, group_id_of
from tieout.review.decision_rules import ReviewTerms
from tieout.review.standing import ReviewedFrom, Standing, standings
from tieout.review.trivial import passing


def group(
    number: int, gross: str, currency: str | None = "USD", bucket: str = "usage"
) -> CauseGroup:
    """A group of that size; its number makes its name."""
    scope = msgspec.structs.replace(
        SCOPE, project=f"p{number}", currency=currency, bucket=bucket, proof="proved"
    )
    return CauseGroup(group_id_of(scope), "aa" * 32, scope, 1, Decimal(0), Decimal(gross))


def groups(*sizes: str) -> list[CauseGroup]:
    """Groups of those sizes, in that order."""
    return [group(number, size) for number, size in enumerate(sizes)]


def found(
    made: Sequence[CauseGroup], *documents: RulingDocument, amount: str = "0.50", total: str = "1",
    clear_timing: bool = False,
) -> tuple[Standing, ...]:  # fmt: skip
    """What stands about the groups under a policy with those two terms."""
    terms = ReviewTerms(
        trivial_amount=Decimal(amount), trivial_total=Decimal(total), clear_timing=clear_timing
    )
    look = ReviewedFrom(parse_period("2026-08", "UTC"), datetime(2026, 9, 3, tzinfo=UTC), terms, {})
    return standings(made, replayed(*documents), look)


def states(standing: Sequence[Standing]) -> list[str]:
    """Their states, in order."""
    return [one.state for one in standing]


def test_a_thousand_small_groups_hide_no_large_sum() -> None:
    """Each is 0.50 and would pass alone; together they are 500."""
    assert set(states(found(groups(*["0.50"] * 1000), total="5"))) == {"open"}


def test_the_smallest_pass_until_they_come_to_what_may_pass_together() -> None:
    """0.10 + 0.20 + 0.30 = 0.60; with 0.45 it would be 1.05. What is over 0.50 never passes."""
    made = found(groups("0.45", "0.20", "0.60", "0.10", "0.30"))
    assert states(made) == ["open", "trivial", "open", "trivial", "trivial"]
    assert states(found(groups("0.10", "0.20", "0.30", "0.40"))) == ["trivial"] * 4


def test_groups_of_one_size_pass_together_or_not_at_all() -> None:
    """0.10 + 0.45 would fit, and nothing says which of the two 0.45 it would be."""
    assert states(found(groups("0.45", "0.10", "0.45"), total="0.60")) == [
        "open",
        "trivial",
        "open",
    ]


def test_nothing_passes_where_nothing_may_pass_together() -> None:
    assert states(found(groups("0.01"), total="0")) == ["open"]


def test_each_currency_has_its_own_sum() -> None:
    made = [group(1, "0.50"), group(2, "0.50"), group(3, "0.50", "EUR"), group(4, "0.50", None)]
    assert states(found(made, total="0.50")) == ["open", "open", "trivial", "trivial"]


def test_what_a_person_decided_leaves_room_for_the_rest() -> None:
    """0.40 + 0.45 is above 0.80; once 0.45 is escalated, 0.40 is all that passes unseen."""
    made = groups("0.40", "0.45")
    assert states(found(made, total="0.80")) == ["trivial", "open"]
    said = msgspec.structs.replace(ACCEPTED, groups=(made[0].disposed(),), disposed="escalated")
    assert states(found(made, said, total="0.80")) == ["escalated", "trivial"]


def test_what_a_counterpart_settles_takes_no_room() -> None:
    made = [group(1, "0.30", bucket="timing"), group(2, "0.40")]
    assert states(found(made, total="0.50", clear_timing=True)) == ["cleared", "trivial"]
    assert states(found(made, total="0.50")) == ["trivial", "open"]


_SIZES = st.lists(st.integers(1, 60), max_size=30)


@given(_SIZES, st.integers(0, 400))
def test_the_rule_is_that_of_the_largest_size_up_to_which_all_groups_fit(
    cents: list[int], most: int
) -> None:
    """Counted in whole cents, size by size, instead of group by group."""
    fits = [size for size in {*cents} if sum(c for c in cents if c <= size) <= most]
    limit = max(fits, default=0)
    made = groups(*(str(Decimal(one) / 100) for one in cents))
    passed = passing(made, Decimal(most) / 100)
    assert [one.group_id in passed for one in made] == [one <= limit for one in cents]


@given(st.permutations(groups("0.1", "0.2", "0.2", "0.3", "0.45")))
def test_the_order_of_the_groups_decides_nothing(made: list[CauseGroup]) -> None:
    assert passing(made, Decimal("0.8")) == passing(sorted(made, key=str), Decimal("0.8"))


def test_the_sums_say_what_passed_and_what_adds_up_to_too_much() -> None:
    terms = ReviewTerms(trivial_amount=Decimal("0.50"), trivial_total=Decimal(1))
    sums = trivial_sums(found(groups("0.45", "0.20", "0.60", "0.10", "0.30")), terms)
    assert sums == (TrivialSum("USD", 3, Decimal("0.60"), Decimal(1), 1, Decimal("0.45")),)
    (finding,) = trivial_findings(sums)
    assert (finding.code, finding.rows) == ("TRIVIAL_TOTAL", 1)
    assert finding.where == (
        "USD: 3 groups pass with 0.6 gross of at most 1; 1 more stays open with 0.45",
    )
    assert trivial_findings(trivial_sums(found(groups("0.10")), terms)) == ()


def three_odd(folder: Path, total: str) -> Books:
    """A month in which teams a, b and c were booked 0.0001, 0.0002 and 0.0003 too much."""
    policy = f'materiality = "0.001"\ntrivial_amount = "0.0003"\ntrivial_total = "{total}"'
    books = Books(folder, policy)
    books.at(datetime(2026, 9, 1, tzinfo=UTC))
    books.calls("2026-08", *((f"r-{team}", "alpha", team) for team in "abc"))
    odd = {"a": "0.0061", "b": "0.0062", "c": "0.0063"}
    assert Decimal(EXACT) == Decimal("0.006")
    books.booked("2026-08", *((f"r-{team}", "alpha", team, odd[team]) for team in "abc"))
    return books


def test_a_run_lets_small_groups_pass_counts_them_and_says_how_much_they_are(
    tmp_path: Path,
) -> None:
    books = three_odd(tmp_path, "0.0004")
    report = books.run("2026-08")
    by_team = {one["cost_center"]: one for one in report["summary"]["groups"]}
    assert {team: one["status"] for team, one in by_team.items()} == {
        "a": "trivial", "b": "trivial", "c": "open",
    }  # fmt: skip
    # Every group is in its bucket with its money, whether or not somebody must decide about it.
    unknown = report["summary"]["buckets"]["unknown"]
    assert (unknown["count"], Decimal(unknown["gross"])) == (3, Decimal("0.0006"))
    assert report["review"]["trivial"] == [
        {"currency": "USD", "groups": 2, "gross": "0.0003", "most": "0.0004", "left": 1,
         "left_gross": "0.0003"},
    ]  # fmt: skip
    assert "1 cause group is open." in report["reasons"]
    assert "TRIVIAL_TOTAL" in [one["code"] for one in report["findings"]]
    held = {one["cost_center"]: one["decision"] for one in report["slices"]}
    assert held == {"a": "approve", "b": "approve", "c": "hold"}
    books.resolve([by_team["c"]["group_id"]], "accepted")
    after = books.run("2026-08")
    assert {one["decision"] for one in after["slices"]} == {"approve"}
    assert "TRIVIAL_TOTAL" not in [one["code"] for one in after["findings"]]
    # What passed without a word counts as accepted all the same (A9).
    (accepted,) = after["review"]["accumulated"]
    assert accepted["gross"] == "0.0006"
    assert books.verified()


def test_a_group_that_passed_is_open_again_once_the_period_holds_too_many(tmp_path: Path) -> None:
    books = Books(tmp_path, 'materiality = "0.0002"\ntrivial_amount = "0.0001"')
    books.at(datetime(2026, 9, 1, tzinfo=UTC))
    books.calls("2026-08", *((f"r-{team}", "alpha", team) for team in "abc"))
    books.booked("2026-08", ("r-a", "alpha", "a", "0.0061"))
    first = books.run("2026-08")
    small = {one["group_id"]: one["status"] for one in first["summary"]["groups"]}
    assert list(small.values()).count("trivial") == 1
    books.booked(
        "2026-08", *((f"r-{team}", "alpha", team, "0.0061") for team in "abc"), corrected=True
    )
    states_now = [one["status"] for one in books.run("2026-08")["summary"]["groups"]]
    assert states_now == ["open"] * 3


def test_without_a_total_the_materiality_of_the_period_is_the_limit(tmp_path: Path) -> None:
    books = Books(tmp_path, 'materiality = "0.0001"\ntrivial_amount = "0.0001"')
    books.at(datetime(2026, 9, 1, tzinfo=UTC))
    books.calls("2026-08", ("r-a", "alpha", "a"))
    books.booked("2026-08", ("r-a", "alpha", "a", "0.0061"))
    assert only_group(books.run("2026-08"))["status"] == "trivial"
