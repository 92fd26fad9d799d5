"""A starter policy beside a person's own files: what is measured, by which rows, what is not."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workspace.test_proposal import proposed
from tieout.workspace.draft import Draft
from tieout.workspace.history import History, Read, Spend, history_of
from tieout.workspace.look import SAMPLE_ROWS, Look
from tieout.workspace.policy import Policy
from tieout.workspace.policy_draft import margin_lines, policy_lines
from tieout.workspace.policy_signing import starter_policy
from tieout.workspace.settings import read_settings

# Names and choices are no number that a file could show.
CHOICES = {"version", "notify", "owners", "duties"}
# By hand: four calls on two days; one failed. Three entries name a call: r-1 on its day, r-2 one
# day later, r-3 three. In euros 1.5 + 0.25 = 1.75, in dollars 2, and one that cannot be read.
USAGE = (
    "request_id,created_at,model,status,prompt_tokens,completion_tokens\n"
    "r-1,2026-08-01T23:30:00-01:00,m-1,200,100,10\n"
    "r-2,2026-08-02T10:00:00Z,m-2,500,100,0\n"
    "r-3,2026-08-02T11:00:00Z,m-3,200,7,3\n"
    "r-4,2026-08-01T11:00:00Z,m-1,200,7,3\n"
)
LEDGER = (
    "entry_id,request_id,posted_at,model,cost,currency\n"
    "L1,r-1,2026-08-02,m-1,1.5,EUR\n"
    "L2,r-2,2026-08-03,m-2,0.25,EUR\n"
    "L3,r-3,2026-08-05,m-3,2,USD\n"
    "L4,r-9,2026-08-05,m-3,n/a,USD\n"
)
PRICES = "model,input price per 1M (USD),output price per 1M (USD)\nm-1,2,0\nm-2,0,8\n"


def seen(text: str) -> dict[str, str]:
    """What the proposal says above each term."""
    lines = text[text.index("\nmargin_days") - 400 :].split("\n")
    found = {}
    for before, line in pairwise(lines):
        term = re.match(r"(?:# )?(\w+) = ", line)
        if term and before.startswith(("# Seen: ", "# Not measured: ")):
            found[term.group(1)] = before[2:]
    return found


@pytest.fixture
def three(tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """The proposal for the three files, and its tree."""
    proposal, tree = proposed(
        tmp_path, {"usage.csv": USAGE, "books.csv": LEDGER, "prices.csv": PRICES}
    )
    assert proposal.files == {
        "usage.csv": "usage", "books.csv": "ledger", "prices.csv": "price list",
    }  # fmt: skip
    return proposal.text, tree


def test_the_policy_says_which_rows_and_days_were_looked_at(three: tuple[str, Any]) -> None:
    text, _ = three
    assert "# usage.csv (usage): 4 rows, 2026-08-01 to 2026-08-02\n" in text
    assert "# books.csv (ledger): 4 rows, 2026-08-02 to 2026-08-05\n" in text


def test_each_number_of_the_policy_is_measured_or_says_that_it_is_not(
    three: tuple[str, Any],
) -> None:
    found = seen(three[0])
    fields = {one.name for one in msgspec.structs.fields(Policy)}
    assert set(found) == fields - CHOICES | {"margin_days"}
    assert found["hold_limit"] == (
        "Seen: 1 of 3 models in use, 1 of 4 rows, stands in no price list that was looked at: m-3."
    )
    assert found["materiality"] == (
        "Seen: the books come to 1.75 EUR in 2 entries, the largest day 2026-08-02 to 1.5;"
        " 2 USD in 1 entry, the largest day 2026-08-05 to 2."
    )
    assert found["trivial_amount"] == (
        "Seen: the smallest entry is 0.25 EUR, and half of them are at most 0.25;"
        " the smallest entry is 2 USD, and half of them are at most 2."
    )
    assert found["unverified_limit"] == "Seen: 1 of 4 calls did not simply complete."
    # Four amounts and eight times.
    assert found["quarantine_limit"] == (
        "Seen: 1 of 12 amounts and times cannot be read as they stand."
    )
    assert found["free_prices"] == "Seen: 2 of 4 prices are 0."
    delays = (
        "Seen: of 3 entries that name a call, 1 are of its day, 2 of a later and 0 of an earlier"
        " one, at most 3 days away."
    )
    assert found["auto_clear_timing"] == found["margin_days"] == delays
    # Two currencies never add, so no share of the money is one.
    assert found["second_source_share"].startswith("Not measured: ")
    for term in ("escalated_limit", "price_jump_factor", "due_days", "acceptance"):
        assert found[term].startswith("Not measured: "), term


def test_what_was_usual_sets_no_limit(three: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    _, tree = three
    assert tree["policy"] == tomllib.loads(starter_policy())["policy"]
    # Rows far enough around the period are looked at to find what was found here.
    assert tree["margin_days"] == 3
    other = tmp_path / "other"
    other.mkdir()
    _, without = proposed(other, {"usage.csv": USAGE})
    assert (without["margin_days"], without["policy"]) == (2, tree["policy"])


def test_without_exports_no_number_is_measured(tmp_path: Path) -> None:
    proposal, _ = proposed(tmp_path, {"prices.csv": PRICES})
    assert "No export and no ledger was looked at" in proposal.text
    found = seen(proposal.text)
    measured = {term for term, said in found.items() if said.startswith("Seen: ")}
    # A list by itself shows its own prices.
    assert measured <= {"free_prices", "hold_limit"}
    assert found["free_prices"] == "Seen: 2 of 4 prices are 0."


def test_a_delay_that_no_booking_has_is_asked_about_and_kept_in_bounds() -> None:
    far = History((), (), (0, 0), None, {}, None, {0: 1, -90: 2}, None, None)
    lines = margin_lines(far)
    assert lines[-1] == "margin_days = 31"
    assert any(line.startswith("# UNSURE: an entry lies 90 days") for line in lines)
    assert (
        "of 3 entries that name a call, 1 are of its day, 0 of a later and 2 of an earlier"
        in (lines[1])
    )


def ledger(rows: dict[str, list[str | None]], **fields: str) -> Read:
    """A ledger of those columns."""
    look = Look("books.csv", "csv", rows)
    return Read(Draft(look, "ledger", "books", fields=dict(fields)), look)


@given(st.lists(st.tuples(st.integers(-9999, 9999), st.sampled_from("abcdef")), max_size=40))
def test_sums_and_shares_are_those_of_whole_cents(rows: list[tuple[int, str]]) -> None:
    """Counted again in integers, without a decimal."""
    columns: dict[str, list[str | None]] = {
        "cost": [str(Decimal(cents).scaleb(-2)) for cents, _ in rows],
        "model": [model for _, model in rows],
        "at": [f"2026-08-0{1 + ord(model) % 3}" for _, model in rows],
    }
    history = history_of([ledger(columns, amount="cost", model="model", time="at")], [])
    if not rows:
        assert history.spend == ()
        return
    (spend,) = history.spend
    sizes = sorted(abs(cents) for cents, _ in rows)
    days: dict[date, int] = {}
    for cents, model in rows:
        day = date(2026, 8, 1 + ord(model) % 3)
        days[day] = days.get(day, 0) + cents
    largest = max(days.items(), key=lambda one: (abs(one[1]), -one[0].toordinal()))
    assert spend == Spend(
        "", len(rows), Decimal(sum(cents for cents, _ in rows)) / 100,
        Decimal(min((size for size in sizes if size), default=0)) / 100,
        Decimal(sizes[(len(sizes) - 1) // 2]) / 100,
        (largest[0], Decimal(largest[1]) / 100),
    )  # fmt: skip
    models: dict[str, int] = {}
    for cents, model in rows:
        models[model] = models.get(model, 0) + abs(cents)
    ranked, whole = sorted(models.values(), reverse=True), sum(models.values())
    if not whole:
        assert history.covering is None
        return
    least = next(n for n in range(1, 7) if sum(ranked[:n]) * 10 >= whole * 9)
    assert history.covering == (least, len(models))


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=8),
    st.sampled_from(["1e999999", "9" * 64, "1,5", "NaN", "-", "0x10"]),
)
def test_whatever_a_file_says_the_policy_stays_the_starter(texts: list[str], amount: str) -> None:
    columns: dict[str, list[str | None]] = {
        "cost": [*texts, amount],
        "model": [*texts, "m\n[policy]\nhold_limit = '9'"],
        "at": [*texts, "9" * 13],
        "currency": [*texts, "US\nD"],
    }
    named = {"amount": "cost", "model": "model", "time": "at", "currency": "currency"}
    history = history_of([ledger(columns, **named)], [])
    text = "\n".join(policy_lines(history))
    assert tomllib.loads(text) == tomllib.loads(starter_policy())
    read_settings(f'workspace = "w"\n{text}\n'.encode())


def test_a_file_that_was_cut_says_that_it_goes_on() -> None:
    rows: dict[str, list[str | None]] = {"at": ["2026-08-01"] * SAMPLE_ROWS}
    lines = policy_lines(history_of([ledger(rows, time="at")], []))
    assert f"# books.csv (ledger): the first {SAMPLE_ROWS} rows, 2026-08-01" in lines


def test_a_vendors_own_log_is_measured_by_its_profile(tmp_path: Path) -> None:
    rows = "".join(f"{1785542400 + 86400 * n},aster-{n},2,r-{n},5,10,20,{{}}\n" for n in range(3))
    log = (
        f"created_at,model_name,type,request_id,quota,prompt_tokens,completion_tokens,other\n{rows}"
    )
    proposal, _ = proposed(tmp_path, {"log.csv": log})
    assert "profile = " in proposal.text
    # 1785542400 is the first of August 2026.
    assert "# log.csv (usage): 3 rows, 2026-08-01 to 2026-08-03\n" in proposal.text
    assert "3 models in use need one." in seen(proposal.text)["price_max_age_days"]
