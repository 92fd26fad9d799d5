"""Compared prices as text for a person: what changed between captures, what was settled."""

from __future__ import annotations

from typing import Final

from tieout.actions.price_diff import PriceDiff
from tieout.actions.resolving import Resolved
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import counted, instant, visible

_MOST_SHOWN: Final = 12


def diff_text(found: PriceDiff, width: int) -> str:
    """Differences as a table, the counts above it, what wants an approval below."""
    sides = " to ".join(
        f"{visible(one.name)} ({visible(one.source_name)}, {instant(one.accessed_at.isoformat())})"
        for one in (found.before, found.after)
    )
    counts = ", ".join(f"{counted(n)} {words(change)}" for change, n in found.counts.items())
    lines = [
        *wrapped(sides, width),
        *wrapped(f"{counts or 'no difference'}; {counted(found.unchanged)} unchanged", width),
    ]
    for change in found.counts:
        mine = [one for one in found.differences if one.change == change]
        lines += ["", *wrapped(words(change), width)]
        for one in mine[:_MOST_SHOWN]:
            meter = f", {words(one.meter)}" if one.meter else ""
            said = f"{one.source_model_id or 'the source'}{meter}: {one.text}"
            lines += wrapped(said, width, indent="    ", hang=2)
        if len(mine) > _MOST_SHOWN:
            lines.append(f"    and {counted(len(mine) - _MOST_SHOWN)} more, all of them in --json")
    if found.to_approve:
        asks = plural(found.to_approve, "difference wants", "differences want")
        closing = f"{asks} an approval: tieout prices approve {visible(found.after.name)} --by NAME"
        lines += ["", *wrapped(closing, width)]
    return "\n" + "\n".join(lines) + "\n"


def words(name: str) -> str:
    """A class or meter as words."""
    return name.replace("_", " ")


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
