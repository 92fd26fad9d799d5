"""What ``tieout contract`` does: contract items listed, shown, verified, contradicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.calendar import instant_text
from tieout.contract.register import (
    ContractItem,
    Register,
    read_register,
    vendors_with_items,
)
from tieout.contract.value_form import NotOfItsForm, check_value
from tieout.errors import ConfigurationRefused
from tieout.evidence.contract_entries import record_contradiction, record_verification
from tieout.evidence.documents import Contradiction, Proof, Verification
from tieout.evidence.records import contradictions, require_capture, verifications
from tieout.evidence.source_url import check_source_url
from tieout.vendors_path import vendor_facts
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class ProofShown:
    """What somebody shows: the bytes, what they are called, and where they were read."""

    content: bytes
    name: str
    source_url: str


def register_of(workspace: Workspace, as_of: datetime) -> Register:
    """Every contract item the product comes with, as the log of a workspace has it by then.

    Args:
        workspace: whose log is replayed.
        as_of: the instant looked from (D23).
    """
    facts = vendor_facts()
    return read_register(
        facts,
        vendors_with_items(facts),
        verifications(workspace.log),
        contradictions(workspace.log),
        as_of,
    )


def shown(
    workspace: Workspace, *, file: Path | None, capture_id: str | None, source_url: str = ""
) -> ProofShown:
    """The bytes of a proof: a file, or a capture that is on record.

    Raises:
        ConfigurationRefused: ``CONTRACT_PROOF``: neither or both are named; ``CAPTURE_UNKNOWN``;
            or the code of an address that cannot be kept.
        InputRefused: ``FILE_UNREADABLE``.
    """
    check_source_url(source_url)
    if (file is None) == (capture_id is None):
        raise _no_proof(
            "A proof is one thing that can be kept.",
            "Name a file with --file, or a capture on record with --capture.",
        )
    if capture_id is not None:
        found = require_capture(workspace.log, capture_id)
        content = workspace.store.get(found.sha256)
        return ProofShown(content, f"capture {capture_id}", source_url or found.source_url)
    assert file is not None
    return ProofShown(file_content(file), file.name, source_url)


def verify_items(  # noqa: PLR0913 - a verification has that many facts, all named
    workspace: Workspace,
    item_ids: Sequence[str],
    *,
    proof: Proof,
    evidence: ProofShown,
    verified_by: str,
    value: str = "",
    recheck_at: datetime | None = None,
    holds_from: datetime | None = None,
    owner: str = "",
    proves_not: str = "",
    at: datetime | None = None,
) -> tuple[tuple[ContractItem, bool], ...]:
    """Record that somebody verified items with one proof; each with whether that is new (C2).

    Args:
        workspace: where it is recorded.
        item_ids: the items; several may be shown by one document.
        proof: which of the four kinds of proof it is.
        evidence: the proof itself; its bytes are kept.
        verified_by: who verified it; the name is recorded unsigned.
        value: what was verified, where it is not what the candidate says.
        recheck_at: from when on the proof counts as expired.
        holds_from: from when on the fact is shown to hold; always, where it is left out.
        owner: who looks after the items.
        proves_not: what the proof does not prove.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CONTRACT_UNKNOWN``, ``CONTRACT_VALUE``, ``CONTRACT_PROOF`` or
            ``CONTRACT_DATES``; then nothing was recorded.
        InputRefused: ``RECORD_FIELD``.
    """
    moment = at or datetime.now(UTC)
    register = register_of(workspace, moment)
    found = [register.item(item_id) for item_id in item_ids]
    values = _values(found, value)
    _check_proof(proof, evidence)
    _check_dates(moment, recheck_at, holds_from)
    new = {}
    for item in found:
        said = Verification(
            vendor=item.vendor,
            item_id=item.item_id,
            value=values[item.item_id],
            proof=proof,
            proof_object="",
            proof_name=evidence.name,
            source_url=evidence.source_url,
            verified_by=verified_by,
            verified_at=instant_text(moment),
            recheck_at="" if recheck_at is None else instant_text(recheck_at),
            holds_from="" if holds_from is None else instant_text(holds_from),
            owner=owner,
            proves_not=proves_not,
        )
        _, new[item.item_id] = record_verification(
            workspace.store, workspace.log, said, evidence.content, moment
        )
    after = register_of(workspace, moment)
    return tuple((after.item(item.item_id), new[item.item_id]) for item in found)


def contradict_item(
    workspace: Workspace,
    item_id: str,
    *,
    reason: str,
    evidence: ProofShown,
    contradicted_by: str,
    at: datetime | None = None,
) -> tuple[ContractItem, bool]:
    """Record that an item does not hold; what leans on it may not be used any more (C3).

    Raises:
        ConfigurationRefused: ``CONTRACT_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``.
    """
    moment = at or datetime.now(UTC)
    item = register_of(workspace, moment).item(item_id)
    said = Contradiction(
        vendor=item.vendor,
        item_id=item_id,
        reason=reason,
        evidence_object="",
        evidence_name=evidence.name,
        contradicted_by=contradicted_by,
        contradicted_at=instant_text(moment),
    )
    _, is_new = record_contradiction(workspace.store, workspace.log, said, evidence.content, moment)
    return register_of(workspace, moment).item(item_id), is_new


def _values(found: Sequence[ContractItem], value: str) -> dict[str, str]:
    """What is verified of each item: the value given, else what is on record."""
    if value and len(found) != 1:
        raise ConfigurationRefused(
            "CONTRACT_VALUE",
            "One value cannot be that of several items.",
            where=tuple(item.item_id for item in found),
            remedy="Verify items whose value differs from the candidate one at a time.",
        )
    values = {item.item_id: value or item.value for item in found}
    for item in found:
        said = values[item.item_id]
        try:
            check_value(item.candidate.form, said)
        except NotOfItsForm as error:
            raise ConfigurationRefused(
                "CONTRACT_VALUE",
                "The value is not one that can be verified.",
                where=(f"{item.item_id}, form {item.candidate.form}: {error}",),
                remedy="Say what was shown, with --value.",
            ) from error
    return values


def _check_proof(proof: Proof, evidence: ProofShown) -> None:
    if proof == "capture" and not evidence.source_url:
        raise _no_proof(
            "A captured page has an address.", "Say where the page was read, with --url."
        )
    if not evidence.content:
        raise _no_proof("The proof is empty.", "Name a file that shows it; its bytes are kept.")


def _check_dates(
    moment: datetime, recheck_at: datetime | None, holds_from: datetime | None
) -> None:
    """A re-check lies ahead; nothing is shown to hold only from a time to come."""
    wrong = ""
    if recheck_at is not None and recheck_at <= moment:
        wrong = f"--recheck {instant_text(recheck_at)} is not ahead of {instant_text(moment)}"
    if holds_from is not None and holds_from > moment:
        wrong = f"--holds-from {instant_text(holds_from)} is ahead of {instant_text(moment)}"
    if wrong:
        raise ConfigurationRefused(
            "CONTRACT_DATES",
            "The dates of the proof do not fit the time it is recorded at.",
            where=(wrong,),
            remedy="Correct the date.",
        )


def _no_proof(what: str, remedy: str) -> ConfigurationRefused:
    return ConfigurationRefused("CONTRACT_PROOF", what, remedy=remedy)
