"""Makers: who had a hand in the figures of a period, and so may not check them (A3).

A person is every name and every key the log ever joined: another role, name or key makes nobody
somebody else. These are functions of the rulings alone, so that they hold when something is signed
and again when the log is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.errors import ApprovalRefused
from tieout.people.duty import LEAST, Signer, duty_name
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import (
    Adjustment,
    Assignment,
    CalculationApproval,
    ChecklistAnswer,
    Comment,
    Disposition,
    Enrolment,
    EstimateApproval,
    ExclusionApproval,
    Founding,
    MappingApproval,
    MergeApproval,
    RulingDocument,
)

# What a person decides about the figures or about what is open; a comment and an owner are neither.
COUNTED: Final = (
    Disposition, Adjustment, MappingApproval, MergeApproval, ExclusionApproval, EstimateApproval,
    CalculationApproval, ChecklistAnswer,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made something that counts, and what."""

    signer: Signer
    made: str


def group_ids(document: RulingDocument) -> tuple[str, ...]:
    """The cause groups that a ruling is about, one or many."""
    if isinstance(document, Assignment):
        return document.group_ids
    if isinstance(document, Disposition):
        return tuple(one.group_id for one in document.groups)
    if isinstance(document, Adjustment | Comment):
        return (document.group_id,) if document.group_id else ()
    return ()


def counts_in(document: RulingDocument, period: str) -> bool:
    """Whether a ruling takes part in the figures or the decision of a period."""
    if not isinstance(document, COUNTED):
        return False
    carried = isinstance(document, Disposition) and bool(document.cap)
    return carried or getattr(document, "period", "") in ("", period)


def counted(rulings: Replay, period: str, until: int | None = None) -> tuple[Ruling, ...]:
    """The rulings in force that take part in a period.

    Args:
        rulings: everything that people signed.
        period: the label of the period.
        until: only those in force by that entry; all of them by default.
    """
    return tuple(
        one
        for one in rulings.in_force
        if counts_in(one.document, period) and (until is None or one.in_force_at <= until)
    )


def makers(rulings: Replay, period: str, until: int | None = None) -> tuple[Maker, ...]:
    """Everybody who made something that counts in a period, by an entry of the log.

    What somebody makes later takes nothing from what they checked before.
    """
    return tuple(
        Maker(signer, f"{one.kind} {one.ruling_id}")
        for one in counted(rulings, period, until)
        for signer in _hands(one)
    )


def _hands(ruling: Ruling) -> Iterator[Signer]:
    """Whose work a ruling is: its author's, and that of all who did not sign it as its checker."""
    has_checker = any("checker" in place for place in LEAST[duty_name(ruling.document)][1:])
    for place, signer in enumerate(ruling.signers):
        if place == 0 or not has_checker or "checker" not in signer.roles:
            yield signer


def identity(rulings: Replay, name: str, key_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """Every name and every key id of whoever has this name or this key, over the whole log."""
    pairs = set(_pairs(rulings))
    names, keys = {name} - {""}, {key_id} - {""}
    while True:
        joined = {pair for pair in pairs if pair[0] in names or pair[1] in keys}
        if not joined:
            return frozenset(names), frozenset(keys)
        pairs -= joined
        names |= {pair[0] for pair in joined}
        keys |= {pair[1] for pair in joined}


def require_other(
    rulings: Replay, signer: Signer, name: str, key_id: str, made: str
) -> ApprovalRefused | None:
    """The refusal of a signer who is the person of that name or key; nothing where it is another.

    Args:
        rulings: everything that people signed.
        signer: who wants to sign.
        name: of whoever made it.
        key_id: the key it was made with; or empty, where nobody signed it.
        made: what was made, for the letter.
    """
    names, keys = identity(rulings, name, key_id)
    own_names, own_keys = identity(rulings, signer.name, signer.key_id)
    where = (f"{signer.name}, key {signer.key_id[:12]}", f"made by {name}: {made}")
    if names & own_names:
        return ApprovalRefused(
            "SOD_SELF",
            "Whoever made the figures of a period does not check them.",
            where=where,
            remedy="Have it checked by somebody who had no hand in it: tieout sign RUN",
        )
    if keys & own_keys:
        return ApprovalRefused(
            "SOD_KEY",
            "That key signed for the maker of these figures; one key is one person.",
            where=where,
            remedy="Have it checked by another person with a key of their own.",
        )
    return None


def _pairs(rulings: Replay) -> Iterator[tuple[str, str]]:
    """Every name the log joins with a key: by enrolment, in force or not yet, and by signature."""
    for one in rulings.rulings:
        if isinstance(one.document, Founding):
            yield from ((person.name, person.key_id) for person in one.document.people)
        elif isinstance(one.document, Enrolment) and one.is_in_force:
            yield one.document.person.name, one.document.person.key_id
        yield from ((signer.name, signer.key_id) for signer in one.signers)
