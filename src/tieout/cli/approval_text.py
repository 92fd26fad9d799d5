"""The checklist and the state of approval, as text for a person and as JSON."""

from __future__ import annotations

from typing import Any

from tieout.actions.checklist import Checklist, Item
from tieout.cli.face import next_text
from tieout.close.approval import ApprovalState, Signature
from tieout.close.approval_record import approval_record
from tieout.findings import plural
from tieout.people.replay import Ruling
from tieout.report.layout import wrapped
from tieout.report.shown import instant, visible


def checklist_text(found: Checklist, width: int) -> str:
    """Thirteen items, each with its answer, what answered it, and the detail behind it."""
    record = found.state.facts.record
    answered = sum(1 for item in found.items if item.answer == "yes")
    head = f"checklist of run {record.run_id}, {visible(record.period)}"
    lines = [f"  {head}: {answered} of {plural(len(found.items), 'item')} answered yes", ""]
    for item in found.items:
        lines += wrapped(f"{item.number:>2}  {item.answer:<10}  {item.text}", width, hang=16)
        lines += wrapped(item.detail, width, indent=" " * 18)
        lines += wrapped(_behind(item), width, indent=" " * 18)
    left = [item for item in found.items if item.answer == "unanswered"]
    text = "\n" + "\n".join(lines) + "\n" + state_text(found.state, width)
    if left:
        text += next_text(f"tieout checklist answer {left[0].number} yes --detail TEXT --key FILE")
    return text


def checklist_json(found: Checklist) -> dict[str, Any]:
    """The checklist with the state of approval."""
    items = [{name: getattr(item, name) for name in Item.__slots__} for item in found.items]
    return {**approval_record(found.state), "items": items}


def state_text(state: ApprovalState, width: int) -> str:
    """Who signed a run, what stands, and what is open."""
    record, content = state.facts.record, state.facts.content
    lines = [f"  run {record.run_id}, {visible(record.period)}: the period is {state.state}"]
    if not state.is_newest:
        lines += wrapped("a newer run of the period superseded it", width, indent="    ")
    lines.append(f"    sign-off digest  {content.digest}")
    inputs = f"{plural(len(content.input_digests), 'input digest')}, policy"
    signed = "" if content.policy_object else ", signed by nobody"
    lines += wrapped(f"over {inputs} {content.policy_version}{signed}", width, indent="    ")
    for one in state.signatures:
        lines += wrapped(_signature(one), width, indent="    ", hang=2)
        for note in one.notes:
            lines += wrapped(note, width, indent="      ", hang=2)
    if not state.signatures:
        lines.append("    signed by nobody")
    if state.closing is not None:
        lines += wrapped(f"closed by {_by(state.closing)}", width, indent="    ", hang=2)
    for title, listed in (("open", state.still_open), ("changed since", state.changed)):
        for said in listed:
            lines += wrapped(f"{title}: {visible(said)}", width, indent="    ", hang=2)
    for said in state.facts.exceptions:
        lines += wrapped(f"exception: {visible(said)}", width, indent="    ", hang=2)
    return "\n" + "\n".join(lines) + "\n"


def ruling_text(ruling: Ruling, width: int) -> str:
    """What was just signed, and what it still lacks."""
    said = f"{ruling.kind} {ruling.ruling_id} signed by {', '.join(ruling.names)}"
    waits = "" if ruling.is_in_force else "; it waits for another signature"
    return "\n" + "\n".join(wrapped(said + waits, width)) + "\n"


def _signature(one: Signature) -> str:
    stands = "stands" if one.stands else f"does not stand: {one.why}"
    return f"{one.signed_as} by {_by(one.ruling)}; {stands}"


def _by(ruling: Ruling) -> str:
    names = ", ".join(f"{one.name} (key {one.key_id[:12]})" for one in ruling.signers)
    return f"{names}, {instant(ruling.statement.at)}, ruling {ruling.ruling_id}"


def _behind(item: Item) -> str:
    if item.statement:
        rows = plural(item.rows or 0, "row")
        return f"answered by {item.statement}, {rows}"
    return f"answered by {visible(item.answered_by)}"
