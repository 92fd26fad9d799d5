"""The review as text: who decided what on which evidence, and what was adjusted or accepted."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.findings import plural
from tieout.report.document import Document, Totals
from tieout.report.layout import INDENT, wrapped
from tieout.report.parts import Group
from tieout.report.review_parts import (
    Accumulated,
    Adjusted,
    Decided,
    EvidenceFile,
    Remark,
    Review,
    Trivial,
)
from tieout.report.shown import instant, short, visible
from tieout.report.wording import age_words, state_words

_DISPOSED = {"accepted": "accepted", "corrected": "to be corrected", "escalated": "escalated"}


def said_lines(said: Review, width: int) -> list[str]:
    """Everything that was said of one cause group."""
    return [
        *decided_lines(said.decisions, width),
        *adjusted_lines(said.adjustments, width),
        *remark_lines(said.comments, width),
    ]


def decided_lines(decisions: Sequence[Decided], width: int) -> list[str]:
    """Decisions, each with who made it, why, on which evidence, and whether it stands."""
    lines: list[str] = []
    for one in decisions:
        lines += wrapped(decided_sentence(one), width, hang=2)
        lines += wrapped(f"{one.reason}", width, indent=INDENT * 2)
        lines += wrapped(f"evidence: {evidence_words(one.evidence)}", width, indent=INDENT * 2)
        if one.why is not None:
            lines += wrapped(f"{one.state}: {one.why}", width, indent=INDENT * 2)
    return lines


def decided_sentence(one: Decided) -> str:
    """Who decided what, when, about how much money."""
    reach = f", up to {one.cap} until {one.expires_on}" if one.cap else ""
    return (
        f"{_DISPOSED[one.disposed]} by {' and '.join(one.by)}, {instant(one.at)},"
        f" {one.period}: {one.net} net, {one.gross} gross {one.currency}{reach}"
        f" (ruling {one.ruling_id})"
    )


def remark_lines(remarks: Sequence[Remark], width: int) -> list[str]:
    """Comments, oldest first."""
    return [
        line
        for one in remarks
        for line in wrapped(f"{' and '.join(one.by)}, {instant(one.at)}: {one.text}", width, hang=2)
    ]


def adjusted_lines(adjustments: Sequence[Adjusted], width: int) -> list[str]:
    """Adjustments, each with who answers for it, and whether it counts."""
    lines: list[str] = []
    for one in adjustments:
        about = [part for part in (one.source_model_id, one.cost_center, one.project) if part]
        scope = f", {' / '.join(about)}" if about else ""
        group = f", corrects {one.group_id}" if one.group_id else ""
        said = (
            f"adjustment {one.amount} {one.currency}{scope}{group}; owner {one.owner}; signed by"
            f" {' and '.join(one.by)} (ruling {one.ruling_id})"
        )
        lines += wrapped(said, width, hang=2)
        lines += wrapped(one.reason, width, indent=INDENT * 2)
        lines += wrapped(f"evidence: {evidence_words(one.evidence)}", width, indent=INDENT * 2)
        if one.why is not None:
            lines += wrapped(f"does not count: {one.why}", width, indent=INDENT * 2)
    return lines


def evidence_words(files: Sequence[EvidenceFile]) -> str:
    """Files of evidence by name and the start of their digest."""
    return ", ".join(f"{one.name} ({one.sha256[:12]})" for one in files) or "none"


def review_lines(document: Document, width: int) -> list[str]:
    """The review on the first screen: what stands, what is stale, what was accepted so far."""
    review, found = document.review, []
    counted = {
        state: len({one.ruling_id for one in review.decisions if one.state == state})
        for state in ("stands", "stale", "waits")
    }
    if any(counted.values()):
        found.append(
            f"review       {plural(counted['stands'], 'decision stands', 'decisions stand')},"
            f" {counted['stale']:,} stale, {counted['waits']:,} waiting for a signature"
        )
    counting = [one for one in review.adjustments if one.counts]
    if review.adjustments:
        waiting = len(review.adjustments) - len(counting)
        found.append(
            f"adjustments  {len(counting):,} in force, {waiting:,} that count for nothing yet"
        )
    found += [f"trivial      {trivial_words(one)}" for one in review.trivial]
    found += [f"accepted     {accumulated_words(one)}" for one in review.accumulated]
    return [line for said in found for line in wrapped(visible(said), width, hang=13)]


def trivial_words(one: Trivial) -> str:
    """What passed for being small, of what may pass together, and what stays open beyond it."""
    said = (
        f"{plural(one.groups, 'small group passes', 'small groups pass')} with {short(one.gross)}"
        f" {one.currency} gross, of at most {short(one.most)} together"
    )
    if not one.left:
        return said
    more = plural(one.left, "more stays open", "more stay open")
    return f"{said}; {more} with {short(one.left_gross)}"


def accumulated_words(one: Accumulated) -> str:
    """What was accepted over all periods, gross, against materiality (A9)."""
    side = "above" if one.above else "within"
    return (
        f"{short(one.gross)} {one.currency} gross over {plural(len(one.periods), 'period')},"
        f" {side} materiality ({short(one.materiality)})"
    )


def adjusted_rows(totals: Totals) -> list[tuple[str, ...]]:
    """What people added beside the books; recorded above stays what the books say (A4)."""
    if totals.recorded_after_adjustments is None or totals.adjustments == "0":
        return []
    return [
        (
            "adjustments",
            short(totals.adjustments, signed=True),
            "",
            "",
            f"recorded after them {short(totals.recorded_after_adjustments)}",
            "",
        )
    ]


def state_and_age(group: Group, as_of: str) -> str:
    """The age of a group, and its state where that is more than open."""
    state = "" if group.status == "open" else state_words(group.status)
    return ", ".join(part for part in (state, age_words(group, as_of)) if part)
