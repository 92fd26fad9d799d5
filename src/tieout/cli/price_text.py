"""Price sources as text for a person: what was recorded, what is on record, one model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieout.actions.keying import Attached
from tieout.actions.price_history import PriceHistory, PriceSet
from tieout.actions.prices import CapturedPrices, PriceSources
from tieout.evidence.documents import Declaration
from tieout.findings import plural
from tieout.pricebook.price_line import PriceNote
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import instant, visible

_FAILED_SHOWN: Final = 5
_WAITING_SHOWN: Final = 5


def imported_text(done: Sequence[CapturedPrices], width: int) -> str:
    """What was recorded, and what could not be read."""
    lines = []
    for one in done:
        capture = one.capture
        state = "recorded" if one.is_new else "was there already"
        approved = capture.approved_by and f"approved by {visible(capture.approved_by)}"
        lines.append(
            f"  {visible(capture.original_name)}  {state} as {capture.capture_id}"
            f"  {plural(one.parsed.models, 'model')}, {plural(len(one.parsed.prices), 'price')}"
            f"  {approved or 'not approved: it prices nothing yet'}"
        )
        lines += [
            f"    not read: {plural(count, 'price')} {code}" for code, count in one.refused.items()
        ]
        lines += _waiting(one, width)
        for said in _noted(one):
            lines += wrapped(said, width, indent="    ", hang=2)
        lines += wrapped(_in_force(one), width, indent="    ", hang=2) if one.prices_from else []
    return "\n" + "\n".join(lines) + "\n"


def _noted(one: CapturedPrices) -> list[str]:
    """What was accepted with a note: one sentence for each code."""
    by_code: dict[str, list[PriceNote]] = {}
    for note in one.parsed.notes:
        by_code.setdefault(note.code, []).append(note)
    return [
        f"noted: {sum(note.rows for note in notes):,} x {code}, {visible(notes[0].message)}"
        + (f"; and {plural(len(notes) - 1, 'other reason')}" if len(notes) > 1 else "")
        for code, notes in by_code.items()
    ]


def _waiting(one: CapturedPrices, width: int) -> list[str]:
    """The first models that wait as a whole, each with its reason and place."""
    reasons = {r.source_model_id: r for r in one.parsed.refused if r.withholds}
    lines: list[str] = []
    for model, reason in [*reasons.items()][:_WAITING_SHOWN]:
        said = f"{visible(model) or 'no model'} waits: {visible(reason.detail)}"
        lines += wrapped(f"{said} ({visible(reason.locator)})", width, indent="      ", hang=2)
    more = len(reasons) - _WAITING_SHOWN
    return [*lines, f"      and {plural(more, 'model')} more"] if more > 0 else lines


def _in_force(one: CapturedPrices) -> str:
    """From when a capture prices usage, and how usage before that gets a price."""
    said = f"prices usage from {instant(one.prices_from or '')} on"
    if not one.is_first:
        return said
    return (
        f"{said}; for usage before that declare it: tieout prices declare"
        f" {one.capture.capture_id} --from INSTANT --reason WHY --evidence FILE --by NAME"
    )


def listed_text(found: PriceSources, width: int) -> str:
    """Captures as a table, declared starts below it."""
    rows: list[tuple[str, ...]] = [
        ("capture", "source", "accessed at", "format", "approved by", "file")
    ]
    rows += [
        (
            one.capture_id,
            visible(one.source_name),
            instant(one.accessed_at),
            one.format,
            "set aside" if one.set_aside else visible(", ".join(one.approvals)) or "nobody yet",
            visible(one.original_name),
        )
        for one in found.captures
    ]
    lines = aligned(rows, "llllll", width, flexible=(5, 4, 1))
    for one in found.declarations:
        lines += wrapped(
            f"declaration {one.declaration_id}: capture {one.capture_id} declared from"
            f" {instant(one.effective_from)} {_until(one)} by {_names(one)}: {one.reason}",
            width,
            hang=2,
        )
    for page in found.pages:
        text = f"page {page.capture_id}  {page.source_url}, {instant(page.accessed_at)}: evidence"
        lines += wrapped(text, width, hang=2)
    for failure in found.failed[-_FAILED_SHOWN:]:
        came = f"; what came: object {failure.body_object[:12]}" if failure.body_object else ""
        text = f"failed  {failure.source_name}, {instant(failure.failed_at)}: {failure.code}{came}"
        lines += wrapped(text, width, hang=2)
    if (older := len(found.failed) - _FAILED_SHOWN) > 0:
        lines += wrapped(f"and {plural(older, 'earlier failed capture')}", width)
    for state in found.attached:
        kept = state.attachment
        lines += wrapped(
            f"attachment {kept.attachment_id} of {visible(kept.source_name)}, {kept.kind}, accessed"
            f" at {instant(kept.accessed_at)}: {keyed_text(state)}",
            width,
            hang=2,
        )
    return "\n" + "\n".join(lines) + "\n"


def _until(one: Declaration) -> str:
    models = f" for {', '.join(map(visible, one.models))}" if one.models else ""
    return (f"until {instant(one.effective_until)}" if one.effective_until else "on") + models


def _names(one: Declaration) -> str:
    if one.set_aside:
        return f"{visible(one.declared_by)}, set aside"
    return visible(", ".join((one.declared_by, *one.approvals)))


def price_set_text(one: PriceSet, width: int) -> list[str]:
    """A price set: from when until when, by which capture, and its prices."""
    until = instant(one.effective_until) if one.effective_until else "further notice"
    declared = ", declared" if one.declared else ""
    second = ", needs a second name" if one.needs_name else ""
    second += ", checks and prices nothing" if one.role == "check" else ""
    lines = wrapped(
        f"{instant(one.effective_from)} until {until}   {one.source_name}, capture"
        f" {one.capture_id}, grade {one.grade}{declared}{second}",
        width,
    )
    rows = [
        (
            line.meter,
            f"{visible(line.price_text)}"
            + (f" x {visible(line.multiplier_text)}" if line.multiplier_text else ""),
            f"{one.currency} per {line.pricing_unit}",
            f"= {line.unit_rate} each",
            visible(line.locator),
        )
        for line in one.lines
    ]
    return [*lines, *aligned(rows, "lllll", width, flexible=(4,), indent="    ")]


def shown_text(history: PriceHistory, width: int) -> str:
    """A model: its prices, what changed, what could not be read."""
    lines = wrapped(history.source_model_id, width)
    for one in history.sets:
        lines += ["", *price_set_text(one, width)]
    if history.steps:
        lines += ["", "  what changed"]
    for step in history.steps:
        what = step.difference.change.replace("_", " ")
        meter = f" {step.difference.meter}" if step.difference.meter else ""
        lines += wrapped(
            f"{instant(step.accessed_at)}  {step.before} to {step.after}  {what}{meter}:"
            f" {step.difference.text}",
            width,
            indent="    ",
            hang=2,
        )
    for capture_id, reason, locator in history.refused:
        lines += wrapped(f"not read: {reason} at {locator} of capture {capture_id}", width)
    if history.unapproved:
        lines += wrapped(f"not approved: {', '.join(history.unapproved)}", width)
    return "\n" + "\n".join(lines) + "\n"


def keyed_text(state: Attached) -> str:
    """How far the keying of an attachment is, in one phrase."""
    who = ", ".join(visible(one) for one in state.keyed_by)
    if not who:
        return "nobody has keyed its prices yet"
    if state.differences:
        return f"keyed by {who}, who differ on {plural(len(state.differences), 'price')}"
    if not state.capture_id:
        return f"keyed by {who}; a second person must key it too"
    said = f"keyed by {who}, who agree: capture {state.capture_id}"
    if state.approved_by:
        return f"{said}, accepted by {visible(state.approved_by)}"
    return f"{said}, for somebody else to accept"
