"""The judge: a polluted file is refused, or every row of it is right; anything else is silent.

Right means that each row that was read is a row of the clean file, field by field, or has an
unknown where a field was damaged; and that no clean row is missing without a record in quarantine.
The judge knows nothing of how files are read: it compares rows with the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from tieout.errors import ConfigurationRefused, InputRefused
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.metering.reading import read_usage

Verdict = Literal["refused", "quarantined", "noted", "right", "silent"]

# What a person sees of a call; places and digests differ from file to file.
SEEN: Final = (
    "request_id", "occurred_at", "model_as_logged", "outcome", "input_tokens", "output_tokens",
    "charged_cost", "cost_center",
)  # fmt: skip
UNKNOWN: Final = (None, "unclassified")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one polluted file.

    Attributes:
        verdict: silent is the one that must never be.
        codes: reason codes of the refusal, of the records in quarantine, or of the notes.
        why: for a silent file, what is wrong with it.
    """

    verdict: Verdict
    codes: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader made of a file."""

    rows: list[Row]
    waiting: tuple[str, ...]
    notes: tuple[str, ...]


def read(content: bytes, feed: Feed) -> Read:
    """The rows of a file as a person sees them, the reasons of what waits, and the notes.

    Raises:
        InputRefused: the file is refused.
    """
    framed = frame(content, feed, leg="usage", import_id="0" * 12, name="polluted")
    reading = read_usage(framed.records, feed, import_id="0" * 12, first_row_id=0)
    waiting = [*framed.quarantined["reason_code"].to_pylist()]
    waiting += reading.quarantined["reason_code"].to_pylist()
    rows = list(zip(*(reading.rows.column(name).to_pylist() for name in SEEN), strict=True))
    total = len(rows) + len(waiting)
    assert total == framed.records_framed == framed.records_recounted
    notes = (*framed.notes, *reading.notes)
    return Read(rows, tuple(waiting), tuple(note.code for note in notes))


def judge(
    content: bytes, feed: Feed, truth: Sequence[Row], *, doubled: int = 0, merged: int = 0
) -> Judgement:
    """Judge one polluted file.

    Args:
        content: its bytes.
        feed: the column map of the clean file.
        truth: the rows of the clean file.
        doubled: how many rows the pollution itself wrote a second time.
        merged: how many rows it put inside another record.
    """
    try:
        found = read(content, feed)
    except (InputRefused, ConfigurationRefused) as refused:
        return Judgement("refused", (refused.code,))
    unread = list(truth)
    strange = 0
    for row in found.rows:
        place = next((n for n, clean in enumerate(unread) if _is(row, clean)), None)
        if place is not None:
            unread.pop(place)
        elif any(_is(row, clean) for clean in truth) and doubled > 0:
            doubled -= 1
        else:
            strange += 1
    cut = "EOF_NO_NEWLINE" in found.notes
    # What is left of a record whose other part waits is loud: nothing is approved beside it. A file
    # without its last newline may have been cut in its last field: the note says so.
    if strange > len(found.waiting) + cut:
        return Judgement("silent", found.notes, f"{strange} rows are not of the clean file")
    if len(unread) > len(found.waiting) + merged and not cut:
        lost = f"{len(unread)} rows are missing, {len(found.waiting)} wait in quarantine"
        return Judgement("silent", found.notes, lost)
    if found.waiting:
        return Judgement("quarantined", tuple(sorted(set(found.waiting))))
    return Judgement("noted", found.notes) if found.notes else Judgement("right")


def _is(row: Row, clean: Row) -> bool:
    """Whether a row is that clean row, or has unknowns where it differs."""
    return all(
        mine == theirs or mine in UNKNOWN for mine, theirs in zip(row, clean, strict=True)
    ) and row[:2] != (None, None)
