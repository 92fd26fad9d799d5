"""What a child does with the one file it is given: frame and read it, and write down what it found.

It runs behind the walls of :mod:`tieout.intake.child_limits`, started by the server that imports
it. What it writes is checked by :mod:`tieout.actions.guarded`; the two share the shapes below.
"""

from __future__ import annotations

import errno
import hashlib
import os
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import pyarrow as pa

from tieout.actions.file_reading import FileReading, file_reading
from tieout.errors import InputRefused, Refusal
from tieout.evidence.documents import Leg, PriceFormat
from tieout.intake.container import open_source, take_in
from tieout.intake.feed import Feed, Format, TimeSource
from tieout.intake.framing import Note, frame
from tieout.intake.packing import packed_with
from tieout.intake.remarks import remarks
from tieout.intake.saved_page import SavedAs, open_saved, take_in_saved
from tieout.ledger.reading import LedgerReading, read_ledger
from tieout.metering.reading import UsageReading, read_usage
from tieout.pricebook.json_text import SIZE_LIMIT
from tieout.pricebook.parsing import Declared, parse_source
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.sources.catalog_rules import CatalogRules
from tieout.pricebook.sources.page import PAGE_LIMIT
from tieout.workspace.look import Look, look_at

_FRAMES_SHOWN: Final = 3
_PAGES: Final[dict[str, SavedAs]] = {"html-page": "html", "markdown-page": "markdown"}
_PIECE: Final = 1 << 20


class Records(msgspec.Struct, frozen=True, tag="records"):
    """Read a usage export or a ledger."""

    name: str
    leg: Leg
    feed_name: str
    feed: Feed
    import_id: str


class Prices(msgspec.Struct, frozen=True, tag="prices"):
    """Read a price source."""

    name: str
    format: PriceFormat
    declared: Declared | None = None
    rules: msgspec.Raw = msgspec.Raw(b"null")


class Looks(msgspec.Struct, frozen=True, tag="looks"):
    """Look at a file that settings are to be proposed for."""

    name: str


class Letter(msgspec.Struct, frozen=True):
    """A refusal, as its parts."""

    code: str
    what: str
    where: tuple[str, ...]
    remedy: str
    exit_code: int


class Answer(msgspec.Struct, frozen=True):
    """What became of the file.

    Attributes:
        sha256: the digest of the bytes the child read.
        packed: whether they were packed; the unpacked bytes are then the first result.
        framed: records by our framer.
        recounted: records by the second counter.
        notes: what framing accepted although unusual.
        types: a columnar file's own types.
        reading: a usage export or ledger as its feed reads it; its records are the first result,
            those in quarantine the second.
        parsed: a price source, read.
        look: a file that settings are to be proposed for, as it looks.
        refused: why it cannot be read.
        limit: the limit that was reached.
        crash: the error of ours that ended it, and where.
    """

    sha256: str = ""
    packed: bool = False
    framed: int = 0
    recounted: int = 0
    notes: tuple[Note, ...] = ()
    types: dict[str, str] = {}
    reading: FileReading | None = None
    parsed: ParsedSource | None = None
    look: Look | None = None
    refused: Letter | None = None
    limit: str = ""
    crash: str = ""


def work(files: Sequence[int]) -> None:
    """Read the file and write the answer.

    Args:
        files: numbers of the open files: the file, the request, the answer, two results.
    """
    source, given, told, first, second = files
    with (
        os.fdopen(source, "rb") as file,
        os.fdopen(given, "rb") as request,
        os.fdopen(told, "wb") as answer,
        os.fdopen(first, "wb") as one,
        os.fdopen(second, "wb") as two,
    ):
        answer.write(msgspec.json.encode(_answer(file, request.read(), one, two)))


def _answer(file: BinaryIO, request: bytes, one: BinaryIO, two: BinaryIO) -> Answer:
    try:
        asked = msgspec.json.decode(request, type=Records | Prices | Looks)
        if isinstance(asked, Records):
            return _records(asked, file, one, two)
        return _prices(asked, file, one) if isinstance(asked, Prices) else _looked(asked, file)
    except Refusal as refusal:
        return Answer(refused=_letter(refusal))
    except MemoryError:
        return Answer(limit="memory")
    except Exception as error:  # noqa: BLE001 - the place of our own fault, told as a letter
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return Answer(limit="the size of its result")
        return Answer(crash=_place(error))


def _records(asked: Records, file: BinaryIO, one: BinaryIO, two: BinaryIO) -> Answer:
    content, digest = take_in(file, asked.feed, asked.name)
    framed = frame(content, asked.feed, leg=asked.leg, import_id=asked.import_id, name=asked.name)
    del content
    reading = read_records(framed.records, asked.leg, asked.feed, asked.import_id)
    for sink, table in ((one, framed.records), (two, framed.quarantined)):
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    return Answer(
        sha256=digest,
        framed=framed.records_framed,
        recounted=framed.records_recounted,
        notes=framed.notes,
        types=framed.types,
        reading=file_reading(
            asked.name, asked.leg, asked.feed_name, framed, reading, remarks(framed, asked.feed)
        ),
    )


def read_records(
    records: pa.Table, leg: Leg, feed: Feed, import_id: str
) -> UsageReading | LedgerReading:
    """Framed records as typed rows of their leg, without payload digests: a run makes its own."""
    reader = read_usage if leg == "usage" else read_ledger
    return reader(records, feed, import_id=import_id, first_row_id=0, hasher=None)


def _prices(asked: Prices, file: BinaryIO, one: BinaryIO) -> Answer:
    if asked.format in _PAGES:
        content, digest = take_in_saved(file, asked.name, PAGE_LIMIT)
        opened = open_saved(content, asked.name, _PAGES[asked.format], PAGE_LIMIT)
    else:
        content, opened, digest = _opened(asked, file)
    rules = msgspec.json.decode(asked.rules, type=CatalogRules | None)
    try:
        parsed = parse_source(opened, asked.format, asked.declared or rules)
    except InputRefused as error:
        places = tuple(f"{asked.name}: {place}" for place in error.where) or (asked.name,)
        raise InputRefused(error.code, error.what, where=places, remedy=error.remedy) from error
    packed = bool(packed_with(content))
    if packed:
        one.write(opened)
    return Answer(sha256=digest, packed=packed, parsed=parsed)


def _opened(asked: Prices, file: BinaryIO) -> tuple[bytes, bytes, str]:
    """The bytes of a data file, those inside it where it is packed, and its digest."""
    form: Format = "csv" if asked.format in {"price-list", "keyed-list"} else "json"
    # Only the form of the feed is looked at here; a price source has no columns of usage.
    door = Feed(format=form, time=TimeSource(column="", form="date"), model="")
    content, digest = take_in(file, door, asked.name, SIZE_LIMIT)
    source, _ = open_source(content, door, asked.name, SIZE_LIMIT)
    return content, source.content, digest


def _looked(asked: Looks, file: BinaryIO) -> Answer:
    look = look_at(file, asked.name)
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return Answer(sha256=digest.hexdigest(), look=look)


def _letter(refusal: Refusal) -> Letter:
    return Letter(refusal.code, refusal.what, refusal.where, refusal.remedy, int(refusal.exit_code))


def _place(error: Exception) -> str:
    """The kind of an error and where it was raised; its text may hold text of the file."""
    frames: Any = traceback.extract_tb(error.__traceback__)[-_FRAMES_SHOWN:]
    places = ", ".join(f"{Path(one.filename).name} line {one.lineno}" for one in frames)
    return f"{type(error).__name__} at {places}"
