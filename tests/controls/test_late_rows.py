"""Rows that come for a closed period are listed where they land; the closed figures stay (D25)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.controls.office import (
    AS_OF,
    LEDGER_HEADER,
    PERIOD,
    USAGE_HEADER,
    approved,
    both_signed,
    bring,
    key_of,
    written,
)
from tieout.actions.closing import run, verify
from tieout.actions.signing_off import close_period, reopen_period, show_approval
from tieout.people.record import countersign
from tieout.workspace.layout import Workspace

pytestmark = pytest.mark.slow

_NEXT = "2026-08-04"


def late(workspace: Workspace, days: int) -> list[dict[str, Any]]:
    """The findings about late rows in a run of the next day, so many days after the close."""
    result = run(
        workspace, _NEXT, operator="job", as_of=AS_OF + timedelta(days=days, hours=3), threads=1
    )
    found = msgspec.json.decode(result.document)["findings"]
    return [one for one in found if one["code"] == "LATE_FOR_CLOSED"]


def test_late_rows_are_listed_with_their_age_and_money_until_the_period_is_reopened(
    tmp_path: Path,
) -> None:
    office = approved(tmp_path)
    closed = show_approval(office).facts
    both_signed(office)
    close_period(office, PERIOD, key=key_of("GH"), at=AS_OF)
    bring(
        office, "ledger",
        LEDGER_HEADER + "r8,2026-08-03T23:59:59Z,aster-1,search,0.25\n"
        "r9,2026-08-04T00:00:00Z,aster-1,search,0.5\n",
        tmp_path, "late",
    )  # fmt: skip
    bring(
        office, "usage", USAGE_HEADER + "r9,2026-08-04T00:00:00Z,aster-1,200,0,50000,search,prod\n",
        tmp_path, "late",
    )  # fmt: skip
    (found,) = late(office, 7)
    assert (found["rows"], found["severity"]) == (1, "note")
    assert "2026-08-03, which was closed 7 days before" in found["message"]
    assert "0.25 USD" in found["message"]
    after = show_approval(office, closed.record.run_id)
    assert (after.state, after.facts.content.digest) == ("closed", closed.content.digest)
    assert verify(office, closed.record.run_id, threads=1).agrees
    shown = written(tmp_path, "mail.txt", "a late entry")
    asked = reopen_period(office, PERIOD, reason="late", evidence=[shown], key=key_of("AB"))
    countersign(office.log, asked.ruling.ruling_id, key_of("CD"), AS_OF)
    assert late(office, 8) == []
