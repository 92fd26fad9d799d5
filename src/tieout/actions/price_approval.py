"""What people say of a captured source: that it is accepted, and since when it held (D22, D27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.keying import require_agreement
from tieout.actions.opened import file_content
from tieout.actions.price_alarms import Word, read_again, require_words, with_words
from tieout.actions.price_door import require_two
from tieout.calendar import instant_text
from tieout.errors import ConfigurationRefused
from tieout.evidence.capture import record_approval, record_declaration
from tieout.evidence.documents import (
    Approval,
    Declaration,
)
from tieout.evidence.records import captures, declarations
from tieout.workspace.layout import Workspace
from tieout.workspace.rehearsal import require_counted


def approve_prices(
    workspace: Workspace,
    capture_id: str,
    *,
    approved_by: str,
    reason: str = "",
    accept: Sequence[Word] = (),
    at: datetime | None = None,
) -> tuple[Approval, bool]:
    """Record that somebody accepts a capture for pricing (D27); tells whether that is new.

    The id may be that of a declaration: this is its second name then (D21).

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``; ``CFG_SOD``: whoever read or keyed it approves
            it; or ``CAPTURE_REHEARSED``: a rehearsal captured it, and this workspace is none.
        InputRefused: ``MANUAL_DISAGREE``: somebody keyed other prices from its attachment since.
        ApprovalRefused: ``PRICE_ZERO`` or ``PRICE_JUMP``: an alarm of the policy without its word.
    """
    moment, meant, declaration_id = at or datetime.now(UTC), capture_id, ""
    free: tuple[str, ...] = ()
    for one in captures(workspace.log):
        if one.capture_id == capture_id:
            require_two((one.operator, *one.keyed_by), approved_by)
            require_counted(one, workspace.settings)
            require_agreement(workspace, one)
            prices = read_again(workspace, one)
            free = require_words(
                workspace, prices, one.source_name, one.accessed_at, accept, one.format
            )
    for said in declarations(workspace.log):
        if said.declaration_id == capture_id:
            require_two((said.declared_by,), approved_by)
            meant, declaration_id = said.capture_id, capture_id
    return record_approval(
        workspace.log,
        meant,
        approved_by=approved_by,
        reason=with_words(reason, accept, free),
        at=moment,
        declaration_id=declaration_id,
    )


def declare_prices(  # noqa: PLR0913 - a declaration has that many facts, all named
    workspace: Workspace,
    capture_id: str,
    *,
    effective_from: datetime,
    reason: str,
    evidence: Path,
    declared_by: str,
    effective_until: datetime | None = None,
    models: Sequence[str] = (),
    at: datetime | None = None,
) -> tuple[Declaration, bool]:
    """Declare that the prices of a capture held over a time (D22).

    Args:
        workspace: where it is recorded.
        capture_id: the capture whose prices are meant.
        effective_from: from this instant on.
        reason: why that is so.
        evidence: a file that shows it.
        declared_by: who says so; a second name is a later approval of the declaration.
        effective_until: until this instant, where an end was announced.
        models: only these models of the capture.
        at: the time of the entry in the log; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``; ``PRICE_EFFECTIVE``: it ends before it starts.
        InputRefused: ``RECORD_FIELD``: reason or name is missing, or the evidence is empty.
    """
    if effective_until is not None and effective_until <= effective_from:
        raise ConfigurationRefused(
            "PRICE_EFFECTIVE",
            "The declared time ends before it starts.",
            where=(f"from {instant_text(effective_from)}, until {instant_text(effective_until)}",),
            remedy="Write --until as an instant after --from; it is not included.",
        )
    return record_declaration(
        workspace.store,
        workspace.log,
        capture_id,
        file_content(evidence),
        effective_from=effective_from,
        reason=reason,
        declared_by=declared_by,
        effective_until=effective_until,
        models=models,
        at=at or datetime.now(UTC),
    )
