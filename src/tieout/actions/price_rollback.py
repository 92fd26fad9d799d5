"""Rolling the price book back to the last approved one; nothing is deleted, no code is touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tieout.actions.opened import file_content
from tieout.evidence.documents import Capture, Declaration, Rollback
from tieout.evidence.rollback import record_rollback
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A roll-back, and what it set aside: captures and declarations, as they stand now."""

    rollback: Rollback
    captures: tuple[Capture, ...]
    declarations: tuple[Declaration, ...]

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "target": self.rollback.target,
            "source_name": self.rollback.source_name or None,
            "reason": self.rollback.reason,
            "evidence_sha256": self.rollback.evidence_object,
            "rolled_back_by": self.rollback.rolled_back_by,
            "captures_set_aside": [one.capture_id for one in self.captures],
            "declarations_set_aside": [one.declaration_id for one in self.declarations],
        }


def rollback_prices(
    workspace: Workspace,
    target: str,
    *,
    reason: str,
    evidence: Path,
    rolled_back_by: str,
    source_name: str = "",
    at: datetime | None = None,
) -> RolledBack:
    """Set the price book back to what it was; a rerun of the period supersedes the run before.

    Args:
        workspace: the workspace.
        target: a capture: the later ones of its source are set aside; or an instant: whatever was
            approved or declared after it.
        reason: why.
        evidence: a file that shows it; its bytes are kept.
        rolled_back_by: who does it.
        source_name: only this source, with an instant.
        at: the time of the entry in the log; now, if it is left out.

    Raises:
        ConfigurationRefused: ``ROLLBACK_TARGET``.
        InputRefused: ``RECORD_FIELD``: reason or name is missing, or the evidence is empty.
    """
    rollback, known = record_rollback(
        workspace.store,
        workspace.log,
        target,
        file_content(evidence),
        source_name=source_name,
        reason=reason,
        rolled_back_by=rolled_back_by,
        at=at or datetime.now(UTC),
    )
    return RolledBack(
        rollback,
        tuple(one for one in known.captures if one.set_aside),
        tuple(one for one in known.declarations if one.set_aside),
    )
