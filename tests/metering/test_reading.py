"""Reading usage: what each record becomes, and why a record waits.

Records are built by hand as framing leaves them: a place, a digest, and one text column per column
of the feed, null where the key was absent.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.intake.faults import Faults
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.intake.payload import md5_texts, payload_digests
from tieout.metering.reading import UsageReading, read_usage
from tieout.tables import QUARANTINE, USAGE_READING

PLAIN: dict[str, Any] = {
    "format": "csv",
    "time": {"column": "at", "form": "rfc3339"},
    "model": "model",
    "request_id": "id",
    "outcome": {"column": "status", "values": {"200": "completed", "500": "failed"}},
    "meters": {"input_tokens": "in", "output_tokens": "out"},
}
GOOD: dict[str, str | None] = {
    "at": "2026-08-10T09:00:00Z", "model": "m-1", "id": "req-1", "status": "200",
    "in": "1200", "out": "34",
}  # fmt: skip


def feed(**changes: Any) -> Feed:
    """The plain feed with some keys replaced."""
    return msgspec.convert({**PLAIN, **changes}, Feed)


def framed(rows: list[dict[str, str | None]], of: Feed) -> pa.Table:
    """Records as framing hands them over."""
    count = len(rows)
    places = {
        "ordinal": pa.array(range(1, count + 1), pa.int64()),
        "line": pa.array(range(2, count + 2), pa.int64()),
        "byte_offset": pa.array([100 * n for n in range(count)], pa.int64()),
        "byte_length": pa.array([99] * count, pa.int64()),
        "record_digest": pa.array(
            [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)], pa.string()
        ),
    }
    texts = {
        column: pa.array([row.get(column) for row in rows], pa.string()) for column in of.columns()
    }
    return pa.table({**places, **texts})


def read(rows: list[dict[str, str | None]], of: Feed | None = None) -> UsageReading:
    """Read rows, each laid over the good one."""
    usage = feed() if of is None else of
    return read_usage(
        framed([{**GOOD, **row} for row in rows], usage), usage, import_id="abc", first_row_id=7
    )


def only(reading: UsageReading) -> dict[str, Any]:
    """The one readable row."""
    assert reading.quarantined.num_rows == 0, reading.quarantined.to_pylist()
    [row] = reading.rows.to_pylist()
    return dict(row)


def reasons(reading: UsageReading) -> list[tuple[int, str | None, str]]:
    """Ordinal, column and reason of each quarantined record."""
    return [
        (row["ordinal"], row["column_name"], row["reason_code"])
        for row in reading.quarantined.to_pylist()
    ]


def test_a_plain_record_becomes_one_typed_row() -> None:
    row = only(read([{}]))
    assert row["row_id"] == 7
    assert (row["import_id"], row["ordinal"], row["line"], row["byte_offset"]) == ("abc", 1, 2, 0)
    assert row["occurred_at"] == datetime(2026, 8, 10, 9)  # noqa: DTZ001  (UTC without a zone)
    assert row["ended_at"] is None
    assert (row["model_as_logged"], row["request_id"]) == ("m-1", "req-1")
    assert (row["outcome"], row["entry_kind"]) == ("completed", "consumption")
    assert (row["input_tokens"], row["output_tokens"]) == (Decimal(1200), Decimal(34))
    assert row["requests"] == 1
    assert row["cache_read_tokens"] is None


def test_both_tables_keep_their_declared_shape() -> None:
    reading = read([{}, {"in": "-5"}])
    assert reading.rows.schema == USAGE_READING.schema
    assert reading.quarantined.schema == QUARANTINE.schema


def test_no_records_make_two_empty_tables() -> None:
    reading = read([])
    assert (reading.rows.num_rows, reading.quarantined.num_rows) == (0, 0)


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        pytest.param({"in": "-5"}, "in", "NUM_NEGATIVE", id="FV01"),
        pytest.param({"in": "5.6"}, "in", "NUM_FRACTION", id="FV02"),
        pytest.param({"in": "1e3"}, "in", "NUM_FORM", id="FV04 exponent"),
        pytest.param({"in": " 7 "}, "in", "NUM_FORM", id="FV04 spaces"),
        pytest.param({"in": "1,234"}, "in", "NUM_LOCALE", id="FV05"),
        pytest.param({"in": "99999999999999999999"}, "in", "NUM_RANGE", id="FV08"),
        pytest.param({"id": "1.23457E+15"}, "id", "ID_MANGLED", id="FV19 exponent"),
        pytest.param({"id": "2-Sep"}, "id", "ID_MANGLED", id="FV19 date"),
        pytest.param({"id": "#####"}, "id", "ID_MANGLED", id="FV19 hashes"),
        pytest.param({"id": "req 1"}, "id", "ID_FORM", id="FV22 space"),
        pytest.param({"id": "r" * 513}, "id", "ID_FORM", id="FV22 long"),
        pytest.param({"model": "m-1 "}, "model", "MODEL_WHITESPACE", id="FV23 space"),
        pytest.param({"model": "\u00a0m-1"}, "model", "MODEL_WHITESPACE", id="FV23 no-break"),
        pytest.param({"model": "m\u200b-1"}, "model", "TEXT_INVISIBLE", id="FV26 zero width"),
        pytest.param({"model": "cafe\u0301"}, "model", "TEXT_INVISIBLE", id="FV26 normal form"),
        pytest.param({"at": "2026-08-10T09:00:00"}, "at", "TIME_NAIVE", id="FV30"),
        pytest.param({"at": "01/02/2026"}, "at", "TIME_FORM", id="FV35"),
        pytest.param({"at": ""}, "at", "TIME_MISSING", id="time empty"),
        pytest.param({"status": "2\x0000"}, None, "CTRL_NUL", id="ST08"),
    ],
)
def test_a_damaged_record_waits_with_its_place_and_reason(
    change: dict[str, str | None], column: str | None, reason: str
) -> None:
    reading = read([{}, change, {}])
    assert reasons(reading) == [(2, column, reason)]
    [row] = reading.quarantined.to_pylist()
    assert (row["leg"], row["import_id"], row["line"], row["byte_offset"]) == (
        "usage", "abc", 3, 100,
    )  # fmt: skip
    assert [one["ordinal"] for one in reading.rows.to_pylist()] == [1, 3]
    assert [one["row_id"] for one in reading.rows.to_pylist()] == [7, 8]


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        pytest.param({"in": "12.0"}, "input_tokens", Decimal(12), id="FV03"),
        pytest.param({"in": ""}, "input_tokens", None, id="an empty meter is unknown"),
        pytest.param({"in": None}, "input_tokens", None, id="an absent meter is unknown"),
        pytest.param({"in": "0"}, "input_tokens", Decimal(0), id="zero is zero"),
        pytest.param({"model": None}, "model_as_logged", None, id="no model"),
        pytest.param({"model": ""}, "model_as_logged", None, id="an empty model"),
        pytest.param({"model": "None"}, "model_as_logged", "None", id="a model called None"),
        pytest.param({"model": "REDACTED"}, "model_as_logged", "REDACTED", id="redacted"),
        pytest.param({"model": "GPT-4o"}, "model_as_logged", "GPT-4o", id="FV24"),
        pytest.param({"model": "=cmd|'x'!A1"}, "model_as_logged", "=cmd|'x'!A1", id="FV27"),
        pytest.param({"id": ""}, "request_id", None, id="FV21"),
        pytest.param({"status": "418"}, "outcome", "unclassified", id="FV42"),
        pytest.param({"status": ""}, "outcome", "unclassified", id="no status"),
    ],
)
def test_real_usage_is_kept_where_a_field_is_unknown(
    change: dict[str, str | None], column: str, value: object
) -> None:
    assert only(read([change]))[column] == value


def test_unlisted_outcomes_are_counted_in_a_note() -> None:
    [note] = read([{"status": "418"}, {"status": "teapot"}, {}]).notes
    assert (note.code, note.rows) == ("STATUS_UNKNOWN", 2)


def test_a_record_with_two_faults_waits_once_under_the_first() -> None:
    reading = read([{"at": "yesterday", "in": "-5"}])
    assert reasons(reading) == [(1, "at", "TIME_FORM")]


def test_an_absent_meter_is_zero_only_where_the_feed_says_so() -> None:
    usage = feed(
        meters={"input_tokens": "in", "cache_read_tokens": "cr", "cache_write_tokens": "cw"},
        absent_is_zero=["cache_write_tokens"],
    )
    row = only(read([{}], usage))
    assert (row["cache_read_tokens"], row["cache_write_tokens"]) == (None, Decimal(0))


def test_recorded_meters_are_those_of_the_feed_and_requests() -> None:
    meters = read([{}]).recorded_meters.to_pylist()
    assert meters == [
        {"import_id": "abc", "meter": meter}
        for meter in ("input_tokens", "output_tokens", "requests")
    ]


def test_a_recorded_count_of_requests_replaces_the_one() -> None:
    usage = feed(meters={"input_tokens": "in", "requests": "n"})
    assert only(read([{"n": "41"}], usage))["requests"] == 41


TYPED = {
    "row_type": "type",
    "row_kinds": {"2": "consumption", "6": "refund", "1": "not_usage"},
    "charged": {"column": "quota", "currency": "USD", "unit_value": "0.000002"},
}


@pytest.mark.parametrize(
    ("row_type", "kind", "cost", "requests"),
    [
        # 123457 units at 0.000002 each are 0.246914.
        ("2", "consumption", Decimal("0.246914"), 1),
        ("6", "refund", Decimal("-0.246914"), None),
        ("1", "not_usage", Decimal("0.246914"), None),
    ],
)
def test_the_sign_of_a_charge_comes_from_the_row_type(
    row_type: str, kind: str, cost: Decimal, requests: int | None
) -> None:
    row = only(read([{"type": row_type, "quota": "123457"}], feed(**TYPED)))
    assert (row["entry_kind"], row["row_type"]) == (kind, row_type)
    assert (row["charged_units"], row["charged_cost"]) == (Decimal(123457), cost)
    assert (row["currency"], row["requests"]) == ("USD", requests)


@pytest.mark.parametrize("row_type", ["9", "", None])
def test_an_unlisted_row_type_waits(row_type: str | None) -> None:
    reading = read([{"type": row_type, "quota": "1"}], feed(**TYPED))
    assert reasons(reading) == [(1, "type", "TYPE_UNKNOWN")]


def test_a_row_that_is_no_usage_needs_no_clean_model() -> None:
    row = only(read([{"type": "1", "quota": "1", "model": " "}], feed(**TYPED)))
    assert row["entry_kind"] == "not_usage"


def test_the_largest_units_times_the_largest_worth_are_exact() -> None:
    charged = {"column": "quota", "currency": "USD", "unit_value": "9999.999999999999999999"}
    row = only(read([{"quota": "999999999999.999"}], feed(charged=charged)))
    # 999999999999.999 x 9999.999999999999999999, by hand: 10^16 - 10 - 10^-6 + 10^-21.
    assert row["charged_cost"] == Decimal("9999999999999989.999999000000000000001")


def test_charged_money_may_be_written_with_an_exponent() -> None:
    usage = feed(charged={"column": "cost", "currency": "USD"})
    row = only(read([{"cost": "1.5e-05"}], usage))
    assert (row["charged_cost"], row["charged_units"]) == (Decimal("0.000015"), None)


@pytest.mark.parametrize(
    ("cost", "reason"),
    [("-0.01", "NUM_NEGATIVE"), ("$0.01", "NUM_CURRENCY_SIGN"), ("NaN", "NUM_NONFINITE")],
)
def test_a_charge_that_cannot_be_meant_waits(cost: str, reason: str) -> None:
    usage = feed(charged={"column": "cost", "currency": "USD"})
    assert reasons(read([{"cost": cost}], usage)) == [(1, "cost", reason)]


def test_an_empty_charge_is_unknown_and_has_no_currency() -> None:
    usage = feed(charged={"column": "cost", "currency": "USD"})
    row = only(read([{"cost": ""}], usage))
    assert (row["charged_cost"], row["currency"]) == (None, None)


def test_an_end_less_its_duration_is_the_start() -> None:
    usage = feed(time_is_end=True, duration={"column": "took", "unit": "milliseconds"})
    row = only(read([{"took": "90500"}], usage))
    assert row["occurred_at"] == datetime(2026, 8, 10, 8, 58, 29, 500000)  # noqa: DTZ001
    assert row["ended_at"] == datetime(2026, 8, 10, 9)  # noqa: DTZ001
    assert row["time_basis"] == "duration"


def test_an_end_of_a_feed_that_names_no_duration_is_an_end() -> None:
    assert only(read([{}], feed(time_is_end=True)))["time_basis"] == "end"


def test_an_end_without_duration_stands_for_the_start() -> None:
    usage = feed(time_is_end=True, duration={"column": "took", "unit": "seconds"})
    row = only(read([{"took": ""}], usage))
    assert row["occurred_at"] == row["ended_at"] == datetime(2026, 8, 10, 9)  # noqa: DTZ001
    assert row["time_basis"] == "end"


def test_a_start_plus_its_duration_is_the_end() -> None:
    usage = feed(duration={"column": "took", "unit": "seconds"})
    row = only(read([{"took": "3600"}], usage))
    assert row["ended_at"] == datetime(2026, 8, 10, 10)  # noqa: DTZ001
    assert row["time_basis"] == "start"


def test_a_duration_of_more_than_a_year_waits() -> None:
    usage = feed(duration={"column": "took", "unit": "seconds"})
    assert reasons(read([{"took": "31622401"}], usage)) == [(1, "took", "NUM_RANGE")]


PARTS = {"meters": {"input_tokens": "in", "cache_read_tokens": "cr", "output_tokens": "out"}}


@pytest.mark.parametrize(
    ("includes", "row", "expected"),
    [
        (True, {"in": "100", "cr": "101"}, [(1, "in", "TOKENS_INCONSISTENT")]),
        (True, {"in": "100", "cr": "100"}, []),
        (False, {"in": "100", "cr": "101"}, []),
        (True, {"in": "100", "cr": "101", "convention": "apart"}, []),
        (True, {"in": "", "cr": "101"}, []),
    ],
)
def test_parts_must_fit_into_the_whole_that_includes_them(
    includes: bool, row: dict[str, str | None], expected: list[object]
) -> None:
    usage = feed(
        **PARTS,
        input_includes_parts=includes,
        parts_excluded_when={"column": "convention", "equals": "apart"},
    )
    assert reasons(read([row], usage)) == expected


def test_one_export_can_mix_both_cache_conventions() -> None:
    usage = feed(
        input_includes_parts=True, parts_excluded_when={"column": "how", "equals": "apart"}
    )
    rows = read([{"how": "apart"}, {"how": "within"}, {"how": None}], usage).rows
    assert rows.column("input_includes_parts").to_pylist() == [False, True, True]


def test_reasoning_must_fit_into_the_output_that_includes_it() -> None:
    usage = feed(meters={"output_tokens": "out", "reasoning_tokens": "think"})
    assert reasons(read([{"out": "5", "think": "6"}], usage)) == [(1, "out", "TOKENS_INCONSISTENT")]


@pytest.mark.parametrize(
    ("includes", "row", "fits"),
    [
        (True, {"in": "100", "cr": "40", "out": "10", "total": "110"}, True),
        (True, {"in": "100", "cr": "40", "out": "10", "total": "150"}, False),
        (False, {"in": "100", "cr": "40", "out": "10", "total": "150"}, True),
        (False, {"in": "100", "cr": "40", "out": "10", "total": "110"}, False),
        (False, {"in": "100", "cr": "", "out": "10", "total": "150"}, True),
        (False, {"in": "100", "cr": "", "out": "10", "total": "109"}, False),
        (True, {"in": "100", "cr": "40", "out": "10", "total": ""}, True),
    ],
)
def test_the_leaves_must_make_the_reported_total(
    includes: bool, row: dict[str, str | None], fits: bool
) -> None:
    usage = feed(**PARTS, input_includes_parts=includes, total_tokens="total")
    expected = [] if fits else [(1, "total", "TOKENS_SUM")]
    assert reasons(read([row], usage)) == expected


def test_a_flag_that_cannot_be_read_is_unknown_and_noted() -> None:
    reading = read([{"s": "perhaps"}, {"s": "true"}, {"s": "0"}], feed(streaming="s"))
    assert reading.rows.column("streaming").to_pylist() == [None, True, False]
    assert [(note.code, note.rows) for note in reading.notes] == [("FLAG_FORM", 1)]


def test_labels_come_from_columns_values_or_translations() -> None:
    usage = feed(
        environment={"value": "production"},
        cost_center={"column": "team", "values": {"a": "search"}},
        project="proj",
        ledger_entry_id=None,
    )
    row = only(read([{"team": "a", "proj": ""}], usage))
    assert (row["environment"], row["cost_center"], row["project"]) == (
        "production", "search", None,
    )  # fmt: skip
    assert reasons(read([{"team": "b"}], usage)) == [(1, "team", "VALUE_UNKNOWN")]


def test_the_number_of_the_record_can_be_its_id() -> None:
    rows = read([{}, {}], feed(request_id={"record_number": True})).rows
    assert rows.column("request_id").to_pylist() == ["1", "2"]


def test_only_the_kept_fields_make_the_payload_digest() -> None:
    usage = feed()
    first = framed([GOOD, GOOD, {**GOOD, "out": "35"}], usage)
    later = first.append_column("page_position", pa.array(["9", "8", "7"]))
    a, b, c = read_usage(first, usage, import_id="x", first_row_id=1).rows["payload_digest"]
    again = read_usage(later, usage, import_id="y", first_row_id=50).rows["payload_digest"]
    assert a == b != c
    assert again.to_pylist() == [a.as_py(), b.as_py(), c.as_py()]
    assert len(a.as_py()) == 32


@pytest.mark.parametrize("texts", [[], [""], ["a", "", "b\x00c", "\u00e9" * 400]])
def test_the_payload_hash_is_md5_as_an_engine_makes_it(texts: list[str]) -> None:
    column = pa.array(["cut off", *texts], pa.string()).slice(1)
    hashed = md5_texts(column)
    hashed.validate(full=True)
    asked = [duckdb.execute("SELECT md5(?)", [text]).fetchall()[0][0] for text in texts]
    assert hashed.to_pylist() == asked


@pytest.mark.law
@given(st.lists(st.text(max_size=80), max_size=8), st.integers(0, 3))
def test_the_payload_hash_is_the_md5_of_the_library(texts: list[str], cut: int) -> None:
    hashed = md5_texts(pa.array(texts, pa.string()).slice(cut))
    expected = [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
    assert hashed.to_pylist() == expected[cut:]


@pytest.mark.law
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "id": st.sampled_from(["r-1", "r\x00", "", "\x00", "r 1", None]),
                "in": st.sampled_from(["5", "5\x00", "x", "", "\u00e9"]),
            },
        ),
        max_size=6,
    )
)
def test_without_a_hasher_only_the_digests_are_left_out(
    changes: list[dict[str, str | None]],
) -> None:
    usage = feed()
    records = framed([{**GOOD, **change} for change in changes], usage)
    whole = read_usage(records, usage, import_id="x", first_row_id=7)
    bare = read_usage(records, usage, import_id="x", first_row_id=7, hasher=None)
    assert "payload_digest" not in bare.rows.column_names
    assert bare.rows.equals(whole.rows.drop_columns(["payload_digest"]))
    assert bare.quarantined.equals(whole.quarantined)
    assert bare.notes == whole.notes


def test_an_odd_id_is_found_whatever_stands_beside_it() -> None:
    expected = {
        "r-1": None, "": None, None: None, "1.5E+15x": None, "+1": None, "#1": None,
        "x22-Sep": None, "\u00e9": None, "a" * 512: None, "-": None,
        "1.5E+15": "ID_MANGLED", "12e+3": "ID_MANGLED", "###": "ID_MANGLED", "2-Sep": "ID_MANGLED",
        "22-Sep": "ID_MANGLED",
        "a b": "ID_FORM", "a\tb": "ID_FORM", "a\x7f": "ID_FORM", "a\u200bb": "ID_FORM",
        "\ufeffa": "ID_FORM", "a" * 513: "ID_FORM", "\u00e9" * 257: "ID_FORM", "\x1f": "ID_FORM",
    }  # fmt: skip
    for beside in ("r-1", "some-longer-id", "\u00e9", "2-Sep", "a b"):
        for one, code in expected.items():
            waiting = reasons(read([{"id": beside}, {"id": one}]))
            found = {ordinal: reason for ordinal, _, reason in waiting}
            assert (one, found.get(2)) == (one, code)


@pytest.mark.law
@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.text("ab0\x01,:", max_size=3))] * 3),
        max_size=12,
    )
)
def test_equal_digests_mean_equal_kept_fields(rows: list[tuple[str | None, ...]]) -> None:
    columns = ("x", "y", "z")
    table = pa.table(
        {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(columns)}
    )
    digests = payload_digests(table, columns, Faults(len(rows))).to_pylist()
    # The pairs of equal digests are exactly the pairs of equal rows.
    assert len(set(zip(rows, digests, strict=True))) == len(set(rows)) == len(set(digests))


@pytest.mark.law
@given(st.lists(st.sampled_from(["5", "-5", "", None, "x", "5.5"]), max_size=30))
def test_every_record_is_read_or_waits(texts: list[str | None]) -> None:
    reading = read([{"in": text} for text in texts])
    unreadable = [n for n, text in enumerate(texts, start=1) if text in {"-5", "x", "5.5"}]
    assert [ordinal for ordinal, _, _ in reasons(reading)] == unreadable
    kept = reading.rows.column("ordinal").to_pylist()
    assert sorted(kept + unreadable) == list(range(1, len(texts) + 1))


@pytest.mark.datasets
def test_a_real_trace_adds_up_to_its_published_tokens(datasets: Path) -> None:
    usage = feed(
        time={"column": "TIMESTAMP", "form": "local", "zone": "UTC"},
        model={"value": "m-1"},
        request_id={"record_number": True},
        outcome={"value": "completed"},
        meters={"input_tokens": "ContextTokens", "output_tokens": "GeneratedTokens"},
    )
    path = datasets / "azure-llm-2023-code" / "AzureLLMInferenceTrace_code.csv.gz"
    held = frame(path.read_bytes(), usage, leg="usage", import_id="a", name=path.name)
    reading = read_usage(held.records, usage, import_id="a", first_row_id=1)
    # The counts and sums that the data set states of itself.
    assert (reading.rows.num_rows, reading.quarantined.num_rows) == (8819, 0)
    assert pc.sum(reading.rows["input_tokens"]).as_py() == 18_059_974
    assert pc.sum(reading.rows["output_tokens"]).as_py() == 245_896
