"""Compared prices as text for a person: what changed between captures, what was settled."""

from __future__ import annotations

from tieout.actions.resolving import Resolved
from tieout.report.layout import wrapped


def resolved_text(done: Resolved, width: int) -> str:
    """A resolution: what holds, what does not, model by model, and until when that is so."""
    one = done.resolution
    state = "" if done.is_new else " (was there already)"
    lines = wrapped(
        f"capture {one.kept_capture} holds, {one.other_capture} does not, by"
        f" {one.resolved_by} (unsigned){state}",
        width,
    )
    for model in one.models:
        lines += ["", *wrapped(model.source_model_id, width)]
        lines += wrapped(f"holds   {'; '.join(model.kept.said)}", width, indent="    ", hang=8)
        lines += wrapped(f"not     {'; '.join(model.other.said)}", width, indent="    ", hang=8)
    closing = "It stands while both sources state these prices; any other price opens it again."
    return "\n" + "\n".join([*lines, "", *wrapped(closing, width)]) + "\n"
