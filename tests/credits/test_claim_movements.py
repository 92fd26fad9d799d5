"""What a credit names is looked up: whether it came, and how much of it is left to count (B6).

R-77 of :mod:`tests.credits.prepaid_office` brought 500,000,000 units of 0.000002 USD: 1,000.00.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.controls.office import AS_OF, written
from tests.credits.prepaid_office import MOVEMENTS, drafted
from tests.credits.test_claim_rules import SCOPE, Told, step
from tieout.actions.claim_movements import CameIn, came_in, require_came
from tieout.actions.credits import import_movements
from tieout.credits.claim_rules import claim_id_of
from tieout.errors import ApprovalRefused
from tieout.evidence.records import movement_lists
from tieout.money import plain
from tieout.people.claim_rulings import ClaimStep, ClaimStepName
from tieout.people.record import rulings_of
from tieout.workspace.layout import Workspace

OTHER: Final = claim_id_of("2026-08", SCOPE.cause, "n", "USD")


@pytest.fixture(scope="module")
def prepaid(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return drafted(tmp_path_factory.mktemp("prepaid"))


def other(name: ClaimStepName, amount: str, reference: str) -> ClaimStep:
    """A step of the claim for another model."""
    facts: dict[str, Any] = {
        "cause": SCOPE.cause, "model": "n", "claim_digest": "d2", "run_id": "r1",
        "first_day": "2026-08-03", "last_day": "2026-08-20",
    }  # fmt: skip
    told: dict[str, Any] = facts if name == "filed" else {}
    return ClaimStep("2026-08", OTHER, name, "2026-09-05", amount, "USD", reference, **told)


@pytest.mark.parametrize("named", ["receipt", "line"])
def test_a_receipt_is_found_by_its_number_or_by_its_line(prepaid: Workspace, named: str) -> None:
    (known,) = movement_lists(prepaid.log)
    reference = "R-77" if named == "receipt" else f"{known.list_id} line 2"
    (came,) = came_in(prepaid, reference)
    assert came.amount is not None
    assert (came.where, plain(came.amount)) == (f"movement list {known.list_id} line 2", "1000")


@pytest.mark.parametrize("reference", ["R-7", "r-77", "", "R-77 "])
def test_only_the_whole_number_finds_a_receipt(prepaid: Workspace, reference: str) -> None:
    assert came_in(prepaid, reference) == ()


def test_two_claims_count_no_more_of_a_movement_than_it_brought(prepaid: Workspace) -> None:
    came, told = came_in(prepaid, "R-77"), Told()
    first = step("credited", "600", "R-77")
    for one in (step("filed", "900"), other("filed", "900", "T-2")):
        told.take(one)
    require_came(came, first, rulings_of(told.log))
    told.take(first)
    require_came(came, other("credited", "400", "R-77"), rulings_of(told.log))
    with pytest.raises(ApprovalRefused) as refused:
        require_came(came, other("credited", "400.000001", "R-77"), rulings_of(told.log))
    assert refused.value.code == "CLAIM_MOVEMENT"
    assert "it brought 1000 USD" in refused.value.where
    assert "with this credit 1000.000001 would be counted of it" in refused.value.where
    # Of another movement nothing was counted yet.
    require_came(came, other("credited", "900", "R-78"), rulings_of(told.log))


def test_what_is_on_no_record_has_to_be_shown() -> None:
    rulings = rulings_of(Told().log)
    with pytest.raises(ApprovalRefused) as refused:
        require_came((), step("credited", "1", "R-9"), rulings)
    assert (refused.value.code, "--evidence" in refused.value.remedy) == ("CLAIM_MOVEMENT", True)
    shown = step("credited", "1", "R-9", evidence_objects=("aa",), evidence_names=("note.pdf",))
    require_came((), shown, rulings)


def test_a_movement_whose_worth_nobody_knows_limits_nothing() -> None:
    came = (CameIn("movement list aa line 2", None),)
    require_came(came, step("credited", "10", "R-1"), rulings_of(Told().log))


def test_a_list_line_that_took_units_is_no_credit(tmp_path: Path) -> None:
    workspace = drafted(tmp_path)
    header = MOVEMENTS.split("\n", 1)[0] + "\n"
    taken = written(
        tmp_path, "taken.csv", header + "2026-08-03T15:00:00Z,adjustment,-5,,,,,,A-1,,\n"
    )
    import_movements(workspace, taken, by="AB", at=AS_OF)
    assert came_in(workspace, "A-1") == ()
