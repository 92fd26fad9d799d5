"""What stands out of our own rows: absurd rows, silent hours, steps between days (U6, V6).

Each is a finding with its place; none of them changes money, and whoever looks says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tieout.close.figures import Figures
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity, plural
from tieout.money import grouped, plain

Json = dict[str, Any]

_SHOWN: Final = 8
_MOST: Final = 200
_OWNER: Final = FIRST_OWNER[Bucket.USAGE]


def pattern_findings(figures: Figures) -> Iterator[Finding]:
    """Rows, hours and days that stand out of all others."""
    (counted,) = figures["absurd_row_count"]
    if counted["absurd"]:
        texts = [_row_text(row) for row in figures["absurd_rows"]]
        yield Finding(
            "ABSURD_ROW", Kind.USAGE_EXTRACTION, Severity.OPEN, _OWNER,
            "A call costs many times what every other call of its model costs.",
            int(counted["absurd"]), _cut(texts, int(counted["absurd"])),
        )  # fmt: skip
    silent = silent_stretches(figures)
    if silent:
        yield Finding(
            "SILENT_HOURS", Kind.USAGE_EXTRACTION, Severity.OPEN, _OWNER,
            "Hours have no call that have calls on every other day.",
            0, _cut([_silent_text(row) for row in silent], len(silent)),
        )  # fmt: skip
    steps = figures["day_steps"]
    if steps:
        yield Finding(
            "DAY_STEP", Kind.USAGE_EXTRACTION, Severity.OPEN, _OWNER,
            "A model has far fewer or far more calls on a day than on every other day.",
            0, _cut([_step_text(row) for row in steps], len(steps)),
        )  # fmt: skip


def silent_stretches(figures: Figures) -> list[Mapping[str, Any]]:
    """The stretches; those of a key that lie in a stretch of all calls say nothing more."""
    rows = figures["silent_stretches"]
    whole = [row for row in rows if row["scope"] == "all"]
    return whole + [
        row
        for row in rows
        if row["scope"] == "key"
        and not any(
            one["began_at"] <= row["began_at"] and row["last_began_at"] <= one["last_began_at"]
            for one in whole
        )
    ]


def patterns_part(figures: Figures) -> Json:
    """What stands out, for the completeness section of ``report.json``."""
    return {
        "silent": [
            {
                "key_name": row["key_name"],
                "day": row["day"].isoformat(),
                "began_at": _instant(row["began_at"]),
                "hours": int(row["hours"]),
                "last_before": _instant(row["last_before"]),
                "first_after": _instant(row["first_after"]),
                "other_days": int(row["other_days"]),
                "fewest_rows": int(row["fewest_rows"]),
            }
            for row in silent_stretches(figures)[:_MOST]
        ],
        "steps": [
            {
                "model_as_logged": row["model_as_logged"],
                "day": row["day"].isoformat(),
                "direction": row["direction"],
                "rows": int(row["usage_rows"]),
                "nearest_rows": int(row["nearest_rows"]),
                "other_days": int(row["other_days"]),
                "last_before": _instant(row["last_before"]),
                "first_after": _instant(row["first_after"]),
            }
            for row in figures["day_steps"][:_MOST]
        ],
    }


def absurd_rows_part(figures: Figures) -> list[Json]:
    """The absurd rows, the dearest first, for ``report.json``."""
    return [
        {
            "record": f"{row['import_id']}:{row['ordinal']}",
            "request_id": row["request_id"],
            "day": row["day"].isoformat(),
            "source_model_id": row["source_model_id"],
            "cost_center": row["cost_center"],
            "key_name": row["key_name"],
            "expected": plain(row["expected_cost"]),
            "charged": _amount(row["charged_cost"]),
            "recorded": _amount(row["recorded_cost"]),
            "highest_other": plain(row["other_cost"]),
            "model_rows": int(row["model_rows"]),
            "model_expected": plain(row["model_cost"]),
            "currency": row["currency"],
        }
        for row in figures["absurd_rows"]
    ]


def _row_text(row: Mapping[str, Any]) -> str:
    named = row["request_id"] or f"record {row['import_id']}:{row['ordinal']}"
    return (
        f"{row['source_model_id']}, {row['day'].isoformat()}, {named}: expected"
        f" {grouped(row['expected_cost'], 4)} {row['currency']}, the highest of the others"
        f" {grouped(row['other_cost'], 4)}, {int(row['model_rows']):,} calls of the model come to"
        f" {grouped(row['model_cost'], 4)}"
    )


def _silent_text(row: Mapping[str, Any]) -> str:
    key = f"key {row['key_name']}, " if row["scope"] == "key" else ""
    return (
        f"{key}{row['day'].isoformat()}: {plural(int(row['hours']), 'hour')} from"
        f" {_instant(row['began_at'])}, between the calls of {_instant(row['last_before'])} and"
        f" {_instant(row['first_after'])}; on {plural(int(row['other_days']), 'other day')} at"
        f" least {plural(int(row['fewest_rows']), 'call')}"
    )


def _step_text(row: Mapping[str, Any]) -> str:
    bound = "at least" if row["direction"] == "down" else "at most"
    return (
        f"{row['model_as_logged']}, {row['day'].isoformat()}:"
        f" {plural(int(row['usage_rows']), 'call')}, on each of"
        f" {plural(int(row['other_days']), 'other day')} {bound} {int(row['nearest_rows']):,}"
    )


def _cut(texts: Sequence[str], whole: int) -> tuple[str, ...]:
    more = whole - len(texts[:_SHOWN])
    return (*texts[:_SHOWN], *([f"and {more:,} more"] if more > 0 else []))


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat()}Z"
