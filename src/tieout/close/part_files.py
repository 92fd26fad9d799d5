"""Exports that came in parts: which part is missing, by the names of the imported files.

A name such as ``usage-3-of-5.csv`` or ``part-00003.csv`` says how many there are, or at least that
one stands before it. Nothing else is read out of a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from tieout.evidence.documents import Import
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural

_OF: Final = re.compile(r"(?P<number>[0-9]{1,5})[-_ ]?of[-_ ]?(?P<total>[0-9]{1,5})", re.IGNORECASE)
_PART: Final = re.compile(r"part[-_ ]?(?P<number>[0-9]{1,5})(?![0-9])", re.IGNORECASE)
_SHOWN: Final = 8

_Series = tuple[str, str, str, str, int | None]


def missing_parts(imports: tuple[Import, ...]) -> Iterator[Finding]:
    """A finding for each series of files that has a gap."""
    numbers: dict[_Series, set[int]] = defaultdict(set)
    for one in imports:
        series, number = _numbered(one)
        if series is not None:
            numbers[series].add(number)
    for series, found in sorted(numbers.items(), key=str):
        leg, feed, head, tail, total = series
        first = min(1, *found)
        last = max(found) if total is None else total - 1 + first
        missing = [number for number in range(first, last + 1) if number not in found]
        if missing:
            yield _finding(leg, feed, f"{head}*{tail}", missing)


def _numbered(one: Import) -> tuple[_Series | None, int]:
    name = one.original_name
    found = _OF.search(name) or _PART.search(name)
    if found is None:
        return None, 0
    total = found.groupdict().get("total")
    head, tail = name[: found.start()], name[found.end() :]
    series = (one.leg, one.feed_name, head, tail, None if total is None else int(total))
    return series, int(found["number"])


def _finding(leg: str, feed: str, name: str, missing: list[int]) -> Finding:
    is_usage = leg == "usage"
    listed = ", ".join(str(number) for number in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
    return Finding(
        "FILE_PART_MISSING",
        Kind.USAGE_EXTRACTION if is_usage else Kind.BOOKING,
        Severity.OPEN,
        FIRST_OWNER[Bucket.USAGE if is_usage else Bucket.TIMING],
        f"{plural(len(missing), 'part')} of an export in the {leg} leg is not imported.",
        0,
        (f"feed {feed}, {name}: part {listed}{more}",),
    )
