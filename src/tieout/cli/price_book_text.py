"""The price book as text for a person: a price at an instant, its bytes, what a run used."""

from __future__ import annotations

from tieout.actions.price_at import PriceAnswer
from tieout.actions.price_bytes import PriceBytes
from tieout.actions.price_rollback import RolledBack
from tieout.actions.price_use import UsedPrices
from tieout.cli.price_text import price_set_text
from tieout.findings import plural
from tieout.report.layout import INDENT, aligned, wrapped
from tieout.report.shown import instant, visible

_STANDING = {
    "in force": "one price is in force",
    "unknown": "no price is in force: unknown, not zero",
    "several": "two prices are in force at once; neither is taken",
}


def answer_text(answer: PriceAnswer, width: int) -> str:
    """What was known at one instant about the price at another."""
    known = f"as known at {instant(answer.known_at)}" if answer.known_at else "as known now"
    lines = wrapped(f"{answer.source_model_id} at {instant(answer.at)}, {known}", width)
    lines += wrapped(_STANDING[answer.standing], width)
    for one in answer.price_sets:
        lines += price_set_text(one, width)
    if answer.unseen_change is not None:
        old, new, capture_id = answer.unseen_change
        lines += wrapped(
            f"the price changed unseen between {instant(old)} and {instant(new)} (capture"
            f" {capture_id}); a charge may be a range",
            width,
        )
    if answer.waiting:
        lines += wrapped(f"a newer price waits for approval: {', '.join(answer.waiting)}", width)
    return _page(lines)


def bytes_text(found: PriceBytes, width: int) -> str:
    """A price at its place in a capture, and everything that is known of the capture."""
    capture = found.capture
    approvals = ", ".join(visible(name) for name in capture.approvals)
    place = "put together from the page" if found.byte_offset is None else f"{found.byte_offset:,}"
    facts = [
        ("text", visible(found.text)),
        ("at", visible(found.locator)),
        ("byte", place),
        ("capture", capture.capture_id),
        ("sha256", capture.sha256),
        (
            "source",
            f"{visible(capture.source_name)}, {visible(capture.source_url) or 'no address'}",
        ),
        ("accessed", f"{instant(capture.accessed_at)}, {capture.method}"),
        ("by", visible(capture.operator)),
        ("approved", f"{approvals} (unsigned)" if approvals else "by nobody yet"),
        ("grade", capture.grade),
        ("bytes", f"evidence/objects/{capture.sha256}, {capture.size:,} bytes"),
    ]
    lines = aligned(facts, "ll", width, flexible=(1,))
    if found.around:
        lines += ["", *(f"{INDENT * 2}{visible(line)}" for line in found.around.splitlines())]
    return _page(lines)


def used_text(found: UsedPrices, width: int) -> str:
    """The price lines behind a figure, dearest first, each with the way to its bytes."""
    lines = wrapped(f"run {found.run_id}: {plural(found.rows, 'rated row')}", width)
    for one in found.prices:
        factor = f" x {visible(one.multiplier_text)}" if one.multiplier_text else ""
        lines += [
            "",
            *wrapped(
                f"{one.source_model_id} {one.meter}  {one.quantity} x {one.unit_rate} ="
                f" {one.currency} {one.expected} expected",
                width,
            ),
            *wrapped(
                f"{visible(one.price_text)}{factor} {one.currency} per {one.pricing_unit}, grade"
                f" {one.grade}, capture {one.capture_id}",
                width,
                indent=INDENT * 2,
            ),
            f"{INDENT * 2}{visible(one.next)}",
        ]
    return _page(lines)


def rolled_back_text(done: RolledBack, width: int) -> str:
    """What a roll-back set aside, and how it comes back."""
    said = [f"capture {one.capture_id} of {one.source_name}" for one in done.captures]
    said += [f"declaration {one.declaration_id}" for one in done.declarations]
    lines = wrapped(f"the price book is back at {done.rollback.target}; set aside:", width)
    for one in said:
        lines += wrapped(one, width, indent=INDENT * 2)
    lines += wrapped(
        "Nothing is deleted. Run the period again; to take one in again: tieout prices approve"
        " CAPTURE --by NAME",
        width,
    )
    return _page(lines)


def _page(lines: list[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"
