"""Decisions as text: what was decided, about how much money, and what it still needs."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tieout.actions.adjusting import Adjusted
from tieout.actions.disposing import Decision
from tieout.findings import plural
from tieout.people.duty import in_words
from tieout.people.replay import Ruling
from tieout.report.document import SETTLED
from tieout.report.layout import INDENT, wrapped
from tieout.report.parts import Group
from tieout.report.shown import visible

_SHOWN = 8
_WORDS = {
    "accepted": "accepted",
    "corrected": "to be corrected: open until the books or an adjustment show it",
    "escalated": "escalated: the money stays withheld until somebody answers",
    "assigned": "assigned",
    "commented": "commented",
}


def decided_text(decisions: Sequence[Decision], width: int, again: str) -> str:
    """What was decided, group by group cut at some, with the money it settles.

    Args:
        decisions: the decisions, on record or only checked.
        width: columns of the terminal.
        again: the command that signs what was only checked.
    """
    lines: list[str] = []
    for one in decisions:
        ids = ", ".join(group.group_id for group in one.groups[:_SHOWN])
        more = len(one.groups) - _SHOWN
        rest = f" and {plural(more, 'more group')}" if more > 0 else ""
        lines += wrapped(
            f"{plural(len(one.groups), 'cause group')} of {one.period} {_WORDS[one.what]}",
            width, hang=2,
        )  # fmt: skip
        lines += wrapped(f"{ids}{rest}", width, indent=INDENT * 2)
        for currency, (net, gross) in one.money.items():
            money = f"{net.normalize():f} net, {gross.normalize():f} gross {currency}"
            lines += wrapped(money, width, indent=INDENT * 2)
        lines += wrapped(signed_text(one.ruling), width, indent=INDENT * 2)
    if not decisions:
        lines += wrapped("No row of the table decides or changes anything.", width)
    text = "\n" + "\n".join(lines) + "\n"
    signed = [one.ruling for one in decisions]
    if any(ruling is None for ruling in signed):
        return f"{text}\n{INDENT}next  sign it: {visible(again)}\n"
    waiting = [one.ruling_id for one in signed if one is not None and not one.is_in_force]
    if waiting:
        return f"{text}\n{INDENT}next  tieout sign {waiting[0]} --key FILE\n"
    unowned = " ".join(name for one in decisions for name in one.without_owner[:_SHOWN])
    if unowned:
        return f"{text}\n{INDENT}next  tieout variance assign {unowned} --owner NAME --key FILE\n"
    if decisions:
        period = shlex.quote(decisions[0].period)
        return f"{text}\n{INDENT}next  tieout variance list --period {period} --open\n"
    return text


def adjusted_text(done: Adjusted, width: int) -> str:
    """An adjustment that was recorded, and what it still needs."""
    said = done.said
    about = [part for part in (said.source_model_id, said.cost_center, said.project) if part]
    group = [f"corrects {said.group_id}"] if said.group_id else []
    lines = wrapped(
        f"adjustment of {said.amount} {said.currency} for {said.period}, owner {said.owner}", width
    )
    if about or group:
        lines += wrapped(", ".join([*about, *group]), width, indent=INDENT * 2)
    lines += wrapped(signed_text(done.ruling), width, indent=INDENT * 2)
    step = f"tieout run --period {shlex.quote(said.period)}"
    if not done.ruling.is_in_force:
        step = f"tieout sign {done.ruling.ruling_id} --key FILE"
    return "\n" + "\n".join(lines) + f"\n\n{INDENT}next  {step}\n"


def signed_text(ruling: Ruling | None) -> str:
    """Whether something is in force, and whose signature it still needs."""
    if ruling is None:
        return "checked, and not signed: nothing was written"
    names = " and ".join(ruling.names)
    if ruling.is_in_force:
        return f"in force, signed by {names} (ruling {ruling.ruling_id})"
    return (
        f"signed by {names}; counts for nothing until {in_words(ruling.lacking)} has signed"
        f" (ruling {ruling.ruling_id})"
    )


def decide_text(group: Group, period: str) -> str:
    """The command that comes next for a cause group."""
    label = shlex.quote(period)
    if group.status in SETTLED:
        return f"tieout variance list --period {label} --open"
    if group.status == "correction_due":
        return (
            f"tieout run --period {label}, once the corrected books are imported; or tieout adjust"
        )
    return (
        f"tieout variance resolve {group.group_id} --period {label} --as accepted"
        " --reason WHY --evidence FILE --key FILE"
    )
