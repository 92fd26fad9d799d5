"""Rulings: everything a person decides about a close, each a document that is signed (D16, A3, A4).

A ruling says what its author saw: the digest of a cause group, of a result, of a file. State is a
replay of all of them (:mod:`tieout.people.replay`); nothing is ever changed in place (L6).
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from tieout.people.person import Person

Disposed = Literal["accepted", "corrected", "escalated"]


class _Ruling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """What every ruling has: it is frozen, refuses unknown fields, and names its kind."""


class Founding(_Ruling, frozen=True, tag="founding"):
    """The first people and the first policy of a workspace, signed by two of them.

    Attributes:
        people: everybody, sorted by name.
        policy_object: the policy in force, as canonical JSON in the store.
        policy_version: the name of that policy.
    """

    people: tuple[Person, ...]
    policy_object: str
    policy_version: str


class Enrolment(_Ruling, frozen=True, tag="enrolment"):
    """A person who comes, gets another key, or other roles; whoever had the name before is gone."""

    person: Person
    reason: str


class Revocation(_Ruling, frozen=True, tag="revocation"):
    """A key that signs nothing from here on; what it signed before still stands."""

    key_id: str
    reason: str


class PolicyApproval(_Ruling, frozen=True, tag="policy"):
    """A policy that is in force from here on."""

    policy_object: str
    policy_version: str
    reason: str


class GroupScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a cause group is about, whatever its lines: the columns it is grouped by."""

    cause: str
    bucket: str
    proof: str
    source_model_id: str | None
    cost_center: str | None
    project: str | None
    currency: str | None


class Assignment(_Ruling, frozen=True, tag="assignment"):
    """A cause group has an owner by name, and a day by which it is settled (A6).

    Attributes:
        period: the label of the period.
        group_id: the cause group.
        owner: who settles it.
        due: the last day for it, ``YYYY-MM-DD``; or empty, then the policy says.
        reason: why this owner; may be empty.
    """

    period: str
    group_id: str
    owner: str
    due: str = ""
    reason: str = ""


class Comment(_Ruling, frozen=True, tag="comment"):
    """A remark about a cause group; it changes nothing, and makes nothing stale (D24)."""

    period: str
    group_id: str
    text: str


class Disposition(_Ruling, frozen=True, tag="disposition"):
    """What becomes of a cause group (V5, D16): accepted, corrected or escalated.

    Attributes:
        period: the label of the period.
        group_id: the cause group.
        group_digest: digest of the group as its author saw it: lines, amounts, prices, cause.
        scope: what the group is about, so that an acceptance can be known again.
        disposed: accepted, corrected or escalated.
        reason: why.
        net: what the group came to, with sign.
        gross: what it came to without signs.
        evidence_objects: the bytes that show it, objects of the store.
        evidence_names: their names, in the same order.
        cap: the most it may come to, gross, in a later period; or empty, then it ends with its own.
        expires_on: the last day it is in force, ``YYYY-MM-DD``; empty where it has no cap.
    """

    period: str
    group_id: str
    group_digest: str
    scope: GroupScope
    disposed: Disposed
    reason: str
    net: str
    gross: str
    evidence_objects: tuple[str, ...]
    evidence_names: tuple[str, ...]
    cap: str = ""
    expires_on: str = ""


class Adjustment(_Ruling, frozen=True, tag="adjustment"):
    """A manual change of the recorded amount: an entry of its own, never an edit (A4).

    Attributes:
        period: the label of the period.
        amount: what is added to recorded, with sign, decimal text.
        currency: its currency.
        owner: who answers for it.
        reason: why.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
        source_model_id: the model it is about; or empty.
        cost_center: who bears it; or empty.
        project: the project; or empty.
        group_id: the cause group it corrects; or empty.
    """

    period: str
    amount: str
    currency: str
    owner: str
    reason: str
    evidence_objects: tuple[str, ...]
    evidence_names: tuple[str, ...]
    source_model_id: str = ""
    cost_center: str = ""
    project: str = ""
    group_id: str = ""


class MappingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the mapping table as it is approved: the fields of M1 that decide, and the others.

    A later approval of the same row with another end ends it there; one that ends where it begins
    is withdrawn.

    Attributes:
        internal_model_alias: the name in our logs and books.
        source_model_id: exact spelling and case of the source.
        pricing_unit: the unit the approver saw, as written.
        effective_from: in force from this instant, as written.
        effective_to: in force before this instant; or empty.
        evidence: the further columns of the row that were filled in, by name.
    """

    internal_model_alias: str
    source_model_id: str
    pricing_unit: str
    effective_from: str
    effective_to: str = ""
    evidence: dict[str, str] = {}


class MappingApproval(_Ruling, frozen=True, tag="mapping"):
    """Rows of the mapping table that are approved; none of them merges two source ids (M1, M2)."""

    rows: tuple[MappingRow, ...]
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class MergeApproval(_Ruling, frozen=True, tag="merge"):
    """Rows that put one source id into the bucket of another: finance and engineering sign (M3)."""

    rows: tuple[MappingRow, ...]
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class ExclusionApproval(_Ruling, frozen=True, tag="exclusion"):
    """Rules of ``exclusions.csv`` that are approved, each by the digest of its whole row (K1).

    Attributes:
        rules: their names.
        row_digests: the digest of each row, in the same order.
        reason: why.
        shown: what each of them took when it was signed, as the signer was shown it.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
    """

    rules: tuple[str, ...]
    row_digests: tuple[str, ...]
    reason: str
    shown: tuple[str, ...] = ()
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class EstimatedMeter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meter that was not recorded, for one model in one period, as it is taken to have been (U5).

    Attributes:
        period: the label of the period, in the reporting zone.
        source_model_id: the model.
        meter: the meter that was not recorded.
        quantity: units of each row, or of each unit of ``per_meter``, decimal text.
        lowest: the least it may have been, in the same form.
        highest: the most it may have been, in the same form.
        per_meter: the recorded meter it is a multiple of; empty where it is per row.
    """

    period: str
    source_model_id: str
    meter: str
    quantity: str
    lowest: str
    highest: str
    per_meter: str = ""


class EstimateApproval(_Ruling, frozen=True, tag="estimate"):
    """Prices or a meter that are estimated, with method and evidence; two sign it (U5, D21).

    Attributes:
        method: how the estimate was made.
        reason: why there is nothing better.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
        price_id: the capture of grade C or D, or the declaration, whose prices are meant; or empty.
        estimated: the meter; or none.
    """

    method: str
    reason: str
    evidence_objects: tuple[str, ...]
    evidence_names: tuple[str, ...]
    price_id: str = ""
    estimated: EstimatedMeter | None = None


class CalculationApproval(_Ruling, frozen=True, tag="calculation"):
    """A calculation version that is approved like a price, with its rerun beside it (A8)."""

    calculation_version: str
    statements_digest: str
    reason: str
    rerun_id: str = ""
    original_id: str = ""


class ChecklistAnswer(_Ruling, frozen=True, tag="answer"):
    """An item of the checklist that the machine cannot answer, answered by a person (A1).

    Attributes:
        period: the label of the period.
        item: its number.
        answer: yes or no.
        detail: what the person looked at.
        machine_digest: digest of what the machine said of the item; with another word of the
            machine the answer is stale.
        evidence_objects: the bytes that show it.
        evidence_names: their names, in the same order.
    """

    period: str
    item: int
    answer: Literal["yes", "no"]
    detail: str
    machine_digest: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


class SignOff(_Ruling, frozen=True, tag="sign-off"):
    """A run that is signed as prepared, or as checked by somebody else (A3, D24).

    Attributes:
        period: the label of the period.
        run_id: the run.
        signed_as: prepared or checked.
        signoff_digest: digest over the inputs, the result, the policy version and the open items.
        result_digest: the digest of the result.
        input_digests: the SHA-256 of every input, by its name.
        exceptions: what was accepted, as the signer was shown it.
    """

    period: str
    run_id: str
    signed_as: Literal["prepared", "checked"]
    signoff_digest: str
    result_digest: str
    input_digests: dict[str, str]
    exceptions: tuple[str, ...] = ()


class Closing(_Ruling, frozen=True, tag="closing"):
    """A period that is closed: its figures are those of this run, and never move (A5)."""

    period: str
    run_id: str
    signoff_digest: str


class Reopening(_Ruling, frozen=True, tag="reopening"):
    """A closed period that is open again, with a reason; what was closed stays readable."""

    period: str
    reason: str
    evidence_objects: tuple[str, ...] = ()
    evidence_names: tuple[str, ...] = ()


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
    | ChecklistAnswer
    | SignOff
    | Closing
    | Reopening
)

# The name of each kind, as the log, the reports and the policy write it.
KIND: Final[dict[type[RulingDocument], str]] = {
    document: str(document.__struct_config__.tag)
    for document in (
        Founding, Enrolment, Revocation, PolicyApproval, Assignment, Comment, Disposition,
        Adjustment, MappingApproval, MergeApproval, ExclusionApproval, EstimateApproval,
        CalculationApproval, ChecklistAnswer, SignOff, Closing, Reopening,
    )
}  # fmt: skip


def objects_of_ruling(document: RulingDocument) -> tuple[str, ...]:
    """The objects of the store that a ruling rests on, in the order it names them."""
    policy = getattr(document, "policy_object", "")
    return tuple(getattr(document, "evidence_objects", ())) + ((policy,) if policy else ())
