"""``tieout daily``: the morning check."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tieout.actions.daily import FailOn, Morning, daily
from tieout.actions.start import find_workspace
from tieout.calendar import parse_instant
from tieout.cli.face import Here, ProgressLine
from tieout.cli.run import operator
from tieout.findings import plural
from tieout.money import plain
from tieout.report import text
from tieout.report.daily_text import since_text
from tieout.report.document import load
from tieout.report.layout import wrapped
from tieout.report.shown import visible
from tieout.review.changes import GroupChange, in_order
from tieout.review.item_changes import ItemChange

app = App(
    name="daily",
    help_epilogue=(
        "Example:\n\n    tieout daily --fail-on new --by daily-job\n\n"
        "With --fail-on new it ends with 0 while nothing is new, for a scheduler."
    ),
)


@app.default
def check(
    *,
    period: str | None = None,
    as_of: str | None = None,
    fail_on: FailOn = "any",
    threads: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    by: str | None = None,
    face: Here,
) -> int:
    """Fetch, tie out the month so far, and say what is different since the last look.

    Args:
        period: a month, a day, or start/end; by default the month that yesterday lies in.
        as_of: the instant the run looks from; now, if it is left out.
        fail_on: with new, a state that was known, owned and unchanged ends with 0.
        threads: threads of the engine; no result depends on it.
        by: who or what runs it; by default the user of this machine.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    moment = parse_instant(as_of, "--as-of") if as_of else datetime.now(UTC)
    progress = ProgressLine(sys.stderr)
    try:
        done = daily(
            workspace,
            period,
            operator=by or operator(),
            as_of=moment,
            fail_on=fail_on,
            threads=threads,
            progress=progress,
        )
    finally:
        progress.close()
    face.answer(_text(done, face), _json(done))
    return int(done.exit_code)


def _text(done: Morning, face: Here) -> str:
    page = text.render(load(done.result.document), face.width, color=face.color)
    lines = [
        line
        for one in done.fetched
        for line in wrapped(
            f"fetched  {visible(one.name)}: {visible(one.said)}"
            + (f" ({one.code})" if one.code else ""),
            face.width,
            hang=9,
        )
    ]
    if done.told.places:
        lines.append(f"  told     {plural(done.told.places, 'place')}")
    fetched = "\n".join(lines) + "\n" if lines else ""
    return f"{page}\n{since_text(done.since, face.width)}{fetched}"


def _json(done: Morning) -> dict[str, object]:
    since = done.since
    return {
        **done.result.summary,
        "since": {
            "run_id": since.before or None,
            "counts": in_order(since.changes),
            "groups": [_change(one) for one in since.changes],
            "new_concerns": list(since.new_concerns),
            "gone_concerns": list(since.gone_concerns),
            "items": [_items(one) for one in since.items],
            "known": since.is_known,
        },
        "fetched": [
            {"name": one.name, "said": one.said, "refused": one.code or None}
            for one in done.fetched
        ],
        "told": {"places": done.told.places, "why_not": done.told.why_not or None},
        "exit_code": int(done.exit_code),
    }


def _change(one: GroupChange) -> dict[str, Any]:
    group = one.group
    return {
        "change": one.change,
        "group_id": group.group_id,
        "title": group.title,
        "bucket": group.bucket,
        "net": plain(group.net),
        "gross": plain(group.gross),
        "gross_before": None if one.before is None else plain(one.before.gross),
        "currency": group.currency,
        "owner": group.owner,
        "assigned": group.is_assigned,
        "due": group.due or None,
        "overdue": one.is_overdue,
    }


def _items(one: ItemChange) -> dict[str, Any]:
    items = one.items
    return {
        "change": one.change,
        "period": items.period,
        "side": items.side,
        "group_id": items.group_id,
        "title": items.title,
        "items": items.items,
        "amount": plain(items.amount),
        "currency": items.currency,
        "landed_in": items.landed_in,
        "age_days": items.age_days,
    }
