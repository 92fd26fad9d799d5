"""Rulings: everything a person decides about a close, each a document that is signed (D16, A3, A4).

A ruling says what its author saw: the digest of a cause group, of a result, of a file. State is a
replay of all of them (:mod:`tieout.people.replay`); nothing is ever changed in place (L6).
"""

from __future__ import annotations

from typing import Final

from tieout.people.claim_rulings import ClaimStep
from tieout.people.close_rulings import ChecklistAnswer, Closing, Reopening, SignOff
from tieout.people.review_rulings import (
    Adjustment,
    Assignment,
    Comment,
    Disposed,
    DisposedGroup,
    Disposition,
    GroupScope,
)
from tieout.people.roster_rulings import Enrolment, Founding, PolicyApproval, Revocation
from tieout.people.source_rulings import (
    CalculationApproval,
    Endorsement,
    EstimateApproval,
    EstimatedMeter,
    ExclusionApproval,
    MappingApproval,
    MappingRow,
    MergeApproval,
    Withdrawal,
)

__all__ = [
    "KIND",
    "Adjustment",
    "Assignment",
    "CalculationApproval",
    "ChecklistAnswer",
    "ClaimStep",
    "Closing",
    "Comment",
    "Disposed",
    "DisposedGroup",
    "Disposition",
    "Endorsement",
    "Enrolment",
    "EstimateApproval",
    "EstimatedMeter",
    "ExclusionApproval",
    "Founding",
    "GroupScope",
    "MappingApproval",
    "MappingRow",
    "MergeApproval",
    "PolicyApproval",
    "Reopening",
    "Revocation",
    "RulingDocument",
    "SignOff",
    "Withdrawal",
    "objects_of_ruling",
]

RulingDocument = (
    Founding
    | Enrolment
    | Revocation
    | PolicyApproval
    | Assignment
    | Comment
    | Disposition
    | Adjustment
    | MappingApproval
    | MergeApproval
    | ExclusionApproval
    | EstimateApproval
    | CalculationApproval
    | Endorsement
    | Withdrawal
    | ChecklistAnswer
    | SignOff
    | Closing
    | Reopening
    | ClaimStep
)

# The name of each kind, as the log, the reports and the policy write it.
KIND: Final[dict[type[RulingDocument], str]] = {
    document: str(document.__struct_config__.tag)
    for document in (
        Founding, Enrolment, Revocation, PolicyApproval, Assignment, Comment, Disposition,
        Adjustment, MappingApproval, MergeApproval, ExclusionApproval, EstimateApproval,
        CalculationApproval, Endorsement, Withdrawal, ChecklistAnswer, SignOff, Closing, Reopening,
        ClaimStep,
    )
}  # fmt: skip


def objects_of_ruling(document: RulingDocument) -> tuple[str, ...]:
    """The objects of the store that a ruling rests on, in the order it names them."""
    policy = getattr(document, "policy_object", "")
    return tuple(getattr(document, "evidence_objects", ())) + ((policy,) if policy else ())
