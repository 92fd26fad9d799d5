"""Payload digests: equal kept fields, equal digest, whatever file, order or page (D4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.column_bytes import holds
from tieout.intake.faults import Faults
from tieout.intake.field import written
from tieout.intake.records import hex_texts

# A column of texts to the column of their MD5 in hex.
Hasher = Callable[[pa.Array], pa.Array]

_BATCH: Final = 250_000
_NUL: Final = "\x00"


def _fastest_md5() -> Any:  # noqa: ANN401 - the module is Python's own and has no types
    """MD5 as Python carries it: the same digits, and a hash object that costs half as much.

    The security library behind :mod:`hashlib` sets up a context for each text, which for texts of
    a hundred bytes is dearer than the hash. A Python that was built without its own has only that.
    """
    try:
        return import_module("_md5").md5
    except (ImportError, AttributeError):  # pragma: no cover - depends on how Python was built
        return hashlib.md5


_MD5: Final = _fastest_md5()


def md5_texts(texts: pa.Array) -> pa.Array:
    """The MD5 of each text as 32 hex digits, made from one buffer without a text per row.

    The hash itself is one call per value; nothing else here loops over rows. An engine that hashes
    whole columns gives the same digits faster and may stand in for it.
    """
    if not len(texts):
        return pa.array([], pa.string())
    _, offsets, content = texts.buffers()
    bounds = memoryview(offsets).cast("i")[texts.offset : texts.offset + len(texts) + 1].tolist()
    # A slice of bytes is half as dear as a slice of a view.
    text = b"" if content is None else content[: bounds[-1]].to_pybytes()
    hasher = _MD5
    return hex_texts(
        [hasher(text[start:end], usedforsecurity=False).digest() for start, end in pairwise(bounds)]
    )


def payload_digests(
    records: pa.Table, columns: tuple[str, ...], faults: Faults, hasher: Hasher | None = md5_texts
) -> pa.Array:
    """MD5 (sameness, not proof against tampering) over the kept fields of each record.

    The fields are joined with NUL. A field that holds a NUL is a fault, so the joint is unambiguous
    without a length before each field (three times as fast); an absent field is told from an empty
    one by a mark at the end. Without a hasher nothing is hashed and every digest is null; a NUL is
    a fault all the same.
    """
    if hasher is None:
        _mark_nul(records, columns, faults)
        return pa.nulls(records.num_rows, pa.string())
    batches = [
        _batch(records.slice(start, _BATCH), columns)
        for start in range(0, max(records.num_rows, 1), _BATCH)
    ]
    joined = [texts for texts, _ in batches]
    faults.mark(pa.concat_arrays([wrong for _, wrong in batches]), "CTRL_NUL", None)
    return pa.concat_arrays([hasher(texts) for texts in joined])


def _mark_nul(records: pa.Table, columns: tuple[str, ...], faults: Faults) -> None:
    for column in columns:
        texts = written(records, column)
        if holds(texts, _NUL.encode()):
            faults.mark(pc.match_substring(texts, _NUL), "CTRL_NUL", None)


def _batch(records: pa.Table, columns: tuple[str, ...]) -> tuple[pa.Array, pa.Array]:
    """The joined texts, and which of them hold a NUL inside a field."""
    arrays = [written(records, column) for column in columns]
    filled = [pc.fill_null(array, "") if array.null_count else array for array in arrays]
    joined = pc.binary_join_element_wise(*filled, _NUL)
    wrong = _holds_nul(joined, len(columns) - 1)
    for number, array in enumerate(arrays):
        if array.null_count:
            mark = pc.if_else(pc.is_null(array), f"{_NUL}{number}", "")
            joined = pc.binary_join_element_wise(joined, mark, "")
    return joined, wrong


def _holds_nul(joined: pa.Array, joints: int) -> pa.Array:
    """Which texts hold a NUL beside those that join their fields.

    Each text has at least its joints, so where the sum of all is right, every text is.
    """
    content = joined.buffers()[2]
    found = 0 if content is None else content.to_pybytes().count(_NUL.encode())
    if found == joints * len(joined):
        return pa.repeat(pa.scalar(value=False), len(joined))
    return pc.not_equal(pc.count_substring(joined, _NUL), joints)
