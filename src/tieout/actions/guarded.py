"""Reading an operator's file through a child, and checking what comes back.

The child is behind walls and may have been taken over by what it read. Its tables are therefore
mapped, compared with the shape they must have, and validated to the last offset; its answer is
decoded into known types; its counts must add up. Nothing is unpickled.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import pyarrow as pa

from tieout.actions.file_names import kept_name
from tieout.actions.file_reading import FileReading
from tieout.actions.reading_child import Answer, Letter, Looks, Prices, Records, work
from tieout.errors import ConfigurationRefused, InputRefused, IntegrityRefused, Refusal
from tieout.evidence.documents import PriceFormat
from tieout.intake.child import AVAILABLE, ChildServer, Results, crashed, limit_reached, nameless
from tieout.intake.child_limits import Limits, limits_for
from tieout.intake.child_server import Ending
from tieout.intake.framing import FramedFile
from tieout.intake.packing import packed_with
from tieout.intake.records import schema_of
from tieout.pricebook.json_text import SIZE_LIMIT
from tieout.pricebook.parsing import SourceRules
from tieout.pricebook.price_line import ParsedSource
from tieout.pricebook.sources.catalog_rules import CatalogRules
from tieout.tables import QUARANTINE
from tieout.workspace.look import Look

_PIECE: Final = 1 << 20
# Not to wait for the other end of a pipe that pretends to be a file.
_READING: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_LONGEST_ANSWER: Final = 64 << 20
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
_KINDS: Final[dict[int, type[Refusal]]] = {
    int(kind.exit_code): kind for kind in (ConfigurationRefused, InputRefused, IntegrityRefused)
}
SERVER: Final = ChildServer("tieout.actions.reading_child")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that a person named, open for reading: its name, size and digest."""

    name: str
    file: BinaryIO
    size: int
    sha256: str
    packed: str


@contextmanager
def opened(path: Path, *, alone: bool = False) -> Iterator[OpenFile]:
    """Open a file that a person named, and take its digest.

    It is opened once; whatever is asked about it is asked of what is open, so that nothing can be
    put in its place between two looks.

    Args:
        path: the file.
        alone: whether it must be a file of one name: no symbolic link, and no second name by
            which somebody could still change it.

    Raises:
        InputRefused: ``FILE_UNREADABLE``: it is not there or may not be read; ``FILE_KIND``: it is
            a device, a pipe or a folder; ``FILE_CHANGING``: it changed while its digest was taken.
    """
    if AVAILABLE:
        SERVER.start()
    try:
        number = os.open(path, _READING | (_NO_FOLLOW if alone else 0))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _no_file(path, "a symbolic link") from error
        raise InputRefused(
            "FILE_UNREADABLE",
            "A file cannot be opened.",
            where=(f"{path}: {error.strerror}",),
            remedy="Check its name and your right to read it, then repeat the command.",
        ) from error
    before = os.fstat(number)
    if not stat.S_ISREG(before.st_mode):
        os.close(number)
        raise _no_file(path, "a folder" if stat.S_ISDIR(before.st_mode) else "no plain file")
    if alone and before.st_nlink > 1:
        os.close(number)
        raise _no_file(path, f"a file of {before.st_nlink} names (hard links)")
    with os.fdopen(number, "rb") as file:
        digest = hashlib.sha256()
        packed = packed_with(file.read(4))
        file.seek(0)
        size = 0
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
        if size != before.st_size:
            raise _changing(path.name)
        file.seek(0)
        yield OpenFile(kept_name(path.name), file, size, digest.hexdigest(), packed)


def _no_file(path: Path, kind: str) -> InputRefused:
    return InputRefused(
        "FILE_KIND",
        f"What was named is {kind}.",
        where=(str(path),),
        remedy="Name the files in it, all of one export in one command."
        if kind == "a folder"
        else "Save it as a file of its own (a copy, no link), and name that.",
    )


@dataclass(frozen=True, slots=True)
class ReadRecords:
    """A usage export or ledger: its records as framed, and what its feed makes of them."""

    framed: FramedFile
    reading: FileReading


@contextmanager
def records_read(source: OpenFile, asked: Records) -> Iterator[ReadRecords]:
    """The records of a file; they are mapped, and gone when the block ends.

    Raises:
        Refusal: the file cannot be read; ``INPUT_LIMIT``, ``INPUT_CRASH`` or ``FILE_CHANGING``.
    """
    with ExitStack() as files:
        answer, results = _asked(source, asked, files)
        records = _table(results.first, schema_of(asked.feed.columns()), source.name, files)
        quarantined = _table(results.second, QUARANTINE.schema, source.name, files)
        rows = records.num_rows + quarantined.num_rows
        reading = answer.reading
        if (
            reading is None
            or not rows == answer.framed == answer.recounted == reading.records
            or (reading.name, reading.leg) != (source.name, asked.leg)
            or not 0 <= reading.readable <= records.num_rows
        ):
            raise _untrue(source.name)
        framed = FramedFile(
            records, quarantined, answer.framed, answer.recounted, answer.notes, answer.types
        )
        yield ReadRecords(framed, reading)


def prices_read(
    source: OpenFile, price_format: PriceFormat, rules: SourceRules | None
) -> tuple[bytes, ParsedSource]:
    """The bytes of a price source, unpacked, and what it says.

    Raises:
        Refusal: the source cannot be read; ``INPUT_LIMIT``, ``INPUT_CRASH`` or ``FILE_CHANGING``.
    """
    asked = Prices(
        source.name,
        price_format,
        None if isinstance(rules, CatalogRules) else rules,
        msgspec.Raw(msgspec.json.encode(rules if isinstance(rules, CatalogRules) else None)),
    )
    with ExitStack() as files:
        answer, results = _asked(source, asked, files)
        if answer.parsed is None or answer.packed != bool(source.packed):
            raise _untrue(source.name)
        file = results.first if source.packed else source.file
        file.seek(0)
        return file.read(SIZE_LIMIT), answer.parsed


def looked_at(path: Path) -> Look:
    """How a file looks that settings are to be proposed for.

    Raises:
        Refusal: ``LOOK_UNREADABLE``, or what :func:`opened` and the child's walls refuse.
    """
    with opened(path) as source, ExitStack() as files:
        answer, _ = _asked(source, Looks(source.name), files)
        if answer.look is None or answer.look.name != source.name:
            raise _untrue(source.name)
        return answer.look


def _asked(
    source: OpenFile, asked: Records | Prices | Looks, files: ExitStack
) -> tuple[Answer, Results]:
    limits = limits_for(source.size, packed=bool(source.packed))
    request = msgspec.json.encode(asked)
    source.file.seek(0)
    if AVAILABLE:
        results = SERVER.ask(source.file, request, limits, source.name, files)
    else:
        results = _in_this_process(source.file, request, files)
    results.answer.seek(0)
    try:
        answer = msgspec.json.decode(results.answer.read(_LONGEST_ANSWER), type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _untrue(source.name) from error
    if answer.refused is not None:
        raise _refusal(answer.refused, source.name)
    if answer.limit:
        raise limit_reached(source.name, *_shown_limit(answer.limit, limits))
    if answer.crash:
        raise crashed(source.name, answer.crash[:200])
    if answer.sha256 != source.sha256:
        raise _changing(source.name)
    return answer, results


def _shown_limit(limit: str, limits: Limits) -> tuple[str, str]:
    if limit == "memory":
        return limit, f"{limits.memory >> 20} MiB"
    return "the size of its result", f"{limits.result_bytes >> 20} MiB"


def _in_this_process(file: BinaryIO, request: bytes, files: ExitStack) -> Results:
    """The same work without a child, for a system that cannot make one: caps, but no walls."""
    given, answer, first, second = (files.enter_context(nameless()) for _ in range(4))
    given.write(request)
    given.seek(0)
    work([os.dup(one.fileno()) for one in (file, given, answer, first, second)])
    return Results(answer, first, second, Ending(0, None, False, 0, 0, "guard"))  # noqa: FBT003


def _table(file: BinaryIO, schema: pa.Schema, name: str, files: ExitStack) -> pa.Table:
    """A table the child wrote, mapped and checked to the last offset."""
    try:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # The arrays keep the mapping; it goes when the last of them does.
        files.callback(_let_go, mapped)
        with pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped))) as reader:
            if not reader.schema.equals(schema, check_metadata=True):
                raise _untrue(name)
            table = reader.read_all()
        table.validate(full=True)
    except (pa.ArrowException, ValueError, OSError, MemoryError) as error:
        raise _untrue(name) from error
    return table


def _let_go(mapped: mmap.mmap) -> None:
    try:
        mapped.close()
    except BufferError:
        # Somebody still looks at the records; the mapping lives as long as they do.
        return


def _refusal(letter: Letter, name: str) -> Refusal:
    kind = _KINDS.get(letter.exit_code)
    if kind is None or not _CODE.fullmatch(letter.code):
        return _untrue(name)
    return kind(letter.code, letter.what, where=letter.where, remedy=letter.remedy)


def _untrue(name: str) -> InputRefused:
    return crashed(name, "what it handed back does not hold together")


def _changing(name: str) -> InputRefused:
    return InputRefused(
        "FILE_CHANGING",
        "The file changed while it was read; nothing of it was used.",
        where=(name,),
        remedy="Wait until whoever writes it is done, then repeat the command.",
    )
