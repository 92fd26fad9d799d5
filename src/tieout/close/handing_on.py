"""What is handed to somebody else out of a run: rows as plain text, prices with their captures.

An escalation and a claim both come from published tables, whose bytes were compared with their
digests first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from tieout.close.line_diff import published_bytes
from tieout.close.runs import RunFolder
from tieout.money import plain
from tieout.workspace.layout import Workspace

Json = dict[str, Any]

_PRICE: Final = (
    "price_set_id", "capture_id", "source_url", "locator", "source_model_id", "meter",
    "price_text", "pricing_unit", "multiplier_text", "currency", "unit_rate", "effective_from",
    "grade",
)  # fmt: skip


def prices_used(workspace: Workspace, found: RunFolder, used: Collection[str | None]) -> list[Json]:
    """The prices of these sets, each with its capture, digest and place."""
    snapshot = msgspec.json.decode(published_bytes(workspace, found, "pricing_snapshot.json"))
    captures = {one["capture_id"]: one for one in snapshot["captures"]}
    return [
        {
            **{name: price[name] for name in _PRICE},
            "capture_sha256": captures[price["capture_id"]]["sha256"],
            "accessed_at": captures[price["capture_id"]]["accessed_at"],
        }
        for price in snapshot["prices"]
        if price["price_set_id"] in used
    ]


def digests_of(workspace: Workspace, found: RunFolder, files: Iterable[str]) -> dict[str, str]:
    """The digests of the result, the manifest and these files of the run."""
    record = found.record
    listed = msgspec.json.decode(workspace.store.get(record.artifacts_object))
    return {
        "result": record.result_digest,
        "manifest": record.manifest_object,
        **{name: listed[name] for name in files},
    }


def plain_row(row: Mapping[str, Any]) -> Json:
    """A row of a table as text, counts as they are."""
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> str | int | None:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    assert value is None or isinstance(value, str | int), type(value).__name__
    return value
