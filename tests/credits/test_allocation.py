"""Unlabelled use is shared by a written rule, in lines of its own; shares are by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.credits.test_journal import BOOKS
from tieout.credits.allocation import allocated, require_rule
from tieout.credits.journal import UsePart, journal_of, parts_of
from tieout.credits.pool import NetUse, Opening, pool_of
from tieout.errors import InputRefused
from tieout.evidence.pool_entries import Allocation, Driver

USES = (
    NetUse("ads", Fraction(300), requests=1),
    NetUse("ops", Fraction(100), requests=2),
    NetUse("", Fraction(50), requests=40),
)


def rule(driver: Driver, **parts: int) -> Allocation:
    return Allocation("2026-08", driver, "shared gateway", "AB", parts)


@pytest.mark.parametrize(
    ("driver", "parts", "shares"),
    [
        ("labelled_units", {}, {"ads": Fraction(75, 2), "ops": Fraction(25, 2)}),
        ("requests", {}, {"ads": Fraction(50, 3), "ops": Fraction(100, 3)}),
        ("fixed", {"lab": 1, "ops": 4}, {"lab": Fraction(10), "ops": Fraction(40)}),
    ],
)
def test_unlabelled_use_is_shared_by_its_driver(
    driver: Driver, parts: dict[str, int], shares: dict[str, Fraction]
) -> None:
    chosen = rule(driver, **parts)
    found = allocated(USES, chosen)
    assert found[:2] == parts_of(USES[:2])
    note = f"allocated by rule {chosen.rule_id}"
    assert found[2:] == tuple(UsePart(name, units, note) for name, units in shares.items())
    assert sum(one.units for one in found) == 450


def test_the_journal_shows_a_share_beside_what_was_used_under_the_name() -> None:
    chosen = rule("requests")
    pool = pool_of(Opening(Fraction(450), Fraction(450)), [], USES, BOOKS)
    journal = journal_of(pool, BOOKS, "2026-08", "2026-08-31", allocated(USES, chosen))
    (use,) = journal.entries
    assert [(one.cost_center, str(one.amount), bool(one.note)) for one in use.lines] == [
        ("ops", "100.00", False),
        ("ops", "33.33", True),
        ("ads", "300.00", False),
        ("ads", "16.67", True),
        ("", "-450.00", False),
    ]


def test_refunds_without_a_label_come_back_in_the_same_shares() -> None:
    uses = (*USES[:2], NetUse("", Fraction(-8)))
    assert [one.units for one in allocated(uses, rule("labelled_units"))[2:]] == [-6, -2]


def test_a_rule_does_nothing_where_every_use_has_a_label() -> None:
    assert allocated(USES[:2], rule("fixed", lab=1)) == parts_of(USES[:2])


@pytest.mark.parametrize(
    ("driver", "uses"),
    [
        ("labelled_units", (NetUse("ads", Fraction(-1)), *USES[1:])),
        ("labelled_units", USES[2:]),
        ("requests", (NetUse("ads", Fraction(4)), USES[2])),
    ],
)
def test_a_driver_that_gives_no_shares_is_refused(driver: Driver, uses: tuple[NetUse, ...]) -> None:
    with pytest.raises(InputRefused, match="ALLOCATION_DRIVER"):
        allocated(uses, rule(driver))


@pytest.mark.parametrize(
    "wrong",
    [
        rule("fixed"),
        rule("fixed", ads=0),
        rule("fixed", **{" ": 1}),
        rule("requests", ads=1),
        Allocation("2026-08", "requests", " ", "AB"),
        Allocation("2026-08", "requests", "shared gateway", ""),
    ],
)
def test_a_rule_that_shares_nothing_out_is_refused(wrong: Allocation) -> None:
    with pytest.raises(InputRefused, match="ALLOCATION_RULE"):
        require_rule(wrong)


def test_another_share_is_another_rule() -> None:
    assert rule("fixed", ads=1, ops=2).rule_id == rule("fixed", ops=2, ads=1).rule_id
    assert rule("fixed", ads=1, ops=2).rule_id != rule("fixed", ads=2, ops=1).rule_id
