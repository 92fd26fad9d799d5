"""Framing by example: what is kept, where nested values come from, and how pages are read."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieout.errors import ConfigurationRefused, InputRefused, IntegrityRefused
from tieout.intake import framing
from tieout.intake.feed import Feed, Format, TimeSource
from tieout.intake.framing import FramedFile, frame
from tieout.tables import QUARANTINE


def feed(form: Format, **settings: object) -> Feed:
    base: dict[str, object] = {"time": TimeSource("time", "rfc3339"), "model": "model"}
    return Feed(format=form, **(base | settings))  # type: ignore[arg-type]


def framed(content: bytes, the_feed: Feed) -> FramedFile:
    return frame(content, the_feed, leg="usage", import_id="abc", name="x")


def parquet(**columns: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_only_columns_of_the_feed_are_kept() -> None:
    content = b"prompt,model,time\nsecret words,m,t\n"
    found = framed(content, feed("csv"))
    assert found.records.column_names[5:] == ["time", "model"]
    assert "secret" not in str(found)


def test_a_quarantined_record_keeps_its_place_and_none_of_its_content() -> None:
    found = framed(b"time,model\nt,m\nsecret words\n", feed("csv"))
    assert found.quarantined.schema == QUARANTINE.schema
    assert found.quarantined.to_pylist() == [
        {
            "leg": "usage",
            "import_id": "abc",
            "ordinal": 2,
            "line": 3,
            "byte_offset": 15,
            "byte_length": 12,
            # printf 'secret words' | sha256sum
            "record_digest": "90e132a8e71a48078f8c7dd31c62b6518c497b07863ec1e70403b906e5e202d5",
            "column_name": None,
            "reason_code": "CSV_WIDTH",
            "detail": "2 fields between ',' were expected, 1 are there.",
        }
    ]


def test_dots_reach_into_json_text_inside_a_csv_column() -> None:
    the_feed = feed("csv", meters={"input_tokens": "other.in"}, nested_json=("other",))
    content = b'time,model,other\nt,m,"{""in"": 0.10, ""x"": 1}"\nt,m,\nt,m,{}\n'
    assert framed(content, the_feed).records["other.in"].to_pylist() == ["0.10", None, None]


def test_a_column_that_is_named_with_a_dot_is_read_by_its_name() -> None:
    the_feed = feed("jsonl", meters={"input_tokens": "usage.in"})
    content = b'{"time":"t","model":"m","usage.in":1,"usage":{"in":2}}\n'
    assert framed(content, the_feed).records["usage.in"].to_pylist() == ["1"]


def test_dots_reach_into_objects_and_into_json_text_inside_them() -> None:
    the_feed = feed(
        "jsonl", meters={"input_tokens": "a.b.c", "output_tokens": "a.t.d"}, nested_json=("a.t",)
    )
    content = b'{"time":"t","model":"m","a":{"b":{"c":1.50},"t":"{\\"d\\":true}"}}\n'
    records = framed(content, the_feed).records
    assert records["a.b.c"].to_pylist() == ["1.50"]
    assert records["a.t.d"].to_pylist() == ["true"]


def test_an_absent_key_is_null_and_an_empty_text_stays_empty() -> None:
    the_feed = feed("jsonl", project="project")
    content = b'{"time":"t","model":""}\n{"time":"t","model":"m","project":null}\n'
    records = framed(content, the_feed).records
    assert records["model"].to_pylist() == ["", "m"]
    assert records["project"].to_pylist() == [None, None]


def test_pages_one_after_another_are_one_list_of_records() -> None:
    page = {"success": True, "data": {"items": [{"time": "t", "model": "m"}] * 2}}
    text = json.dumps(page, indent=1) + "\n" + json.dumps(page) + "\n"
    found = framed(text.encode(), feed("json", records_at=("items", "data.items")))
    assert found.records["ordinal"].to_pylist() == [1, 2, 3, 4]
    assert found.records["line"].to_pylist() == [5, 9, 16, 16]
    for place in found.records.to_pylist():
        raw = text[place["byte_offset"] :][: place["byte_length"]]
        assert json.loads(raw) == {"time": "t", "model": "m"}


def test_the_first_declared_place_of_records_wins() -> None:
    content = b'{"a":[{"time":"t","model":"a"}],"b":[{"time":"t","model":"b"}]}'
    found = framed(content, feed("json", records_at=("b", "a")))
    assert found.records["model"].to_pylist() == ["b"]


def test_a_damaged_line_before_a_last_blank_without_a_line_end_is_whole() -> None:
    found = framed(b'{"time":"t","model":"m"}\n{\n  ', feed("jsonl"))
    assert found.records["ordinal"].to_pylist() == [1]
    assert found.quarantined["reason_code"].to_pylist() == ["JSON_SYNTAX"]


def test_a_record_unlike_the_others_keeps_its_place_among_them() -> None:
    alike = '{"time":"t","model":"é%d","cost":0.10,"new":null}'
    odd = r'{"model":"\u0061","time":"t"}'
    texts = [alike % 1, alike % 2, odd, alike % 3, '{"time":"t",}', alike % 4]
    content = "\n".join(texts).encode()
    found = framed(content, feed("jsonl", project="cost"))
    assert found.records["model"].to_pylist() == ["é1", "é2", "a", "é3", "é4"]
    assert found.records["cost"].to_pylist() == ["0.10", "0.10", None, "0.10", "0.10"]
    assert found.records["ordinal"].to_pylist() == [1, 2, 3, 4, 6]
    assert found.quarantined["ordinal"].to_pylist() == [5]
    for row in found.records.to_pylist():
        raw = content[row["byte_offset"] :][: row["byte_length"]]
        assert raw.decode() == texts[row["ordinal"] - 1]
        assert row["line"] == row["ordinal"]
    # Four of the five readable records have the key that the feed does not name.
    assert [note.rows for note in found.notes if note.code == "SCHEMA_NEW_KEY"] == [4]


def test_offsets_in_json_count_bytes_and_not_letters() -> None:
    content = '[{"time":"t","model":"ä"},\n{"time":"t","model":"ö"}]'.encode()
    records = framed(content, feed("json")).records
    assert records["byte_offset"].to_pylist() == [1, 28]
    assert records["line"].to_pylist() == [1, 2]


def test_offsets_in_json_count_the_bytes_between_records_too() -> None:
    content = '{"ä":"ö","a":[{"time":"t","model":"m"}]}'.encode()
    assert framed(content, feed("json", records_at=("a",))).records["byte_offset"].to_pylist() == [
        16
    ]


def test_typed_parquet_values_become_exact_text() -> None:
    content = parquet(
        time=pa.array([datetime(2026, 8, 1, 12, tzinfo=UTC)], pa.timestamp("us", "Asia/Shanghai")),
        model=pa.array(["m"]).dictionary_encode(),
        big=pa.array([2**63 - 1]),
        fine=pa.array([Decimal("0.000000001")], pa.decimal128(38, 21)),
        none=pa.array([Decimal(0)], pa.decimal128(38, 21)),
        float=pa.array([1.5e-7]),
        flag=pa.array([True]),
        inner=pa.array([{"tokens": 7}]),
    )
    the_feed = feed(
        "parquet",
        request_id="big",
        frozen={"a": "fine", "b": "none", "c": "float"},
        streaming="flag",
        meters={"input_tokens": "inner.tokens"},
    )
    row = framed(content, the_feed).records.to_pylist()[0]
    assert row["time"] == "2026-08-01T12:00:00.000000Z"
    assert (row["model"], row["big"]) == ("m", "9223372036854775807")
    assert (row["fine"], row["none"], row["float"]) == ("0.000000001", "0", "0.00000015")
    assert (row["flag"], row["inner.tokens"]) == ("true", "7")


def test_a_naive_parquet_time_is_read_where_the_feed_says_local() -> None:
    content = parquet(time=pa.array([0], pa.timestamp("us")), model=pa.array(["m"]))
    the_feed = feed("parquet", time=TimeSource("time", "local", "UTC"))
    assert framed(content, the_feed).records["time"].to_pylist() == ["1970-01-01T00:00:00.000000"]


def test_parquet_rows_with_equal_fields_have_equal_digests() -> None:
    content = parquet(time=pa.array(["a", "a", "a:b"]), model=pa.array(["b:c", "b:c", "c"]))
    digests = framed(content, feed("parquet")).records["record_digest"].to_pylist()
    assert digests[0] == digests[1] != digests[2]


def test_counters_that_disagree_stop_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "recount", lambda _content, _feed: 2)
    with pytest.raises(IntegrityRefused, match="COUNT_MISMATCH"):
        framed(b"time,model\nt,m\n", feed("csv"))


def test_a_missing_column_names_the_nearest_one() -> None:
    with pytest.raises(InputRefused, match="'Model'"):
        framed(b"time,Model\nt,m\n", feed("csv"))


def test_a_delimiter_that_cannot_separate_is_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="CFG_DELIMITER"):
        framed(b"time;model\n", feed("csv", delimiter=";;"))


def test_another_delimiter_is_used_where_it_is_declared() -> None:
    found = framed(b'time;model\nt;"a;b"\n', feed("csv", delimiter=";"))
    assert found.records["model"].to_pylist() == ["a;b"]


def test_a_file_larger_than_a_block_keeps_every_place() -> None:
    line = b"2026-08-01T00:00:00Z," + b"m" * 100 + b"\n"
    content = b"time,model\n" + line * 150_000
    records = framed(content, feed("csv")).records
    assert records.num_rows == 150_000
    assert records["byte_offset"][149_999].as_py() == 11 + 149_999 * len(line)
    assert records["line"][149_999].as_py() == 150_001
