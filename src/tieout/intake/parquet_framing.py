"""Parquet framing: rows are counted, not cut; typed values become exact text for our grammar."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.intake.csv_header import missing_column
from tieout.intake.nested import expand, wanted_columns
from tieout.intake.parquet_caps import Spread, check_claims, open_parquet, without_checksum
from tieout.intake.records import PLACE, Framing, Note, Source, notes_on_extras, schema_of, shown
from tieout.money import plain

_BATCH: Final = 1 << 17
_TEXT: Final = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_RFC3339: Final = "%Y-%m-%dT%H:%M:%S"


def frame_parquet(source: Source) -> Framing:
    """The rows of a Parquet file as text columns.

    Raises:
        InputRefused: ``PQ_FOOTER``, ``BOMB``, ``PQ_CORRUPT``, ``PQ_EXTENSION``,
            ``SCHEMA_MISSING``, ``TIME_NAIVE``, ``FIELD_TYPE`` or ``ENC_INVALID_UTF8``.
    """
    file = open_parquet(source)
    schema = file.schema_arrow
    for column in schema:
        _check_extension(source, column.name, column)
    empty = _flattened(schema.empty_table())
    names = empty.column_names
    wanted = wanted_columns(source.feed, names)
    if wanted.missing:
        raise missing_column(source, wanted.missing[0], names, 1, 0)
    roots = [n for n in schema.names if any(_stands_in(name, n) for name in wanted.physical)]
    check_claims(source, file, roots)
    notes: dict[str, Note] = {}
    spread = Spread(source)
    tables = []
    rows = 0
    for batch in _batches(source, file, roots):
        typed = _flattened(pa.Table.from_batches([batch]))
        texts = {
            name: _as_text(source, name, _plain(typed[name], spread), notes)
            for name in wanted.physical
        }
        tables.append(_placed(texts, rows))
        rows += batch.num_rows
    whole = pa.concat_tables([schema_of(wanted.physical).empty_table(), *tables])
    unread: list[Note] = []
    records, damaged = expand(whole, wanted, source.feed, unread)
    extras = [name for name in names if name not in wanted.physical]
    listed = [*notes.values(), *unread, *notes_on_extras(extras, rows)]
    listed += without_checksum(source, file)
    if not rows:
        listed.append(Note("FILE_NO_ROWS", 0, "The file holds no rows."))
    types = {name: _type_name(empty.schema.field(name).type) for name in wanted.physical}
    return Framing(records, damaged, listed, types)


def _type_name(kind: Any) -> str:  # noqa: ANN401 - pyarrow has no types
    # Whether texts stand in a dictionary is how they are packed, not what they are.
    return str(kind.value_type if pa.types.is_dictionary(kind) else kind)[:80]


def _batches(source: Source, file: Any, roots: list[str]) -> Any:  # noqa: ANN401
    try:
        yield from file.iter_batches(batch_size=_BATCH, columns=roots)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise source.refused(
            "PQ_CORRUPT",
            "A page of the file cannot be read, or does not agree with its checksum.",
            remedy="Export or copy the file again, and compare its digest with the sender's.",
        ) from error


def _check_extension(source: Source, name: str, column: pa.Field) -> None:
    """Refuse an extension type, however deep it stands; its metadata may be a pickle."""
    metadata = column.metadata or {}
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType) or b"ARROW:extension:name" in metadata:
        raise source.refused(
            "PQ_EXTENSION",
            f"Column {shown(name)} has an extension type; such types are never loaded.",
            remedy="Export the column as a plain type.",
        )
    if pa.types.is_nested(kind):
        for inner in range(kind.num_fields):
            _check_extension(source, name, kind.field(inner))


def _flattened(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _stands_in(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")


def _placed(texts: dict[str, pa.Array], before: int) -> pa.Table:
    columns = list(texts.values())
    rows = len(columns[0]) if columns else 0
    canonical = _canonical(columns).to_pylist()
    numbers = pa.array(range(before + 1, before + 1 + rows), pa.int64())
    raws = [text.encode() for text in canonical]
    places = [
        numbers,
        numbers,
        pa.array([0] * rows, pa.int64()),
        pa.array([len(raw) for raw in raws], pa.int64()),
        pa.array([sha256(raw).hexdigest() for raw in raws], pa.string()),
    ]
    return pa.table([*places, *columns], names=[*PLACE.names, *texts])


def _canonical(columns: list[pa.Array]) -> pa.Array:
    """Each row as one text: every field with its length before it, ``-`` for null."""
    parts = []
    for column in columns:
        size = pc.binary_length(column).cast(pa.string())
        counted = pc.binary_join_element_wise(size, column, ":")
        parts.append(pc.fill_null(counted, "-"))
    return pc.binary_join_element_wise(*parts, ",")


def _plain(column: pa.ChunkedArray, spread: Spread) -> pa.Array:
    """A column of one batch without its dictionary; the spreading is counted before it is done."""
    values = column.combine_chunks()
    if not pa.types.is_dictionary(values.type):
        return values
    if pa.types.is_string(values.type.value_type) or pa.types.is_binary(values.type.value_type):
        return spread.text(values)
    return values.dictionary_decode()


def _as_text(source: Source, name: str, values: pa.Array, notes: dict[str, Note]) -> pa.Array:
    kind = values.type
    if any(check(kind) for check in _TEXT) or pa.types.is_integer(kind):
        return values.cast(pa.string())
    if pa.types.is_boolean(kind) or pa.types.is_date(kind) or pa.types.is_null(kind):
        return values.cast(pa.string())
    if pa.types.is_decimal(kind):
        return _without_exponents(values.cast(pa.string()))
    if pa.types.is_floating(kind):
        _count(notes, "PQ_DOUBLE", len(values), f"{shown(name)} is binary floating point.")
        return _without_exponents(values.cast(pa.string()))
    if pa.types.is_timestamp(kind):
        return _instants(source, name, values, notes)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _decoded(source, name, values)
    raise source.refused(
        "FIELD_TYPE",
        f"Column {shown(name)} holds {str(kind)[:40]!r}, one value a row was expected.",
        remedy="Export the column as text or as a number, or name a column inside it.",
    )


def _count(notes: dict[str, Note], code: str, rows: int, message: str) -> None:
    before = notes[message].rows if message in notes else 0
    notes[message] = Note(code, before + rows, message)


def _without_exponents(texts: pa.Array) -> pa.Array:
    odd = pc.fill_null(pc.match_substring_regex(texts, pattern=r"^-?[0-9].*[eE]"), fill_value=False)
    if not pc.any(odd).as_py():
        return texts
    plain_texts = [
        plain(Decimal(text)) if strange else text
        for text, strange in zip(texts.to_pylist(), odd.to_pylist(), strict=True)
    ]
    return pa.array(plain_texts, pa.string())


def _instants(source: Source, name: str, values: pa.Array, notes: dict[str, Note]) -> pa.Array:
    kind = values.type
    if kind.tz is None:
        time = source.feed.time
        if name != time.column or time.form != "local":
            raise source.refused(
                "TIME_NAIVE",
                f"The times in column {shown(name)} have no zone.",
                remedy='Export them with a zone, or set form = "local" and the zone in the feed.',
            )
        return pc.strftime(values, format=_RFC3339)
    if kind.unit == "ns":
        whole = pc.floor_temporal(values, unit="microsecond")
        finer = pc.sum(pc.not_equal(whole, values)).as_py() or 0
        if finer:
            _count(notes, "TIME_PRECISION", finer, f"{shown(name)} is finer than microseconds.")
    return pc.strftime(values.cast(pa.timestamp(kind.unit, "UTC")), format=f"{_RFC3339}Z")


def _decoded(source: Source, name: str, values: pa.Array) -> pa.Array:
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise source.refused(
            "ENC_INVALID_UTF8",
            f"Column {shown(name)} holds bytes that are no UTF-8 text.",
            remedy="Export the column as text.",
        ) from error
