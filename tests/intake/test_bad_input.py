"""Every bad input has one outcome: each case is one row of a table, with code and exact place.

The places are counted by hand from the bytes: the header below is 26 bytes, a good row is 35.
"""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

import gzip
import io
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieout.errors import InputRefused
from tieout.intake.feed import Feed, TimeSource
from tieout.intake.framing import FramedFile, frame
from tieout.intake.grammar import read_money, read_quantity, read_time

HEADER = b"time,model,id,tokens,cost\n"
ROW = b"2026-08-01T00:00:00Z,m-1,a1,10,0.5\n"
OBJECT = (
    b'{"time":"2026-08-01T00:00:00Z","model":"m-1","id":"a1","tokens":10,"cost":0.5}\n'  # 79 bytes
)
PAGE = b'{"success":true,"data":{"items":[' + OBJECT.strip() + b"," + OBJECT.strip() + b"]}}"
NAMES = ("time", "model", "id", "tokens", "cost")


def feed(kind: str) -> Feed:
    """The feed of a case: csv, json, jsonl or parquet, or csv or jsonl with nested JSON."""
    kind, _, nested = kind.partition("+")
    return Feed(
        format=kind,  # type: ignore[arg-type]
        time=TimeSource(column="time", form="rfc3339"),
        model="model",
        request_id="id",
        meters={"input_tokens": "tokens"} | ({"output_tokens": "other.out"} if nested else {}),
        frozen={"model_price": "cost"},
        nested_json=("other",) if nested else (),
        records_at=("data.items", ""),
    )


class Case(NamedTuple):
    """One bad input: what comes in, what must come out, and where."""

    id: str
    content: bytes
    kind: str
    outcome: str
    code: str = ""
    record: int = 0
    line: int = 0
    offset: int = 0


def csv_row(text: str) -> bytes:
    """A file whose second record is this text."""
    return HEADER + ROW + text.encode() + b"\n" + ROW


def tokens(text: str) -> bytes:
    """A file whose second record has these tokens, quoted."""
    return csv_row(f'2026-08-01T00:00:00Z,m-1,a2,"{text}",0.5')


def cost(text: str) -> bytes:
    """A file whose second record has this cost, quoted."""
    return csv_row(f'2026-08-01T00:00:00Z,m-1,a2,10,"{text}"')


def time(text: str) -> bytes:
    """A file whose second record has this time."""
    return csv_row(f"{text},m-1,a2,10,0.5")


def json_line(text: bytes) -> bytes:
    """A JSON lines file whose second line is this text."""
    return OBJECT + text + b"\n" + OBJECT


def object_with(old: bytes, new: bytes) -> bytes:
    """A JSON lines file whose second object differs in one place."""
    assert old in OBJECT
    return json_line(OBJECT.strip().replace(old, new))


def parquet(**columns: pa.Array) -> bytes:
    """A Parquet file of one row, some columns replaced."""
    base = {
        "time": pa.array(["2026-08-01T00:00:00Z"]),
        "model": pa.array(["m-1"]),
        "id": pa.array(["a1"]),
        "tokens": pa.array([10]),
        "cost": pa.array(["0.5"]),
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(base | columns), buffer, write_page_checksum=True)
    return buffer.getvalue()


def flipped(content: bytes, marker: bytes) -> bytes:
    """The content with one bit changed in the first byte of a marker."""
    at = content.index(marker)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


GZIP = gzip.compress(HEADER + ROW, mtime=0)
WIDE = b"2026-08-01T00:00:00Z,m-1,a1,10,0.5,x\n"
DEEP = b'{"time":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BIG = b"x" * (1 << 20)

CASES = [
    # --- structure of CSV -------------------------------------------------------------------
    Case("ST01 byte order mark", b"\xef\xbb\xbf" + HEADER + ROW, "csv", "AN", "ENC_BOM"),
    Case("ST02 utf-16 with mark", (HEADER + ROW).decode().encode("utf-16"), "csv", "QF", "ENC_UTF16", 0, 1, 0),
    Case("ST02 utf-16 without mark", (HEADER + ROW).decode().encode("utf-16-le"), "csv", "QF", "ENC_UTF16", 0, 1, 0),
    Case("ST03 latin-1 byte", HEADER + ROW + ROW.replace(b"m-1", b"m-\xe9") + ROW, "csv", "QR", "ENC_INVALID_UTF8", 2, 3, 61),
    Case("ST03 latin-1 byte in the header", b"t\xefme," + HEADER + ROW, "csv", "QF", "ENC_INVALID_UTF8", 0, 1, 0),
    Case("ST04 overlong sequence", HEADER + ROW + ROW.replace(b"m-1", b"\xc0\xaf") + ROW, "csv", "QR", "ENC_INVALID_UTF8", 2, 3, 61),
    Case("ST04 surrogate sequence", HEADER + ROW + ROW.replace(b"m-1", b"\xed\xa0\x80") + ROW, "csv", "QR", "ENC_INVALID_UTF8", 2, 3, 61),
    Case("ST04 non-character", HEADER + ROW + ROW.replace(b"m-1", b"\xef\xbf\xbf") + ROW, "csv", "QR", "ENC_INVALID_UTF8", 2, 3, 61),
    Case("ST04 non-character of a high plane", HEADER + ROW + ROW.replace(b"m-1", b"\xf0\x9f\xbf\xbe"), "csv", "QR", "ENC_INVALID_UTF8", 2, 3, 61),
    Case("ST05 crlf throughout", (HEADER + ROW + ROW).replace(b"\n", b"\r\n"), "csv", "OK"),
    Case("ST06 lf and crlf mixed", HEADER + ROW[:-1] + b"\r\n" + ROW, "csv", "AN", "EOL_MIXED"),
    Case("ST07 cr only", (HEADER + ROW).replace(b"\n", b"\r"), "csv", "QF", "EOL_CR", 0, 1, 25),
    Case("ST07 one lone cr", HEADER + ROW[:-1] + b"\r" + ROW, "csv", "QF", "EOL_CR", 1, 2, 60),
    Case("ST07 lone cr behind a quoted field", HEADER + b'"a"\rb\n', "csv", "QF", "EOL_CR", 1, 2, 29),
    Case("ST08 zero byte in a field", HEADER + ROW + ROW.replace(b"m-1", b"m\x001") + ROW, "csv", "QR", "CTRL_NUL", 2, 3, 61),
    Case("ST09 tail of zero bytes", HEADER + ROW + b"\0" * 8, "csv", "QF", "FILE_ZERO_TAIL", 0, 3, 61),
    Case("ST09 row that ends in zero bytes", HEADER + ROW[:10] + b"\0" * 8, "csv", "QF", "FILE_ZERO_TAIL", 0, 2, 36),
    Case("ST09 line of zero bytes at the end", HEADER + ROW + b"\0\0\n", "csv", "QF", "FILE_ZERO_TAIL", 0, 3, 61),
    Case("ST10 no newline at the end", HEADER + ROW + ROW[:-1], "csv", "AN", "EOF_NO_NEWLINE"),
    Case("ST11 last row cut", HEADER + ROW + ROW[:24], "csv", "QF", "EOF_TRUNCATED", 2, 3, 61),
    Case("ST11 last row cut in a letter", HEADER + ROW + b"2026-08-01T00:00:00Z,\xc3", "csv", "QF", "EOF_TRUNCATED", 2, 3, 61),
    Case("ST12 open quote in the middle", HEADER + ROW + b'2026,"m-1,a1,1,1\n' + ROW * 3, "csv", "QF", "CSV_OPEN_QUOTE", 2, 3, 66),
    Case("ST12 open quote that a later quote closes", HEADER + b'"a,m,1,1,1\n"b",m,1,1,1\n' + ROW, "csv", "QF", "CSV_OPEN_QUOTE", 1, 2, 26),
    Case("ST13 open quote in the last row", HEADER + ROW + b'x,"y', "csv", "QF", "CSV_OPEN_QUOTE", 2, 3, 63),
    Case("ST14 text after a closing quote", csv_row('"a"b,m-1,a2,10,0.5'), "csv", "QR", "CSV_QUOTE_JUNK", 2, 3, 61),
    Case("ST14 quote inside an unquoted field", csv_row('a,m"1,a2,10,0.5'), "csv", "QR", "CSV_QUOTE_JUNK", 2, 3, 61),
    Case("ST15 quoted line break", csv_row('2026-08-01T00:00:00Z,"m\n1",a2,10,0.5'), "csv", "OK"),
    Case("ST15 damage after a quoted line break", csv_row('2026-08-01T00:00:00Z,"m\n1",a2,10,0.5\nx,y'), "csv", "QR", "CSV_WIDTH", 3, 5, 98),
    Case("ST16 backslash before a quote", csv_row('2026,"m \\"1\\" x",a2,10,0.5'), "csv", "QR", "CSV_QUOTE_JUNK", 2, 3, 61),
    Case("ST17 too few fields", csv_row("2026-08-01T00:00:00Z,m-1,a2,10"), "csv", "QR", "CSV_WIDTH", 2, 3, 61),
    Case("ST17 too many fields", csv_row("2026-08-01T00:00:00Z,m-1,a2,10,0.5,x"), "csv", "QR", "CSV_WIDTH", 2, 3, 61),
    Case("ST18 width changes for good", HEADER + ROW * 300 + WIDE * 100, "csv", "QF", "CSV_WIDTH_SHIFT", 301, 302, 10526),
    Case("ST18 width wrong in one row of fifty", HEADER + (ROW * 49 + WIDE) * 21, "csv", "QF", "CSV_WIDTH_SHIFT", 50, 51, 1741),
    Case("ST18 width wrong in a small file", HEADER + WIDE + ROW, "csv", "QR", "CSV_WIDTH", 1, 2, 26),
    Case("ST19 header again", HEADER + ROW + HEADER + ROW, "csv", "QR", "CSV_HEADER_REPEAT", 2, 3, 61),
    Case("ST19 header again in quotes", HEADER + ROW + b'"time",model,id,tokens,cost\n', "csv", "QR", "CSV_HEADER_REPEAT", 2, 3, 61),
    Case("ST20 header missing", ROW * 3, "csv", "QF", "CSV_HEADER", 0, 1, 0),
    Case("ST21 column twice", HEADER[:-1] + b",model\n" + ROW, "csv", "QF", "CSV_HEADER_DUP", 0, 1, 0),
    Case("ST21 columns equal but for case", HEADER[:-1] + b",Model\n" + ROW, "csv", "QF", "CSV_HEADER_DUP", 0, 1, 0),
    Case("ST21 columns equal but for a space", HEADER[:-1] + b",model \n" + ROW, "csv", "QF", "CSV_HEADER_DUP", 0, 1, 0),
    Case("ST22 column nobody reads", HEADER[:-1] + b",extra\n" + WIDE, "csv", "AN", "SCHEMA_NEW_KEY"),
    Case("ST23 column absent", HEADER.replace(b",cost", b"") + ROW, "csv", "QF", "SCHEMA_MISSING", 0, 1, 0),
    Case("ST23 column in other case", HEADER.replace(b"model", b"Model") + ROW, "csv", "QF", "SCHEMA_MISSING", 0, 1, 0),
    Case("ST24 preamble", b"Usage of August\n\n" + HEADER + ROW, "csv", "QF", "CSV_PREAMBLE", 0, 1, 0),
    Case("ST25 footer", HEADER + ROW + b"TOTAL,,,10,0.5\n", "csv", "QR", "CSV_FOOTER", 2, 3, 61),
    Case("ST25 footer without newline", HEADER + ROW + b"Total,10", "csv", "QR", "CSV_FOOTER", 2, 3, 61),
    Case("ST25 footer behind empty cells", HEADER + ROW + b",,Grand total:,10,0.5\n", "csv", "QR", "CSV_FOOTER", 2, 3, 61),
    Case("ST25 a model that is called total", HEADER + ROW.replace(b"m-1", b"total"), "csv", "OK"),
    Case("ST26 blank lines", HEADER + b"\n" + ROW + b"\n\n" + ROW, "csv", "AN", "CSV_BLANK"),
    Case("ST27 line of spaces", csv_row("   "), "csv", "QR", "CSV_WIDTH", 2, 3, 61),
    Case("ST27 comment line", csv_row("# exported"), "csv", "QR", "CSV_WIDTH", 2, 3, 61),
    Case("ST28 semicolons", (HEADER + ROW).replace(b",", b";"), "csv", "QF", "CSV_DELIMITER", 0, 1, 0),
    Case("ST28 tabs", (HEADER + ROW).replace(b",", b"\t"), "csv", "QF", "CSV_DELIMITER", 0, 1, 0),
    Case("ST29 record over a mebibyte", HEADER + ROW + ROW.replace(b"m-1", BIG) + ROW, "csv", "QR", "SIZE_RECORD", 2, 3, 61),
    Case("ST29 quoted record over a mebibyte", HEADER + ROW + ROW.replace(b"m-1", b'"' + BIG + b'"') + ROW, "csv", "QR", "SIZE_RECORD", 2, 3, 61),
    Case("ST30 header only", HEADER, "csv", "AN", "FILE_NO_ROWS"),
    Case("ST31 zero bytes", b"", "csv", "QF", "FILE_EMPTY", 0, 1, 0),
    Case("ST31 byte order mark and nothing", b"\xef\xbb\xbf\n", "csv", "QF", "FILE_EMPTY", 0, 1, 0),
    Case("ST32 workbook named csv", b"PK\x03\x04" + HEADER, "csv", "QF", "FILE_MAGIC", 0, 1, 0),
    Case("ST32 web page named csv", b"\n<!DOCTYPE html><html></html>", "csv", "QF", "FILE_MAGIC", 0, 1, 0),
    Case("ST32 parquet named csv", b"PAR1" + HEADER, "csv", "QF", "FILE_MAGIC", 0, 1, 0),
    Case("ST32 gzip in gzip", gzip.compress(GZIP), "csv", "QF", "FILE_MAGIC", 0, 1, 0),
    # --- gzip -------------------------------------------------------------------------------
    Case("ST33 gzip cut", GZIP[:-4], "csv", "QF", "GZ_TRUNCATED", 0, 1, len(GZIP) - 4),
    Case("ST34 gzip with a wrong checksum", GZIP[:-8] + b"\0\0\0\0" + GZIP[-4:], "csv", "QF", "GZ_CRC", 0, 1, 0),
    Case("ST35 two gzip members", GZIP + gzip.compress(ROW), "csv", "AN", "GZIP"),
    Case("ST36 bytes after gzip", GZIP + b"more", "csv", "QF", "GZ_TRAILING", 0, 1, len(GZIP)),
    Case("ST36 zero padding after gzip", GZIP + b"\0" * 9, "csv", "AN", "GZ_PADDING"),
    Case("ST37 bomb", gzip.compress(HEADER + ROW * 200_000), "csv", "QF", "BOMB", 0, 1, 0),
    # --- JSON lines and JSON ----------------------------------------------------------------
    Case("ST42 line is not json", json_line(b"oops"), "jsonl", "QR", "JSON_SYNTAX", 2, 2, 79),
    Case("ST42 line is a number", json_line(b"7"), "jsonl", "QR", "JSON_SYNTAX", 2, 2, 79),
    Case("ST43 two objects on a line", json_line(OBJECT.strip() * 2), "jsonl", "QR", "JSON_CONCAT", 2, 2, 79),
    Case("ST44 array offered as lines", b"[" + OBJECT + b"]", "jsonl", "QF", "JSON_ARRAY", 0, 1, 0),
    Case("ST45 pretty-printed lines", OBJECT.replace(b",", b",\n") * 2, "jsonl", "QF", "JSON_MULTILINE", 1, 1, 0),
    Case("ST46 key twice", object_with(b'"id"', b'"model":"m-2","id"'), "jsonl", "QR", "JSON_DUP_KEY", 2, 2, 79),
    Case("ST46 key twice below", object_with(b"0.5", b'0.5,"o":{"a":1,"a":2}'), "jsonl", "QR", "JSON_DUP_KEY", 2, 2, 79),
    Case("ST47 nan", object_with(b"0.5", b"NaN"), "jsonl", "QR", "JSON_NONFINITE", 2, 2, 79),
    Case("ST47 minus infinity", object_with(b"0.5", b"-Infinity"), "jsonl", "QR", "JSON_NONFINITE", 2, 2, 79),
    Case("ST47 minus zero", object_with(b":10", b":-0"), "jsonl", "OK"),
    Case("ST48 integer above 2^63", object_with(b":10", b":99999999999999999999"), "jsonl", "QR", "NUM_RANGE", 2, 2, 79),
    Case("ST49 key in other case", object_with(b'"model"', b'"Model"'), "jsonl", "QR", "SCHEMA_CASE", 2, 2, 79),
    Case("ST50 very deep", json_line(DEEP), "jsonl", "QR", "DEPTH_LIMIT", 2, 2, 79),
    Case("ST50 just too deep", object_with(b"0.5", b"[" * 64 + b"]" * 64), "jsonl", "QR", "DEPTH_LIMIT", 2, 2, 79),
    Case("ST50 brackets in a string are no depth", object_with(b"m-1", b"[" * 99), "jsonl", "OK"),
    Case("ST50 line over a mebibyte", object_with(b"m-1", BIG), "jsonl", "QR", "SIZE_RECORD", 2, 2, 79),
    Case("ST51 lone surrogate", object_with(b"m-1", b"\\ud800"), "jsonl", "QR", "JSON_TEXT", 2, 2, 79),
    Case("ST51 surrogate pair", object_with(b"m-1", b"\\ud83d\\ude00"), "jsonl", "OK"),
    Case("ST51 zero escape", object_with(b"m-1", b"\\u0000"), "jsonl", "QR", "JSON_TEXT", 2, 2, 79),
    Case("ST52 inner text is not json", object_with(b"0.5", b'0.5,"other":"oops"'), "jsonl+nested", "QR", "JSON_NESTED", 2, 2, 79),
    Case("ST52 inner text is json", object_with(b"0.5", b'0.5,"other":"{\\"out\\":5}"'), "jsonl+nested", "OK"),
    Case("ST52 inner text of csv is not json", HEADER[:-1] + b",other\n" + ROW[:-1] + b",oops\n", "csv+nested", "QR", "JSON_NESTED", 1, 2, 32),
    Case("ST52 inner key twice", HEADER[:-1] + b",other\n" + ROW[:-1] + b',"{""out"":1,""out"":2}"\n', "csv+nested", "QR", "JSON_DUP_KEY", 1, 2, 32),
    Case("ST53 last line cut", OBJECT + OBJECT[:30], "jsonl", "QF", "EOF_TRUNCATED", 2, 2, 79),
    Case("last line whole, no newline", OBJECT + OBJECT[:-1], "jsonl", "AN", "EOF_NO_NEWLINE"),
    Case("object where one value belongs", object_with(b"0.5", b'{"usd":1}'), "jsonl", "QR", "FIELD_TYPE", 2, 2, 79),
    Case("list where one value belongs", object_with(b"0.5", b"[1]"), "jsonl", "QR", "FIELD_TYPE", 2, 2, 79),
    Case("jsonl with a byte order mark", b"\xef\xbb\xbf" + OBJECT, "jsonl", "AN", "ENC_BOM"),
    Case("jsonl with a latin-1 byte", object_with(b"m-1", b"m-\xe9"), "jsonl", "QR", "ENC_INVALID_UTF8", 2, 2, 79),
    Case("jsonl with a zero byte", object_with(b"m-1", b"m\x00"), "jsonl", "QR", "CTRL_NUL", 2, 2, 79),
    Case("jsonl with lone cr", OBJECT[:-1] + b"\r" + OBJECT, "jsonl", "QF", "EOL_CR", 0, 1, 78),
    Case("jsonl with blank lines", OBJECT + b"\n" + OBJECT, "jsonl", "AN", "JSON_BLANK"),
    Case("jsonl with an unread key", object_with(b"0.5", b'0.5,"zzz":1'), "jsonl", "AN", "SCHEMA_NEW_KEY"),
    Case("jsonl with prompts", object_with(b"0.5", b'0.5,"messages":"hello"'), "jsonl", "AN", "PII_COLUMN"),
    Case("json page", PAGE, "json", "OK"),
    Case("json empty list", b"[]", "json", "AN", "FILE_NO_ROWS"),
    Case("json page that failed", b'{"success":false,"data":{"items":[]}}', "json", "QF", "API_NOT_SUCCESS", 1, 1, 11),
    Case("json without the list", b'{"data":{"rows":[]}}', "json", "QF", "JSON_SHAPE", 1, 1, 0),
    Case("json cut", PAGE[:-10], "json", "QF", "EOF_TRUNCATED", 2, 1, len(PAGE) - 10),
    Case("json broken", PAGE.replace(b'"cost":0.5}', b'"cost" 0.5}', 1), "json", "QF", "JSON_SYNTAX", 1, 1, 107),
    Case("json element is a number", PAGE.replace(b"[{", b"[7,{"), "json", "QR", "JSON_SYNTAX", 1, 1, 33),
    Case("json element with nan", PAGE.replace(b"0.5", b"NaN", 1), "json", "QR", "JSON_NONFINITE", 1, 1, 33),
    Case("json element with a latin-1 byte", b"[\n" + OBJECT + b"," + OBJECT.replace(b"m-1", b"\xe9") + b"]", "json", "QR", "ENC_INVALID_UTF8", 2, 3, 82),
    Case("json element too deep", b"[" + OBJECT.strip().replace(b"0.5", b"[" * 64 + b"]" * 64) + b"]", "json", "QR", "DEPTH_LIMIT", 1, 1, 1),
    Case("json deeper than can be followed", b"[" + DEEP + b"]", "json", "QF", "DEPTH_LIMIT", 1, 1, 0),
    Case("json key of the page twice", b'{"data":{"items":[]},"data":{"items":[]}}', "json", "QF", "JSON_DUP_KEY", 1, 1, 21),
    # --- Parquet ----------------------------------------------------------------------------
    Case("parquet as it should be", parquet(), "parquet", "OK"),
    Case("ST54 not parquet", HEADER + ROW, "parquet", "QF", "PQ_FOOTER", 0, 1, 61),
    Case("ST54 footer cut", parquet()[:-9], "parquet", "QF", "PQ_FOOTER", 0, 1, len(parquet()) - 9),
    Case("ST55 bit flip in a page", flipped(parquet(model=pa.array(["unmistakable"])), b"unmistakable"), "parquet", "QF", "PQ_CORRUPT", 0, 1, 0),
    Case("ST56 cost is double", parquet(cost=pa.array([0.1])), "parquet", "AN", "PQ_DOUBLE"),
    Case("ST57 time without zone", parquet(time=pa.array([0], pa.timestamp("us"))), "parquet", "QF", "TIME_NAIVE", 0, 1, 0),
    Case("time with zone", parquet(time=pa.array([1_785_542_400], pa.timestamp("s", "UTC"))), "parquet", "OK"),
    Case("ST58 nanoseconds", parquet(time=pa.array([1_785_542_400_000_000_001], pa.timestamp("ns", "UTC"))), "parquet", "AN", "TIME_PRECISION"),
    Case("ST61 extension type", parquet(id=pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16], pa.binary(16)))), "parquet", "QF", "PQ_EXTENSION", 0, 1, 0),
    Case("parquet list column", parquet(cost=pa.array([["0.5"]])), "parquet", "QF", "FIELD_TYPE", 0, 1, 0),
    Case("parquet bytes that are no text", parquet(id=pa.array([b"\xff"])), "parquet", "QF", "ENC_INVALID_UTF8", 0, 1, 0),
    Case("parquet column absent", parquet(), "parquet+nested", "QF", "SCHEMA_MISSING", 0, 1, 0),
    # --- field values -----------------------------------------------------------------------
    Case("FV01 negative tokens", tokens("-5"), "csv", "QR", "NUM_NEGATIVE", 2, 3, 61),
    Case("FV02 fraction of a token", tokens("5.6"), "csv", "QR", "NUM_FRACTION", 2, 3, 61),
    Case("FV03 whole number with a point", tokens("12.0"), "csv", "OK"),
    Case("FV04 exponent", tokens("1e3"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV04 hexadecimal", tokens("0x10"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV04 underscore", tokens("1_000"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV04 plus", tokens("+7"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV04 spaces", tokens(" 7 "), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV04 word", tokens("true"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV05 thousands comma", tokens("1,234"), "csv", "QR", "NUM_LOCALE", 2, 3, 61),
    Case("FV06 full-width digits", tokens("\uff11\uff12"), "csv", "QR", "NUM_NON_ASCII", 2, 3, 61),
    Case("FV06 arabic digits", tokens("\u0661\u0662"), "csv", "QR", "NUM_NON_ASCII", 2, 3, 61),
    Case("FV08 too many digits", tokens("99999999999999999999"), "csv", "QR", "NUM_RANGE", 2, 3, 61),
    Case("FV09 leading zeros", tokens("007"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV12 cost nan", cost("NaN"), "csv", "QR", "NUM_NONFINITE", 2, 3, 61),
    Case("FV12 cost infinite", cost("-inf"), "csv", "QR", "NUM_NONFINITE", 2, 3, 61),
    Case("FV15 dollar sign", cost("$0.01"), "csv", "QR", "NUM_CURRENCY_SIGN", 2, 3, 61),
    Case("FV15 code behind", cost("0.01 USD"), "csv", "QR", "NUM_CURRENCY_SIGN", 2, 3, 61),
    Case("FV15 code before", cost("USD0.01"), "csv", "QR", "NUM_CURRENCY_SIGN", 2, 3, 61),
    Case("FV18 brackets for minus", cost("(1.23)"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("FV18 minus behind", cost("1.23-"), "csv", "QR", "NUM_FORM", 2, 3, 61),
    Case("cost with a decimal comma", cost("0,01"), "csv", "QR", "NUM_LOCALE", 2, 3, 61),
    Case("cost with an exponent", cost("1.5e-7"), "csv", "OK"),
    Case("cost with 22 decimals", cost("0.0000000000000000000001"), "csv", "QR", "NUM_SCALE", 2, 3, 61),
    Case("cost with 18 integer digits", cost("123456789012345678"), "csv", "QR", "NUM_RANGE", 2, 3, 61),
    Case("cost of 65 characters", cost("1" * 65), "csv", "QR", "NUM_TOO_LONG", 2, 3, 61),
    Case("FV30 time without zone", time("2026-08-01T00:00:00"), "csv", "QR", "TIME_NAIVE", 2, 3, 61),
    Case("FV34 mixed offsets", time("2026-08-01 02:00:00+02:00"), "csv", "OK"),
    Case("FV35 slashes", time("01/02/2026"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("FV36 leap second", time("2026-06-30T23:59:60Z"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("FV36 hour 24", time("2026-06-30T24:00:00Z"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("FV36 year 0", time("0000-06-30T00:00:00Z"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("FV36 infinity", time("infinity"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("30 February", time("2026-02-30T00:00:00Z"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("29 February of a common year", time("2026-02-29T00:00:00Z"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("29 February of a leap year", time("2028-02-29T00:00:00Z"), "csv", "OK"),
    Case("FV40 farthest offset east", time("2026-08-01T00:00:00+14:00"), "csv", "OK"),
    Case("FV40 farthest offset west", time("2026-08-01T00:00:00-12:00"), "csv", "OK"),
    Case("FV40 offset that does not exist", time("2026-08-01T00:00:00+25:00"), "csv", "QR", "TIME_FORM", 2, 3, 61),
    Case("FV41 nine digits of a second", time("2026-08-01T00:00:00.123456789Z"), "csv", "OK"),
    Case("FV48 prompt column", HEADER[:-1] + b",prompt\n" + WIDE, "csv", "AN", "PII_COLUMN"),
]  # fmt: skip


def judged(framed: FramedFile, the_feed: Feed) -> list[tuple[str, int, int, int]]:
    """Code and place of each record that framing or the grammar refuses, first reason each."""
    found = {
        row["ordinal"]: (row["reason_code"], row["ordinal"], row["line"], row["byte_offset"])
        for row in framed.quarantined.to_pylist()
    }
    readers = (
        read_time(framed.records["time"], the_feed.time)[1],
        read_quantity(framed.records["tokens"], whole=True)[1],
        read_money(framed.records["cost"])[1],
    )
    for reasons in readers:
        for place, code in zip(framed.records.to_pylist(), reasons.to_pylist(), strict=True):
            if code is not None:
                number = place["ordinal"]
                found.setdefault(number, (code, number, place["line"], place["byte_offset"]))
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_bad_input_has_its_outcome_code_and_place(case: Case) -> None:
    the_feed = feed(case.kind)
    if case.outcome == "QF":
        with pytest.raises(InputRefused) as caught:
            frame(case.content, the_feed, leg="usage", import_id="0" * 12, name="x.csv")
        place = f"x.csv: record {case.record}, line {case.line}, byte {case.offset}"
        assert (caught.value.code, caught.value.where) == (case.code, (place,))
        assert caught.value.remedy
        return
    framed = frame(case.content, the_feed, leg="usage", import_id="0" * 12, name="x.csv")
    refused_records = judged(framed, the_feed)
    notes = {note.code for note in framed.notes}
    assert framed.records.num_rows + framed.quarantined.num_rows == framed.records_framed
    assert framed.records_framed == framed.records_recounted
    assert len(refused_records) <= framed.records_framed
    if case.outcome == "QR":
        assert refused_records == [(case.code, case.record, case.line, case.offset)]
    elif case.outcome == "AN":
        assert refused_records == []
        assert case.code in notes
    else:
        assert case.outcome == "OK"
        assert refused_records == []
        assert notes <= {"SCHEMA_NEW_KEY", "SCHEMA_ABSENT"}


def test_every_case_of_the_table_has_a_name_of_its_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
