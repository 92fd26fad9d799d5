"""One CSV record after RFC 4180, over bytes: where it ends, its fields, and what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from tieout.errors import InputRefused
from tieout.intake.csv_header import Layout
from tieout.intake.records import RECORD_LIMIT, Fault, Source, check_bytes

FOOTER_WORDS: Final = "(?:(?:grand|sub)[ -]?)?totals?|sum"
_FOOTER: Final = re.compile(rb"[ \t]*(?:%b)[ \t]*:?[ \t]*" % FOOTER_WORDS.encode(), re.IGNORECASE)
_WIDEST: Final = 256
_QUOTED: Final = re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"')


class Record(NamedTuple):
    """One record as it stands in the file.

    Attributes:
        raw: its bytes without the line end.
        fields: its fields, unquoted.
        after: where the next record starts.
        newline: the line end: LF, CRLF, or nothing at the end of the file.
        junk: whether a quote stands where none may stand.
        lines: physical lines it covers.
    """

    raw: bytes
    fields: list[bytes]
    after: int
    newline: bytes
    junk: bool
    lines: int


@dataclass(frozen=True, slots=True)
class Scanner:
    """Cuts records out of a source, one after another.

    Attributes:
        source: the file.
        delimiter: what separates fields.
        unquoted: matches a stretch outside quotes.
        sound: matches a whole sound record of the expected width, once the header is known.
    """

    source: Source
    delimiter: bytes
    unquoted: re.Pattern[bytes]
    sound: re.Pattern[bytes] | None = None

    @classmethod
    def of(cls, source: Source, width: int = 0) -> Scanner:
        """A scanner for the feed's delimiter; a width lets it take sound records in one step."""
        delimiter = source.feed.delimiter.encode("ascii")
        mark = re.escape(delimiter)
        unquoted = re.compile(rb"[^\r\n" + mark + rb"]*+")
        if not 0 < width <= _WIDEST:
            return cls(source, delimiter, unquoted)
        field = rb'(?:"([^"]*+(?:""[^"]*+)*+)"|([^"\r\n' + mark + rb"]*+))"
        sound = re.compile(mark.join([field] * width) + rb"(\r?\n|\Z)")
        return cls(source, delimiter, unquoted, sound)

    def record(self, start: int, ordinal: int, line: int) -> Record:
        """The record that starts at ``start``.

        Raises:
            InputRefused: ``CSV_OPEN_QUOTE`` or ``EOL_CR``: what follows cannot be decided.
        """
        content = self.source.content
        end = content.find(b"\n", start)
        stop = len(content) if end < 0 else end
        raw = content[start:stop]
        if b'"' in raw:
            return self._quoted(start, ordinal, line)
        newline = b"\n" if end >= 0 else b""
        if b"\r" in raw:
            if end < 0 or raw.find(b"\r") != len(raw) - 1:
                raise self._lone_return(start + raw.find(b"\r"), ordinal, line)
            raw, newline = raw[:-1], b"\r\n"
        after = start + len(raw) + len(newline)
        # What is too long to be a record waits as it is; a million fields of it help nobody.
        most = -1 if len(raw) <= RECORD_LIMIT else _WIDEST
        return Record(raw, raw.split(self.delimiter, most), after, newline, junk=False, lines=1)

    def _quoted(self, start: int, ordinal: int, line: int) -> Record:
        content = self.source.content
        found = self.sound.match(content, start) if self.sound is not None else None
        if found is not None:
            return _sound(found)
        fields: list[bytes] = []
        position, junk, spanning = start, False, -1
        while True:
            field = b""
            quoted = content.startswith(b'"', position)
            if quoted:
                found = _QUOTED.match(content, position)
                if found is None:
                    raise self._open_quote(position, start, ordinal, line)
                field = found[1].replace(b'""', b'"')
                if b"\n" in field and spanning < 0:
                    spanning = position
                position = found.end()
            stretch = self.unquoted.match(content, position)
            assert stretch is not None, "a pattern that may be empty always matches"
            junk = junk or (bool(stretch[0]) if quoted else b'"' in stretch[0])
            fields.append(field + stretch[0])
            position = stretch.end()
            if not content.startswith(self.delimiter, position):
                break
            position += 1
        raw = content[start:position]
        newline = self._newline(position, ordinal, line + raw.count(b"\n"))
        if junk and spanning >= 0:
            # A quote that closes in a later line and then goes on has swallowed records.
            raise self._open_quote(spanning, start, ordinal, line)
        after = position + len(newline)
        return Record(raw, fields, after, newline, junk, raw.count(b"\n") + 1)

    def _newline(self, position: int, ordinal: int, line: int) -> bytes:
        content = self.source.content
        for newline in (b"\n", b"\r\n"):
            if content.startswith(newline, position):
                return newline
        if position < len(content):
            raise self._lone_return(position, ordinal, line)
        return b""

    def _lone_return(self, position: int, ordinal: int, line: int) -> InputRefused:
        return self.source.refused(
            "EOL_CR",
            "A line ends in a carriage return alone.",
            record=ordinal,
            line=line,
            offset=position,
            remedy="Export with LF or CRLF line ends.",
        )

    def _open_quote(self, position: int, start: int, ordinal: int, line: int) -> InputRefused:
        return self.source.refused(
            "CSV_OPEN_QUOTE",
            "A quote opens here and does not close where it must.",
            record=ordinal,
            line=line + self.source.content.count(b"\n", start, position),
            offset=position,
            remedy="Everything after it is undecidable; correct the quote or export again.",
        )


def judge(record: Record, layout: Layout, delimiter: bytes) -> Fault | None:
    """Why a record goes to quarantine, or None when it is sound."""
    fault = check_bytes(record.raw)
    if fault is not None:
        return fault
    if record.junk:
        return Fault(
            "CSV_QUOTE_JUNK",
            "A quote stands inside a field; double it, or put the whole field in quotes.",
        )
    if record.fields == layout.header_bytes:
        return Fault("CSV_HEADER_REPEAT", "The header stands here again.")
    if _is_footer(record.fields, layout):
        return Fault("CSV_FOOTER", "This is a total below the records, not a record.")
    if len(record.fields) != layout.width:
        expected = f"{layout.width} fields between {delimiter.decode()!r} were expected"
        return Fault("CSV_WIDTH", f"{expected}, {len(record.fields)} are there.")
    return None


def _is_footer(fields: list[bytes], layout: Layout) -> bool:
    first = next((field for field in fields if field.strip(b" \t")), b"")
    if _FOOTER.fullmatch(first) is None:
        return False
    if len(fields) != layout.width or layout.time_index is None:
        return True
    time = fields[layout.time_index]
    return not time.strip(b" \t") or _FOOTER.fullmatch(time) is not None


def _sound(found: re.Match[bytes]) -> Record:
    """A record that is sound as a whole: groups are quoted and unquoted fields in turn."""
    *groups, newline = found.groups()
    pairs = zip(groups[0::2], groups[1::2], strict=True)
    fields = [plain if quoted is None else quoted for quoted, plain in pairs]
    raw = found[0].removesuffix(newline)
    if b'""' in raw:
        fields = [
            plain if quoted is None else quoted.replace(b'""', b'"')
            for quoted, plain in zip(groups[0::2], groups[1::2], strict=True)
        ]
    return Record(raw, fields, found.end(), newline, junk=False, lines=raw.count(b"\n") + 1)
