"""The checklist of a run: what answered each item, and the answers of people (A1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tieout.actions.opened import file_content
from tieout.actions.signing_off import show_approval
from tieout.close.approval import ApprovalState, period_log
from tieout.close.approval_letters import period_closed
from tieout.close.period_life import life_of
from tieout.errors import ApprovalRefused, ConfigurationRefused
from tieout.evidence.records import require
from tieout.people.duty import Signer
from tieout.people.record import record_ruling
from tieout.people.replay import Replay, Ruling
from tieout.people.ruling import ChecklistAnswer
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class Item:
    """One item as a run answered it.

    Attributes:
        number: 1 to 13.
        text: what is asked.
        answer: yes, no or unanswered.
        answered_by: the table or record that answered it, or the name of a person.
        detail: what was found.
        machine_digest: digest of what the machine said of it.
        statement: the statement that made the table behind the answer, its path; or empty.
        rows: how many rows that table has; None without a statement.
    """

    number: int
    text: str
    answer: Literal["yes", "no", "unanswered"]
    answered_by: str
    detail: str
    machine_digest: str
    statement: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The thirteen items of a run, and the state of its approval."""

    items: tuple[Item, ...]
    state: ApprovalState


def show_checklist(
    workspace: Workspace, run_id: str | None = None, period: str | None = None
) -> Checklist:
    """The checklist of a run: of that id, or the newest (of that period).

    Raises:
        ConfigurationRefused: there is no such run.
    """
    state = show_approval(workspace, run_id, period)
    made = {one.table: one for one in state.facts.manifest.statements}
    return Checklist(tuple(_item(one, made) for one in state.facts.report["checklist"]), state)


def _item(said: dict[str, Any], made: dict[str, Any]) -> Item:
    statement = made.get(said["answered_by"])
    return Item(
        **{name: said[name] for name in ("number", "text", "answer", "answered_by", "detail")},
        machine_digest=said.get("machine_digest", ""),
        statement="" if statement is None else statement.path,
        rows=None if statement is None else statement.rows,
    )


def answer_item(
    workspace: Workspace,
    item: int,
    answer: Literal["yes", "no"],
    *,
    detail: str,
    key: SigningKey,
    period: str | None = None,
    evidence: Sequence[Path] = (),
    at: datetime | None = None,
) -> Ruling:
    """Answer an item that the machine left open; the next run of the period takes the answer.

    Args:
        workspace: the workspace.
        item: its number.
        answer: yes or no.
        detail: what was looked at.
        key: the key of who answers.
        period: the period; that of the newest run, if it is left out.
        evidence: files that show it; their bytes are kept.
        at: the time; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CHECKLIST_ITEM``: there is no such item; ``RUN_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``: no detail.
        ApprovalRefused: ``CHECKLIST_ANSWERED``: the machine answered it; ``PERIOD_CLOSED``;
            ``SOD_ROLE`` and others.
    """
    require(detail=detail)
    found = show_checklist(workspace, None, period)
    said = next((one for one in found.items if one.number == item), None)
    if said is None:
        raise ConfigurationRefused(
            "CHECKLIST_ITEM",
            "The checklist has no item of that number.",
            where=(str(item),),
            remedy="The items are 1 to 13: tieout checklist",
        )
    if _machine_answered(found, said):
        raise ApprovalRefused(
            "CHECKLIST_ANSWERED",
            "The machine answered that item; nobody answers it over.",
            where=(f"item {item}: {said.answer}, by {said.answered_by}", said.detail),
            remedy="Change what it is about, and run the period again.",
        )
    document = ChecklistAnswer(
        period=found.state.facts.record.period,
        item=item,
        answer=answer,
        detail=detail,
        machine_digest=said.machine_digest,
        evidence_objects=tuple(workspace.store.put(file_content(path)) for path in evidence),
        evidence_names=tuple(path.name for path in evidence),
    )

    def guard(replayed: Replay, _signer: Signer) -> None:
        if life_of(period_log(workspace, replayed), document.period).closing is not None:
            raise period_closed(document.period)

    return record_ruling(workspace.log, document, key, at or datetime.now(UTC), guard)


def _machine_answered(found: Checklist, said: Item) -> bool:
    """Whether a query answered the item in the newest run, and not a person."""
    if said.answer == "unanswered":
        return False
    rulings = found.state.rulings.of(ChecklistAnswer)
    return not any(
        isinstance(one.document, ChecklistAnswer)
        and (one.document.period, one.document.item, one.document.machine_digest)
        == (found.state.facts.record.period, said.number, said.machine_digest)
        for one in rulings
    )
