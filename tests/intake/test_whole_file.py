"""Faults of a whole file: misleading names, ids a spreadsheet cut, times in another unit."""

from __future__ import annotations

import gzip

import pytest

from tieout.errors import InputRefused
from tieout.intake.feed import Feed, TimeSource
from tieout.intake.framing import FramedFile, frame
from tieout.intake.lookalike import plain_reading
from tieout.intake.remarks import remarks
from tieout.intake.whole_file import check_name

FEED = Feed(
    format="csv", time=TimeSource("t", "epoch_seconds"), model="m", request_id="i",
    meters={"input_tokens": "n"},
)  # fmt: skip
LOCAL = Feed(format="csv", time=TimeSource("t", "rfc3339"), model="m")
GZIP = gzip.compress(b"t,m\n", mtime=0)
EMPTY = gzip.compress(b"", mtime=0)
ZSTD = b"\x28\xb5\x2f\xfd"


def framed(*rows: str, feed: Feed = FEED) -> FramedFile:
    content = ("t,m,i,n\n" + "".join(f"{row}\n" for row in rows)).encode()
    return frame(content, feed, leg="usage", import_id="0", name="x")


def said(*rows: str, feed: Feed = FEED) -> dict[str, int]:
    return {note.code: note.rows for note in remarks(framed(*rows, feed=feed), feed)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"t,m\n"), ("a.csv.gz", GZIP), ("a.csv.zst", ZSTD),
        ("a.CSV.GZ", GZIP), ("a", GZIP), ("a.gz", b""),
        ("export.2026-08", EMPTY), ("-", b"t,m\n"),
    ],
)  # fmt: skip
def test_a_name_that_fits_its_content_or_says_nothing_is_taken(name: str, content: bytes) -> None:
    check_name(content, FEED, name)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", gzip.compress(b"t", mtime=0), "ends in .csv, but the content is gzip"),
        ("a.parquet", ZSTD, "ends in .parquet, but the content is zstd"),
        ("a.csv.gz", b"t,m\n", "ends in .gz, but the content is not gzip"),
        ("a.csv.gz", ZSTD, "ends in .gz, but the content is zstd"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(InputRefused, match=sentence) as caught:
        check_name(content, FEED, name)
    assert caught.value.code == "FILE_MAGIC"


# 18 digits lose three each, so two ids lose the six digits that chance does not make zero.
CUT = ("1785542400,m,123456789012345000,1", "1785542400,m,223456789012345000,1")


def test_ids_are_cut_only_if_all_of_them_are() -> None:
    with pytest.raises(InputRefused, match="ID_MANGLED"):
        framed(*CUT)
    with pytest.raises(InputRefused, match="ID_MANGLED"):
        framed(*CUT, "1785542400,m,,1")
    for other in ("abc", "123", "123456789012345678"):
        assert framed(*CUT, f"1785542400,m,{other},1").records.num_rows == 3


def test_one_id_on_many_rows_is_one_id() -> None:
    assert framed(*CUT[:1] * 9).records.num_rows == 9


def test_times_are_in_another_unit_only_if_all_of_them_are() -> None:
    wrong = "1785542400000,m,a,1"
    with pytest.raises(InputRefused, match="TIME_UNIT") as caught:
        framed(wrong, wrong)
    assert 'form = "epoch_milliseconds"' in caught.value.remedy
    for other in ("1785542400,m,a,1", "soon,m,a,1", ",m,a,1", "1,m,a,1"):
        assert framed(wrong, other).records.num_rows == 2
        assert framed(other, wrong).records.num_rows == 2
    assert framed(wrong).records.num_rows == 1


def test_remarks_count_rows_and_say_nothing_of_plain_files() -> None:
    assert said("1785542400,m,a,1", "1785542400,m,b,0") == {}
    assert said("1785542400,m,a,1.0", "1785542400,m,b,0.00", "1785542400,m,c,1.5") == {
        "NUM_INTEGRAL_DECIMAL": 2
    }
    assert said("1785542400,m,a,-0", "1785542400,m,b,-0.0") == {"NUM_MINUS_ZERO": 2}
    assert said("1785542400,=m,a,1", "1785542400,m--n,b,1", "1785542400,m-n,c,1") == {
        "TEXT_ACTIVE": 2
    }


def test_the_most_common_offset_is_the_one_of_the_file() -> None:
    east, zulu = "2026-08-01T00:00:00+08:00,m,a,1", "2026-08-01T00:00:00Z,m,a,1"
    zero = "2026-08-01T00:00:00+00:00,m,a,1"
    assert said(east, east, zulu, feed=LOCAL) == {"TIME_MIXED_OFFSET": 1}
    assert said(zulu, zero, zero, east, feed=LOCAL) == {"TIME_MIXED_OFFSET": 1}
    assert said(east, east, feed=LOCAL) == said("soon,m,a,1", zulu, feed=LOCAL) == {}


def test_zeros_behind_the_microsecond_lose_nothing() -> None:
    assert said("2026-08-01T00:00:00.123456000Z,m,a,1", feed=LOCAL) == {}
    assert said("2026-08-01T00:00:00.123456010Z,m,a,1", feed=LOCAL) == {"TIME_PRECISION": 1}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("gpt", None),
        ("\u0430bc", "abc"),  # Cyrillic a
        ("\uff47pt", "gpt"),  # full-width g
        ("gpt\u20114", "gpt-4"),  # a hyphen that does not break
        ("\u043c\u043e\u0434\u0435\u043b\u044c", None),  # a Russian word looks like no Latin one
        ("abc\u00a0", None),  # a space is said elsewhere
    ],
)
def test_a_name_looks_like_another_or_like_none(name: str, plain: str | None) -> None:
    assert plain_reading(name) == plain


def notes(*rows: str) -> list[tuple[str, int, str]]:
    return [(one.code, one.rows, one.message) for one in framed(*rows).notes]


def test_a_footer_is_compared_with_the_records_above_it() -> None:
    a, b = "1785542400,m,a,1.5", "1785542401,m,b,2"
    (agrees,) = notes(a, b, "Total,,,3.50")
    assert agrees[:2] == ("CSV_TOTAL_AGREES", 2)
    (differs,) = notes(a, "Total,,,3.5")
    assert differs[:2] == ("CSV_TOTAL_DIFFERS", 1)
    assert "states 3.5 as the total of 'n'" in differs[2]


@pytest.mark.parametrize(
    "rows",
    [
        ("1785542400,m,a,1", "Total,1"),  # which column it means is not said
        ("1785542400,m,a,1", "Total,,,some"),
        ("1785542400,m,a,many", "Total,,,1"),
        ("1785542400,m,a,1", "Total,,,1", "1785542401,m,b,2"),  # it is not the last record
        ("Total,,,1", "1785542400,m,a,1", "Total,,,2"),
    ],
)
def test_a_footer_that_cannot_be_compared_is_silent(rows: tuple[str, ...]) -> None:
    assert notes(*rows) == []
