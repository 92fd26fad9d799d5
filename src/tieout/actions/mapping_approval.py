"""Mapping rows are signed: ordinary rows by one person, merges by finance and engineering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.mapping_proposal import read_proposal
from tieout.actions.opened import file_content
from tieout.actions.ruling_evidence import kept_evidence
from tieout.calendar import instant_text
from tieout.close.on_record import inputs_on_record
from tieout.close.stored import price_roles
from tieout.errors import ConfigurationRefused
from tieout.evidence.records import require
from tieout.mapping.alias import Alias, read_mapping
from tieout.mapping.standing import SignedTable, is_merge, require_no_merge, standing
from tieout.people.duty import Signer
from tieout.people.record import record_ruling
from tieout.people.replay import Replay, Ruling
from tieout.people.roster import nobody
from tieout.people.ruling import MappingApproval, MappingRow, MergeApproval
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class SignedMapping:
    """What was signed.

    Attributes:
        ruling: the ruling, in force or waiting for another signature.
        rows: the rows it holds.
        left: rows of the file that were not signed, because they are of the other kind.
    """

    ruling: Ruling
    rows: tuple[Alias, ...]
    left: int


def approve_mapping(
    workspace: Workspace,
    key: SigningKey,
    *,
    reason: str,
    file: Path | None = None,
    merge: bool = False,
    evidence: Sequence[Path] = (),
    at: datetime | None = None,
) -> SignedMapping:
    """Sign rows of the mapping.

    Args:
        workspace: where it is recorded.
        key: the key of who signs.
        reason: why.
        file: the rows, in the form of the mapping table or of a proposal; by default every row of
            ``mapping.csv`` that nobody signed yet.
        merge: the rows that merge two source ids, and only those; finance and engineering sign.
        evidence: files that show it; their bytes are kept.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``MAP_NOTHING``: no row is left to sign; ``MAP_AMBIGUOUS`` or
            ``MAP_CYCLE``: a row does not fit those that are signed; or the file cannot be used.
        ApprovalRefused: ``MAP_MERGE``: a merge among ordinary rows; ``PEOPLE_NONE``,
            ``KEY_STATUS`` or ``SOD_ROLE``.
        InputRefused: ``RECORD_FIELD``: no reason; ``FILE_UNREADABLE`` or ``EVIDENCE_EMPTY``.
    """
    require(reason=reason)
    stored = inputs_on_record(workspace)
    if not stored.rulings.roster.is_founded:
        raise nobody()
    # Ids that would count once their capture is approved are ids already: the guard is the wider.
    ids = frozenset[str]().union(
        *(price_roles(workspace.store, stored, used).source_model_ids for used in (None, ()))
    )
    found = _rows(stored.mapping, stored.rulings, file, ids)
    rows = tuple(one for one in found if is_merge(one, ids)) if merge else found
    if not rows:
        raise _nothing(merge=merge)
    if not merge:
        require_no_merge(rows, ids)
    objects, names = kept_evidence(workspace, evidence)
    said = tuple(_row(one) for one in rows)
    document = (MergeApproval if merge else MappingApproval)(said, reason, objects, names)

    def guard(replayed: Replay, _signer: Signer) -> None:
        SignedTable.of(replayed).require_fit(rows, is_merge=merge)

    ruling = record_ruling(workspace.log, document, key, at or datetime.now(UTC), guard)
    return SignedMapping(ruling, rows, len(found) - len(rows))


def _rows(
    mapping: bytes, rulings: Replay, file: Path | None, ids: frozenset[str]
) -> tuple[Alias, ...]:
    if file is not None:
        return read_proposal(file_content(file), file.name)
    in_file = read_mapping(mapping, "mapping.csv")
    open_lines = {
        one.line
        for one in standing(in_file, rulings, ids).waiting
        if one.line and not one.ruling_id
    }
    return tuple(one for one in in_file if one.line in open_lines)


def _row(alias: Alias) -> MappingRow:
    until = alias.effective_until
    return MappingRow(
        alias.internal_model_alias,
        alias.source_model_id,
        alias.pricing_unit,
        instant_text(alias.effective_from),
        "" if until is None else instant_text(until),
        alias.evidence,
    )


def _nothing(*, merge: bool) -> ConfigurationRefused:
    what = "merges two source ids" if merge else "is left to sign"
    return ConfigurationRefused(
        "MAP_NOTHING",
        f"No row of the mapping {what}.",
        remedy="See which rows count and which wait: tieout mapping check",
    )
