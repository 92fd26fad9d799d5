"""A child that was taken over by its file and hands back a lie; the file's name says which."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable, Sequence

import msgspec
import pyarrow as pa

from tieout.actions import reading_child
from tieout.actions.reading_child import Answer, Letter

_Forger = Callable[[io.BytesIO, Answer], bytes]


def _encoded(answer: Answer) -> bytes:
    return msgspec.json.encode(answer)


def _with(**changes: object) -> _Forger:
    return lambda _, answer: _encoded(msgspec.structs.replace(answer, **changes))


def _tables(change: Callable[[pa.Table], pa.Table]) -> _Forger:
    """Another table in the place of the first result."""

    def forge(result: io.BytesIO, answer: Answer) -> bytes:
        table = change(pa.ipc.open_file(result.getvalue()).read_all())
        result.seek(0)
        result.truncate()
        with pa.ipc.new_file(result, table.schema) as writer:
            writer.write_table(table)
        return _encoded(answer)

    return forge


def _bad_text(table: pa.Table) -> pa.Table:
    offsets = pa.array(range(table.num_rows + 1), pa.int32()).buffers()[1]
    texts = pa.py_buffer(b"\xff" * table.num_rows)
    bad = pa.StringArray.from_buffers(table.num_rows, offsets, texts)
    return table.set_column(5, table.schema.field(5), bad)


def _beyond(table: pa.Table) -> pa.Table:
    offsets = pa.array([0, *[1 << 30] * table.num_rows], pa.int32()).buffers()[1]
    bad = pa.StringArray.from_buffers(table.num_rows, offsets, pa.py_buffer(b"x"))
    return table.set_column(5, table.schema.field(5), bad)


def _noise(result: io.BytesIO, answer: Answer) -> bytes:
    result.seek(-200, io.SEEK_END)
    result.write(b"\xff" * 64)
    return _encoded(answer)


FORGERIES: dict[str, _Forger] = {
    "honest": lambda _, answer: _encoded(answer),
    "nothing": lambda _result, _answer: b"",
    "a pickle": lambda _result, _answer: pickle.dumps({}),
    "another count": _with(framed=4, recounted=4),
    "counters apart": _with(recounted=1),
    "no reading": _with(reading=None),
    "exit code nought": _with(refused=Letter("FINE", "All is well.", (), "Go on.", 0)),
    "a code of its own": _with(refused=Letter("\x1b[2J", "x", (), "x", 3)),
    "another digest": _with(sha256="0" * 64),
    "a row more": _tables(lambda table: pa.concat_tables([table, table])),
    "another column": _tables(lambda table: table.append_column("x", table["ordinal"])),
    "another type": _tables(
        lambda table: table.set_column(0, "ordinal", table["line"].cast("int32"))
    ),
    "metadata": _tables(lambda table: table.replace_schema_metadata({"a": "b"})),
    "text that is none": _tables(_bad_text),
    "text beyond its buffer": _tables(_beyond),
    "noise": _noise,
}


def work(files: Sequence[int]) -> None:
    """Do the honest work, then forge what it left."""
    source, given, answer, first, second = files
    request = os.pread(given, 1 << 20, 0)
    one, two = io.BytesIO(), io.BytesIO()
    with os.fdopen(source, "rb") as file:
        honest = reading_child._answer(file, request, one, two)
    name = msgspec.json.decode(request)["name"]
    os.write(answer, FORGERIES[name.removesuffix(".csv")](one, honest))
    os.write(first, one.getvalue())
    os.write(second, two.getvalue())
