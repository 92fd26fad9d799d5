"""What speaks against a sign-off, a closing or a reopening, the first objection first (A3, A5).

Every rule is a function of the log as it stood: raised when something is signed, and asked again
when the log is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tieout.calendar import parse_instant
from tieout.close.approval_letters import (
    digest_differs,
    inputs_changed,
    not_settled,
    out_of_order,
    period_closed,
    reopened_without,
    signed_already,
    superseded,
)
from tieout.close.open_things import open_things
from tieout.close.run_facts import RunFacts
from tieout.errors import Refusal
from tieout.people.duty import Signer
from tieout.people.ruling import Closing, Reopening, SignOff
from tieout.review.makers import makers, require_other

if TYPE_CHECKING:
    from tieout.close.period_life import PeriodLife


def to_signing(
    life: PeriodLife, document: SignOff, signers: Sequence[Signer], before: int
) -> Iterator[Refusal]:
    """What speaks against signing a run, at an entry of the log."""
    if life.closing is not None:
        yield period_closed(life.label)
        return
    newest = life.run(before)
    if newest is None or newest.record.run_id != document.run_id:
        yield superseded(document.run_id, newest)
        return
    yield from _stale(life, newest, before)
    yield from _other_digest(document, newest)
    still_open = open_things(newest, life.log.rulings, before)
    if still_open:
        yield not_settled("signed", still_open)
    if document.signed_as == "prepared":
        if life.prepared is not None:
            yield signed_already(life.prepared, "prepared")
        return
    if life.checked is not None:
        yield signed_already(life.checked, "checked")
    if life.prepared is None:
        yield out_of_order(
            "Nobody has signed this run as prepared yet.", "tieout sign RUN --as prepared"
        )
        return
    yield from _maker(life, newest, signers, before)


def to_closing(
    life: PeriodLife, document: Closing, signers: Sequence[Signer], before: int
) -> Iterator[Refusal]:
    """What speaks against closing a period, at an entry of the log."""
    if life.closing is not None:
        yield period_closed(life.label)
        return
    newest = life.run(before)
    if newest is None or newest.record.run_id != document.run_id:
        yield superseded(document.run_id, newest)
        return
    yield from _stale(life, newest, before)
    if life.prepared is None or life.checked is None:
        lacking = "prepared" if life.prepared is None else "checked"
        yield out_of_order(
            f"Nobody has signed this run as {lacking} yet.", f"tieout sign RUN --as {lacking}"
        )
        return
    if parse_instant(newest.manifest.as_of, "manifest") < newest.period.end:
        yield out_of_order(
            "The run looks from an instant at which the period was not over.",
            f"tieout run --period {life.label}",
        )
    _, start, end = newest.manifest.period
    said = (document.signoff_digest, document.start, document.end, document.imports)
    if said != (newest.content.digest, start, end, newest.imports):
        yield digest_differs("closed", document.signoff_digest, newest.content.digest)
    still_open = open_things(newest, life.log.rulings, before)
    if still_open:
        yield not_settled("closed", still_open)
    yield from _maker(life, newest, signers, before)


def to_reopening(life: PeriodLife, document: Reopening) -> Iterator[Refusal]:
    """What speaks against reopening a period."""
    if life.closing is None:
        yield out_of_order("The period is not closed.", "tieout checklist --period PERIOD")
    if not document.reason.strip() or not document.evidence_objects:
        yield reopened_without(life.label)


def _stale(life: PeriodLife, facts: RunFacts, before: int) -> Iterator[Refusal]:
    changed = life.log.changes(facts, before)
    if facts.manifest.known_at:
        changed = (f"the run left out what was recorded after {facts.manifest.known_at}", *changed)
    if changed:
        yield inputs_changed(facts.record.run_id, changed)


def _other_digest(document: SignOff, facts: RunFacts) -> Iterator[Refusal]:
    content = facts.content
    said = (
        document.signoff_digest, document.result_digest, document.input_digests,
        document.policy_version, document.policy_object, document.open_items, document.exceptions,
    )  # fmt: skip
    found = (
        content.digest, content.result_digest, dict(content.input_digests),
        content.policy_version, content.policy_object, content.open_items, facts.exceptions,
    )  # fmt: skip
    if said != found:
        yield digest_differs("signed", document.signoff_digest, content.digest)


def _maker(
    life: PeriodLife, facts: RunFacts, signers: Sequence[Signer], before: int
) -> Iterator[Refusal]:
    """Whoever checks or closes had no hand in the figures, under any name or key."""
    assert life.prepared is not None
    rulings, run_id = life.log.rulings, facts.record.run_id
    by_rulings = makers(rulings, life.label, before - 1)
    made = [
        *((one.name, one.key_id, f"run {run_id}, as prepared") for one in life.prepared.signers),
        (facts.record.operator, "", f"run {run_id}, as its operator"),
        *((one.signer.name, one.signer.key_id, one.made) for one in by_rulings),
    ]
    for signer in signers:
        for name, key_id, what in made:
            refusal = require_other(rulings, signer, name, key_id, what)
            if refusal is not None:
                yield refusal
