"""Usage and ledger files as text for a person, and as JSON: imports, checks, completeness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Final

from tieout.actions.completeness import Coverage
from tieout.actions.file_reading import FileReading
from tieout.actions.records import ImportedFile
from tieout.findings import plural
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import UNKNOWN, counted, instant, visible

_MODELS_SHOWN: Final = 20
_DAYS_SHOWN: Final = 40


def imported_text(done: Sequence[ImportedFile], width: int) -> str:
    """What was imported, file by file, and what waits."""
    lines = []
    for one in done:
        reading = one.reading
        state = "imported" if one.is_new else "was there already; nothing changed"
        instead = f", replaces import {one.record.replaces}" if one.record.replaces else ""
        lines += wrapped(
            f"{reading.name}  {state}  (import {one.record.import_id}, feed {reading.feed_name}"
            f"{instead})",
            width,
        )
        lines += _facts(reading, width)
    return _page(lines)


def imported_json(done: Iterable[ImportedFile]) -> dict[str, object]:
    """The imports as one JSON object."""
    return {
        "imports": [
            {
                "import_id": one.record.import_id,
                "sha256": one.record.sha256,
                "is_new": one.is_new,
                "replaces": one.record.replaces or None,
                **reading_json(one.reading),
            }
            for one in done
        ]
    }


def reading_text(reading: FileReading, width: int) -> str:
    """What a feed makes of a file; nothing was recorded."""
    lines = [*wrapped(f"{reading.name}  read through feed {reading.feed_name}", width)]
    lines += _facts(reading, width)
    for number, row in enumerate(reading.sample, 1):
        lines += ["", f"  row {number} as it is read"]
        pairs = [(name, visible(text)) for name, text in row.items()]
        lines += aligned(pairs, "ll", width, flexible=(1,), indent="    ")
    return _page([*lines, "", "  Nothing was recorded."])


def reading_json(reading: FileReading) -> dict[str, object]:
    """The reading of a file as one JSON object."""
    return {
        "file": reading.name,
        "leg": reading.leg,
        "feed": reading.feed_name,
        "records": reading.records,
        "readable": reading.readable,
        "quarantined": reading.quarantined,
        "waiting": [asdict(one) for one in reading.waiting],
        "first": reading.first,
        "last": reading.last,
        "models": reading.models,
        "notes": [asdict(one) for one in reading.notes],
        "sample": list(reading.sample),
    }


def coverage_text(found: Coverage, width: int) -> str:
    """What is on record in one leg: files, days, models, gaps."""
    if not found.imports:
        return _page([f"  no {found.leg} file is imported yet"])
    lines = wrapped(
        f"{found.leg}: {plural(len(found.imports), 'file')}, {counted(found.records)} records,"
        f" {counted(found.rows)} rows, {counted(found.records - found.rows)} quarantined",
        width,
    )
    lines += wrapped(f"request ids in more than one row: {counted(found.repeated_ids)}", width)
    gaps = ", ".join(found.gaps) if found.gaps else "none"
    lines += wrapped(f"days without a row ({found.zone}): {gaps}", width, hang=2, most=4)
    days = [("day", "rows", "not completed" if found.leg == "usage" else "")]
    days += [
        (day.day, counted(day.rows), counted(day.not_completed) if found.leg == "usage" else "")
        for day in found.days[:_DAYS_SHOWN]
    ]
    lines += ["", *aligned(days, "lrr", width), *_more(len(found.days) - _DAYS_SHOWN, "day")]
    models = [("model name", "rows")]
    models += [
        (UNKNOWN if name is None else visible(name), counted(rows))
        for name, rows in found.models[:_MODELS_SHOWN]
    ]
    lines += ["", *aligned(models, "lr", width)]
    return _page([*lines, *_more(len(found.models) - _MODELS_SHOWN, "model name")])


def coverage_json(found: Coverage) -> dict[str, object]:
    """What is on record as one JSON object."""
    return {
        "leg": found.leg,
        "zone": found.zone,
        "imports": [
            {
                "import_id": one.import_id,
                "file": one.original_name,
                "feed": one.feed_name,
                "records": one.records_framed,
            }
            for one in found.imports
        ],
        "records": found.records,
        "rows": found.rows,
        "quarantined": found.records - found.rows,
        "days": [asdict(day) for day in found.days],
        "gaps": list(found.gaps),
        "models": [{"name": name, "rows": rows} for name, rows in found.models],
        "repeated_ids": found.repeated_ids,
    }


def _facts(reading: FileReading, width: int) -> list[str]:
    span = f"{instant(reading.first)} to {instant(reading.last)}" if reading.first else "no rows"
    lines = wrapped(
        f"{counted(reading.records)} records = {counted(reading.readable)} read"
        f" + {counted(reading.quarantined)} quarantined; {span};"
        f" {plural(reading.models, 'model name')}",
        width,
        indent="    ",
    )
    for one in reading.waiting:
        where = f" in {one.column_name}" if one.column_name else ""
        lines += wrapped(
            f"quarantined {counted(one.rows)}: {one.reason_code}{where}. {one.detail}",
            width,
            indent="    ",
            hang=2,
        )
        lines += [f"      {place}" for place in one.places]
        lines += _more(one.rows - len(one.places), "record", indent="      ")
    for note in reading.notes:
        rows = f" ({counted(note.rows)})" if note.rows else ""
        lines += wrapped(f"note {note.code}{rows}: {note.message}", width, indent="    ", hang=2)
    return lines


def _more(number: int, noun: str, indent: str = "  ") -> list[str]:
    return [f"{indent}and {plural(number, f'more {noun}')}"] if number > 0 else []


def _page(lines: Sequence[str]) -> str:
    return "\n" + "\n".join(lines) + "\n"
