"""``tieout usage count``: what the vendor counts, to be held against our rows (U6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tieout.actions.counting import CountsTaken, import_counts
from tieout.actions.start import find_workspace
from tieout.cli.face import Here, next_text
from tieout.findings import plural
from tieout.report.layout import wrapped
from tieout.report.shown import visible

_RUN = "tieout run --period PERIOD"


def count(
    file: Path,
    *,
    zone: str,
    by: str,
    evidence: Annotated[tuple[Path, ...], Parameter(negative="")] = (),
    feed: str | None = None,
    replaces: str = "",
    face: Here,
) -> None:
    """Record what the vendor counts per day and model, to be held against our rows.

    The file is a CSV with the columns day, model, meter and quantity, and key where keys are
    counted apart. The meter is rows, charged_units, total_tokens or a meter of the usage; * stands
    for all models or keys together. A day that the file names is counted whole.

    Args:
        file: the list, made from the vendor's dashboard or export.
        zone: the zone of its days, like UTC or Asia/Shanghai.
        by: who stands behind it.
        evidence: a picture or export that shows it; its bytes are kept; may be given more than
            once.
        feed: the [usage.NAME] of tieout.toml whose rows it counts; needed where there are several.
        replaces: the list it corrects; both stay on record, and only the new one counts.
        face: where the answer goes.
    """
    taken = import_counts(
        find_workspace(face.workspace), file, zone=zone, by=by, evidence=evidence, feed_name=feed,
        replaces=replaces,
    )  # fmt: skip
    days = sorted({one.day.label for one in taken.counts})
    face.answer(
        "\n" + "\n".join(_lines(taken, days, face.width)) + "\n" + next_text(_RUN),
        {
            "list_id": taken.record.list_id,
            "is_new": taken.is_new,
            "counts": len(taken.counts),
            "zone": taken.record.zone,
            "feed": taken.record.feed_name,
            "first_day": days[0],
            "last_day": days[-1],
            "days": len(days),
            "meters": sorted({one.meter for one in taken.counts}),
            "next": _RUN,
        },
    )


def _lines(taken: CountsTaken, days: list[str], width: int) -> list[str]:
    record = taken.record
    word = "recorded" if taken.is_new else "on record already"
    meters = ", ".join(sorted({one.meter for one in taken.counts}))
    said = (
        f"list {record.list_id} {word}: {plural(len(taken.counts), 'count')} of {meters} for"
        f" {plural(len(days), 'day')}, {days[0]} to {days[-1]} in {record.zone}, beside the rows of"
        f" feed {record.feed_name}"
    )
    return wrapped(visible(said), width, indent="  ")
