"""A claim as a vendor can act on it: rows, frozen ratios, published prices, digests, clock (B6).

It is read from the published tables of a run, whose bytes are compared with their digests first.
Prompts, bodies, names of keys and who bears the cost are in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any, Final

import pyarrow.compute as pc

from tieout.close.handing_on import digests_of, plain_row, prices_used
from tieout.close.line_diff import published_table
from tieout.close.runs import RunFolder
from tieout.evidence.records import imports
from tieout.metering.frozen import PRICE_TERMS
from tieout.money import plain
from tieout.workspace.layout import Workspace

Json = dict[str, Any]

_TOLD: Final = (
    "claim_id", "cause", "title", "explanation", "model", "period", "first_day", "last_day",
    "rows", "charged", "amount", "currency", "digest", "file_by",
)  # fmt: skip
_RATES: Final = (
    "input_rate", "output_rate", "cache_read_rate", "cache_write_rate", "cache_write_5m_rate",
    "cache_write_1h_rate", "image_input_rate", "audio_apart_rate", "audio_input_rate",
    "audio_output_rate", "fixed_units",
)  # fmt: skip
_ROW: Final = (
    "request_id", "task_id", "occurred_at", "model_as_logged", "charged_units", "charged_cost",
    "recomputed_units", "recomputed_cost", "expected_cost", "most_cost", "returned_cost",
    "amount_units", "amount", "currency", "frozen_id", "price_set_id", "payload_digest",
    "import_id", "ordinal",
)  # fmt: skip
_FILES: Final = (
    "report.json", "claim_rows.parquet", "usage_export.parquet", "expected_ledger.parquet",
    "pricing_snapshot.json",
)  # fmt: skip
_THOUSANDTH: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """What is handed to the vendor.

    Attributes:
        head: the claim, its clock, the ratios, the prices and the digests.
        rows: the claimed rows, oldest first.
    """

    head: Json
    rows: tuple[Json, ...]


def claim_file(workspace: Workspace, found: RunFolder, claim: Mapping[str, Any]) -> ClaimFile:
    """The file of a claim of a run.

    Args:
        workspace: the workspace.
        found: the run that finds it.
        claim: the claim as the report of the run states it.

    Raises:
        IntegrityRefused: ``RUN_FILE``: a published file is not what it was.
    """
    rows = _rows(workspace, found, claim)
    used = {row["price_set_id"] for row in rows}
    head = {
        "schema": "tieout-claim/1",
        "workspace": workspace.settings.workspace,
        "run_id": found.record.run_id,
        "zone": workspace.settings.zone,
        "claim": {**{name: claim[name] for name in _TOLD}, "amount_units": _units(rows)},
        "as_of": found.record.as_of,
        "ratios": _ratios(rows),
        "prices": prices_used(workspace, found, used),
        "logs": _logs(workspace, rows),
        "digests": digests_of(workspace, found, _FILES),
    }
    shown = ({**row, "amount_units": _row_units(row)} for row in rows)
    return ClaimFile(head, tuple(plain_row({name: row[name] for name in _ROW}) for row in shown))


def _rows(workspace: Workspace, found: RunFolder, claim: Mapping[str, Any]) -> list[Json]:
    table = published_table(workspace, found, "claim_rows.parquet")
    for column, value in (
        ("cause", claim["cause"]), ("model", claim["model"]), ("currency", claim["currency"]),
    ):  # fmt: skip
        chosen = table.column(column)
        table = table.filter(pc.is_null(chosen) if value is None else pc.equal(chosen, value))
    rows: list[Json] = table.sort_by(
        [("occurred_at", "ascending"), ("import_id", "ascending"), ("ordinal", "ascending")]
    ).to_pylist()
    return rows


def _row_units(row: Mapping[str, Any]) -> Decimal | None:
    """What is claimed of a row in the vendor's units, cut to thousandths: never more than it is."""
    if row["amount_units"] is not None and not row["returned_cost"]:
        units: Decimal = row["amount_units"]
        return units
    if not row["unit_value"]:
        return None
    thousandths = Fraction(row["amount"]) / Fraction(row["unit_value"]) * 1000
    return (Decimal(int(thousandths)) * _THOUSANDTH).quantize(_THOUSANDTH, rounding=ROUND_DOWN)


def _units(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The units of all rows; unknown where one of them counts none."""
    units = [_row_units(row) for row in rows]
    known = [one for one in units if one is not None]
    return plain(sum(known, Decimal(0))) if known and len(known) == len(units) else None


def _ratios(rows: Sequence[Mapping[str, Any]]) -> list[Json]:
    """The ratios frozen in the rows, each combination once, as logged and as units per token."""
    combinations = {row["frozen_id"]: row for row in rows if row["frozen_id"] is not None}
    return [
        {
            "frozen_id": frozen_id,
            "formula": row["formula"],
            "as_logged": _as_logged(row["price_terms"]),
            "units_per_token": {
                name: plain(row[name])
                for name in _RATES
                if row[name] is not None and (name != "fixed_units" or row[name])
            },
            "unit_value": None if row["unit_value"] is None else plain(row["unit_value"]),
            "rows": sum(1 for one in rows if one["frozen_id"] == frozen_id),
        }
        for frozen_id, row in sorted(combinations.items())
    ]


def _as_logged(terms: str | None) -> Json:
    if terms is None:
        return {}
    return {name: text for name, text in zip(PRICE_TERMS, terms.split(";"), strict=True) if text}


def _logs(workspace: Workspace, rows: Sequence[Mapping[str, Any]]) -> list[Json]:
    """The exports that the rows stand in, by the digest of each original file."""
    named = {row["import_id"] for row in rows}
    known = {one.import_id: one for one in imports(workspace.log) if one.import_id in named}
    return [
        {"import_id": one.import_id, "sha256": one.sha256, "size": one.size}
        for _, one in sorted(known.items())
    ]
