"""Rulings of the review: on cause groups, and on amounts put right by hand (V5, A4, D16)."""

from __future__ import annotations

from typing import Literal

import msgspec

from tieout.people.decided import Decided

Disposed = Literal["accepted", "corrected", "escalated"]


class GroupScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a cause group is about, whatever its lines: the columns it is grouped by."""

    cause: str
    bucket: str
    proof: str
    source_model_id: str | None
    cost_center: str | None
    project: str | None
    currency: str | None


class Assignment(Decided, frozen=True, tag="assignment"):
    """Cause groups have an owner by name, and a day by which they are settled (A6).

    Attributes:
        period: the label of the period.
        group_ids: the cause groups.
        owner: who settles them.
        due: the last day for it, ``YYYY-MM-DD``; or empty, then the policy says.
        reason: why this owner; may be empty.
    """

    period: str
    group_ids: tuple[str, ...]
    owner: str
    due: str = ""
    reason: str = ""


class Comment(Decided, frozen=True, tag="comment"):
    """A remark about a cause group; it changes nothing, and makes nothing stale (D24)."""

    period: str
    group_id: str
    text: str


class DisposedGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One cause group as the author of a disposition saw it.

    A signed statement is read in its one exact form: what is not kept is not written.

    Attributes:
        group_id: the cause group.
        group_digest: digest over its lines, amounts, prices and cause.
        scope: what it is about, so that an acceptance can be known again.
        net: what it came to, with sign.
        gross: what it came to without signs.
        assumed: what the explanations of its lines assume: the rates of a price, a meter, a name,
            a rule; None in a ruling that was made before this was kept.
    """

    group_id: str
    group_digest: str
    scope: GroupScope
    net: str
    gross: str
    assumed: tuple[str, ...] | None = None


class Disposition(Decided, frozen=True, tag="disposition"):
    """What becomes of cause groups (V5, D16): accepted, corrected or escalated.

    Many groups may be decided in one step, by one signature; each stands or goes stale by itself.

    Attributes:
        period: the label of the period.
        groups: the cause groups as their author saw them.
        disposed: accepted, corrected or escalated.
        reason: why.
        evidence_objects: the bytes that show it, objects of the store.
        evidence_names: their names, in the same order.
        cap: the most each group may come to, gross, in a later period; or empty, then it ends with
            its own.
        expires_on: the last day it is in force, ``YYYY-MM-DD``; empty where it has no cap.
    """

    period: str
    groups: tuple[DisposedGroup, ...]
    disposed: Disposed
    reason: str
    evidence_objects: tuple[str, ...]
    evidence_names: tuple[str, ...]
    cap: str = ""
    expires_on: str = ""


class Adjustment(Decided, frozen=True, tag="adjustment"):
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
        group_digest: digest of that group as its author saw it; or empty.
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
    group_digest: str = ""
