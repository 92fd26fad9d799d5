"""A case of the catalogue that one file shows: its bytes, its feed, and what must become of it.

Places are counted by hand from the bytes, never copied from what the program says. The header is 26
bytes and a row of it 35, so the second record of most CSV files starts at byte 61, on line 3. The
JSON object is 79 bytes with its line end, so the second one starts at byte 79, on line 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pytest

from tieout.errors import ExitCode, Refusal
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.intake.remarks import remarks
from tieout.ledger.reading import LedgerReading, read_ledger
from tieout.metering.reading import UsageReading, read_usage

Outcome = Literal[
    "quarantined",
    "file refused",
    "run refused",
    "configuration refused",
    "noted",
    "excluded",
    "unmapped",
    "accepted",
    "not applicable",
]

HEADER = b"time,model,id,tokens,cost\n"
ROW = b"2026-08-01T00:00:00Z,m-1,a1,10,0.5\n"
OBJECT = b'{"time":"2026-08-01T00:00:00Z","model":"m-1","id":"a1","tokens":10,"cost":0.5}\n'

USAGE: dict[str, Any] = {
    "format": "csv",
    "time": {"column": "time", "form": "rfc3339"},
    "model": "model",
    "request_id": "id",
    "outcome": {"value": "completed"},
    "meters": {"input_tokens": "tokens"},
    "charged": {"column": "cost", "currency": "USD"},
}
LEDGER: dict[str, Any] = {
    "format": "csv",
    "time": {"column": "time", "form": "rfc3339"},
    "model": "model",
    "request_id": "id",
    "recorded": {"column": "cost", "currency": "USD"},
}
JSONL = {"format": "jsonl"}
JSON = {"format": "json", "records_at": ("data.items", "")}
PARQUET = {"format": "parquet"}
NESTED = {
    "meters": {"input_tokens": "tokens", "output_tokens": "other.out"},
    "nested_json": ("other",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of the catalogue.

    Attributes:
        id: the number in the catalogue; further variants have a letter behind it.
        title: the case in plain words.
        outcome: what must become of it.
        code: the stable reason code; empty where nothing is said.
        content: the bytes of the file, or what makes them where they are many.
        feed: what the feed of the case says differently.
        leg: usage or ledger.
        record: number of the record; 0 where it is about the file.
        line: first physical line of that record; 0 where nothing is refused.
        offset: its first byte.
        column: the column at fault, where one is.
        records: how many records the file holds.
        rows: how many rows a note counts.
        also: codes of further notes, and no others.
        reads: record number, column and value that must come out.
        exit_code: of a refusal.
        name: the file's name.
        why: why the rules decide otherwise than the catalogue, or how the two are one.
    """

    id: str
    title: str
    outcome: Outcome
    code: str = ""
    content: bytes | Callable[[], bytes] = b""
    feed: dict[str, Any]
    leg: Literal["usage", "ledger"] = "usage"
    record: int = 0
    line: int = 0
    offset: int = 0
    column: str | None = None
    records: int = 0
    rows: int | None = None
    also: tuple[str, ...] = ()
    reads: tuple[tuple[int, str, Any], ...] = ()
    exit_code: ExitCode = ExitCode.INPUT
    name: str = "x.csv"
    why: str = ""


def quarantined(
    id: str,  # noqa: A002 - the word of the protocol
    title: str,
    content: bytes | Callable[[], bytes],
    code: str,
    place: tuple[int, int, int],
    column: str | None = None,
    *,
    records: int = 3,
    feed: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case in which exactly one record waits, at this record number, line and byte."""
    record, line, offset = place
    return Case(
        id=id, title=title, outcome="quarantined", code=code, content=content, feed=feed or {},
        record=record, line=line, offset=offset, column=column, records=records, **more,
    )  # fmt: skip


def refused(
    id: str,  # noqa: A002 - the word of the protocol
    title: str,
    content: bytes | Callable[[], bytes],
    code: str,
    place: tuple[int, int, int],
    *,
    feed: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case in which the whole file is refused, with this record number, line and byte."""
    record, line, offset = place
    return Case(
        id=id, title=title, outcome="file refused", code=code, content=content, feed=feed or {},
        record=record, line=line, offset=offset, **more,
    )  # fmt: skip


def noted(
    id: str,  # noqa: A002 - the word of the protocol
    title: str,
    content: bytes | Callable[[], bytes],
    code: str,
    rows: int,
    records: int,
    *,
    feed: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case in which every record is read and one note counts these rows."""
    return Case(
        id=id, title=title, outcome="noted", code=code, content=content, feed=feed or {},
        rows=rows, records=records, **more,
    )  # fmt: skip


def accepted(
    id: str,  # noqa: A002 - the word of the protocol
    title: str,
    content: bytes | Callable[[], bytes],
    records: int,
    *,
    feed: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case in which every record is read and nothing is said."""
    return Case(
        id=id, title=title, outcome="accepted", content=content, feed=feed or {}, records=records,
        **more,
    )  # fmt: skip


def second(text: str | bytes) -> bytes:
    """A CSV file of three records whose second one is this text."""
    raw = text if isinstance(text, bytes) else text.encode()
    return HEADER + ROW + raw + b"\n" + ROW


def tokens(text: str) -> bytes:
    """A file of three records; the second has these tokens, quoted."""
    return second(f'2026-08-01T00:00:00Z,m-1,a2,"{text}",0.5')


def cost(text: str) -> bytes:
    """A file of three records; the second has this cost, quoted."""
    return second(f'2026-08-01T00:00:00Z,m-1,a2,10,"{text}"')


def time(text: str) -> bytes:
    """A file of three records; the second has this time."""
    return second(f"{text},m-1,a2,10,0.5")


def identity(text: str) -> bytes:
    """A file of three records; the second has this request id, quoted."""
    return second(f'2026-08-01T00:00:00Z,m-1,"{text}",10,0.5')


def model(text: str) -> bytes:
    """A file of three records; the second has this model name, quoted."""
    return second(f'2026-08-01T00:00:00Z,"{text}",a2,10,0.5')


def json_line(text: bytes) -> bytes:
    """A JSON lines file of three records whose second line is this text."""
    return OBJECT + text + b"\n" + OBJECT


def object_with(old: bytes, new: bytes) -> bytes:
    """A JSON lines file of three records whose second object differs in one place."""
    assert old in OBJECT
    return json_line(OBJECT.strip().replace(old, new))


def feed_of(case: Case) -> Feed:
    """The feed of a case, checked as the settings would check it."""
    base = USAGE if case.leg == "usage" else LEDGER
    return msgspec.convert({**base, **case.feed}, Feed)


def read(records: pa.Table, case: Case) -> UsageReading | LedgerReading:
    """The framed records of a case as typed rows of its leg."""
    reader = read_usage if case.leg == "usage" else read_ledger
    return reader(records, feed_of(case), import_id="0" * 12, first_row_id=0)


def assert_outcome(case: Case) -> None:
    """Outcome, code, record, line, byte, column, notes, and that nothing is lost or invented."""
    content = case.content if isinstance(case.content, bytes) else case.content()
    feed = feed_of(case)
    if case.outcome == "file refused":
        with pytest.raises(Refusal) as caught:
            frame(content, feed, leg=case.leg, import_id="0" * 12, name=case.name)
        where = f"{case.name}: record {case.record}, line {case.line}, byte {case.offset}"
        assert (caught.value.code, caught.value.exit_code) == (case.code, case.exit_code)
        assert caught.value.where == ((where,) if case.line else (case.name,))
        assert caught.value.remedy.endswith(".")
        return
    framed = frame(content, feed, leg=case.leg, import_id="0" * 12, name=case.name)
    reading = read(framed.records, case)
    waiting = pa.concat_tables([framed.quarantined, reading.quarantined]).to_pylist()
    rows = {row["ordinal"]: row for row in reading.rows.to_pylist()}
    assert framed.records_framed == framed.records_recounted == case.records
    assert sorted([*rows, *(row["ordinal"] for row in waiting)]) == [*range(1, case.records + 1)]
    place = (case.code, case.record, case.line, case.offset, case.column)
    assert [
        tuple(row[k] for k in ("reason_code", "ordinal", "line", "byte_offset", "column_name"))
        for row in waiting
    ] == ([place] if case.outcome == "quarantined" else [])
    assert all(row["detail"] for row in waiting)
    notes = {note.code: note.rows for note in (*framed.notes, *reading.notes)}
    notes |= {note.code: note.rows for note in remarks(framed, feed)}
    expected = {*case.also, *([case.code] if case.outcome == "noted" else [])}
    assert set(notes) == expected
    assert case.rows is None or notes[case.code] == case.rows
    for record, column, value in case.reads:
        assert rows[record][column] == value, (record, column)
