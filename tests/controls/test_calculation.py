"""A calculation version is approved like a price, with its rerun of what was closed (A8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.controls.office import AS_OF, PERIOD, approved, both_signed, key_of, ran
from tieout.actions.calculation import approve_calculation, show_calculation
from tieout.actions.closing import verify
from tieout.actions.signing_off import close_period, show_approval
from tieout.close import calculation_approval
from tieout.errors import Refusal
from tieout.people.record import countersign

pytestmark = pytest.mark.slow


def test_a_version_is_approved_by_two_beside_the_rerun_of_the_period_closed_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = approved(tmp_path)
    assert show_calculation(office).rerun is None
    both_signed(office)
    close_period(office, PERIOD, key=key_of("GH"), at=AS_OF)
    closed = show_approval(office).facts
    shown = show_calculation(office)
    assert shown.rerun is not None
    assert (shown.rerun.original_id, shown.rerun.changed_lines) == (closed.record.run_id, 0)
    assert shown.rerun.rerun_result == shown.rerun.original_result == closed.record.result_digest
    with pytest.raises(Refusal) as refused:
        approve_calculation(office, "v2", reason="so", key=key_of("EF"))
    assert refused.value.code == "CALC_VERSION"
    ruling, _ = approve_calculation(office, "v1", reason="as it is", key=key_of("EF"), at=AS_OF)
    assert not ruling.is_in_force
    countersign(office.log, ruling.ruling_id, key_of("CD"), AS_OF)
    # The approval covers these statements; with others the same version is approved by nobody.
    assert show_approval(office).state == "closed"
    monkeypatch.setattr(calculation_approval, "calculation_digest", lambda: "0" * 64)
    summary = ran(office, 5, "2026-08-02").summary
    assert summary["decision"] != "approve"
    reasons = show_approval(office).facts.report["reasons"]
    assert reasons[-1] == "The statements of calculation version v1 are approved by nobody."
    monkeypatch.undo()
    ran(office, 6, "2026-08-02")
    assert "approved by nobody" not in " ".join(show_approval(office).facts.report["reasons"])
    assert verify(office, closed.record.run_id, threads=1).agrees
