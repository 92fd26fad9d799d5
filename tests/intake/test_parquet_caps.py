"""Parquet files that claim more than they hold, and what is never loaded from one."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieout.errors import IntegrityRefused, Refusal
from tieout.intake.feed import AmountSource, Feed, TimeSource
from tieout.intake.framing import FramedFile, frame

FEED = Feed(
    format="parquet",
    time=TimeSource(column="at", form="rfc3339"),
    model="model",
    recorded=AmountSource(column="cost", currency="USD"),
)
AT = "2026-08-01T00:00:00Z"
LONG = 1 << 20


def written(table: pa.Table, groups: int = 1, **options: Any) -> bytes:
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, table.schema, compression="zstd", **options) as writer:
        for _ in range(groups):
            writer.write_table(table)
    return sink.getvalue()


def table(rows: int = 2, **columns: pa.Array) -> pa.Table:
    plain = {"at": pa.array([AT] * rows), "model": pa.array(["m"] * rows)}
    return pa.table({**plain, "cost": pa.array(["0.5"] * rows), **columns})


def framed(content: bytes) -> FramedFile:
    return frame(content, FEED, leg="ledger", import_id="0" * 12, name="x.parquet")


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        framed(content)
    return caught.value


def repeated(text: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))


def test_one_long_text_repeated_by_a_dictionary_is_a_bomb() -> None:
    # 100,000 rows of 1 MiB each are 98 GiB; the file has less than 2 MiB.
    content = written(table(100_000, model=repeated("x" * LONG, 100_000)), store_schema=False)
    assert len(content) < 2 * LONG
    assert refused(content).code == "BOMB"


def test_a_dictionary_in_a_later_row_group_is_counted_too() -> None:
    first = table(1, model=pa.array(["short"]))
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        writer.write_table(table(40, model=pa.array(["x" * LONG] * 40)))
    assert refused(sink.getvalue()).code == "BOMB"


def test_an_ordinary_dictionary_is_spread_out_and_read() -> None:
    models = [f"model-{number % 7}" for number in range(5000)]
    content = written(table(5000, model=pa.array(models).dictionary_encode()))
    assert framed(content).records["model"].to_pylist() == models


def test_a_billion_rows_in_a_few_bytes_are_a_bomb() -> None:
    rows = 40_000_000
    nothing = table(0).schema.empty_table()
    wide = pa.table({name: pa.nulls(rows, pa.string()) for name in nothing.column_names})
    content = written(wide)
    assert len(content) < rows // 100
    assert "40000000 rows" in refused(content).what


def test_more_row_groups_than_a_footer_may_list_are_a_bomb() -> None:
    content = written(table(0), groups=10_001)
    assert refused(content).code == "BOMB"


def test_a_footer_that_takes_the_file_for_itself_is_a_bomb() -> None:
    content = b"PAR1" + bytes(9 << 20) + (9 << 20).to_bytes(4, "little") + b"PAR1"
    assert refused(content).code == "BOMB"


def test_a_page_of_zeros_that_unpacks_past_the_cap_is_a_bomb() -> None:
    content = written(table(1, model=pa.array(["0" * (40 * LONG)])), use_dictionary=False)
    assert refused(content).code == "BOMB"


@pytest.mark.parametrize("inside", ["top", "struct", "list"])
def test_an_extension_type_is_refused_however_deep_it_stands(inside: str) -> None:
    ids = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16] * 2, pa.binary(16)))
    column = {
        "top": ids,
        "struct": pa.StructArray.from_arrays([ids], names=["id"]),
        "list": pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), ids),
    }[inside]
    assert refused(written(table(2, extra=column))).code == "PQ_EXTENSION"


def test_a_pickled_type_in_the_metadata_is_refused_and_not_loaded() -> None:
    # What pyarrow up to 14.0.0 would have executed (CVE-2023-47248).
    field = pa.field(
        "extra",
        pa.string(),
        metadata={
            "ARROW:extension:name": "arrow.py_extension_type",
            "ARROW:extension:metadata": b"cos\nsystem\n(S'exit 1'\ntR.",
        },
    )
    schema = pa.schema([*table().schema, field])
    rows = pa.table([*table().columns, pa.array(["a", "b"])], schema=schema)
    assert refused(written(rows)).code == "PQ_EXTENSION"


def test_the_note_about_checksums_follows_what_the_pages_carry() -> None:
    def codes(**options: Any) -> list[str]:
        return [note.code for note in framed(written(table(), **options)).notes]

    assert codes() == ["PQ_NO_CHECKSUM"]
    assert codes(use_dictionary=False) == ["PQ_NO_CHECKSUM"]
    assert codes(write_page_checksum=True) == []
    assert codes(write_page_checksum=True, use_dictionary=False) == []


def test_a_footer_that_miscounts_the_rows_is_refused() -> None:
    content = bytearray(written(table(50)))
    # The count of all rows stands behind the schema (Thrift field 3, i64): 0x16, then 50 as zigzag.
    size = int.from_bytes(content[-8:-4], "little")
    start = content.index(bytes([0x16, 100]), len(content) - 8 - size)
    content[start + 1] = 98
    miscounted = refused(bytes(content))
    assert isinstance(miscounted, IntegrityRefused)
    assert miscounted.code == "COUNT_MISMATCH"


def test_nobody_reads_the_metadata_of_other_tools() -> None:
    rows = table().replace_schema_metadata({"pandas": json.dumps({"columns": ["__class__"]})})
    assert framed(written(rows)).records_framed == 2
