"""Resolving a source conflict: which of two captured prices holds, with evidence (P4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tieout.actions.opened import file_content
from tieout.close.on_record import inputs_on_record
from tieout.close.stored import price_roles, resolution_id
from tieout.errors import ConfigurationRefused
from tieout.evidence.documents import Capture, Resolution, ResolvedModel, SeenPrice
from tieout.evidence.records import require_capture
from tieout.evidence.resolving import record_resolution
from tieout.pricebook.source_roles import differing, terms_digest
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution on record, and whether it is new."""

    resolution: Resolution
    is_new: bool

    def as_json(self) -> dict[str, object]:
        """The result as one JSON object."""
        one = self.resolution
        return {
            "resolution_id": resolution_id(one),
            "kept_capture": one.kept_capture,
            "other_capture": one.other_capture,
            "models": [
                {
                    "source_model_id": model.source_model_id,
                    "kept": list(model.kept.said),
                    "other": list(model.other.said),
                }
                for model in one.models
            ],
            "evidence_sha256": one.evidence_sha256,
            "reason": one.reason,
            "resolved_by": one.resolved_by,
            "is_new": self.is_new,
        }


def resolve_prices(  # noqa: PLR0913 - a resolution has that many facts, all named
    workspace: Workspace,
    first: str,
    second: str,
    *,
    keep: str,
    reason: str,
    evidence: Path,
    resolved_by: str,
    model: str | None = None,
    at: datetime | None = None,
) -> Resolved:
    """Settle which of two captures holds where they state different prices at one time.

    Args:
        workspace: where it is recorded.
        first: id of one capture.
        second: id of the other.
        keep: the one of the two whose price holds.
        reason: why.
        evidence: a file that shows it; its bytes are kept.
        resolved_by: who settles it; nobody who read one of the two (A3).
        model: one model only; every model on which they differ, if it is left out.
        at: the time of the entry in the log; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``; ``RESOLVE_KEEP``: the kept capture is neither of
            the two; ``RESOLVE_NOTHING``: they state no different price at one time; ``CFG_SOD``.
        InputRefused: ``RECORD_FIELD``: reason or name is missing, or the evidence is empty.
    """
    if first == second or keep not in (first, second):
        raise ConfigurationRefused(
            "RESOLVE_KEEP",
            "A resolution names two captures and keeps one of them.",
            where=(f"captures {first[:20]!a} and {second[:20]!a}",
                   f"keep {keep[:20]!a}"),
            remedy="Name both captures, and after --keep the one whose price holds.",
        )  # fmt: skip
    kept = require_capture(workspace.log, keep)
    other = require_capture(workspace.log, second if keep == first else first)
    _require_somebody_else((kept, other), resolved_by)
    found = tuple(_models(workspace, kept, other, model))
    if not found:
        raise _nothing(kept, other, model)
    resolution, is_new = record_resolution(
        workspace.store,
        workspace.log,
        file_content(evidence),
        kept_capture=kept.capture_id,
        other_capture=other.capture_id,
        models=found,
        reason=reason,
        resolved_by=resolved_by,
        at=at or datetime.now(UTC),
    )
    return Resolved(resolution, is_new)


def _models(
    workspace: Workspace, kept: Capture, other: Capture, model: str | None
) -> Iterator[ResolvedModel]:
    """Every model on which the two differ, bound to the prices as they are now."""
    # Resolutions are left out, so that both prices are seen.
    stored = replace(inputs_on_record(workspace), resolutions=())
    roles = price_roles(workspace.store, stored)
    seen = set()
    for mine, theirs in differing(roles, kept.capture_id, other.capture_id):
        one = ResolvedModel(mine["source_model_id"], _seen(mine), _seen(theirs))
        if model in (None, one.source_model_id) and one not in seen:
            seen.add(one)
            yield one


def _seen(row: dict[str, Any]) -> SeenPrice:
    return SeenPrice(
        row["source_name"],
        row["capture_id"],
        terms_digest(row["currency"], row["lines"]),
        tuple(
            f"{line['meter']} {line['price_text']}"
            + (f" x {line['multiplier_text']}" if line["multiplier_text"] else "")
            + f" {row['currency']} per {line['pricing_unit']} at {line['locator']}"
            for line in row["lines"]
        ),
    )


def _require_somebody_else(read: tuple[Capture, Capture], resolved_by: str) -> None:
    """Refuse a resolution by whoever read one of the prices: nobody checks their own reading."""
    for capture in read:
        if resolved_by.strip() and resolved_by.strip().casefold() == capture.operator.casefold():
            raise ConfigurationRefused(
                "CFG_SOD",
                "Whoever read one of the two prices cannot settle which of them holds.",
                where=(f"capture {capture.capture_id}, read by {capture.operator}",),
                remedy="Let another person settle it, with the evidence.",
            )


def _nothing(kept: Capture, other: Capture, model: str | None) -> ConfigurationRefused:
    waits = [c.capture_id for c in (kept, other) if not c.approved_by]
    about = "" if model is None else f" of {model[:80]!a}"
    why = (
        f"not approved, and so in no price book: {', '.join(waits)}"
        if waits
        else "they are never in force at one time, or charge the same"
    )
    return ConfigurationRefused(
        "RESOLVE_NOTHING",
        f"The two captures state no different price{about} at one time.",
        where=(why,),
        remedy="Compare them with: tieout prices diff CAPTURE CAPTURE",
    )
