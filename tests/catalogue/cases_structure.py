"""Catalogue ST: the structure of usage and ledger files, CSV, gzip and JSON; Parquet stands apart."""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

import gzip
from decimal import Decimal

from tests.catalogue.reading_case import (
    HEADER,
    JSON,
    JSONL,
    NESTED,
    OBJECT,
    ROW,
    accepted,
    json_line,
    noted,
    object_with,
    quarantined,
    refused,
    second,
)  # fmt: skip

WIDE = ROW[:-1] + b",x\n"  # 37 bytes
BIG = b"x" * (1 << 20)
GZIP = gzip.compress(HEADER + ROW, mtime=0)
DEEP = b'{"time":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
ONE = OBJECT.strip()
PAGE = b'{"success":true,"data":{"items":[' + ONE + b"," + ONE + b"]}}"  # the list opens at byte 32
WITH_OTHER = HEADER[:-1] + b",other\n"  # 32 bytes
NESTED_LINES = {**JSONL, **NESTED}
BY_TYPE = {"row_type": "model", "row_kinds": {"m-1": "consumption", "login": "not_usage"}}
COMMENT = "A title block is removed by a person: the feed declares no number of lines to skip."
FOOTER = (
    "Of a record that waits only place and digest are kept, so the total it states is not compared."
)
FLOOR = "Both ST17 and ST18 hold: below 20 such records each one waits, whatever their share."

TEXT_CASES = (
    noted("ST01", "The file starts with a byte order mark", b"\xef\xbb\xbf" + HEADER + ROW, "ENC_BOM", 0, 1),
    noted("ST01b", "A JSON lines file starts with a byte order mark", b"\xef\xbb\xbf" + OBJECT, "ENC_BOM", 0, 1, feed=JSONL),
    refused("ST02", "UTF-16 with a mark", (HEADER + ROW).decode().encode("utf-16"), "ENC_UTF16", (0, 1, 0)),
    refused("ST02b", "UTF-16 without a mark", (HEADER + ROW).decode().encode("utf-16-le"), "ENC_UTF16", (0, 1, 0)),
    quarantined("ST03", "A Latin-1 byte in one row", second(ROW[:-1].replace(b"m-1", b"m-\xe9")), "ENC_INVALID_UTF8", (2, 3, 61)),
    quarantined("ST03b", "A Latin-1 byte in one JSON line", object_with(b"m-1", b"m-\xe9"), "ENC_INVALID_UTF8", (2, 2, 79), feed=JSONL),
    quarantined("ST03c", "A Latin-1 byte in one object of a list", b"[\n" + OBJECT + b"," + OBJECT.replace(b"m-1", b"\xe9") + b"]", "ENC_INVALID_UTF8", (2, 3, 82), feed=JSON, records=2),
    refused("ST03d", "A Latin-1 byte in the header", b"t\xefme," + HEADER + ROW, "ENC_INVALID_UTF8", (0, 1, 0), why="Without its header no record of the file can be read."),
    quarantined("ST04", "An overlong sequence", second(ROW[:-1].replace(b"m-1", b"\xc0\xaf")), "ENC_INVALID_UTF8", (2, 3, 61)),
    quarantined("ST04b", "A surrogate written as UTF-8", second(ROW[:-1].replace(b"m-1", b"\xed\xa0\x80")), "ENC_INVALID_UTF8", (2, 3, 61)),
    quarantined("ST04c", "A code point that is no character", second(ROW[:-1].replace(b"m-1", b"\xef\xbf\xbf")), "ENC_INVALID_UTF8", (2, 3, 61)),
    quarantined("ST04d", "A code point of a high plane that is no character", second(ROW[:-1].replace(b"m-1", b"\xf0\x9f\xbf\xbe")), "ENC_INVALID_UTF8", (2, 3, 61)),
    accepted("ST05", "CRLF throughout", (HEADER + ROW + ROW).replace(b"\n", b"\r\n"), 2, reads=((2, "line", 3), (2, "byte_offset", 63))),
    noted("ST06", "LF and CRLF mixed", HEADER + ROW[:-1] + b"\r\n" + ROW, "EOL_MIXED", 1, 2),
    noted("ST06b", "LF and CRLF mixed in JSON lines", ONE + b"\r\n" + OBJECT, "EOL_MIXED", 1, 2, feed=JSONL),
    refused("ST07", "CR only", (HEADER + ROW).replace(b"\n", b"\r"), "EOL_CR", (0, 1, 25)),
    refused("ST07b", "LF, and one lone CR", HEADER + ROW[:-1] + b"\r" + ROW, "EOL_CR", (1, 2, 60)),
    refused("ST07c", "A lone CR behind a quoted field", HEADER + b'"a"\rb\n', "EOL_CR", (1, 2, 29)),
    refused("ST07d", "A lone CR in JSON lines", ONE + b"\r" + OBJECT, "EOL_CR", (0, 1, 78), feed=JSONL),
    quarantined("ST08", "A NUL in a field", second(ROW[:-1].replace(b"m-1", b"m\x001")), "CTRL_NUL", (2, 3, 61)),
    quarantined("ST08b", "A NUL in a JSON line", object_with(b"m-1", b"m\x00"), "CTRL_NUL", (2, 2, 79), feed=JSONL),
    refused("ST09", "A line of only NULs at the end", HEADER + ROW + b"\0\0\n", "FILE_ZERO_TAIL", (0, 3, 61)),
    refused("ST09b", "A sparse tail without a line end", HEADER + ROW + b"\0" * 8, "FILE_ZERO_TAIL", (0, 3, 61)),
    refused("ST09c", "A row that ends in NULs", HEADER + ROW[:10] + b"\0" * 8, "FILE_ZERO_TAIL", (0, 2, 36)),
    noted("ST10", "No line end behind the last row, which is whole", HEADER + ROW + ROW[:-1], "EOF_NO_NEWLINE", 1, 2),
    noted("ST10b", "No line end behind the last JSON line, which is whole", OBJECT + ONE, "EOF_NO_NEWLINE", 1, 2, feed=JSONL),
    refused("ST11", "The last row is cut in the middle", HEADER + ROW + ROW[:24], "EOF_TRUNCATED", (2, 3, 61)),
    refused("ST11b", "The last row is cut inside a letter", HEADER + ROW + b"2026-08-01T00:00:00Z,\xc3", "EOF_TRUNCATED", (2, 3, 61)),
    refused("ST12", "A quote opens in the middle and never closes", HEADER + ROW + b'2026,"m-1,a1,1,1\n' + ROW * 3, "CSV_OPEN_QUOTE", (2, 3, 66)),
    refused("ST12b", "A quote opens, and one of a later line closes it", HEADER + b'"a,m,1,1,1\n"b",m,1,1,1\n' + ROW, "CSV_OPEN_QUOTE", (1, 2, 26)),
    refused("ST13", "A quote opens in the last row and never closes", HEADER + ROW + b'x,"y', "CSV_OPEN_QUOTE", (2, 3, 63)),
    quarantined("ST14", "Text behind a closing quote", second('"a"b,m-1,a2,10,0.5'), "CSV_QUOTE_JUNK", (2, 3, 61)),
    quarantined("ST14b", "A quote inside an unquoted field", second('a,m"1,a2,10,0.5'), "CSV_QUOTE_JUNK", (2, 3, 61)),
    accepted("ST15", "A line break inside quotes: records and lines are both counted", second('2026-08-01T00:00:00Z,"m\n1",a2,10,0.5'), 3, also=("TEXT_ACTIVE",), reads=((2, "model_as_logged", "m\n1"), (2, "line", 3), (3, "line", 5), (3, "byte_offset", 98))),
    quarantined("ST15b", "Damage behind a line break inside quotes", second('2026-08-01T00:00:00Z,"m\n1",a2,10,0.5\nx,y'), "CSV_WIDTH", (3, 5, 98), records=4, also=("TEXT_ACTIVE",)),
    quarantined("ST16", "A backslash before a quote", second('2026,"m \\"1\\" x",a2,10,0.5'), "CSV_QUOTE_JUNK", (2, 3, 61)),
    quarantined("ST17", "Too few fields", second("2026-08-01T00:00:00Z,m-1,a2,10"), "CSV_WIDTH", (2, 3, 61)),
    quarantined("ST17b", "Too many fields", second("2026-08-01T00:00:00Z,m-1,a2,10,0.5,x"), "CSV_WIDTH", (2, 3, 61)),
    quarantined("ST17c", "The first of two rows has too many fields", HEADER + WIDE + ROW, "CSV_WIDTH", (1, 2, 26), records=2, why=FLOOR),
    refused("ST18", "100 rows on end have another width", HEADER + ROW * 300 + WIDE * 100, "CSV_WIDTH_SHIFT", (301, 302, 10526)),
    refused("ST18b", "One row of fifty has another width", HEADER + (ROW * 49 + WIDE) * 21, "CSV_WIDTH_SHIFT", (50, 51, 1741)),
    refused("ST18c", "100 rows on end in 20,000, half a per cent", lambda: HEADER + ROW * 9_950 + WIDE * 100 + ROW * 9_950, "CSV_WIDTH_SHIFT", (9_951, 9_952, 348_276)),
    quarantined("ST19", "The header stands again in the middle", HEADER + ROW + HEADER + ROW, "CSV_HEADER_REPEAT", (2, 3, 61)),
    quarantined("ST19b", "The header stands again, in quotes", second('"time",model,id,tokens,cost'), "CSV_HEADER_REPEAT", (2, 3, 61)),
    quarantined("ST19c", "Two headers at the top", HEADER + HEADER + ROW, "CSV_HEADER_REPEAT", (1, 2, 26), records=2),
    refused("ST20", "The header is missing", ROW * 3, "CSV_HEADER", (0, 1, 0)),
    refused("ST21", "A column twice", HEADER[:-1] + b",model\n" + ROW, "CSV_HEADER_DUP", (0, 1, 0)),
    refused("ST21b", "Two columns equal but for case", HEADER[:-1] + b",Model\n" + ROW, "CSV_HEADER_DUP", (0, 1, 0)),
    refused("ST21c", "Two columns equal but for a space", HEADER[:-1] + b",model \n" + ROW, "CSV_HEADER_DUP", (0, 1, 0)),
    noted("ST22", "A column that the feed does not know", HEADER[:-1] + b",extra\n" + WIDE, "SCHEMA_NEW_KEY", 1, 1, why="Not kept raw: stored usage is an allow-listed projection and the digest of the file (D28)."),
    noted("ST22b", "A JSON key that the feed does not know", object_with(b"0.5", b'0.5,"zzz":1'), "SCHEMA_NEW_KEY", 1, 3, feed=JSONL, why="As ST22 (D28)."),
    refused("ST23", "A column of the feed is absent", HEADER.replace(b",cost", b"") + ROW, "SCHEMA_MISSING", (0, 1, 0)),
    refused("ST23b", "A column of the feed is there in other case", HEADER.replace(b"model", b"Model") + ROW, "SCHEMA_MISSING", (0, 1, 0)),
    refused("ST24", "Lines before the header", b"Usage of August\n\n" + HEADER + ROW, "CSV_PREAMBLE", (0, 1, 0), why=COMMENT),
    quarantined("ST25", "A footer with a total", HEADER + ROW + b"TOTAL,,,10,0.5\n", "CSV_FOOTER", (2, 3, 61), records=2, why=FOOTER),
    quarantined("ST25b", "A short footer without a line end", HEADER + ROW + b"Total,10", "CSV_FOOTER", (2, 3, 61), records=2, also=("EOF_NO_NEWLINE",)),
    quarantined("ST25c", "A footer behind empty cells", HEADER + ROW + b",,Grand total:,10,0.5\n", "CSV_FOOTER", (2, 3, 61), records=2),
    accepted("ST25d", "A model that is called total is no footer", HEADER + ROW.replace(b"m-1", b"total"), 1),
    noted("ST26", "Blank lines", HEADER + b"\n" + ROW + b"\n\n" + ROW, "CSV_BLANK", 3, 2, reads=((1, "line", 3), (1, "byte_offset", 27), (2, "line", 6), (2, "byte_offset", 64))),
    noted("ST26b", "Blank lines in JSON lines", OBJECT + b"\n" + OBJECT, "JSON_BLANK", 1, 2, feed=JSONL, reads=((2, "line", 3), (2, "byte_offset", 80))),
    quarantined("ST27", "A line of spaces", second("   "), "CSV_WIDTH", (2, 3, 61)),
    quarantined("ST27b", "A comment line", second("# exported"), "CSV_WIDTH", (2, 3, 61)),
    refused("ST28", "Semicolons between the fields", (HEADER + ROW).replace(b",", b";"), "CSV_DELIMITER", (0, 1, 0)),
    refused("ST28b", "Tabs between the fields", (HEADER + ROW).replace(b",", b"\t"), "CSV_DELIMITER", (0, 1, 0)),
    accepted("ST28c", "Semicolons, as the feed declares", (HEADER + ROW).replace(b",", b";"), 1, feed={"delimiter": ";"}),
    quarantined("ST29", "A record over one mebibyte", lambda: second(ROW[:-1].replace(b"m-1", BIG)), "SIZE_RECORD", (2, 3, 61)),
    quarantined("ST29b", "A quoted record over one mebibyte", lambda: second(ROW[:-1].replace(b"m-1", b'"' + BIG + b'"')), "SIZE_RECORD", (2, 3, 61)),
    quarantined("ST29c", "The last record is longer than a block and has no line end", lambda: HEADER + ROW + ROW[:-1].replace(b"m-1", BIG * 9), "SIZE_RECORD", (2, 3, 61), records=2, also=("EOF_NO_NEWLINE",)),
    refused("ST29d", "A quoted record longer than a block that never closes", lambda: HEADER + ROW + ROW[:-1].replace(b"m-1", b'"' + BIG * 9), "CSV_OPEN_QUOTE", (2, 3, 82)),
    accepted("ST29e", "A record of exactly one mebibyte", lambda: second(ROW[:-1].replace(b"m-1", b"x" * ((1 << 20) - 31))), 3),
    noted("ST30", "A header and nothing else", HEADER, "FILE_NO_ROWS", 0, 0),
    noted("ST30b", "An empty JSON list", b"[]", "FILE_NO_ROWS", 0, 0, feed=JSON),
    refused("ST31", "Zero bytes", b"", "FILE_EMPTY", (0, 1, 0)),
    refused("ST31b", "A byte order mark and nothing else", b"\xef\xbb\xbf\n", "FILE_EMPTY", (0, 1, 0)),
    refused("ST32", "A gzip file that is named .csv", GZIP, "FILE_MAGIC", (0, 1, 0)),
    refused("ST32b", "A workbook that is named .csv", b"PK\x03\x04" + HEADER, "FILE_MAGIC", (0, 1, 0)),
    refused("ST32c", "A web page that is named .csv", b"\n<!DOCTYPE html><html></html>", "FILE_MAGIC", (0, 1, 0)),
    refused("ST32d", "A Parquet file that is named .csv", b"PAR1" + HEADER, "FILE_MAGIC", (0, 1, 0)),
    refused("ST32e", "A gzip file inside a gzip file", gzip.compress(GZIP), "FILE_MAGIC", (0, 1, 0), name="x.csv.gz"),
    refused("ST32f", "A plain file that is named .csv.gz", HEADER + ROW, "FILE_MAGIC", (0, 1, 0), name="x.csv.gz"),
)  # fmt: skip

GZIP_CASES = (
    refused("ST33", "A gzip file that is cut", GZIP[:-4], "GZ_TRUNCATED", (0, 1, len(GZIP) - 4), name="x.csv.gz"),
    refused("ST33b", "A gzip file that is cut in its header", GZIP[:5], "GZ_TRUNCATED", (0, 1, 5), name="x.csv.gz"),
    refused("ST34", "A gzip file with a wrong checksum", GZIP[:-8] + b"\0\0\0\0" + GZIP[-4:], "GZ_CRC", (0, 1, 0), name="x.csv.gz"),
    refused("ST34b", "A gzip file with a wrong length", GZIP[:-4] + b"\0\0\0\0", "GZ_CRC", (0, 1, 0), name="x.csv.gz"),
    noted("ST35", "Several gzip members, all of them read", GZIP + gzip.compress(ROW), "GZIP", 0, 2, name="x.csv.gz"),
    refused("ST36", "Bytes behind the gzip stream", GZIP + b"more", "GZ_TRAILING", (0, 1, len(GZIP)), name="x.csv.gz"),
    noted("ST36b", "Zero bytes behind the gzip stream", GZIP + b"\0" * 9, "GZ_PADDING", 0, 1, also=("GZIP",), name="x.csv.gz"),
    refused("ST37", "A gzip file that unpacks to more than 200 times its size", lambda: gzip.compress(HEADER + ROW * 200_000), "BOMB", (0, 1, 0), name="x.csv.gz"),
)  # fmt: skip

JSON_CASES = (
    quarantined("ST42", "A line that is no JSON", json_line(b"oops"), "JSON_SYNTAX", (2, 2, 79), feed=JSONL),
    quarantined("ST42b", "A line that is a number", json_line(b"7"), "JSON_SYNTAX", (2, 2, 79), feed=JSONL),
    quarantined("ST42c", "An element of a list that is a number", PAGE.replace(b"[{", b"[7,{"), "JSON_SYNTAX", (1, 1, 33), feed=JSON),
    refused("ST42d", "A document that is no JSON from some byte on", PAGE.replace(b'"cost":0.5}', b'"cost" 0.5}', 1), "JSON_SYNTAX", (1, 1, 107), feed=JSON, why="In a document, unlike in lines, nothing behind that byte can be decided."),
    quarantined("ST42e", "An object where one value belongs", object_with(b"0.5", b'{"usd":1}'), "FIELD_TYPE", (2, 2, 79), "cost", feed=JSONL),
    quarantined("ST42f", "A list where one value belongs", object_with(b"0.5", b"[1]"), "FIELD_TYPE", (2, 2, 79), "cost", feed=JSONL),
    quarantined("ST43", "Two objects on one line", json_line(ONE * 2), "JSON_CONCAT", (2, 2, 79), feed=JSONL),
    refused("ST44", "The whole file is one array, the feed says lines", b"[" + OBJECT + b"]", "JSON_ARRAY", (0, 1, 0), feed=JSONL),
    accepted("ST44b", "A page with its list where the feed says", PAGE, 2, feed=JSON, reads=((1, "byte_offset", 33), (2, "byte_offset", 112))),
    refused("ST44c", "A page without the list", b'{"data":{"rows":[]}}', "JSON_SHAPE", (1, 1, 0), feed=JSON),
    refused("ST44d", "A page that says that it failed", b'{"success":false,"data":{"items":[]}}', "API_NOT_SUCCESS", (1, 1, 11), feed=JSON),
    refused("ST45", "Objects written over several lines, the feed says lines", OBJECT.replace(b",", b",\n") * 2, "JSON_MULTILINE", (1, 1, 0), feed=JSONL),
    refused("ST45b", "The second object goes on over several lines", OBJECT + OBJECT.replace(b",", b",\n"), "JSON_MULTILINE", (2, 2, 79), feed=JSONL),
    quarantined("ST46", "A key twice", object_with(b'"id"', b'"model":"m-2","id"'), "JSON_DUP_KEY", (2, 2, 79), feed=JSONL),
    quarantined("ST46b", "A key twice in an object below", object_with(b"0.5", b'0.5,"o":{"a":1,"a":2}'), "JSON_DUP_KEY", (2, 2, 79), feed=JSONL),
    refused("ST46c", "A key of the page twice", b'{"data":{"items":[]},"data":{"items":[]}}', "JSON_DUP_KEY", (1, 1, 21), feed=JSON, why="Two lists of records stand at one place; neither may be chosen."),
    quarantined("ST47", "NaN", object_with(b"0.5", b"NaN"), "JSON_NONFINITE", (2, 2, 79), feed=JSONL),
    quarantined("ST47b", "Minus infinity", object_with(b"0.5", b"-Infinity"), "JSON_NONFINITE", (2, 2, 79), feed=JSONL),
    quarantined("ST47c", "NaN in an element of a list", PAGE.replace(b"0.5", b"NaN", 1), "JSON_NONFINITE", (1, 1, 33), feed=JSON, records=2),
    noted("ST47d", "Minus zero is read as zero", object_with(b":10", b":-0"), "NUM_MINUS_ZERO", 1, 3, feed=JSONL, reads=((2, "input_tokens", Decimal(0)),), why="The catalogue names one code for the row; minus zero is finite and has its own."),
    accepted("ST48", "An amount above 2^53, exact to the last digit", object_with(b"0.5", b"9007199254740993"), 3, feed=JSONL, reads=((2, "charged_cost", Decimal(9007199254740993)),)),
    quarantined("ST48b", "An amount above 2^63", object_with(b"0.5", b"9223372036854775808"), "NUM_RANGE", (2, 2, 79), "cost", feed=JSONL, why="Amounts hold at most 17 integer digits (D29)."),
    quarantined("ST48c", "Tokens above 2^53", object_with(b":10", b":9007199254740993"), "NUM_RANGE", (2, 2, 79), "tokens", feed=JSONL, why="Quantities hold at most 12 integer digits (D29)."),
    quarantined("ST48d", "Tokens above 2^63", object_with(b":10", b":99999999999999999999"), "NUM_RANGE", (2, 2, 79), "tokens", feed=JSONL),
    accepted("ST48e", "Tokens of 12 digits", object_with(b":10", b":999999999999"), 3, feed=JSONL, reads=((2, "input_tokens", Decimal(999999999999)),)),
    quarantined("ST49", "A key with a capital letter", object_with(b'"model"', b'"Model"'), "SCHEMA_CASE", (2, 2, 79), "model", feed=JSONL),
    quarantined("ST49b", "A key in capital letters", object_with(b'"model"', b'"MODEL"'), "SCHEMA_CASE", (2, 2, 79), "model", feed=JSONL),
    quarantined("ST50", "Brackets 100,000 deep", json_line(DEEP), "DEPTH_LIMIT", (2, 2, 79), feed=JSONL),
    quarantined("ST50b", "Brackets 65 deep", object_with(b"0.5", b"[" * 64 + b"]" * 64), "DEPTH_LIMIT", (2, 2, 79), feed=JSONL),
    quarantined("ST50c", "Brackets 65 deep in an element of a list", b"[" + ONE.replace(b"0.5", b"[" * 64 + b"]" * 64) + b"]", "DEPTH_LIMIT", (1, 1, 1), feed=JSON, records=1),
    refused("ST50d", "A document deeper than can be followed", b"[" + DEEP + b"]", "DEPTH_LIMIT", (1, 1, 0), feed=JSON, why="Where it ends cannot be decided."),
    quarantined("ST50e", "A line over one mebibyte", lambda: object_with(b"m-1", BIG), "SIZE_RECORD", (2, 2, 79), feed=JSONL),
    quarantined("ST50f", "A string of 100 megabytes", lambda: object_with(b"m-1", b"x" * 100_000_000), "SIZE_RECORD", (2, 2, 79), feed=JSONL),
    accepted("ST50g", "Brackets in a string are no depth", object_with(b"m-1", b"[" * 99), 3, feed=JSONL),
    quarantined("ST51", "Half of a surrogate pair", object_with(b"m-1", b"\\ud800"), "JSON_TEXT", (2, 2, 79), feed=JSONL),
    quarantined("ST51b", "A NUL written as an escape", object_with(b"m-1", b"\\u0000"), "JSON_TEXT", (2, 2, 79), feed=JSONL),
    accepted("ST51c", "A whole surrogate pair", object_with(b"m-1", b"\\ud83d\\ude00"), 3, feed=JSONL, reads=((2, "model_as_logged", "\U0001f600"),)),
    quarantined("ST52", "JSON text inside a field is no JSON", object_with(b"0.5", b'0.5,"other":"oops"'), "JSON_NESTED", (2, 2, 79), "other", feed=NESTED_LINES, also=("SCHEMA_ABSENT",)),
    accepted("ST52b", "JSON text inside a field is JSON", object_with(b"0.5", b'0.5,"other":"{\\"out\\":5}"'), 3, feed=NESTED_LINES, reads=((2, "output_tokens", Decimal(5)),)),
    quarantined("ST52c", "JSON text inside a CSV field is no JSON", WITH_OTHER + ROW[:-1] + b",oops\n", "JSON_NESTED", (1, 2, 32), "other", feed=NESTED, records=1),
    quarantined("ST52d", "A key twice in JSON text inside a CSV field", WITH_OTHER + ROW[:-1] + b',"{""out"":1,""out"":2}"\n', "JSON_DUP_KEY", (1, 2, 32), "other", feed=NESTED, records=1),
    noted("ST52e", "JSON text inside a field is no JSON, in a row that is no usage", WITH_OTHER + ROW[:-1].replace(b"m-1", b"login") + b",oops\n", "JSON_NESTED", 1, 1, feed={**NESTED, **BY_TYPE}),
    noted("ST52f", "The same in a JSON line", object_with(b"m-1", b'login","other":"oops'), "JSON_NESTED", 1, 3, feed={**NESTED_LINES, **BY_TYPE}, also=("SCHEMA_ABSENT",)),
    refused("ST53", "The last line is cut", OBJECT + OBJECT[:30], "EOF_TRUNCATED", (2, 2, 79), feed=JSONL),
    refused("ST53b", "A document is cut", PAGE[:-10], "EOF_TRUNCATED", (2, 1, len(PAGE) - 10), feed=JSON),
)  # fmt: skip

CASES = (*TEXT_CASES, *GZIP_CASES, *JSON_CASES)
