"""``tieout usage``: importing usage exports, fetching a vendor's own log, and checking both."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from tieout.cli.face import Here
from tieout.cli.leg_commands import check_leg, import_leg
from tieout.evidence.documents import Leg

LEG: Final[Leg] = "usage"
FETCH_EXAMPLE: Final = (
    "Example:\n\n    tieout usage fetch --by AB\n\n"
    "One day: tieout usage fetch --from 2026-11-22 --until 2026-11-23 --by AB"
)
COUNT_EXAMPLE: Final = (
    "Example:\n\n    tieout usage count counts.csv --zone UTC --by AB \\\n"
    "      --evidence dashboard.png"
)

app = App(name="usage", help_epilogue="Example:\n\n    tieout usage import usage.csv --by AB")


@app.command(
    name="import",
    help_epilogue="Example:\n\n    tieout usage import usage.csv --by AB",
)
def import_(
    first: Annotated[Path, Parameter(name="FILE")],
    /,
    *others: Annotated[Path, Parameter(name="FILES")],
    by: str,
    feed: str | None = None,
    replaces: str | None = None,
    face: Here,
) -> None:
    """Import usage exports; the same file again changes nothing.

    Args:
        first: the file, plain, gzip or zstd.
        others: further files of the same feed.
        by: who imports it: initials, or the id of a job.
        feed: the [usage.NAME] of tieout.toml it is read through; needed where there are several.
        replaces: the import that this one file corrects; both stay on record, runs use this one.
        face: where the answer goes.
    """
    import_leg(LEG, (first, *others), by=by, feed=feed, replaces=replaces, face=face)


# By its place, so that importing a file does not load what the network needs.
app.command(
    "tieout.cli.usage_fetch:fetch",
    name="fetch",
    help="Fetch the vendor's own log; what is on record is not fetched again.",
    help_epilogue=FETCH_EXAMPLE,
)

app.command(
    "tieout.cli.usage_count:count",
    name="count",
    help="Record what the vendor counts per day and model, to be held against our rows.",
    help_epilogue=COUNT_EXAMPLE,
)


@app.command(
    help_epilogue=(
        "Example:\n\n    tieout usage check usage.csv\n\nWhat is on record: tieout usage check"
    )
)
def check(
    *files: Annotated[Path, Parameter(name="FILE")],
    feed: str | None = None,
    face: Here,
) -> None:
    """Read files and say what an import would make of them; without a file, what is on record.

    Args:
        files: the exports; nothing is recorded.
        feed: the [usage.NAME] of tieout.toml they are read through.
        face: where the answer goes.
    """
    check_leg(LEG, files, feed=feed, face=face)
