"""A claim as files: a letter in Markdown, one JSON object, and its rows as a table (B6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tieout.close.claim_file import ClaimFile
from tieout.close.manifest import canonical_json
from tieout.findings import plural
from tieout.report.letter import csv_table, digest_lines, price_line, safe

_NUMBERS: Final = frozenset(
    {"charged_units", "charged_cost", "recomputed_units", "recomputed_cost", "expected_cost",
     "most_cost", "returned_cost", "amount_units", "amount", "ordinal"}
)  # fmt: skip
_LISTED: Final = 50


def claim_json(claim: ClaimFile) -> bytes:
    """The whole claim as one JSON object; the same claim gives the same bytes."""
    return canonical_json({**claim.head, "rows": list(claim.rows)})


def claim_files(claim: ClaimFile) -> dict[str, bytes]:
    """The files of a claim by name; the same claim gives the same bytes."""
    return {
        "claim.md": _letter(claim).encode("utf-8"),
        "claim.json": claim_json(claim),
        "rows.csv": csv_table(claim.rows, _NUMBERS, ["request_id"]),
    }


def _letter(claim: ClaimFile) -> str:
    head, said = claim.head, claim.head["claim"]
    currency = safe(said["currency"])
    days = f"charges of {said['first_day']} to {said['last_day']}"
    units = "" if said["amount_units"] is None else f", {said['amount_units']} units"
    lines = [
        f"# Claim {said['claim_id']}: {safe(said['title'])}",
        "",
        f"Period {safe(said['period'])} ({safe(head['zone'])}), {days}.",
        f"Run {head['run_id']}, as of {head['as_of']}.",
        "",
        safe(said["explanation"]),
        "",
        f"- claimed: {said['amount']} {currency}{units}, of {said['charged']} {currency} charged",
        f"- rows: {said['rows']:,}, all of them in rows.csv, with places and digests in claim.json",
        f"- digest of the rows: {said['digest']}",
    ]
    if said["file_by"]:
        lines.append(f"- to be filed by: {said['file_by']}")
    lines += [
        "",
        "## Rows",
        "",
        "| request | task | time | charged | recomputed | price at most | claimed |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
        *(_row(row) for row in claim.rows[:_LISTED]),
    ]
    if len(claim.rows) > _LISTED:
        lines += ["", f"{plural(len(claim.rows) - _LISTED, 'more row')} in rows.csv."]
    lines += ["", "## Ratios in the rows", ""]
    lines += [_ratio(one) for one in head["ratios"]] or ["The rows state none."]
    lines += ["", "## Published prices", ""]
    lines += [price_line(price) for price in head["prices"]] or ["No price was in force."]
    lines += ["", "## Exports the rows stand in", ""]
    lines += [f"- import {one['import_id']}: SHA-256 {one['sha256']}" for one in head["logs"]]
    lines += digest_lines(head["digests"])
    return "\n".join(lines) + "\n"


def _row(row: Mapping[str, Any]) -> str:
    named = " | ".join(safe(row[name] or "none") for name in ("request_id", "task_id"))
    amounts = (row["charged_cost"], row["recomputed_cost"], row["most_cost"], row["amount"])
    said = " | ".join("unknown" if amount is None else str(amount) for amount in amounts)
    return f"| {named} | {row['occurred_at']} | {said} |"


def _ratio(one: Mapping[str, Any]) -> str:
    logged = ", ".join(f"{safe(name)} {text}" for name, text in one["as_logged"].items())
    rates = ", ".join(f"{safe(name)} {text}" for name, text in one["units_per_token"].items())
    worth = one["unit_value"] or "unknown"
    return (
        f"- {one['frozen_id']}, formula {safe(one['formula'])}, {plural(one['rows'], 'row')}:"
        f" as logged {logged or 'nothing'}; units {rates or 'none'}; one unit is {worth}"
    )
