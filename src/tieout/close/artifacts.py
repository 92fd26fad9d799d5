"""The artifacts of a run: seven named files, and the report beside them (product section 3, R)."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tieout.close.captured_prices import SignedPrices
from tieout.close.figures import Figures
from tieout.close.making import require_held
from tieout.close.manifest import Manifest, canonical_json
from tieout.close.signed_part import signed_part
from tieout.close.stored import StoredInputs, Witnesses
from tieout.close.summary import Conclusion, Json, amount
from tieout.engine.port import Engine
from tieout.evidence.durable import publish_folder
from tieout.mapping.alias import Alias
from tieout.people.replay import Ruling

# Row order of the written tables, so that their bytes do not depend on threads.
ROW_ORDER: Final[dict[str, str]] = {
    "usage_export": "import_id, ordinal",
    "expected_ledger": "import_id, ordinal, meter",
    "variance_line": "line_key",
    "claim_row": "cause, import_id, ordinal",
}

# The items that are left unmatched, beside the run and in the store for those after it.
ITEMS_FILE: Final = "unmatched_items.parquet"


def table_query(name: str) -> str:
    """The query of a table that is written, in its fixed order."""
    return f'SELECT * FROM "{name}" ORDER BY {ROW_ORDER[name]}'


def table_file(engine: Engine, name: str) -> bytes:
    """A table as Parquet bytes, in its fixed order.

    Raises:
        IntegrityRefused: ``NOT_HELD`` where the rows to be written are not the engine's.
    """
    table = engine.fetch(table_query(name))
    require_held(engine, name, table, f"Writing {name}")
    return parquet_bytes(table)


def artifact_files(
    engine: Engine,
    figures: Figures,
    witnesses: Witnesses,
    conclusion: Conclusion,
    manifest: Manifest,
    stored: StoredInputs,
    document: Json,
) -> dict[str, bytes]:
    """Every file of the run folder but the report itself, by name."""
    with ThreadPoolExecutor() as beside:
        tables = dict(
            zip(
                ROW_ORDER, beside.map(lambda name: table_file(engine, name), ROW_ORDER), strict=True
            )
        )
    return {
        "pricing_snapshot.json": canonical_json(_pricing_snapshot(figures, stored, witnesses)),
        "usage_export.parquet": tables["usage_export"],
        "model_mapping.json": canonical_json(_model_mapping(witnesses)),
        "calculation_manifest.json": manifest.encoded(),
        "expected_ledger.parquet": tables["expected_ledger"],
        "variance_report.json": canonical_json(_variance_report(document)),
        "variance_lines.parquet": tables["variance_line"],
        "claim_rows.parquet": tables["claim_row"],
        "quarantine.parquet": parquet_bytes(
            witnesses.quarantine.sort_by([("import_id", "ascending"), ("ordinal", "ascending")])
        ),
        "approval_record.json": canonical_json(_approval_record(conclusion, manifest)),
    }


def publish(final: Path, files: dict[str, bytes]) -> bytes:
    """Publish the files and the list of their digests as one folder; returns that list.

    Raises:
        EnvironmentRefused: the machine failed; nothing is visible under the final name.
    """
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    listing = canonical_json(digests)
    publish_folder(final, {**files, "artifacts.json": listing})
    return listing


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def _pricing_snapshot(figures: Figures, stored: StoredInputs, witnesses: Witnesses) -> Json:
    by_id = {capture.capture_id: capture for capture in stored.captures}
    return {
        "schema": "tieout-pricing-snapshot/1",
        "captures": [
            msgspec.to_builtins(by_id[row["capture_id"]]) for row in figures["captures_used"]
        ],
        "estimates": _estimates(figures, stored),
        "meter_estimates": _meter_estimates(witnesses),
        "prices": [
            _price(row, by_id[row["capture_id"]].source_url) for row in figures["rates_used"]
        ],
    }


def _estimates(figures: Figures, stored: StoredInputs) -> list[Json]:
    """Who signed the estimated prices in use, by which method, on which evidence (D21)."""
    used = {row["capture_id"] for row in figures["captures_used"]}
    of_capture = {one.declaration_id: one.capture_id for one in stored.declarations}
    return [
        {
            "price_id": price_id,
            "capture_id": of_capture.get(price_id, price_id),
            "method": ruling.said.get("method", ""),
            **signed_part(ruling),
        }
        for price_id, ruling in sorted(SignedPrices.of(stored.rulings).rulings.items())
        if of_capture.get(price_id, price_id) in used
    ]


def _meter_estimates(witnesses: Witnesses) -> list[Json]:
    """The estimated meters with who signed them, by which method, on which evidence (U5)."""
    return [
        {
            **msgspec.to_builtins(one.said),
            "method": one.ruling.said.get("method", ""),
            **signed_part(one.ruling),
        }
        for one in witnesses.estimates.counting
        if one.ruling is not None
    ]


def _price(row: dict[str, Any], source_url: str) -> Json:
    return {
        "source_url": source_url,
        "capture_id": row["capture_id"],
        "price_set_id": row["price_set_id"],
        "locator": row["locator"],
        "source_model_id": row["source_model_id"],
        "meter": row["meter"],
        "price_text": row["price_text"],
        "pricing_unit": row["pricing_unit"],
        "multiplier_text": row["multiplier_text"],
        "dialect": row["dialect"],
        "currency": row["currency"],
        "unit_rate": amount(row["unit_rate"]),
        "grade": row["grade"],
        "effective_from": f"{row['effective_from'].isoformat()}Z",
        "usage_rows": int(row["usage_rows"]),
        "quantity": amount(row["quantity"]),
        "expected_cost": amount(row["expected_cost"]),
    }


def _model_mapping(witnesses: Witnesses) -> Json:
    mapping = witnesses.mapping
    return {
        "schema": "tieout-model-mapping/1",
        "rows": [_mapping_row(alias, mapping.ruling_of(alias)) for alias in mapping.aliases],
        "waiting": [
            {
                "internal_model_alias": one.name,
                "source_model_id": one.source_model_id,
                "stands_in": one.place,
                "code": one.code,
                "why": one.why,
            }
            for one in mapping.waiting
        ],
    }


def _mapping_row(alias: Alias, ruling: Ruling | None) -> Json:
    return {
        "internal_model_alias": alias.internal_model_alias,
        "source_model_id": alias.source_model_id,
        "pricing_unit": alias.pricing_unit,
        "effective_from": alias.effective_from.isoformat(),
        "effective_to": alias.effective_until.isoformat() if alias.effective_until else None,
        "approved_by": alias.approved_by,
        "signed": ruling is not None,
        "ruling": None if ruling is None else signed_part(ruling),
        "evidence": alias.evidence,
        "line": alias.line or None,
    }


def _variance_report(document: Json) -> Json:
    summary = document["summary"]
    return {
        "schema": "tieout-variance-report/1",
        **{name: summary[name] for name in ("run_id", "period", "totals", "buckets", "groups")},
        **{name: document[name] for name in ("cost_centers", "projects", "not_comparable")},
    }


def _approval_record(conclusion: Conclusion, manifest: Manifest) -> Json:
    """Who reviewed, when, with which exceptions: nobody has when a run is published.

    The folder is never touched again; who signed it since is read from the log
    (:mod:`tieout.close.approval_record`).
    """
    return {
        "schema": "tieout-approval-record/1",
        "run_id": manifest.run_id,
        "result_digest": manifest.result_digest,
        "decision": conclusion.verdict.decision,
        "as_of": manifest.as_of,
        "prepared_by": manifest.operator,
        "stands_as": "published",
        "signed": False,
        "reviewer": None,
        "reviewed_at": None,
        "exceptions": list(conclusion.verdict.reasons),
        "accepted": [
            {
                "group_id": one.group.group_id,
                "gross": amount(one.group.gross),
                "currency": one.group.scope.currency,
                "by": list(one.ruling.names),
                "ruling_id": one.ruling.ruling_id,
            }
            for one in conclusion.review.standings
            if one.state == "accepted" and one.ruling is not None
        ],
        "checklist": {str(item.number): item.answer for item in conclusion.checklist},
    }
