"""What letters to somebody else are made of: tables as CSV, prices as lines, names as names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from tieout.report.csv_cell import text_cell
from tieout.report.shown import visible

# Characters that Markdown would read as form; a name of somebody else's must stay a name.
_ACTIVE: Final = re.compile(r"([\\`*_{}\[\]()#+!|<>~])")


def csv_table(
    rows: Sequence[Mapping[str, Any]], numbers: Collection[str], otherwise: Sequence[str]
) -> bytes:
    """Rows as CSV.

    Args:
        rows: the rows, all with the same names.
        numbers: the names of amounts and counts, where nothing means that it is not known.
        otherwise: the names where there are no rows.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else otherwise, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value, name in numbers) for name, value in row.items()})
    return out.getvalue().encode("utf-8")


def _cell(value: str | int | None, is_number: bool) -> str:  # noqa: FBT001 - one call, above
    if is_number:
        return "unknown" if value is None else str(value)
    return text_cell(None if value is None else str(value))


def price_line(price: Mapping[str, Any]) -> str:
    """One price with the capture and the place that it was read from."""
    return (
        f"- {safe(price['source_model_id'])}, {safe(price['meter'])}:"
        f" {safe(price['price_text'])} {safe(price['currency'])} per"
        f" {safe(price['pricing_unit'])}, from {safe(price['source_url'] or 'no address')} read"
        f" {price['accessed_at']}, capture {price['capture_id']}, at {safe(price['locator'])},"
        f" SHA-256 {price['capture_sha256']}"
    )


def digest_lines(digests: Mapping[str, str]) -> list[str]:
    """The digests of what the letter rests on."""
    return ["", "## Digests (SHA-256)", "", *(f"- {name}: {one}" for name, one in digests.items())]


def safe(text: str | None) -> str:
    """A text of somebody else's, so that Markdown shows it and does nothing with it."""
    return _ACTIVE.sub(r"\\\1", visible(text or "not stated"))
