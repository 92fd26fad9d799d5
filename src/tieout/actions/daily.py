"""``tieout daily``: fetch, run, and what is different since the last look (A7).

Everything in it is a command of its own as well; what this adds is the order, and the comparison.
A fetch that fails is on record as failed and stops nothing: the run uses what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from tieout.actions.capturing import capture_prices
from tieout.actions.closing import Progress, quiet, read_report, run
from tieout.actions.fetch_span import fetch_span
from tieout.actions.look import look_of
from tieout.actions.notifying import Told, tell
from tieout.actions.usage_fetch import FetchOrder, fetch_usage
from tieout.actions.vendor_log import open_log
from tieout.calendar import zone
from tieout.close.run import RunResult
from tieout.errors import ExitCode, Refusal
from tieout.evidence.records import runs
from tieout.findings import plural
from tieout.money import grouped
from tieout.people.record import rulings_of
from tieout.report.document import load
from tieout.report.shown import visible
from tieout.review.changes import GroupChange, Look, Since, compare
from tieout.workspace.layout import Workspace

FailOn = Literal["any", "new"]
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Fetched:
    """One thing that was fetched first.

    Attributes:
        name: a price source, or the feed of a vendor's log.
        said: what came of it, in one sentence.
        code: the code of the refusal; empty where it went well.
    """

    name: str
    said: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Morning:
    """The morning check.

    Attributes:
        result: the run.
        fetched: what was fetched first.
        since: what is different.
        told: whether somebody was told.
        exit_code: see :func:`ending`.
    """

    result: RunResult
    fetched: tuple[Fetched, ...]
    since: Since
    told: Told
    exit_code: ExitCode


def daily(
    workspace: Workspace,
    period: str | None = None,
    *,
    operator: str,
    as_of: datetime | None = None,
    fail_on: FailOn = "any",
    threads: int | None = None,
    progress: Progress = quiet,
) -> Morning:
    """Fetch what is declared, tie out the period, and compare with the last look.

    Args:
        workspace: the workspace.
        period: a month, a day or ``start/end``; by default the month that yesterday lies in.
        operator: the id of the job, or initials.
        as_of: the instant the run looks from; now, if it is left out.
        fail_on: with *new*, a state that was known, owned and unchanged ends with 0 (D26).
        threads: threads of the engine.
        progress: called with stage and rows.

    Raises:
        Refusal: as a run; a fetch that fails is no refusal here.
    """
    moment = as_of or datetime.now(UTC)
    label = period or month_of_yesterday(workspace, moment)
    fetched = (*_prices(workspace, operator), *_logs(workspace, operator, moment))
    before = last_look(workspace, label)
    result = run(
        workspace,
        label,
        operator=operator,
        as_of=moment,
        threads=threads,
        progress=progress,
    )
    today = moment.astimezone(zone(workspace.settings.zone)).date().isoformat()
    now = look_of(load(result.document), rulings_of(workspace.log))
    since = compare(now, before, today)
    told = _tell(workspace, since, result)
    return Morning(result, fetched, since, told, ending(result, fetched, since, fail_on))


def ending(
    result: RunResult, fetched: tuple[Fetched, ...], since: Since, fail_on: FailOn
) -> ExitCode:
    """How the morning check ends: the worst of what happened.

    Hold comes before a failed fetch, and that before investigate. With *new* a decision that only
    repeats what was known, owned and unchanged ends with 0; a failed fetch never does.
    """
    decided = result.exit_code
    if fail_on == "new" and since.is_known:
        decided = ExitCode.APPROVE
    if decided is not ExitCode.HOLD and any(one.code for one in fetched):
        return ExitCode.CAPTURE
    return decided


def month_of_yesterday(workspace: Workspace, moment: datetime) -> str:
    """The month that yesterday lies in, in the reporting zone."""
    day = moment.astimezone(zone(workspace.settings.zone)).date() - timedelta(days=1)
    return f"{day:%Y-%m}"


def last_look(workspace: Workspace, label: str) -> Look | None:
    """The newest run of this period; else the newest run of any earlier period; else none."""
    every = runs(workspace.log)
    same = [one for one in every if one.period == label]
    found = same or [one for one in every if one.period < label]
    if not found:
        return None
    return look_of(read_report(workspace, found[-1].run_id)[1], rulings_of(workspace.log))


def _prices(workspace: Workspace, operator: str) -> tuple[Fetched, ...]:
    def capture(name: str) -> str:
        done = capture_prices(workspace, name, operator=operator)
        said = f"capture {done.capture.capture_id}"
        if not done.before:
            return f"{said}, the first of this source; it waits for an approval"
        if not done.changes:
            return f"{said}, no difference against {done.before}"
        changes = plural(len(done.changes), "difference")
        return f"{said}, {changes} against {done.before}; it waits for an approval"

    return tuple(_tried(name, capture) for name in workspace.settings.daily.sources)


def _logs(workspace: Workspace, operator: str, moment: datetime) -> tuple[Fetched, ...]:
    def collect(name: str) -> str:
        opened = open_log(workspace, name, moment)
        asked = fetch_span(workspace, opened.feed_name, None, None, moment)
        done = fetch_usage(
            workspace,
            opened.log,
            FetchOrder(opened.feed_name, operator, asked),
            sums=opened.sums,
        )
        unread = f", {plural(len(done.unread), 'window')} not read" if done.unread else ""
        return f"{plural(len(done.recorded), 'window')} recorded{unread}"

    return tuple(_tried(name, collect) for name in workspace.settings.daily.logs)


def _tried(name: str, work: Callable[[str], str]) -> Fetched:
    """One fetch; whatever it is refused for is said, and the rest goes on."""
    try:
        return Fetched(name, work(name))
    except Refusal as refused:
        return Fetched(name, refused.what, refused.code)


def _tell(workspace: Workspace, since: Since, result: RunResult) -> Told:
    """Tell of what the policy names, and of nothing else."""
    variable = workspace.settings.daily.notify_env
    groups = since.to_be_told(workspace.settings.policy.notify)
    if variable and not groups:
        return Told(why_not="the policy asks to tell of nothing that there is")
    return tell(variable, title(result), message(groups, result.folder))


def title(result: RunResult) -> str:
    """The first line of a message."""
    summary = result.summary
    return f"{summary['workspace']} {summary['period']['label']}: {summary['decision']}"


def message(groups: Sequence[GroupChange], folder: Path) -> str:
    """The text of a message: each group with its money, most important first."""
    lines = [
        f"{'overdue ' if one.is_overdue else ''}{one.change}  {one.group.bucket}"
        f"  {visible(one.group.title)}  {grouped(one.group.net, sign=True)}"
        f" {visible(one.group.currency)}  {visible(one.group.owner)}"
        for one in groups
    ]
    more = [f"and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more, "", f"run {folder.name}"])
