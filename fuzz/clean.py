"""A clean usage export, small and seeded: the truth that polluted copies of it are judged by."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Final

from tieout.intake.feed import AmountSource, Feed, FieldSource, Format, TimeSource

COLUMNS: Final = ("at", "model", "id", "status", "tokens_in", "tokens_out", "cost", "team")
MODELS: Final = ("alpha-1", "beta-2", "vendor/gamma-3", "delta, the fourth")
TEAMS: Final = ("search", "support", 'the "core" team')
START: Final = datetime(2026, 8, 1, tzinfo=UTC)

Record = dict[str, str]


def feed(form: Format) -> Feed:
    """The column map of the export in one format."""
    return Feed(
        format=form,
        time=TimeSource("at", "rfc3339"),
        model="model",
        request_id="id",
        outcome=FieldSource(column="status", values={"200": "completed", "500": "failed"}),
        meters={"input_tokens": "tokens_in", "output_tokens": "tokens_out"},
        charged=AmountSource("cost", currency="USD"),
        cost_center="team",
    )


def records(rows: int, dice: random.Random) -> list[Record]:
    """So many calls, one after another, each with an id, two meters and a charge."""
    found = []
    for number in range(rows):
        moment = START + timedelta(seconds=97 * number)
        found.append(
            {
                "at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "model": dice.choice(MODELS),
                "id": f"req-{dice.randrange(16**8):08x}-{number}",
                "status": "500" if number % 11 == 7 else "200",
                "tokens_in": str(dice.randrange(1, 90_000)),
                "tokens_out": str(dice.randrange(0, 9_000)),
                "cost": f"0.{dice.randrange(1, 10**9):09d}",
                "team": dice.choice(TEAMS),
            }
        )
    return found


def as_csv(rows: list[Record]) -> list[bytes]:
    """The lines of a CSV file, header first, each with its line end."""
    lines = []
    for row in (dict(zip(COLUMNS, COLUMNS, strict=True)), *rows):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([row[name] for name in COLUMNS])
        lines.append(text.getvalue().encode())
    return lines


def as_jsonl(rows: list[Record]) -> list[bytes]:
    """The lines of a JSON Lines file; numbers are written as numbers."""
    return [
        (
            "{"
            + ", ".join(
                f'"{name}": {row[name] if name in NUMBERS else json.dumps(row[name])}'
                for name in COLUMNS
            )
            + "}\n"
        ).encode()
        for row in rows
    ]


NUMBERS: Final = ("tokens_in", "tokens_out", "cost")
