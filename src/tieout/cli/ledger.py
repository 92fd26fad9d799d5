"""``tieout ledger``: importing the books and checking them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from tieout.actions.changed_feeds import changed_feeds
from tieout.actions.completeness import check_coverage
from tieout.actions.next_step import next_step
from tieout.actions.records import check_file, import_files
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.cli.record_text import (
    coverage_json,
    coverage_text,
    imported_json,
    imported_text,
    reading_json,
    reading_text,
)
from tieout.evidence.documents import Leg

LEG: Final[Leg] = "ledger"

app = App(name="ledger", help_epilogue="Example:\n\n    tieout ledger import ledger.csv --by AB")


@app.command(
    name="import",
    help_epilogue="Example:\n\n    tieout ledger import ledger.csv --by AB",
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
    """Import ledger files; the same file again changes nothing.

    Args:
        first: the file, plain or gzip.
        others: further files of the same feed.
        by: who imports it: initials, or the id of a job.
        feed: the [ledger.NAME] of tieout.toml it is read through; needed where there are several.
        replaces: the import that this one file corrects; both stay on record, runs use this one.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    done = list(
        import_files(
            workspace, LEG, (first, *others), operator=by, feed_name=feed, replaces=replaces
        )
    )
    said = [text for one in done for text in one.warnings]
    step = next_step(workspace)
    face.answer(
        imported_text(done, face.width) + next_text(step),
        {**imported_json(done), "warnings": said, "next": step},
    )
    face.warn(said)


@app.command(
    help_epilogue=(
        "Example:\n\n    tieout ledger check ledger.csv\n\nWhat is on record: tieout ledger check"
    )
)
def check(
    *files: Annotated[Path, Parameter(name="FILE")],
    feed: str | None = None,
    face: Here,
) -> None:
    """Read files and say what an import would make of them; without a file, what is on record.

    Args:
        files: the exports of the books; nothing is recorded.
        feed: the [ledger.NAME] of tieout.toml they are read through.
        face: where the answer goes.
    """
    workspace = find_workspace(face.workspace)
    said = [one.sentence for one in changed_feeds(workspace, LEG)]
    face.warn(said)
    if not files:
        found = check_coverage(workspace, LEG)
        face.answer(coverage_text(found, face.width), {**coverage_json(found), "warnings": said})
        return
    readings = [check_file(workspace, LEG, file, feed) for file in files]
    face.answer(
        "".join(reading_text(one, face.width) for one in readings),
        {"files": [reading_json(one) for one in readings], "warnings": said},
    )
