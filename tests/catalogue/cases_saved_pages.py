"""Saved pages, pictures and containers: every case of manual capture, with what must happen.

The reference page of bad input is made from these cases; their titles are read by users.
"""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "quarantined", "file refused", "run refused", "configuration refused", "noted", "excluded",
    "unmapped", "waits", "accepted", "not applicable",
]  # fmt: skip
Form = Literal["html-page", "markdown-page"]

SETTINGS = """\
workspace = "small"

[prices.page]
form = "page"
markers = ["Prices of models", "in US dollars"]
absent = ["Sign in to continue"]
language = "en"
stated_on = "Last updated: {monthname} {day}, {year}"
currency = "USD"

[[prices.page.tables]]
heading = "Prices of models"
header = ["Model", "Input", "Output"]
model = "Model"
prices = [
  { column = "Input", written = "${price} / 1M tokens", meter = "input_tokens", unit = "1M tokens" },
  { column = "Output", written = "${price} / 1M tokens", meter = "output_tokens", unit = "1M tokens" },
]
"""
ROWS = (
    "<tr><td>alpha</td><td>$2 / 1M tokens</td><td>$8 / 1M tokens</td></tr>"
    "<tr><td>beta</td><td>$0.50 / 1M tokens</td><td>$1.50 / 1M tokens</td></tr>"
)
HEAD = "<tr><th>Model</th><th>Input</th><th>Output</th></tr>"
# By hand: dollars for one token.
RATES = {
    ("alpha", "input_tokens"): "2/1000000",
    ("alpha", "output_tokens"): "8/1000000",
    ("beta", "input_tokens"): "1/2000000",
    ("beta", "output_tokens"): "3/2000000",
}
MD = """\
## Prices of models

All prices are in US dollars. Last updated: July 20, 2026

| Model | Input | Output |
|---|---|---|
| alpha | $2 / 1M tokens | $8 / 1M tokens |
| beta | $0.50 / 1M tokens | $1.50 / 1M tokens |
"""


def html(rows: str = ROWS, more: str = "", head: str = HEAD, lang: str = "en") -> bytes:
    """A saved page with one table of prices."""
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Acme</title></head><body>{more}'
        "<h2>Prices of models</h2><p>All prices are in US dollars. Last updated: July 20, 2026</p>"
        f"<table>{head}{rows}</table></body></html>"
    ).encode()


def changed(old: str, new: str) -> bytes:
    """The page with one text changed."""
    assert old in html().decode()
    return html().replace(old.encode(), new.encode(), 1)


def archive(*names: str) -> bytes:
    """A zip archive with files of these names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, html())
    return held.getvalue()


def nested_archive() -> bytes:
    """A zip archive in a zip archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("inner.zip", archive("page.html"))
    return held.getvalue()


def encrypted() -> bytes:
    """A zip archive whose file says that it is encrypted."""
    content = bytearray(archive("page.html"))
    content[6] |= 1
    return bytes(content)


@dataclass(frozen=True, slots=True)
class PageCase:
    """One case.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the stable code; empty where nothing is said.
        why: where it ends otherwise than one may expect: why that is so.
        content: the bytes of the file, or what makes them.
        place: what a line of the letter, of a refused price or of a note must hold.
        form: how the page is read.
        waits: the models that wait; the others price as always.
        at: the access time.
        told: which test tells the story, where it is none of those over the table.
    """

    id: str
    title: str
    outcome: Outcome
    code: str = ""
    why: str = ""
    content: bytes | Callable[[], bytes] = b""
    place: str = ""
    form: Form = "html-page"
    waits: tuple[str, ...] = ()
    at: str = "2026-07-31T06:00:00Z"
    told: str = ""


def file_refused(
    number: str, title: str, code: str, content: bytes | Callable[[], bytes], place: str,
    *, why: str = "", form: Form = "html-page", at: str = "2026-07-31T06:00:00Z",
) -> PageCase:  # fmt: skip
    """A file that is refused as a whole."""
    return PageCase(number, title, "file refused", code, why, content, place, form, at=at)


def row_waits(
    number: str, title: str, code: str, row: str, place: str, waits: str = "alpha"
) -> PageCase:
    """A page of which one model waits."""
    content = changed("<tr><td>alpha</td><td>$2 / 1M tokens</td><td>$8 / 1M tokens</td></tr>", row)
    return PageCase(number, title, "quarantined", code, "", content, place, waits=(waits,))


_ZIP = "Archives are not opened, so nothing inside can do harm; the page itself is saved instead."
_OPENED_ONCE = "The file is opened once and everything is asked of what is open."
_CELL = "<tr><td>alpha</td><td>{}</td><td>$8 / 1M tokens</td></tr>"
_WALL = b"<html lang=en><body><h1>Sign in to continue</h1><form></form></body></html>"

CASES: tuple[PageCase, ...] = (
    PageCase("MC01", "a file named with a backslash, a colon and a trailing dot", "noted",
        "NAME_UNSAFE", "The bytes are stored under their digest; the name is kept as text.",
        told="test_an_odd_name_is_only_text"),
    PageCase("MC01b", "a list of files that names one outside its folder",
        "configuration refused", "NAME_UNSAFE", told="test_a_list_names_no_file_elsewhere"),
    PageCase("MC02", "a symbolic link", "file refused", "FILE_KIND",
        told="test_what_is_no_file_of_its_own_is_refused"),
    PageCase("MC02b", "a file with a second name (a hard link)", "file refused", "FILE_KIND",
        "By its other name somebody could still change it.",
        told="test_what_is_no_file_of_its_own_is_refused"),
    PageCase("MC02c", "a pipe", "file refused", "FILE_KIND",
        told="test_what_is_no_file_of_its_own_is_refused"),
    PageCase("MC02d", "a device", "file refused", "FILE_KIND",
        told="test_what_is_no_file_of_its_own_is_refused"),
    PageCase("MC02e", "a folder", "file refused", "FILE_KIND",
        told="test_what_is_no_file_of_its_own_is_refused"),
    PageCase("MC03", "a file swapped for another one after it was opened", "accepted", "",
        _OPENED_ONCE, told="test_what_was_opened_is_what_is_stored"),
    PageCase("MC04", "a file that is still growing", "file refused", "FILE_CHANGING",
        told="test_a_file_that_grows_is_refused"),
    file_refused("MC05", "a zip archive with names that lead out of it", "FILE_MAGIC",
        lambda: archive("../../page.html", "/etc/page.html"), "page.html", why=_ZIP),
    file_refused("MC06", "a zip archive in a zip archive", "FILE_MAGIC", nested_archive,
        "page.html", why=_ZIP),
    file_refused("MC07", "a page packed with gzip that unpacks to far more", "BOMB",
        lambda: gzip.compress(b"<html>" + b"a\n" * (16 << 20)), "page.html"),
    file_refused("MC07b", "a zip archive that would unpack to far more", "FILE_MAGIC",
        lambda: archive(*(f"{n}.html" for n in range(200))), "page.html", why=_ZIP),
    file_refused("MC08", "an encrypted zip archive", "FILE_MAGIC", encrypted, "page.html", why=_ZIP),
    PageCase("MC09", "a page with a script", "noted", "HTML_ACTIVE",
        "It is stored whole, never run and never shown.", html(more="<script>fetch('/x')</script>"),
        "css html > body > script:nth-child(1)"),
    PageCase("MC09b", "a page that sends its reader elsewhere", "noted", "HTML_ACTIVE", "",
        changed("<title>", '<meta http-equiv="refresh" content="0;url=/x"><title>'),
        "css html > head > meta:nth-child(1)"),
    PageCase("MC09c", "a page with a picture from another place", "noted", "HTML_ACTIVE", "",
        html(more='<img src="https://tracker.example/x.png">'),
        "css html > body > img:nth-child(1)"),
    PageCase("MC09d", "a page with an event handler", "noted", "HTML_ACTIVE", "",
        html(more='<b onclick="x()">x</b>'), "css html > body > b:nth-child(1)"),
    PageCase("MC09e", "a price that only a script would show", "file refused", "PAGE_PROFILE",
        "Nothing is run, so there is no table.",
        html().replace(b"<table>", b"<script>document.write('<table>").replace(
            b"</table>", b"</table>')</script>"), "no table"),
    file_refused("MC10", "a login wall instead of the page", "PAGE_MARKERS", _WALL,
        "missing: 'Prices of models'"),
    file_refused("MC10b", "a page behind a login that shows the prices all the same",
        "PAGE_MARKERS", html(more="<div>Sign in to continue</div>"),
        "not expected: 'Sign in to continue'"),
    file_refused("MC10c", "a marker that stands only in a script", "PAGE_MARKERS",
        html().replace(b"in US dollars", b"in euro").replace(
            b"<body>", b"<body><script>'in US dollars'</script>"), "missing: 'in US dollars'"),
    file_refused("MC11", "a page in another language", "PAGE_PROFILE", html(lang="de"),
        "its language is 'de'"),
    file_refused("MC11b", "a table whose columns changed places", "PAGE_PROFILE",
        html(head="<tr><th>Model</th><th>Output</th><th>Input</th></tr>"),
        "'Prices of models': 'Model', 'Output', 'Input'"),
    file_refused("MC11c", "a table with one more column", "PAGE_PROFILE",
        changed("<th>Output</th>", "<th>Output</th><th>Cache</th>"), "'Cache'"),
    file_refused("MC11d", "a table under another heading", "PAGE_PROFILE",
        changed("<table>", "<h3>Retired models</h3><table>"), "'Retired models'"),
    file_refused("MC11e", "the table twice", "PAGE_PROFILE",
        changed("</body>", f"<table>{HEAD}{ROWS}</table></body>"), "2 tables have"),
    file_refused("MC11f", "a cell that reaches over two rows", "PAGE_PROFILE",
        changed("<td>alpha</td>", "<td rowspan=2>alpha</td>"), "reach over several rows"),
    file_refused("MC11g", "a page without the date it should state", "PAGE_PROFILE",
        changed("July 20, 2026", "recently"), "0 dates"),
    file_refused("MC11h", "a Markdown page with its table in a code block", "PAGE_PROFILE",
        MD.replace("| Model", "```\n| Model").encode() + b"```\n", "no table", form="markdown-page"),
    PageCase("MC12", "a PDF or a picture given as a page", "file refused", "FILE_MAGIC",
        "It is attached instead, and two people key its prices.", b"%PDF-1.7\n", "page.html"),
    PageCase("MC12b", "a page under the name of a picture", "accepted", "",
        "A name says nothing; the bytes do.", html(),
        told="test_a_page_named_like_a_picture_is_a_page"),
    PageCase("MC14", "an access time that lies ahead", "file refused", "CAPTURE_TIME", "",
        html(), "accessed at 2099-01-01T00:00:00Z", at="2099-01-01T00:00:00Z"),
    PageCase("MC14b", "an access time before the date that the page states", "file refused",
        "CAPTURE_TIME", "", html(), "the page says 2026-07-20", at="2026-07-18T12:00:00Z"),
    PageCase("MC14c", "an access time on the day before, which is the same day elsewhere",
        "accepted", "", "Dates have no zone; a day's difference is none.", html(),
        at="2026-07-19T12:00:00Z"),
    PageCase("MC14d", "no access time", "configuration refused", "COMMAND_LINE",
        told="test_a_page_without_an_access_time_is_refused"),
    PageCase("MC15", "the same bytes again at another time", "noted", "DUPLICATE_BYTES",
        "A capture of its own that names the first: the price was seen again, not changed.",
        told="test_the_same_bytes_again_are_linked"),
    file_refused("MC16", "a page that declares entities of its own", "XML_ENTITY",
        b'<!DOCTYPE html [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + html(), "page.html"),
    file_refused("MC16b", "a page with an entity from another file", "XML_ENTITY",
        html(more='<!ENTITY x SYSTEM "file:///etc/passwd">'), "page.html"),
    file_refused("MC17", "a page larger than 16 MiB", "SIZE_LIMIT",
        lambda: html(more="x" * (16 << 20)), "page.html"),
    file_refused("MC17b", "a page of a million tags inside one another", "SIZE_LIMIT",
        lambda: html(more="<div>" * 1_000_000), "page.html"),
    file_refused("MC17c", "a page of ten thousand tags inside one another", "DEPTH_LIMIT",
        lambda: html(more="<div>" * 10_000), "page.html"),
    file_refused("MC17d", "a Markdown page of a million lines", "SIZE_LIMIT",
        (MD + "a\n" * 1_000_000).encode(), "page.html", form="markdown-page"),
    PageCase("MC18", "a file that may not be read", "file refused", "FILE_UNREADABLE",
        told="test_a_file_that_may_not_be_read_is_refused"),
    # What stands in the cells of a page.
    PageCase("MC19", "a page as its profile describes it", "accepted", "", "", html()),
    PageCase("MC19b", "a Markdown page as its profile describes it", "accepted", "", "",
        MD.encode(), form="markdown-page"),
    PageCase("MC19c", "a page with Windows line ends, a byte order mark and white space in cells",
        "accepted", "", "", b"\xef\xbb\xbf" + changed("$2 / 1M tokens", "\r\n  $2\r\n /\t1M tokens ")),
    PageCase("MC19d", "a page packed with gzip", "accepted", "", "", gzip.compress(html(), mtime=0)),
    row_waits("MC20", "a price with a footnote mark", "PRICE_TEXT",
        _CELL.format("$2<sup>1</sup> / 1M tokens"), "the cell holds <sup>"),
    row_waits("MC20b", "a price struck through beside the new one", "PRICE_TEXT",
        _CELL.format("<del>$3 / 1M tokens</del> $2 / 1M tokens"), "the cell holds <del>"),
    row_waits("MC20c", "a price with a hidden part", "PRICE_TEXT",
        _CELL.format('$2<span style="display:none">0</span> / 1M tokens'), "<span>, hidden"),
    row_waits("MC20d", "a price in words the profile does not name", "PRICE_TEXT",
        _CELL.format("from $2 / 1M tokens"), "'from $2 / 1M tokens' is written in no way"),
    row_waits("MC20e", "a price in another unit than the column has", "PRICE_TEXT",
        _CELL.format("$2 / 1K tokens"), "'$2 / 1K tokens' is written in no way"),
    row_waits("MC20f", "a price with a decimal comma", "NUM_LOCALE",
        _CELL.format("$2,50 / 1M tokens"), "part 1, characters 2-5"),
    row_waits("MC20g", "a price with a no-break space in it", "NUM_LOCALE",
        _CELL.format("$1&nbsp;234 / 1M tokens"), "part 1, characters 2-6"),
    row_waits("MC20h", "two prices in one cell", "PRICE_CONFLICT",
        _CELL.format("$2 / 1M tokens<br>$3 / 1M tokens"), "another price for the same time"),
    row_waits("MC20i", "a range of prices", "PRICE_TEXT",
        _CELL.format("$2-$4 / 1M tokens"), "is written in no way"),
    row_waits("MC20j", "a negative price", "NUM_RANGE", _CELL.format("$-2 / 1M tokens"),
        "part 1, characters 2-3"),
    PageCase("MC20k", "a cell that states no price", "waits", "PRICE_MISSING",
        "It is not zero; the other price of the model holds.",
        changed("$2 / 1M tokens", ""), "td:nth-child(2)"),
    row_waits("MC20l", "a row with a cell too few", "PRICE_ROW",
        "<tr><td>alpha</td><td>$2 / 1M tokens</td></tr>", "other cells than the header"),
    row_waits("MC20m", "a row that is hidden", "PRICE_ROW",
        f"<tr hidden>{_CELL.format('$2 / 1M tokens')[4:]}", "or is hidden"),
    PageCase("MC20n", "a Markdown row with a cell too many", "quarantined", "PRICE_ROW",
        "Markdown would leave the last cell out.",
        MD.replace("| $8 / 1M tokens |", "| $9 / 1M tokens | $8 / 1M tokens |").encode(),
        "md line 7", "markdown-page", waits=("alpha",)),
    row_waits("MC20o", "a row without a model", "PRICE_ROW",
        "<tr><td></td><td>$2 / 1M tokens</td><td>$8 / 1M tokens</td></tr>", "names no model"),
    file_refused("MC21", "a page that is UTF-8 and declares other letters", "PAGE_CHARSET",
        changed("<title>Acme", '<meta charset="windows-1252"><title>Acm\u00e9'), "page.html"),
    file_refused("MC21b", "a page in other letters than UTF-8", "ENC_INVALID_UTF8",
        html().replace(b"Acme", b"Acm\xe9"), "page.html"),
    file_refused("MC21c", "a page in UTF-16", "FILE_MAGIC",
        html().decode().encode("utf-16"), "page.html"),
    file_refused("MC21d", "an HTML page given as Markdown", "FILE_MAGIC", html(), "page.html",
        form="markdown-page"),
    file_refused("MC21e", "a Markdown page given as HTML", "FILE_MAGIC", MD.encode(), "page.html"),
    file_refused("MC21f", "an empty file", "FILE_EMPTY", b" \n", "page.html"),
)  # fmt: skip
