"""What is different since the last look: worked out by hand for each kind of change (A7, D26)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.review.changes import CHANGES, Look, SeenGroup, compare, in_order

TODAY = "2026-08-18"
GROUP = SeenGroup(
    group_id="g-1",
    group_digest="d1",
    title="alpha: off by a factor",
    bucket="source",
    currency="USD",
    net=Decimal("-2.50"),
    gross=Decimal("2.50"),
    is_open=True,
    owner="AB",
    is_assigned=True,
)


def look(*groups: SeenGroup, period: str = "2026-08", concerns: tuple[str, ...] = ()) -> Look:
    return Look("run-1", period, {one.group_id: one for one in groups}, frozenset(concerns))


def kinds(now: Look, before: Look | None) -> list[str]:
    return [one.change for one in compare(now, before, TODAY).changes]


def test_against_no_earlier_look_everything_open_is_new_and_nothing_is_known() -> None:
    since = compare(look(GROUP), None, TODAY)
    assert [one.change for one in since.changes] == ["new"]
    assert not since.is_known
    assert not compare(look(), None, TODAY).is_known


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (GROUP, GROUP, "aged"),
        (replace(GROUP, gross=Decimal("2.51"), group_digest="d2"), GROUP, "grown"),
        (replace(GROUP, gross=Decimal("2.49"), group_digest="d2"), GROUP, "changed"),
        # Other lines of the same money are another state all the same.
        (replace(GROUP, group_digest="d2"), GROUP, "changed"),
        # What was settled and is open again is news.
        (GROUP, replace(GROUP, is_open=False), "new"),
    ],
)
def test_one_group_against_itself_the_day_before(
    now: SeenGroup, before: SeenGroup, change: str
) -> None:
    assert kinds(look(now), look(before)) == [change]


def test_a_group_that_is_gone_or_settled_is_cleared() -> None:
    assert kinds(look(), look(GROUP)) == ["cleared"]
    assert kinds(look(replace(GROUP, is_open=False)), look(GROUP)) == ["cleared"]


def test_a_settled_group_is_never_spoken_of() -> None:
    settled = replace(GROUP, is_open=False)
    assert kinds(look(settled), look(settled)) == []


def test_in_another_period_the_same_cause_with_other_lines_is_as_it_was() -> None:
    other = replace(GROUP, group_digest="d2", gross=Decimal("2.10"))
    assert kinds(look(other, period="2026-09"), look(GROUP)) == ["aged"]


@pytest.mark.parametrize(
    ("now", "concerns", "known"),
    [
        (GROUP, (), True),
        (replace(GROUP, is_assigned=False), (), False),
        (replace(GROUP, due="2026-08-17"), (), False),
        (replace(GROUP, due="2026-08-18"), (), True),
        (GROUP, ("trigger source-conflict",), False),
    ],
)
def test_known_is_what_was_there_owned_unchanged_and_not_due(
    now: SeenGroup, concerns: tuple[str, ...], known: bool
) -> None:
    before = look(replace(now, due=""))
    assert compare(look(now, concerns=concerns), before, TODAY).is_known is known


def test_a_cleared_group_leaves_the_state_known() -> None:
    other = replace(GROUP, group_id="g-2")
    assert compare(look(GROUP), look(GROUP, other), TODAY).is_known


def test_somebody_is_told_of_new_grown_and_overdue_and_of_nothing_else() -> None:
    new = replace(GROUP, group_id="g-new")
    grown = replace(GROUP, group_id="g-grown", gross=Decimal(9))
    changed = replace(GROUP, group_id="g-changed", gross=Decimal(1), group_digest="d2")
    overdue = replace(GROUP, group_id="g-overdue", due="2026-08-01")
    aged = replace(GROUP, group_id="g-aged")
    before = look(
        replace(grown, gross=Decimal(1)),
        replace(changed, gross=Decimal(2), group_digest="d1"),
        overdue,
        aged,
        replace(GROUP, group_id="g-cleared", due="2026-08-01"),
    )
    since = compare(look(new, grown, changed, overdue, aged), before, TODAY)
    assert [one.group.group_id for one in since.to_be_told(("new", "grown", "overdue"))] == [
        "g-new",
        "g-grown",
        "g-overdue",
    ]


def test_concerns_come_and_go_by_name() -> None:
    since = compare(look(concerns=("a", "b")), look(concerns=("b", "c")), TODAY)
    assert (since.new_concerns, since.gone_concerns) == (("a",), ("c",))


_groups = st.builds(
    replace,
    st.just(GROUP),
    group_id=st.sampled_from(["g-1", "g-2", "g-3", "g-4"]),
    group_digest=st.sampled_from(["d1", "d2"]),
    gross=st.decimals(0, 9, places=2),
    is_open=st.booleans(),
)


@pytest.mark.law
@given(now=st.lists(_groups), before=st.lists(_groups))
def test_every_group_open_on_either_side_is_spoken_of_once(
    now: list[SeenGroup], before: list[SeenGroup]
) -> None:
    ours, theirs = look(*now), look(*before)
    found = compare(ours, theirs, TODAY).changes
    open_now = {name for name, one in ours.groups.items() if one.is_open}
    open_before = {name for name, one in theirs.groups.items() if one.is_open}
    assert sorted(one.group.group_id for one in found) == sorted(open_now | open_before)
    assert {o.group.group_id for o in found if o.change == "cleared"} == open_before - open_now
    assert sum(in_order(found).values()) == len(found)
    assert [one.change for one in found] == sorted((one.change for one in found), key=CHANGES.index)
