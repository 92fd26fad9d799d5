"""What ``tieout mapping suggest`` and ``mapping approve`` say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tieout.actions.mapping_approval import SignedMapping
from tieout.actions.mapping_proposal import Proposed
from tieout.actions.people import ruling_json
from tieout.calendar import instant_text
from tieout.cli.face import next_text
from tieout.cli.ruling_text import next_signature, ruling_lines
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import visible


def suggested_text(found: Sequence[Proposed], out: Path | None, width: int) -> str:
    """Each unmapped name with the ids it may mean."""
    if not found:
        return "\n  every imported name is an id or is mapped\n" + next_text("tieout mapping check")
    lines = ["  suggestions; none is applied, a person fills in and signs", ""]
    for one in found:
        lines += wrapped(f"{visible(one.name)}  in {plural(one.rows, 'row')}", width)
        said = [f"{visible(s.source_model_id)}? {visible(s.reason)}" for s in one.suggestions]
        for text in said or ["no id is near"]:
            lines += wrapped(text, width, indent="    ", hang=2)
    if out is not None:
        kept = f"written to {visible(str(out))}: fill in source_model_id where you agree"
        lines += ["", *wrapped(kept, width)]
    return "\n" + "\n".join(lines) + "\n" + next_text(_next(out))


def suggested_json(found: Sequence[Proposed], out: Path | None) -> dict[str, object]:
    """The same as one JSON object."""
    return {
        "names": [
            {
                "name": one.name,
                "rows": one.rows,
                "first_seen": instant_text(one.first_seen),
                "pricing_unit": one.pricing_unit or None,
                "suggestions": [
                    {
                        "source_model_id": s.source_model_id,
                        "reason": s.reason,
                        "distance": s.distance,
                    }
                    for s in one.suggestions
                ],
            }
            for one in found
        ],
        "out": None if out is None else str(out),
        "next": _next(out),
    }


def signed_text(done: SignedMapping, width: int) -> str:
    """What was signed, and what is still missing."""
    lines = ruling_lines(done.ruling, width)
    for row in done.rows:
        pair = f"{visible(row.internal_model_alias)} to {visible(row.source_model_id)}"
        end = f" until {instant_text(row.effective_until)}" if row.effective_until else ""
        lines += wrapped(
            f"{pair}, {row.pricing_unit}, from {instant_text(row.effective_from)}{end}",
            width, indent="    ", hang=2,
        )  # fmt: skip
    if done.left:
        lines += wrapped(f"{plural(done.left, 'row')} left out: no merge", width)
    return "\n" + "\n".join(lines) + "\n" + next_text(_after(done))


def signed_json(done: SignedMapping) -> dict[str, object]:
    """The same as one JSON object."""
    rows = [
        {
            "internal_model_alias": row.internal_model_alias,
            "source_model_id": row.source_model_id,
            "pricing_unit": row.pricing_unit,
            "effective_from": instant_text(row.effective_from),
            "effective_to": instant_text(row.effective_until) if row.effective_until else None,
        }
        for row in done.rows
    ]
    return {**ruling_json(done.ruling), "rows": rows, "left": done.left, "next": _after(done)}


def _next(out: Path | None) -> str:
    if out is None:
        return "tieout mapping suggest --out FILE.csv"
    return f"tieout mapping approve {out} --key FILE --reason TEXT"


def _after(done: SignedMapping) -> str:
    return next_signature(done.ruling) or "tieout mapping check"
