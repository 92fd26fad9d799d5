"""What a disposition and an adjustment must have, asked when signed and whenever read (V5, A4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.calendar import parse_period
from tieout.errors import ApprovalRefused
from tieout.people.duty import Signer
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import (
    Adjustment,
    Assignment,
    DisposedGroup,
    Disposition,
    GroupScope,
    RulingDocument,
)
from tieout.people.statement import Statement, read_statement
from tieout.review.adjusting import MadeAdjustment, left_of
from tieout.review.cause_group import CauseGroup, group_id_of
from tieout.review.decision_rules import ReviewTerms, require_adjustment, require_disposition
from tieout.review.standing import ReviewedFrom, Standing, standings

DAY = date(2026, 9, 2)
SCOPE = GroupScope("unknown", "unknown", "none", "alpha", "search", None, "USD")
GROUP = CauseGroup(group_id_of(SCOPE), "aa" * 32, SCOPE, 2, Decimal(3), Decimal(5))
ACCEPTED = Disposition(
    period="2026-08",
    groups=(GROUP.disposed(),),
    disposed="accepted",
    reason="seen before",
    evidence_objects=("bb" * 32,),
    evidence_names=("mail.txt",),
)
# A policy that lets an acceptance reach a year and 1,000 into later periods.
REACH: dict[str, Any] = {"carry_days": 366, "carry_gross": Decimal(1000)}
TERMS = ReviewTerms(**REACH)
ADJUSTMENT = Adjustment(
    period="2026-08", amount="-3", currency="USD", owner="AB", reason="entry 17",
    evidence_objects=("bb" * 32,), evidence_names=("entry.pdf",), group_id=GROUP.group_id,
    group_digest=GROUP.digest,
)  # fmt: skip


def code_of(document: Disposition, terms: ReviewTerms | None = None) -> str:
    try:
        require_disposition(document, terms or TERMS, DAY)
    except ApprovalRefused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ""),
        ({"cap": "5", "expires_on": "2026-12-31"}, ""),
        ({"disposed": "escalated"}, ""),
        ({"evidence_objects": (), "evidence_names": ()}, "DISPOSE_EVIDENCE"),
        ({"evidence_names": ()}, "DISPOSE_EVIDENCE"),
        ({"groups": ()}, "DISPOSE_FORM"),
        ({"groups": (GROUP.disposed(), GROUP.disposed())}, "DISPOSE_FORM"),
        ({"groups": (DisposedGroup("g", "d", SCOPE, "3", "1e400"),)}, "DISPOSE_FORM"),
        ({"cap": "5"}, "DISPOSE_CAP"),
        ({"expires_on": "2026-12-31"}, "DISPOSE_CAP"),
        ({"cap": "-1", "expires_on": "2026-12-31"}, "DISPOSE_CAP"),
        ({"cap": "five", "expires_on": "2026-12-31"}, "DISPOSE_FORM"),
        ({"cap": "5", "expires_on": "31.12.2026"}, "DISPOSE_CAP"),
        ({"cap": "5", "expires_on": "20261231"}, "DISPOSE_CAP"),
        ({"cap": "5", "expires_on": "2026-09-01"}, "DISPOSE_CAP"),
        ({"cap": "5", "expires_on": "2027-09-04"}, "DISPOSE_CAP"),
        ({"disposed": "escalated", "cap": "5", "expires_on": "2026-12-31"}, "DISPOSE_CAP"),
    ],
)
def test_a_disposition_has_what_makes_it_count(changed: dict[str, Any], code: str) -> None:
    assert code_of(msgspec.structs.replace(ACCEPTED, **changed)) == code


@pytest.mark.parametrize(("most", "code"), [("5", ""), ("4.999", "DISPOSE_CAP")])
def test_the_policy_says_how_much_may_be_accepted(most: str, code: str) -> None:
    terms = ReviewTerms(accept_most=Decimal(most))
    assert code_of(ACCEPTED, terms) == code
    assert code_of(msgspec.structs.replace(ACCEPTED, disposed="escalated"), terms) == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": "0"}, {"amount": "0.00"}, {"amount": "ten"}, {"amount": "1,5"}, {"amount": ""},
        {"currency": "usd"}, {"currency": "unknown"}, {"owner": " "}, {"owner": "A" * 81},
        {"reason": "\n"}, {"evidence_objects": (), "evidence_names": ()}, {"evidence_names": ()},
    ],
)  # fmt: skip
def test_an_adjustment_without_one_of_its_parts_is_refused(changed: dict[str, Any]) -> None:
    require_adjustment(ADJUSTMENT)
    with pytest.raises(ApprovalRefused) as refused:
        require_adjustment(msgspec.structs.replace(ADJUSTMENT, **changed))
    assert refused.value.code == "ADJUST_RULE"


# --- what is read again -------------------------------------------------------------------------


def replayed(*documents: RulingDocument, in_force: bool = True) -> Replay:
    """A replay of these rulings in this order, whatever the commands would have refused."""
    rulings = [
        Ruling(
            entry=f"{number:064x}",
            seq=number,
            statement=Statement("o", "a", "2026-09-02T08:00:00Z", "AB", one),
            content=b"",
            signers=(Signer("AB", "k", ("preparer",)),),
            duty=(("preparer",), ("checker",)),
            lacking=() if in_force else (("checker",),),
            in_force_at=number if in_force else 0,
        )
        for number, one in enumerate(documents, 1)
    ]
    return Replay(rulings=rulings)


def standing(
    rulings: Replay, period: str = "2026-08", group: CauseGroup = GROUP, **terms: Any
) -> Standing:
    look = ReviewedFrom(
        parse_period(period, "UTC"),
        datetime(2026, 9, 3, tzinfo=UTC),
        ReviewTerms(**REACH | terms),
        {},
    )
    (found,) = standings([group], rulings, look)
    return found


# The group comes to 5 gross and 3 net: what cancels out is not small.
@pytest.mark.parametrize(
    ("amount", "state"),
    [("0", "open"), ("3", "open"), ("4.999", "open"), ("5", "trivial"), ("6", "trivial")],
)
def test_what_the_policy_calls_trivial_is_measured_gross(amount: str, state: str) -> None:
    small: dict[str, Any] = {"trivial_amount": Decimal(amount), "trivial_total": Decimal(100)}
    found = standing(replayed(), **small)
    assert (found.state, found.settled) == (state, state == "trivial")
    # A person's word about it comes first.
    escalated = msgspec.structs.replace(ACCEPTED, disposed="escalated")
    assert standing(replayed(escalated), **small).state == "escalated"


@pytest.mark.parametrize(
    ("bucket", "proof", "state"),
    [
        ("timing", "proved", "cleared"),
        ("timing", "suspected", "open"),
        ("usage", "proved", "open"),
        ("unknown", "none", "open"),
    ],
)
def test_a_timing_difference_clears_by_policy_once_its_counterpart_is_proved(
    bucket: str, proof: str, state: str
) -> None:
    scope = msgspec.structs.replace(SCOPE, cause="other_period", bucket=bucket, proof=proof)
    group = CauseGroup(group_id_of(scope), "aa" * 32, scope, 2, Decimal(3), Decimal(5))
    assert standing(replayed(), group=group, clear_timing=True).state == state
    assert standing(replayed(), group=group).state == "open"


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "accepted"),
        ({"disposed": "corrected"}, "correction_due"),
        ({"disposed": "escalated"}, "escalated"),
        ({"period": "2026-07"}, "open"),
        ({"evidence_objects": (), "evidence_names": ()}, "stale"),
        ({"cap": "5"}, "stale"),
    ],
)
def test_a_log_that_was_written_around_the_commands_does_not_escape(
    changed: dict[str, Any], state: str
) -> None:
    document = msgspec.structs.replace(ACCEPTED, **changed)
    assert standing(replayed(document)).state == state


def test_a_decision_that_waits_for_a_signature_decides_nothing() -> None:
    found = standing(replayed(ACCEPTED, in_force=False))
    assert (found.state, found.settled, len(found.waiting)) == ("open", False, 1)


def test_an_acceptance_above_what_the_policy_lets_does_not_stand() -> None:
    found = standing(replayed(ACCEPTED), accept_most=Decimal(4))
    assert found.state == "stale"
    assert "DISPOSE_CAP" in found.stale[0].why


def test_the_newest_decision_about_the_same_group_stands() -> None:
    escalated = msgspec.structs.replace(ACCEPTED, disposed="escalated")
    assert standing(replayed(ACCEPTED, escalated)).state == "escalated"
    assert standing(replayed(escalated, ACCEPTED)).state == "accepted"


def test_a_later_escalation_withdraws_an_acceptance_with_a_cap() -> None:
    capped = msgspec.structs.replace(ACCEPTED, cap="5", expires_on="2026-12-31")
    assert standing(replayed(capped), "2026-09").state == "accepted"
    escalated = msgspec.structs.replace(ACCEPTED, disposed="escalated")
    assert standing(replayed(capped, escalated), "2026-09").state == "open"
    # Another acceptance for its own period alone withdraws nothing.
    assert standing(replayed(capped, ACCEPTED), "2026-09").state == "accepted"


OLD_RUN = "its run is older than what the acceptance is bound to: run the period again"
BELOW = "lines are below what they should be, and none of those accepted was"
OLD_PRICE = replace(GROUP, net=Decimal(5), gross=Decimal(5), assumed=("rates aa", "output_tokens"))


@pytest.mark.parametrize(
    ("net", "gross", "assumed", "why"),
    [
        ("5", "5", ("output_tokens", "rates aa"), ""),
        # Less of the same is the same.
        ("1", "1", ("rates aa",), ""),
        ("0", "0", (), ""),
        ("5", "5", ("rates bb",), 'it assumes what was not accepted: "rates bb"'),
        (
            "5",
            "5",
            ("rates aa", "rates cc", "rates bb"),
            'it assumes what was not accepted: "rates bb", and 1 more',
        ),
        ("-5", "5", ("rates aa",), BELOW),
        # What cancels in the net is on the other side all the same.
        ("4", "5", ("rates aa",), BELOW),
        # A run from before assumptions were kept says nothing of them.
        ("5", "5", None, OLD_RUN),
        ("-5", "5", None, BELOW),
        ("6", "6", ("rates aa",), "it comes to 6 gross, above the cap of 5"),
    ],
)
def test_an_acceptance_reopens_where_its_conditions_change(
    net: str, gross: str, assumed: tuple[str, ...] | None, why: str
) -> None:
    group = replace(OLD_PRICE, net=Decimal(net), gross=Decimal(gross), assumed=assumed)
    found = standing(replayed(capped(OLD_PRICE)), "2026-09", group=group)
    assert found.state == ("stale" if why else "accepted")
    assert [one.why for one in found.stale] == ([why] if why else [])


def capped(group: CauseGroup, cap: str = "5", period: str = "2026-08") -> Disposition:
    return msgspec.structs.replace(
        ACCEPTED, groups=(group.disposed(),), cap=cap, expires_on="2026-12-31", period=period
    )


def test_an_acceptance_before_assumptions_were_kept_sets_neither_condition() -> None:
    before = capped(replace(OLD_PRICE, assumed=None))
    for now in (OLD_PRICE, replace(OLD_PRICE, net=Decimal(-5), assumed=("rates bb",))):
        assert standing(replayed(before), "2026-09", group=now).state == "accepted"


def test_of_several_acceptances_the_newest_says_the_conditions() -> None:
    above, below = OLD_PRICE, replace(OLD_PRICE, net=Decimal(-5))
    both = replayed(capped(above), capped(below, period="2026-09"))
    assert standing(both, "2026-10", group=above).state == "stale"
    assert standing(both, "2026-10", group=below).state == "accepted"
    # Also where the newest lets less pass, and the one before it set no conditions.
    wide = replayed(capped(replace(OLD_PRICE, assumed=None), "900"), capped(above, "4", "2026-09"))
    for now in (above, below, replace(above, assumed=("rates zz",))):
        assert standing(wide, "2026-10", group=now).state == "stale"


@pytest.mark.parametrize("net", ["five", "sNaN", "1e999999999"])
def test_a_log_written_around_the_commands_stops_no_later_period(net: str) -> None:
    (group,) = capped(OLD_PRICE).groups
    broken = msgspec.structs.replace(
        capped(OLD_PRICE), groups=(msgspec.structs.replace(group, net=net),)
    )
    found = standing(replayed(broken), "2026-09", group=OLD_PRICE)
    assert found.state == "stale"
    assert "DISPOSE_FORM" in found.stale[0].why


def test_a_name_from_outside_is_shown_in_part() -> None:
    found = standing(
        replayed(capped(OLD_PRICE)), "2026-09", group=replace(OLD_PRICE, assumed=("x" * 3000,))
    )
    assert found.stale[0].why == f'it assumes what was not accepted: "{"x" * 60}..."'


@pytest.mark.parametrize("assumed", [None, (), ("rates aa", "output_tokens")])
def test_a_ruling_from_before_assumptions_were_kept_is_read_as_it_was_signed(
    assumed: tuple[str, ...] | None,
) -> None:
    document = capped(replace(OLD_PRICE, assumed=assumed))
    content = Statement("o", "a", "2026-09-02T08:00:00Z", "AB", document).encoded()
    assert (b"assumed" in content) == (assumed is not None)
    assert read_statement(content).ruling == document


@pytest.mark.parametrize("period", ["2026-07", "2026-08-10", "2026-08-31/2026-10-01"])
def test_an_acceptance_with_a_cap_reaches_only_into_periods_after_its_own(period: str) -> None:
    capped = msgspec.structs.replace(ACCEPTED, cap="5", expires_on="2026-12-31")
    assert standing(replayed(capped), period).state == "open"


def test_a_label_that_is_no_period_reaches_nowhere() -> None:
    capped = msgspec.structs.replace(
        ACCEPTED, period="last month", cap="5", expires_on="2026-12-31"
    )
    assert standing(replayed(capped), "2026-09").state == "open"


def test_the_owner_is_whoever_was_assigned_last() -> None:
    first = Assignment("2026-08", (GROUP.group_id,), "AB", "2026-09-10")
    second = Assignment("2026-08", (GROUP.group_id,), "CD")
    found = standing(replayed(first, second), due_days={"unknown": 10})
    assert (found.owner, found.due) == ("CD", "2026-09-13")
    assert standing(replayed(first)).due == "2026-09-10"
    assert standing(replayed()).owner == "incident owner"


# --- adjustments --------------------------------------------------------------------------------


def made(*amounts: str) -> list[MadeAdjustment]:
    rulings = replayed(*(msgspec.structs.replace(ADJUSTMENT, amount=one) for one in amounts))
    return [
        MadeAdjustment(ruling, ADJUSTMENT, Decimal(amount))
        for ruling, amount in zip(rulings.rulings, amounts, strict=True)
    ]


@pytest.mark.parametrize(
    ("amounts", "left"),
    [
        ((), "5"),
        (("-4",), "1"),
        (("-4", "1"), "0"),
        # The net alone is adjusted: two errors that cancel are still two errors.
        (("-3",), "2"),
        (("-5", "1"), "1"),
        (("4", "-1"), "6"),
    ],
)
def test_what_is_left_of_a_group_of_plus_four_and_minus_one(
    amounts: tuple[str, ...], left: str
) -> None:
    assert left_of(GROUP, made(*amounts)) == Decimal(left)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "corrected"),
        ({"group_digest": "cc" * 32}, "open"),
        ({"group_digest": ""}, "open"),
        ({"currency": "EUR"}, "open"),
        ({"period": "2026-07"}, "open"),
        ({"evidence_objects": (), "evidence_names": ()}, "open"),
    ],
)
def test_an_adjustment_closes_the_group_that_its_author_saw_and_no_other(
    changed: dict[str, Any], state: str
) -> None:
    less = msgspec.structs.replace(ADJUSTMENT, amount="-4", **changed)
    more = msgspec.structs.replace(ADJUSTMENT, amount="1", **changed)
    found = standing(replayed(less, more))
    assert (found.state, found.left) == (state, Decimal(0 if state == "corrected" else 5))
    assert standing(replayed(less, more, in_force=False)).state == "open"


@settings(max_examples=60)
@given(
    plus=st.decimals("0", "1000", places=6), minus=st.decimals("0", "1000", places=6),
)  # fmt: skip
def test_only_adjustments_of_both_sides_leave_nothing(plus: Decimal, minus: Decimal) -> None:
    group = CauseGroup("g", "d", SCOPE, 2, plus - minus, plus + minus)
    whole = [one for one in made(str(-plus), str(minus)) if one.amount]
    assert left_of(group, whole) == 0
    assert left_of(group, []) == plus + minus
