"""Whether the calculation in force was approved (A8).

Until somebody approves a version, there is nothing to hold a run to. From the first approval on, a
run by other statements, or under another version, is not approved by itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tieout.close.pipeline import STAGES
from tieout.close.sign_off import statements_digest
from tieout.close.stored import StoredInputs
from tieout.close.views import VIEWS
from tieout.engine.statements import statement
from tieout.people.ruling import CalculationApproval
from tieout.review.decision import Verdict


@cache
def calculation_digest() -> str:
    """The digest of the statements that this version of the product calculates with."""
    made = (statement(stage.path) for stage in (*STAGES, *VIEWS))
    return statements_digest((f"{one.folder}/{one.table}.sql", one.digest) for one in made)


def with_calculation(verdict: Verdict, stored: StoredInputs) -> Verdict:
    """The verdict, with a reason more where the calculation is approved by nobody."""
    approved = {
        (one.document.calculation_version, one.document.statements_digest)
        for one in stored.rulings.of(CalculationApproval)
        if isinstance(one.document, CalculationApproval)
    }
    version = stored.settings.calculation_version
    if not approved or (version, calculation_digest()) in approved:
        return verdict
    reason = f"The statements of calculation version {version} are approved by nobody."
    if verdict.decision == "approve":
        return Verdict("investigate", (reason,))
    return replace(verdict, reasons=(*verdict.reasons, reason))
