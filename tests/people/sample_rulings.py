"""One ruling of every kind, as small as it can be."""

from __future__ import annotations

from tests.people.small_log import AT, MemoryLog, key_of, person
from tieout.people.record import record_ruling
from tieout.people.ruling import (
    Adjustment,
    Assignment,
    CalculationApproval,
    ChecklistAnswer,
    ClaimStep,
    Closing,
    Comment,
    DisposedGroup,
    Disposition,
    Endorsement,
    Enrolment,
    EstimateApproval,
    ExclusionApproval,
    GroupScope,
    MappingApproval,
    MappingRow,
    MergeApproval,
    PolicyApproval,
    Reopening,
    Revocation,
    RulingDocument,
    SignOff,
    Withdrawal,
)

D = "d" * 64
ROW = MappingRow("house-alpha", "alpha", "1M tokens", "2026-01-01T00:00:00Z")
SCOPE = GroupScope("duplicate_row", "usage", "proved", "alpha", "search", None, "USD")
APPROVAL = {"capture_id": "c1", "approved_by": "AB", "reason": "", "declaration_id": ""}
ADJUSTMENT = Adjustment("2026-08", "-1.20", "USD", "AB", "booked twice", (D,), ("memo.pdf",))


def sample(duty: str, log: MemoryLog | None = None, by: str = "") -> RulingDocument:
    """A ruling whose signatures stand under that name.

    Args:
        duty: the name of the duty.
        log: where there is something on a name alone to be endorsed, or a ruling that waits to be
            withdrawn; it is put there.
        by: whose ruling it is that waits; everybody may be the first to sign an enrolment.
    """
    named = [log.append("approval", APPROVAL, AT).digest] if duty == "endorsement" and log else [D]
    waiting = D
    if duty == "withdrawal" and log:
        asked = Enrolment(person("XW", "preparer"), "joins")
        waiting = record_ruling(log, asked, key_of(by), AT).entry
    samples: dict[str, RulingDocument] = {
        "enrolment": Enrolment(person("XY", "preparer"), "joins the team"),
        "revocation": Revocation(key_of("ZZ").key_id, "left the team"),
        "policy": PolicyApproval("b" * 64, "p2", "a new limit"),
        "assignment": Assignment("2026-08", ("g-1",), "AB"),
        "comment": Comment("2026-08", "g-1", "asked the vendor"),
        "disposition": Disposition(
            "2026-08",
            (DisposedGroup("g-1", D, SCOPE, "1", "1"),),
            "accepted",
            "known",
            (D,),
            ("mail.txt",),
        ),
        "adjustment": ADJUSTMENT,
        "mapping": MappingApproval((ROW,), "the gateway's own name"),
        "merge": MergeApproval((ROW,), "one product, two names"),
        "exclusion": ExclusionApproval(("probe",), (D,), "our own probe"),
        "estimate": EstimateApproval("last known price", "none published", (D,), ("x.pdf",), "c1"),
        "calculation": CalculationApproval("v2", D, "rounds by line"),
        "endorsement": Endorsement(tuple(named), "read the page again"),
        "withdrawal": Withdrawal(waiting, "asked twice"),
        "answer": ChecklistAnswer("2026-08", 5, "yes", "looked at the export", D),
        "prepared": SignOff("2026-08", "r1", "prepared", D, D, {"usage": D}),
        "checked": SignOff("2026-08", "r1", "checked", D, D, {"usage": D}),
        "claim": ClaimStep("2026-08", "c-1", "filed", "2026-09-03", "1.20", "USD", "T-17"),
        "closing": Closing("2026-08", "r1", D),
        "reopening": Reopening("2026-08", "a late invoice"),
    }
    return samples[duty]
