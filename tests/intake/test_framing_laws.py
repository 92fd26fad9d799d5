"""Laws of framing: two paths agree, one damage touches one record, fields come back as written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tieout.errors import InputRefused
from tieout.intake import csv_framing, json_framing, json_run
from tieout.intake import json_documents as json_documents_framing
from tieout.intake.container import open_source
from tieout.intake.feed import Feed, Format, TimeSource
from tieout.intake.framing import FramedFile, frame
from tieout.intake.records import Framing

COLUMNS = ("time", "model", "id")
FORMATS: tuple[Format, ...] = ("csv", "json", "jsonl")
FEED = Feed(format="csv", time=TimeSource("time", "rfc3339"), model="model", request_id="id")
LINES = Feed(format="jsonl", time=TimeSource("time", "rfc3339"), model="model", request_id="id")

# Bytes that matter to a framer come up far more often than they would by chance.
pieces = st.sampled_from(
    [
        *(b"a", b"1", b",", b",", b"\n", b"\n", b"\r\n", b'"', b'""', b"\0", b"\xff", b"TOTAL"),
        *(
            b"time,model,id",
            b"x,y,z\n",
            b'"x","y",z\n',
            b"\xc3\xa9",
            b"\xc2\xa0",
            b"\r",
            b" ",
            b"\v",
            b"\xef\xbb\xbf",
            b"subtotal,",
            b"p,q,r\n",
        ),
    ]
)
bodies = st.lists(pieces, max_size=40).map(b"".join)
# The same for JSON: brackets, quotes and half of everything.
marks = st.sampled_from(
    [
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b'\\"', b"\\u0000", b"\n", b"\r\n", b" ", b"1"),
        *(b"-", b"NaN", b"null", b'"a"', b'{"time":"t"}', b'{"time":"t"}\n', b"\xff", b"\0", b"[]"),
        *(b'{"data":{"items":[', b"]}}", b'"success":false', b"\xef\xbb\xbf", b"\x1f\x8b\x08"),
    ]
)
anything = st.one_of(st.binary(max_size=200), bodies, st.lists(marks, max_size=40).map(b"".join))
# A byte that moves no record end: no line end and no quote.
inner_bytes = st.integers(0, 255).filter(lambda byte: byte not in b'\r\n"')
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=8)
rows = st.lists(st.tuples(words, words, words), min_size=1, max_size=12)


# Records of JSON: mostly alike, now and then with something that a parser must see.
json_texts = st.sampled_from(
    [
        *['"t"', '"m"'] * 5,
        *('"t"', '"a b"', '""', '"null"', '"{"', '"},{"', '"x:y"', '"é"', '"\x7f"', '"1"'),
        *(r'"\u0041"', r'"a\"b"', r'"\ud800"', r'"\u0000"', '"\t"', '"\x00"', '"', '"﷐"', "null"),
    ]
)
json_numbers = st.sampled_from(
    [
        *["1", "2.5"] * 5,
        *("1", "0.10", "-2.5e-7", "0", "-0", "12E+3", "null", "true", "false", '"1"'),
        *(
            "01",
            "-",
            "NaN",
            "-Infinity",
            "+1",
            "1.",
            ".5",
            "1e",
            "nul",
            "",
            "[1]",
            '{"a": 1}',
            "1 2",
        ),
    ]
)
json_values = json_texts | json_numbers
json_keys = st.sampled_from(["time", "model", "id", "id", "use", "use.id", "ID", "x.y", "\u00e9"])


def record(pairs: list[tuple[str, str]], comma: str, colon: str) -> str:
    """An object, or what is nearly one."""
    return "{" + comma.join(f'"{key}"{colon}{value}' for key, value in pairs) + "}"


# Most values are sound, so that most records fit a template and a wrong one stands among them.
alike = st.tuples(json_texts, json_texts, json_numbers).map(
    lambda v: record(list(zip(("time", "model", "id"), v, strict=True)), ", ", ": ")
)
nested = json_values.map(
    lambda value: record([("time", '"t"'), ("use", record([("id", value)], ",", ":"))], ",", ":")
)
other = st.builds(
    record,
    st.lists(st.tuples(json_keys, json_values), max_size=4),
    st.sampled_from([",", ", ", " ,"]),
    st.sampled_from([":", ": ", "\t: "]),
)
json_records = st.one_of(alike, alike, nested, other)
line_ends = st.sampled_from(["\n", "\n", "\n", "\n", "\r\n", " \n", ""])
sound_line = b'{"time": "t", "model": "m", "id": 1}\n'
whole_lines = st.builds(lambda text, end: (text + end).encode(), json_records, line_ends)
odd_lines = st.sampled_from(
    [
        b"\xff\n",
        b"[1]\n",
        b"{}{}\n",
        b"{\n",
        b"\0\n",
        b"\xef\xbb\xbf{}\n",
        b"\r",
        b"\n\n",
        b"\x0b\n",
    ]
)
json_lines = st.one_of(*[whole_lines] * 6, st.just(sound_line), odd_lines)
record_lists = st.builds(
    lambda records, gap: "[" + gap.join(records) + "]",
    st.lists(st.one_of(st.just(sound_line[:-1].decode()), json_records), max_size=9),
    st.sampled_from([",", ", ", ",\n", " ,\r\n  "]),
)
pages = st.one_of(
    record_lists,
    record_lists.map(lambda text: f'{{"a": {text}}}'),
    record_lists.map(lambda text: f'{{"x": [1], "a": {{"b": {text}, "c": "d"}}}}'),
    st.tuples(record_lists, record_lists).map(lambda two: f'{{"a": {two[0]}, "a.b": {two[1]}}}'),
)
json_documents = st.builds(
    lambda texts, end: "\n".join(texts).encode() + end,
    st.lists(pages, min_size=1, max_size=3),
    st.sampled_from([b"", b"", b"\n", b"]", b"\xff"]),
)
json_feeds = st.sampled_from(
    [
        Feed(format="jsonl", time=TimeSource("time", "rfc3339"), model="model", request_id="id"),
        Feed(
            format="jsonl", time=TimeSource("time", "rfc3339"), model="model", request_id="use.id"
        ),
        Feed(
            format="jsonl",
            time=TimeSource("time", "rfc3339"),
            model="use.id",
            request_id="id.a",
            nested_json=("id",),
        ),
    ]
)


def framed(content: bytes, feed: Feed = FEED) -> FramedFile:
    return frame(content, feed, leg="usage", import_id="0" * 12, name="x")


def answer(content: bytes, feed: Feed) -> FramedFile | InputRefused:
    """The framed file, or the letter; anything else is raised."""
    try:
        return framed(content, feed)
    except InputRefused as refused:
        return refused


def path(content: bytes, *, careful: bool) -> Framing | tuple[str, tuple[str, ...]]:
    """What one path finds, or how it refuses."""
    try:
        source, _ = open_source(content, FEED, "x")
        return csv_framing.frame_csv(source, careful=careful)
    except InputRefused as refused:
        return refused.code, refused.where


def written(records: list[tuple[str, str, str]]) -> bytes:
    """A CSV file as the standard library writes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(records)
    return text.getvalue().encode()


def agree(framer: Callable[..., Framing], content: bytes, feed: Feed) -> None:
    """Both paths of a framer find the same, or refuse with the same letter."""
    found: list[Framing | tuple[str, tuple[str, ...]]] = []
    for careful in (False, True):
        try:
            source, _ = open_source(content, feed, "x")
            found.append(framer(source, careful=careful))
        except InputRefused as refused:
            found.append((refused.code, refused.where))
    fast, slow = found
    if isinstance(fast, tuple) or isinstance(slow, tuple):
        assert fast == slow
        return
    assert fast.records.to_pylist() == slow.records.to_pylist()
    assert fast.records.schema == slow.records.schema
    assert sorted(fast.damaged) == sorted(slow.damaged)
    assert fast.notes == slow.notes


@pytest.mark.law
@settings(max_examples=400, deadline=None)
@given(bodies, st.sampled_from([16, 64, 1 << 20]))
@example(b"\xef\xbb\xbfa,b,c\nx,y,z\n", 1 << 20)  # no byte order mark: it stands inside the file
@example(b"p,q,r\n" * 3 + b"\nx,y,z\n", 1 << 20)
@example(b"p,q,r\ntime,model,id\nx,y,z\n", 1 << 20)
@example(b"p,q,r\n total,,\nx,y,z\n", 1 << 20)
def test_the_fast_path_finds_what_the_careful_path_finds(body: bytes, block: int) -> None:
    content = b"time,model,id\n" + body
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_framing, "BLOCK", block)
        fast, careful = path(content, careful=False), path(content, careful=True)
    if isinstance(fast, tuple) or isinstance(careful, tuple):
        assert fast == careful
        return
    assert fast.records.to_pylist() == careful.records.to_pylist()
    assert sorted(fast.damaged) == sorted(careful.damaged)
    assert fast.notes == careful.notes


@pytest.mark.parametrize(
    "line",
    [b"id,time,model", b"Total,,", b",sum:,", b" subtotal ,,", b"gen-1,2,3", b"total-1,2,3", b""],
)
def test_one_odd_line_among_sound_ones_is_judged_alike(line: bytes) -> None:
    content = b"id,time,model\n1,2,3\n" + line + b"\n4,5,6\n"
    agree(csv_framing.frame_csv, content, FEED)
    sound = line.startswith((b"gen", b"total-"))
    records = framed(content, FEED).records
    assert records.num_rows == (3 if sound else 2)


@pytest.mark.law
@settings(max_examples=800, deadline=None)
@given(
    st.lists(json_lines, max_size=12).map(b"".join), st.sampled_from([16, 64, 1 << 20]), json_feeds
)
@example(sound_line + b'{"time": "t", "model": "m", "id": 01}\n', 1 << 20, LINES)
@example(sound_line + b'{"time": "\t", "model": "m", "id": 1}\n', 1 << 20, LINES)
def test_json_lines_cut_at_once_are_what_the_strict_reader_reads(
    body: bytes, block: int, feed: Feed
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_framing, "BLOCK", block)
        agree(json_framing.frame_jsonl, body, feed)


@pytest.mark.law
@settings(max_examples=800, deadline=None)
@given(json_documents, json_feeds, st.sampled_from([(1, 1), (40, 200), (1 << 13, 1 << 22)]))
@example(b'[]\n{"a": [], "a.b": [{"id": 1}]}', LINES, (1, 1))
@example(b"[%b,\n%b,\n%b]" % (sound_line[:-1], b'{"id": 1}', sound_line[:-1]), LINES, (1, 1))
def test_documents_cut_in_runs_are_what_the_strict_reader_reads(
    content: bytes, feed: Feed, reach: tuple[int, int]
) -> None:
    feed = msgspec.structs.replace(feed, format="json", records_at=("a.b", "a", ""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_run, "_NEAREST", reach[0])
        patch.setattr(json_run, "_FARTHEST", reach[1])
        agree(json_documents_framing.frame_json, content, feed)
        try:
            framed(content, feed)
        except InputRefused:
            return  # a count that does not balance would raise otherwise


@pytest.mark.law
@settings(max_examples=400, deadline=None)
@given(bodies)
def test_what_is_framed_balances_with_the_second_count(body: bytes) -> None:
    try:
        found = framed(b"time,model,id\n" + body)
    except InputRefused:
        return  # a letter is an answer; a count that does not balance would raise otherwise
    assert found.records.num_rows + found.quarantined.num_rows == found.records_recounted


@pytest.mark.law
@settings(max_examples=200, deadline=None)
@given(rows)
def test_every_field_comes_back_as_it_was_written(records: list[tuple[str, str, str]]) -> None:
    kept = [r for r in records if r[0].strip().casefold().rstrip(":") not in {"", "total", "sum"}]
    found = framed(written(kept)) if kept else None
    if found is not None:
        read = [tuple(row[name] for name in COLUMNS) for row in found.records.to_pylist()]
        assert read == [row for row in kept if row != COLUMNS]


@pytest.mark.law
@settings(max_examples=200, deadline=None)
@given(bodies)
def test_a_record_stands_where_its_place_says(body: bytes) -> None:
    content = b"time,model,id\n" + body
    try:
        found = framed(content)
    except InputRefused:
        return
    places = [*found.records.to_pylist(), *found.quarantined.to_pylist()]
    assert sorted(place["ordinal"] for place in places) == list(range(1, len(places) + 1))
    for place in places:
        raw = content[place["byte_offset"] :][: place["byte_length"]]
        assert hashlib.sha256(raw).hexdigest() == place["record_digest"]
        assert content[: place["byte_offset"]].count(b"\n") + 1 == place["line"]


@pytest.mark.law
@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 30),
    st.data(),
    st.sampled_from(
        [b"short", b"a,b,c,d", b"a,b\xff,c", b"a,b\0,c", b"time,model,id", b'a,"b"x,c']
    ),
)
def test_damage_in_one_record_changes_the_class_of_that_record_only(
    count: int, data: st.DataObject, damage: bytes
) -> None:
    lines = [b"t%d,m,i%d" % (number, number) for number in range(count)]
    at = data.draw(st.integers(0, count - 1))
    lines[at] = damage
    found = framed(b"time,model,id\n" + b"\n".join(lines) + b"\n")
    assert found.quarantined["ordinal"].to_pylist() == [at + 1]
    expected = [number for number in range(1, count + 1) if number != at + 1]
    assert found.records["ordinal"].to_pylist() == expected


@pytest.mark.law
@settings(max_examples=200, deadline=None)
@given(rows, st.data())
def test_a_damaged_json_line_leaves_the_other_lines_as_they_are(
    records: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True))).encode() for row in records]
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.sampled_from([b"{", b'{"a":1,"a":2}', b"NaN", b"{}{}", b"[1]"]))
    if lines[0].startswith(b"["):
        lines.insert(0, b"{}")
        at += 1
    found = framed(b"\n".join(lines) + b"\n", LINES)
    assert found.quarantined["ordinal"].to_pylist() == [at + 1]
    assert found.records.num_rows == len(lines) - 1


@pytest.mark.law
@settings(max_examples=100, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=0, max_value=99))
def test_a_json_number_keeps_every_digit_it_was_written_with(amount: object) -> None:
    line = f'{{"time":"t","model":"m","id":{amount}}}\n'.encode()
    assert framed(line, LINES).records["id"].to_pylist() == [str(amount)]


@pytest.mark.law
@settings(max_examples=600, deadline=None)
@given(anything, st.sampled_from(FORMATS))
def test_any_bytes_are_framed_whole_by_both_counters_or_refused(body: bytes, form: Format) -> None:
    feed = Feed(
        format=form,
        time=TimeSource("time", "rfc3339"),
        model="model",
        records_at=("data.items", ""),
    )
    header = b"time,model\n" if form == "csv" else b""
    found = answer(header + body, feed)
    if isinstance(found, InputRefused):
        assert found.remedy
        assert found.where
        return
    # Counters that disagree raise, and so does anything that is no letter.
    whole = found.records.num_rows + found.quarantined.num_rows
    assert found.records_framed == found.records_recounted == whole
    ordinals = [*found.records["ordinal"].to_pylist(), *found.quarantined["ordinal"].to_pylist()]
    assert sorted(ordinals) == list(range(1, whole + 1))


def _places(found: FramedFile, without: int) -> list[tuple[object, ...]]:
    """Place and digest of every readable record but one."""
    keys = ("ordinal", "line", "byte_offset", "record_digest", *COLUMNS)
    rows = [tuple(row[key] for key in keys) for row in found.records.to_pylist()]
    return [row for row in rows if row[0] != without]


@pytest.mark.law
@settings(max_examples=300, deadline=None)
@given(st.integers(2, 12), st.data(), inner_bytes)
def test_one_changed_byte_touches_no_other_row(count: int, data: st.DataObject, byte: int) -> None:
    lines = [b"t%d,m,i%d" % (number, number) for number in range(count)]
    sound = framed(b"time,model,id\n" + b"\n".join(lines) + b"\n")
    at = data.draw(st.integers(0, count - 1))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    lines[at] = lines[at][:place] + bytes([byte]) + lines[at][place + 1 :]
    found = framed(b"time,model,id\n" + b"\n".join(lines) + b"\n")
    assert _places(found, at + 1) == _places(sound, at + 1)
    assert set(found.quarantined["ordinal"].to_pylist()) <= {at + 1}


@pytest.mark.law
@settings(max_examples=300, deadline=None)
@given(st.integers(2, 12), st.data(), st.integers(0, 255).filter(lambda b: b not in b"\r\n"))
def test_one_changed_byte_touches_no_other_json_line(
    count: int, data: st.DataObject, byte: int
) -> None:
    lines = [b'{"time":"t%d","model":"m","id":"i%d"}' % (n, n) for n in range(count)]
    sound = framed(b"\n".join(lines) + b"\n", LINES)
    at = data.draw(st.integers(0, count - 1))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    lines[at] = lines[at][:place] + bytes([byte]) + lines[at][place + 1 :]
    found = answer(b"\n".join(lines) + b"\n", LINES)
    if isinstance(found, InputRefused):
        # A first line that opens a list says that the whole file is one.
        assert (found.code, at, place, byte) == ("JSON_ARRAY", 0, 0, ord("["))
        return
    assert _places(found, at + 1) == _places(sound, at + 1)
    assert set(found.quarantined["ordinal"].to_pylist()) <= {at + 1}


@pytest.mark.law
@settings(max_examples=200, deadline=None)
@given(rows, st.data())
def test_a_damaged_element_leaves_the_other_elements_of_a_list_as_they_are(
    records: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    elements = [json.dumps(dict(zip(COLUMNS, row, strict=True))).encode() for row in records]
    at = data.draw(st.integers(0, len(elements) - 1))
    elements[at] = data.draw(
        st.sampled_from(
            [b'{"a":1,"a":2}', b"NaN", b'{"a":"\\ud800"}', b"7", b"[1]", b'{"a":"\xff"}']
        )
    )
    pages = Feed(format="json", time=TimeSource("time", "rfc3339"), model="model", request_id="id")
    found = framed(b"[" + b",\n".join(elements) + b"]", pages)
    assert found.quarantined["ordinal"].to_pylist() == [at + 1]
    kept = [row for number, row in enumerate(records) if number != at]
    assert [tuple(row[name] for name in COLUMNS) for row in found.records.to_pylist()] == kept
