"""``tieout usage fetch``: the vendor's own log, resumable at any point."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from tieout.actions.fetch_span import fetch_span
from tieout.actions.start import find_workspace
from tieout.actions.usage_fetch import FetchInterrupted, FetchOrder, fetch_usage
from tieout.actions.vendor_log import open_log
from tieout.cli.face import Here, ProgressLine
from tieout.cli.fetch_text import fetched_json, fetched_text
from tieout.errors import ExitCode


def fetch(
    *,
    by: str,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    until: str | None = None,
    feed: str | None = None,
    again: Annotated[bool, Parameter(negative="")] = False,
    face: Here,
) -> int:
    """Fetch the vendor's own log; what is on record is not fetched again.

    Args:
        by: who fetches it: initials, or the id of a job.
        from_: the first day; by default where the last fetch ended, or yesterday.
        until: the day before whose start it ends; by default as far as the log is settled.
        feed: the [usage.NAME] of tieout.toml that reads the log; needed where there are several.
        again: read windows on record anew; the new reading replaces the old, both stay on record.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    now = datetime.now(UTC)
    opened = open_log(workspace, feed, now)
    asked = fetch_span(workspace, opened.feed_name, from_, until, now)
    progress = ProgressLine(sys.stderr)
    try:
        result = fetch_usage(
            workspace,
            opened.log,
            FetchOrder(opened.feed_name, by, asked, again),
            sums=opened.sums,
            progress=progress,
        )
    except FetchInterrupted as stopped:
        progress.close()
        face.answer(fetched_text(stopped.result, face.width), fetched_json(stopped.result))
        face.remark("\nInterrupted; the same command goes on behind what is recorded.\n")
        return ExitCode.INTERRUPTED
    finally:
        progress.close()
    said = [*opened.notes, *([opened.not_counted] if opened.not_counted else [])]
    face.answer(fetched_text(result, face.width), {**fetched_json(result), "warnings": said})
    face.warn(said)
    return ExitCode.CAPTURE if result.unread else ExitCode.APPROVE
