"""What importing and checking do in either leg; the commands of both say it in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tieout.actions.changed_feeds import changed_feeds
from tieout.actions.completeness import check_coverage
from tieout.actions.fetched_coverage import fetched_coverage
from tieout.actions.next_step import next_step
from tieout.actions.records import check_file, import_files
from tieout.actions.start import find_workspace
from tieout.cli.face import Face, next_text
from tieout.cli.fetch_text import coverage_json as fetched_coverage_json
from tieout.cli.fetch_text import coverage_lines
from tieout.cli.record_text import (
    coverage_json,
    coverage_text,
    imported_json,
    imported_text,
    reading_json,
    reading_text,
)
from tieout.evidence.documents import Leg


def import_leg(
    leg: Leg, files: Sequence[Path], *, by: str, feed: str | None, replaces: str | None, face: Face
) -> None:
    """Import files and say what came of them, what looks wrong, and what comes next."""
    workspace = find_workspace(face.workspace)
    done = list(import_files(workspace, leg, files, operator=by, feed_name=feed, replaces=replaces))
    said = [text for one in done for text in one.warnings]
    step = next_step(workspace)
    face.answer(
        imported_text(done, face.width) + next_text(step),
        {**imported_json(done), "warnings": said, "next": step},
    )
    face.warn(said)


def check_leg(leg: Leg, files: Sequence[Path], *, feed: str | None, face: Face) -> None:
    """Read files as an import would and record nothing; without a file, say what is on record."""
    workspace = find_workspace(face.workspace)
    said = [one.sentence for one in changed_feeds(workspace, leg)]
    face.warn(said)
    if not files:
        found = check_coverage(workspace, leg)
        fetched = fetched_coverage(workspace) if leg == "usage" else ()
        lines = [line for one in fetched for line in ("", *coverage_lines(one, face.width))]
        more = {"fetched": [fetched_coverage_json(one) for one in fetched]} if fetched else {}
        face.answer(
            coverage_text(found, face.width) + "".join(f"{line}\n" for line in lines),
            {**coverage_json(found), **more, "warnings": said},
        )
        return
    readings = [check_file(workspace, leg, file, feed) for file in files]
    face.answer(
        "".join(reading_text(one, face.width) for one in readings),
        {"files": [reading_json(one) for one in readings], "warnings": said},
    )
