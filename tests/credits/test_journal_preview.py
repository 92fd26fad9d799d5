"""The entries of a period on its report: what would be booked, or why nobody can say (B3).

The pool is the one of :mod:`tests.credits.prepaid_office`, worked out by hand there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.controls.office import AS_OF, LEDGER_HEADER, PERIOD, bring, ran, written
from tests.credits.prepaid_office import (
    BOOKS,
    PREPAID,
    USAGE,
    drafted,
    prepaid,
)
from tests.report.page_reader import read
from tests.report.samples import PAYLOAD, raw, reloaded
from tieout.actions.pool_journal import journal_of_period
from tieout.actions.pool_records import record_posting, state_pool_opening
from tieout.cli import main
from tieout.close.runs import find_run
from tieout.report.html import render
from tieout.workspace.layout import Workspace


def preview_of(workspace: Workspace, period: str = PERIOD) -> dict[str, Any]:
    """The preview in the report of the newest run of a period."""
    content = find_run(workspace, None, period).report_path.read_bytes()
    found: dict[str, Any] = json.loads(content)["journal"]
    return found


def test_the_report_shows_the_entries_that_the_journal_then_writes(tmp_path: Path) -> None:
    workspace = drafted(tmp_path)
    preview = preview_of(workspace)
    assert preview["state"] == "preview"
    assert preview["digest"] == journal_of_period(workspace, PERIOD).document.digest
    assert [(one["step"], one["units"], one["cost"]) for one in preview["pool"]] == [
        ("opening", "0", "0.00"),
        ("added", "550000000", "1000.00"),
        ("used", "-300000", "-0.55"),
        ("closing", "549700000", "999.45"),
    ]
    bought, used = preview["entries"]
    assert (bought["text"], bought["reference"]) == ("top-up: 1190 USD", "R-77")
    assert [(o["account"], o["cost_center"], o["debit"], o["credit"]) for o in used["lines"]] == [
        ("6400", "", "0.18", "0.00"),
        ("6400", "ops", "0.09", "0.00"),
        ("6410", "search", "0.28", "0.00"),
        ("1480", "", "0.00", "0.55"),
    ]
    assert main(["--workspace", str(workspace.root), "verify"]) == 0


def test_without_books_the_report_says_so_and_books_nothing(tmp_path: Path) -> None:
    workspace = prepaid(tmp_path, settings=PREPAID.replace(BOOKS, ""))
    ran(workspace)
    preview = preview_of(workspace)
    assert (preview["state"], preview["entries"], preview["digest"]) == ("not_named", [], None)
    assert "[books]" in preview["reason"]


def test_an_account_that_nobody_named_refuses_no_run(tmp_path: Path) -> None:
    workspace = prepaid(tmp_path, settings=PREPAID.replace('tax = "1576"\n', ""))
    ran(workspace)
    preview = preview_of(workspace)
    assert (preview["state"], preview["pool"]) == ("unknown", [])
    assert preview["reason"] == "The settings name no account for input tax."
    assert preview["doubts"] == ["books.accounts.tax"]


def test_an_opening_whose_cost_nobody_stated_is_a_doubt_and_no_zero(tmp_path: Path) -> None:
    workspace = prepaid(tmp_path, opening=1_000_000)
    ran(workspace)
    preview = preview_of(workspace)
    assert preview["state"] == "unknown"
    assert any(one.startswith("POOL_") for one in preview["doubts"])
    shown = written(tmp_path, "july.txt", "1,000,000 units for 1.80")
    state_pool_opening(
        workspace, PERIOD, units="1000000", cost="1.80", evidence=shown, by="AB", at=AS_OF
    )
    ran(workspace, 1)
    stated = preview_of(workspace)
    # 551,000,000 units for 1,001.80: 300,000 of them are 0.5454..., and 1,001.25 are left.
    assert [(one["step"], one["cost"]) for one in stated["pool"]] == [
        ("opening", "1.80"), ("added", "1000.00"), ("used", "-0.55"), ("closing", "1001.25"),
    ]  # fmt: skip
    assert stated["pool"][0]["source"] == "said AB"
    assert main(["--workspace", str(workspace.root), "verify"]) == 0


def test_the_next_day_begins_with_what_was_posted(tmp_path: Path) -> None:
    workspace = drafted(tmp_path)
    record_posting(
        workspace, PERIOD, entry="JE-7", evidence=written(tmp_path, "je7.txt", "JE-7"), by="AB",
        draft=True, at=AS_OF,
    )  # fmt: skip
    header = USAGE.split("\n", 1)[0] + "\n"
    more = header + "n1,2026-08-04T10:00:00Z,aster-1,200,50000,0,ops,production,50000\n"
    bring(workspace, "usage", more, tmp_path, "next")
    books = LEDGER_HEADER + "n1,2026-08-04T10:00:00Z,aster-1,ops,0.1\n"
    bring(workspace, "ledger", books, tmp_path, "next")
    ran(workspace, 1, "2026-08-04")
    preview = preview_of(workspace, "2026-08-04")
    assert preview["pool"][0] == {
        "step": "opening", "units": "549700000", "cost": "999.45",
        "source": f"posted as JE-7 for {PERIOD}",
    }  # fmt: skip
    assert main(["--workspace", str(workspace.root), "verify"]) == 0


@pytest.mark.parametrize("state", ["preview", "unknown"])
def test_no_text_of_a_journal_becomes_a_tag(state: str) -> None:
    line = {"account": PAYLOAD, "cost_center": PAYLOAD, "debit": "0.18", "credit": "0.00",
            "exact": PAYLOAD, "note": PAYLOAD}  # fmt: skip
    journal = {
        "state": state,
        "reason": PAYLOAD,
        "doubts": [PAYLOAD],
        "currency": PAYLOAD,
        "digest": PAYLOAD,
        "pool": [{"step": "opening", "units": "1", "cost": "1.00", "source": PAYLOAD}],
        "entries": [{"day": PAYLOAD, "text": PAYLOAD, "reference": PAYLOAD, "lines": [line]}],
        "entries_of": 1,
    }
    page = read(render(reloaded({**raw("full"), "journal": journal})))
    assert not page.of("img")
    assert len(page.of("script")) == 1
    assert not page.unbalanced
