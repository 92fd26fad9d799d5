"""The steps of a claim by replay: what may follow on what, and that money counts once it came."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.small_log import AT, founded, key_of, person
from tieout.close.claims import ages_part
from tieout.credits.claim import Claim, ClaimScope, FoundClaim, claims_of, so_far
from tieout.credits.claim_rules import ClaimSoFar, broken_rule, claim_id_of
from tieout.money import plain
from tieout.people.claim_rulings import ClaimStep
from tieout.people.record import record_ruling, rulings_of

NAME = claim_id_of("2026-08", "charged_above_price", "m", "USD")
SCOPE = ClaimScope(
    "2026-08", "charged_above_price", "m", "USD", date(2026, 8, 3), date(2026, 8, 20)
)
DAY = date(2026, 10, 1)
FILED: dict[str, Any] = {
    "cause": "charged_above_price", "model": "m", "claim_digest": "d1", "run_id": "r1",
    "first_day": "2026-08-03", "last_day": "2026-08-20",
}  # fmt: skip


def step(name: Any, amount: str, reference: str = "T-1", **said: Any) -> ClaimStep:
    facts = {**FILED, **said} if name == "filed" else said
    on = facts.pop("on", "2026-09-05")
    return ClaimStep("2026-08", NAME, name, on, amount, "USD", reference, **facts)


def follow(*steps: ClaimStep) -> ClaimSoFar:
    now = ClaimSoFar()
    for one in steps:
        assert broken_rule(now, one) == ""
        now = now.after(one)
    return now


def found(amount: str = "10", digest: str = "d1") -> FoundClaim:
    return FoundClaim(SCOPE, 3, Decimal(50), Decimal(amount), digest)


@pytest.mark.parametrize(
    ("before", "refused", "why"),
    [
        ([], step("answered", "1", rejected="0"), "never filed"),
        ([], step("credited", "1"), "never filed"),
        ([], step("filed", "0"), "nothing is claimed"),
        ([], step("filed", "-1"), "below zero"),
        ([], step("filed", "ten"), "cannot be read"),
        ([], step("filed", "10", on="2026-9-5"), "cannot be read"),
        ([], step("filed", "10", " "), "names no reference"),
        ([], step("filed", "10", claim_digest=""), "does not say what is claimed"),
        ([], step("filed", "10", model="n"), "its name is not"),
        ([], step("filed", "10", last_day="2026-08-01"), "end before they begin"),
        ([step("filed", "10")], step("filed", "10", "T-2"), "filed before, as T-1"),
        ([step("filed", "10")], step("answered", "8"), "does not say what it rejects"),
        ([step("filed", "10")], step("answered", "8", rejected="3"), "are 11, and 10 was filed"),
        ([step("filed", "10")], step("answered", "0", rejected="0"), "nothing and rejects nothing"),
        ([step("filed", "10")], step("credited", "0", "R-1"), "nothing was credited"),
        ([step("filed", "10")], step("credited", "10.01", "R-1"), "would come to 10.01"),
        ([step("filed", "10")], step("credited", "1", "R-1", on="2026-09-04"), "filed on"),
        (
            [step("filed", "10"), step("credited", "4", "R-1")],
            step("credited", "4", "R-1"),
            "counted for this claim before",
        ),
        (
            [step("filed", "10"), step("credited", "4", "R-1")],
            step("credited", "6.5", "R-2"),
            "would come to 10.5",
        ),
    ],
)
def test_a_step_that_cannot_follow_says_why(
    before: list[ClaimStep], refused: ClaimStep, why: str
) -> None:
    assert why in broken_rule(follow(*before), refused)


def test_a_claim_in_another_currency_is_another_claim() -> None:
    now = follow(step("filed", "10"))
    other = ClaimStep("2026-08", NAME, "credited", "2026-09-09", "1", "EUR", "R-1")
    assert "filed in USD" in broken_rule(now, other)


class Told:
    """A log of steps, signed one after another, and what it makes of the claim."""

    def __init__(self) -> None:
        """A log with its founders."""
        self.log = founded(person("AB", "preparer"), person("CD", "checker"), by=("AB", "CD"))
        self.at = AT

    def take(self, document: ClaimStep) -> None:
        self.at += timedelta(minutes=1)
        record_ruling(self.log, document, key_of("AB"), self.at)

    def claims(self, *runs: FoundClaim, asked: tuple[str, ...] = ("2026-08",)) -> tuple[Claim, ...]:
        return claims_of(runs, rulings_of(self.log).rulings, DAY, asked, 60)

    def one(self, *runs: FoundClaim, **said: Any) -> Claim:
        (claim,) = self.claims(*runs, **said)
        return claim


def test_a_claim_goes_from_found_to_credited_and_counts_what_came() -> None:
    told = Told()
    assert (told.one(found()).state, told.one(found()).open_amount) == ("found", Decimal(10))
    told.take(step("filed", "10"))
    assert told.one(found()).state == "filed"
    told.take(step("answered", "8", "A-1", rejected="2", on="2026-09-10"))
    one = told.one(found())
    # Accepted is a promise: nothing is recognised yet.
    assert (one.state, one.so_far.credited, one.open_amount) == (
        "answered", Decimal(0), Decimal(8),
    )  # fmt: skip
    told.take(step("credited", "5", "R-1", on="2026-09-12"))
    one = told.one(found())
    assert (one.state, one.so_far.credited, one.open_amount) == (
        "part_credited", Decimal(5), Decimal(3),
    )  # fmt: skip
    told.take(step("credited", "3", "R-2", on="2026-09-20"))
    one = told.one(found())
    assert (one.state, one.open_amount) == ("credited", Decimal(0))


def test_an_answer_that_leaves_some_open_leaves_it_open() -> None:
    told = Told()
    told.take(step("filed", "10"))
    told.take(step("answered", "3", "A-1", rejected="2", on="2026-09-10"))
    assert told.one(found()).open_amount == Decimal(8)
    told.take(step("answered", "0", "A-2", rejected="10", on="2026-09-11"))
    assert (told.one(found()).state, told.one(found()).open_amount) == ("rejected", Decimal(0))


def test_age_and_deadline_count_from_the_charges() -> None:
    one = Told().one(found())
    # The last charge was on 20 August, the first on 3 August; the vendor takes claims for 60 days.
    assert (one.age_days, one.file_by) == (42, date(2026, 10, 2))


@pytest.mark.parametrize(
    ("run", "stale"),
    [
        (found(), ""),
        (found("9", "d2"), "10 was filed, and the run finds 9"),
        (found("10", "d2"), "its rows changed since it was filed, for the same amount"),
        (None, "the run finds no such overcharge any more"),
    ],
)
def test_a_claim_whose_rows_change_in_a_rerun_is_stale(run: FoundClaim | None, stale: str) -> None:
    told = Told()
    told.take(step("filed", "10"))
    assert told.one(*([run] if run else [])).stale == stale


def test_of_a_period_whose_run_was_not_asked_nothing_is_stale() -> None:
    told = Told()
    told.take(step("filed", "10"))
    one = told.one(asked=())
    assert (one.stale, one.scope) == ("", SCOPE)


def test_a_credit_that_came_as_a_row_of_the_log_makes_nothing_stale() -> None:
    told = Told()
    told.take(step("filed", "10"))
    told.take(step("credited", "4", "R-1", on="2026-09-12"))
    assert told.one(found("6", "d2")).stale == ""
    told.take(step("credited", "6", "R-2", on="2026-09-13"))
    assert (told.one().state, told.one().stale) == ("credited", "")


def test_a_claim_that_changed_is_filed_again_and_keeps_what_came() -> None:
    told = Told()
    told.take(step("filed", "10"))
    told.take(step("answered", "0", "A-1", rejected="10", on="2026-09-06"))
    told.take(step("filed", "12", "T-2", claim_digest="d2", on="2026-09-07"))
    one = told.one(found("12", "d2"))
    assert (one.state, one.stale, one.so_far.filed) == ("filed", "", Decimal(12))


def test_a_step_that_broke_a_rule_counts_nothing_and_is_shown() -> None:
    told = Told()
    told.take(step("credited", "4", "R-1"))  # before any filing
    told.take(step("filed", "10"))
    one = told.one(found())
    assert one.so_far.credited == 0
    assert [why for _, why in one.broken] == ["the claim was never filed"]


AMOUNT = st.integers(0, 1200).map(lambda cents: plain(Decimal(cents) / 100))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("filed"), AMOUNT, st.sampled_from(["d1", "d2"])),
        st.tuples(st.just("answered"), AMOUNT, AMOUNT),
        st.tuples(st.just("credited"), AMOUNT, st.sampled_from(["R-1", "R-2", "R-3"])),
    ),
    max_size=12,
)


def written(said: tuple[str, str, str]) -> ClaimStep:
    name, amount, more = said
    if name == "filed":
        return step("filed", amount, claim_digest=more)
    if name == "answered":
        return step("answered", amount, "A", rejected=more)
    return step("credited", amount, more)


@pytest.mark.law
@given(STEPS)
def test_whatever_is_said_no_more_is_credited_than_was_filed_and_each_movement_once(
    said: list[tuple[str, str, str]],
) -> None:
    now, came, most = ClaimSoFar(), {}, Decimal(0)
    for one in map(written, said):
        if broken_rule(now, one):
            continue
        now = now.after(one)
        if one.step == "filed":
            most = max(most, Decimal(one.amount))
        elif one.step == "credited":
            assert one.reference not in came
            came[one.reference] = Decimal(one.amount)
            assert now.credited <= (now.filed or Decimal(0))
    assert now.credited == sum(came.values(), Decimal(0)) <= most
    assert (now.filing is None) == (now.filed is None)


@pytest.mark.law
@given(STEPS, st.randoms(use_true_random=False))
def test_steps_of_another_claim_between_them_change_nothing(
    said: list[tuple[str, str, str]], order: random.Random
) -> None:
    steps, alone = list(map(written, said)), ClaimSoFar()
    for one in steps:
        alone = alone if broken_rule(alone, one) else alone.after(one)
    told = Told()
    other = claim_id_of("2026-08", "charged_above_ratios", "m", "USD")
    for one in steps[:6]:
        if order.random() < 0.5:
            told.take(
                ClaimStep("2026-08", other, "filed", "2026-09-05", "7", "USD", "T-9", **{
                    **FILED, "cause": "charged_above_ratios", "claim_digest": str(order.random())})
            )  # fmt: skip
        told.take(one)
    if len(steps) <= 6:
        assert so_far(rulings_of(told.log).rulings, NAME) == alone


def test_a_claim_younger_than_the_look_is_among_the_youngest() -> None:
    # A row may lie up to a day beyond the instant a run looks from; its claim is in the table too.
    the_day_before = SCOPE.last_day - timedelta(days=1)
    (claim,) = claims_of([found("25")], (), the_day_before, (SCOPE.period,), None)
    (age,) = ages_part([claim])
    assert (age["from_days"], age["claims"], age["not_filed"]) == (0, 1, "25")
