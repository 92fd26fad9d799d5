"""Saved pages, pictures and documents: what a file is by its first bytes, whatever its name says.

A page is read; a picture or a PDF is only kept, beside what two people key in from it. Neither may
be the other under a false name, and an archive is none of them: it is never opened.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import BinaryIO, Final, Literal

from tieout.errors import InputRefused
from tieout.intake.feed import Feed, TimeSource
from tieout.intake.packing import packed_with, unpack
from tieout.intake.records import Source

SavedAs = Literal["html", "markdown", "pdf", "png", "jpeg"]

_BOM: Final = b"\xef\xbb\xbf"
_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"PK\x07\x08", "a part of a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"PAR1", "a Parquet file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MARKUP: Final = re.compile(
    rb"\s*(?:<!--.{0,4096}?-->\s*)*<(?:!doctype|html|head|body|\?xml|!entity|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SHOWN: Final[dict[str, str]] = {
    "html": "a web page",
    "markdown": "plain text",
    "pdf": "a PDF document",
    "png": "a PNG picture",
    "jpeg": "a JPEG picture",
}


def what_it_is(content: bytes) -> str:
    """What the first bytes say: a :data:`SavedAs`, or words for what is neither page nor picture.

    Text that is no web page is ``markdown``: nothing but its reader can say more.
    """
    for magic, meaning in _MAGIC:
        if content.startswith(magic):
            return meaning
    if packed := packed_with(content):
        return f"a file packed with {packed}"
    if content.startswith(_UTF16) or b"\0" in content[:4096]:
        return "no text in UTF-8"
    body = content.removeprefix(_BOM)
    return "html" if _MARKUP.match(body) else "markdown"


def take_in_saved(file: BinaryIO, name: str, limit: int) -> tuple[bytes, str]:
    """The bytes of an open file and their SHA-256.

    Raises:
        InputRefused: ``SIZE_LIMIT``: nothing of it was read.
    """
    size = os.fstat(file.fileno()).st_size
    if size > limit:
        raise InputRefused(
            "SIZE_LIMIT",
            f"The file has {size} bytes, over {limit}.",
            where=(name,),
            remedy="Save the page without its pictures, and import that.",
        )
    file.seek(0)
    content = file.read(size)
    return content, hashlib.sha256(content).hexdigest()


def open_saved(content: bytes, name: str, form: SavedAs, limit: int) -> bytes:
    """The bytes of a saved page or picture, unpacked, once they are what they are said to be.

    Raises:
        InputRefused: ``FILE_EMPTY``, ``FILE_MAGIC``, or a code of
            :func:`tieout.intake.packing.unpack`.
    """
    if packed_with(content):
        # Only the form of the feed is looked at there; a page has no columns of usage.
        door = Feed(format="csv", time=TimeSource(column="", form="date"), model="")
        content = unpack(Source(content, 0, door, name), [], limit)
    if not content.strip():
        raise InputRefused(
            "FILE_EMPTY",
            "The file holds no bytes, or nothing but white space.",
            where=(name,),
            remedy="Save the page again.",
        )
    found = what_it_is(content)
    if found != form:
        raise InputRefused(
            "FILE_MAGIC",
            f"The file should be {_SHOWN[form]}, but its content is {_SHOWN.get(found, found)}.",
            where=(name,),
            remedy=_remedy(found),
        )
    return content


def _remedy(found: str) -> str:
    if found in {"pdf", "png", "jpeg"}:
        return (
            "Attach it, and have two people key its prices: tieout prices attach FILE --source NAME"
            " --accessed-at INSTANT --by NAME."
        )
    if found in {"html", "markdown"}:
        return "Name the form it has: --format html-page or --format markdown-page."
    return "Save the page itself, plain or packed with gzip or zstd; archives are not opened."
