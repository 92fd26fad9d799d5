"""Ways to spoil a clean export: what truncation, joining, spreadsheets and editors do to files.

Each takes the lines of the file and dice, and returns the bytes. None makes a file that is valid
and different, such as another digit in a number: no reader could know.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, NamedTuple

Lines = list[bytes]
Spoil = Callable[[Lines, random.Random], bytes]


class Pollution(NamedTuple):
    """One way to spoil a file.

    Attributes:
        name: what happened to it.
        spoil: makes the bytes.
        doubled: how many rows it writes a second time on purpose.
        merged: how many records of the clean file end up inside another one.
    """

    name: str
    spoil: Spoil
    doubled: int = 0
    merged: int = 0


def _joined(lines: Lines) -> bytes:
    return b"".join(lines)


def _at(dice: random.Random, lines: Lines, first: int = 1) -> int:
    return dice.randrange(first, len(lines))


def _whole(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda lines, _: change(_joined(lines))


def _line(change: Callable[[bytes, random.Random], bytes]) -> Spoil:
    """One line of the body is changed."""

    def spoil(lines: Lines, dice: random.Random) -> bytes:
        at = _at(dice, lines)
        return _joined([*lines[:at], change(lines[at], dice), *lines[at + 1 :]])

    return spoil


def _before_a_line(text: bytes) -> Spoil:
    def spoil(lines: Lines, dice: random.Random) -> bytes:
        at = _at(dice, lines)
        return _joined([*lines[:at], text, *lines[at:]])

    return spoil


def _insert(text: bytes, *, in_quotes: bool = True) -> Spoil:
    """Bytes at any place inside a line of the body; inside quotes some would be good text."""

    def change(line: bytes, dice: random.Random) -> bytes:
        at = dice.choice([n for n in range(len(line)) if in_quotes or _outside(line, n)])
        return line[:at] + text + line[at:]

    return _line(change)


def _outside(line: bytes, at: int) -> bool:
    return line[:at].replace(rb"\"", b"").count(b'"') % 2 == 0


def _delete(character: bytes) -> Spoil:
    """One of these characters goes, where a line of the body has one outside quotes."""

    def change(line: bytes, dice: random.Random) -> bytes:
        places = [n for n in range(len(line)) if line[n : n + 1] == character]
        if character != b'"':
            places = [n for n in places if _outside(line, n)]
        at = dice.choice(places) if places else 0
        return line[:at] + line[at + 1 :] if places else line

    return _line(change)


def _cut(lines: Lines, dice: random.Random) -> bytes:
    """The file ends inside a record."""
    at = _at(dice, lines)
    return _joined(lines[:at]) + lines[at][: dice.randrange(1, len(lines[at]) - 1)]


def _twice(lines: Lines, dice: random.Random) -> bytes:
    at = _at(dice, lines)
    return _joined([*lines[: at + 1], *lines[at:]])


def _shuffled_ends(lines: Lines, dice: random.Random) -> bytes:
    return b"".join(line[:-1] + dice.choice([b"\n", b"\r\n"]) for line in lines)


ANY_TEXT: Final = (
    Pollution("a byte order mark", _whole(lambda content: b"\xef\xbb\xbf" + content)),
    Pollution("UTF-16", _whole(lambda content: content.decode().encode("utf-16"))),
    Pollution("UTF-16 without a mark", _whole(lambda c: c.decode().encode("utf-16-be"))),
    Pollution("UTF-32", _whole(lambda content: content.decode().encode("utf-32"))),
    Pollution("carriage returns alone", _whole(lambda c: c.replace(b"\n", b"\r"))),
    Pollution("mixed line ends", _shuffled_ends),
    Pollution("no newline at the end", _whole(lambda content: content[:-1])),
    Pollution("cut inside a record", _cut),
    Pollution("a tail of zero bytes", _whole(lambda content: content + b"\0" * 4096)),
    Pollution("a row twice", _twice, doubled=1),
    Pollution("blank lines", _before_a_line(b"\n\n")),
    Pollution("a line of spaces", _before_a_line(b"   \n")),
    Pollution("a comment", _before_a_line(b"# exported by hand\n")),
    Pollution("a page of the web", _whole(lambda c: b"<html><body>" + c + b"</body></html>")),
    Pollution("a newline inside a line", _insert(b"\n", in_quotes=False)),
    Pollution("a carriage return inside a line", _insert(b"\r", in_quotes=False)),
    Pollution("a zero byte inside a line", _insert(b"\0")),
    Pollution("a byte that is no UTF-8", _insert(b"\xff")),
    Pollution("an overlong sequence", _insert(b"\xc0\xaf")),
    Pollution("a non-character", _insert(b"\xef\xbf\xbf")),
    Pollution("a quote inside a line", _insert(b'"')),
    Pollution("a quote missing", _delete(b'"')),
    Pollution("a comma missing", _delete(b",")),
    Pollution("two lines joined", _delete(b"\n"), merged=1),
    Pollution("a megabyte in one field", _insert(b"x" * (1 << 20))),
)


def _header(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda lines, _: change(lines[0]) + _joined(lines[1:])


def _shift(lines: Lines, dice: random.Random) -> bytes:
    """From some row on, every row has a further field."""
    at = _at(dice, lines)
    return _joined(lines[:at]) + b"".join(line[:-1] + b",more\n" for line in lines[at:])


def _open_quote(line: bytes, dice: random.Random) -> bytes:
    fields = line.split(b",")
    at = dice.randrange(len(fields))
    fields[at] = b'"' + fields[at]
    return b",".join(fields)


def _other_delimiter(line: bytes, dice: random.Random) -> bytes:
    return line.replace(b",", dice.choice([b";", b"\t", b"|"]))


def _joined_files(lines: Lines, dice: random.Random) -> bytes:
    at = _at(dice, lines)
    return _joined([*lines[:at], lines[0], *lines[at:]])


CSV_ONLY: Final = (
    Pollution("no header", lambda lines, _: _joined(lines[1:])),
    Pollution("the header twice", _header(lambda line: line + line)),
    Pollution("two files joined", _joined_files),
    Pollution("a column named twice", _header(lambda line: line.replace(b"model", b"id"))),
    Pollution("a column renamed", _header(lambda line: line.replace(b"tokens_in", b"input"))),
    Pollution("a column in capitals", _header(lambda line: line.replace(b"cost", b"COST"))),
    Pollution("lines before the header", _header(lambda line: b"Export of August\n\n" + line)),
    Pollution("a total at the end", _whole(lambda c: c + b"TOTAL,,,,123456,7890,1.5,\n")),
    Pollution("semicolons", _whole(lambda content: content.replace(b",", b";"))),
    Pollution("tabs in one row", _line(_other_delimiter)),
    Pollution("a field too many from here on", _shift),
    Pollution("an open quote", _line(_open_quote)),
    Pollution("text behind a closing quote", _line(lambda line, _: b'"a"b,' + line)),
    Pollution("a quote escaped by a backslash", _line(lambda line, _: b'"a\\"b",' + line)),
    Pollution("a field too many", _line(lambda line, _: line[:-1] + b",more\n")),
    Pollution("half a row", _line(lambda line, dice: line[: dice.randrange(1, 30)] + b"\n")),
    Pollution("a comma inside a line", _insert(b",", in_quotes=False)),
)


def _wrapped(lines: Lines, _dice: random.Random) -> bytes:
    return b"[" + b",".join(line.strip() for line in lines) + b"]"


def _pretty(lines: Lines, _dice: random.Random) -> bytes:
    return _joined(lines).replace(b", ", b",\n  ")


JSONL_ONLY: Final = (
    Pollution("one array", _wrapped),
    Pollution("printed over many lines", _pretty),
    Pollution("two objects on a line", _line(lambda line, _: line.strip() + line), doubled=1),
    Pollution("a brace missing", _delete(b"}")),
    Pollution("a colon missing", _delete(b":")),
    Pollution("a key twice", _line(lambda line, _: line.replace(b"{", b'{"cost": 9, ', 1))),
    Pollution("a comma at the end", _line(lambda line, _: line.replace(b"}", b",}"))),
    Pollution("single quotes", _line(lambda line, _: line.replace(b'"', b"'"))),
    Pollution("NaN", _line(lambda line, _: line.replace(b'"cost": ', b'"cost": NaN, "x": '))),
    Pollution("a key in capitals", _line(lambda line, _: line.replace(b'"model"', b'"MODEL"'))),
    Pollution("deeply nested", _line(lambda line, _: b'{"x": ' + b"[" * 5000 + line)),
    Pollution(
        "half of a surrogate pair", _line(lambda line, _: line.replace(b"req-", b"\\ud800req-"))
    ),
    Pollution("a comma inside a line", _insert(b",", in_quotes=False)),
)


def _value(column: str, texts: tuple[str, ...]) -> Callable[[dict[str, str], random.Random], None]:
    def spoil(record: dict[str, str], dice: random.Random) -> None:
        record[column] = dice.choice(texts).replace("@", record[column])

    return spoil


# The field is rewritten before the file is written; @ stands for what it was.
_NUMBERS: Final = (
    "-@", "+@", "@.5", "0x@", "00@", "@_000", "1,@", "1.@,5", "@e400", " @", "@ ", "true", "NaN",
    "inf", "-inf", "\u0661\u0662", "\uff11\uff12", "9" * 400, "99999999999999999999", "#####",
    "1.23457E+15@", "$@", "@ USD", "(@)", "@-", "~@", "1/2", "@%",
)  # fmt: skip
_TIMES: Final = (
    "2026-08-01T00:00:00", "01/02/2026", "2026-08-01", "2026-13-01T00:00:00Z", "infinity", "",
    "2026-08-01T24:00:00Z", "2026-08-01T00:00:60Z", "2026-08-01T00:00:00+25:00", "1785542400",
    "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "now", "2026-08-01T00:00Z?",
)  # fmt: skip
_IDS: Final = ("1.23457E+15", "2-Sep", "#####", "a b", "x" * 10_000, "id\u200b", "@ ")
_MODELS: Final = ("@ ", " @", "\u00a0@", "@\u200b", "@\u202e", "@\t", "a\u0301lpha-1")

FIELDS: Final = (
    ("a spoiled token count", _value("tokens_in", _NUMBERS)),
    ("a spoiled output count", _value("tokens_out", _NUMBERS)),
    ("a spoiled charge", _value("cost", tuple(t for t in _NUMBERS if t != "@.5"))),
    ("a spoiled time", _value("at", _TIMES)),
    ("a spoiled id", _value("id", _IDS)),
    ("a spoiled model", _value("model", _MODELS)),
    ("a status nobody listed", _value("status", ("999", "ok", "200 ", ""))),
)
