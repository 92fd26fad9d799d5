"""An escalation packet as files: a letter in Markdown, one JSON object, and two tables (A6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tieout.close.manifest import canonical_json
from tieout.close.packet import Packet
from tieout.findings import plural
from tieout.report.letter import csv_table, digest_lines, price_line, safe

_NUMBERS: Final = frozenset(
    {"usage_rows", "ledger_rows", "expected_cost", "charged_cost", "recorded_cost", "variance",
     "booking_variance", "billing_variance", "charged_units", "quantity", "unit_rate",
     "ordinal"}
)  # fmt: skip
_LISTED: Final = 50


def packet_files(packet: Packet) -> dict[str, bytes]:
    """The files of a packet by name; the same packet gives the same bytes."""
    whole = {**packet.head, "lines": list(packet.lines), "requests": list(packet.requests)}
    return {
        "escalation.md": _letter(packet).encode("utf-8"),
        "escalation.json": canonical_json(whole),
        "lines.csv": csv_table(packet.lines, _NUMBERS, ["line_key"]),
        "requests.csv": csv_table(packet.requests, _NUMBERS, ["line_key"]),
    }


def _letter(packet: Packet) -> str:
    head, group = packet.head, packet.head["group"]
    period, currency = head["period"], safe(group["currency"])
    where = f"Cause group {group['group_id']} of run {head['run_id']}"
    net, gross = group["net"] or "unknown", group["gross"] or "unknown"
    bounds = f"{period['start']} to {period['end']}, end not included"
    lines = [
        f"# {safe(group['title'])}",
        "",
        f"Period {safe(period['label'])} ({safe(head['zone'])}), {bounds}.",
        f"{where}, as of {head['clock']['as_of']}.",
        "",
        safe(group["explanation"]),
        "",
        f"- difference: net {net}, gross {gross} {currency}, {plural(group['lines'], 'line')}",
        f"- cause: {safe(group['cause'])}, {safe(group['proof'])}",
        f"- days: {group['first_day']} to {group['last_day']}",
        f"- endpoint: {head['endpoint']}",
        f"- requests: {len({row['request_id'] for row in packet.requests}):,}, in requests.csv",
        "",
        "## Lines",
        "",
        "| line | day | expected | charged | recorded | variance |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *(_line(row) for row in packet.lines[:_LISTED]),
    ]
    if len(packet.lines) > _LISTED:
        lines += ["", f"{plural(len(packet.lines) - _LISTED, 'more line')} in lines.csv."]
    lines += ["", "## Prices", ""]
    lines += [price_line(price) for price in head["prices"]] or ["No price was in force."]
    lines += digest_lines(head["digests"])
    return "\n".join(lines) + "\n"


def _line(row: Mapping[str, Any]) -> str:
    amounts = (row["expected_cost"], row["charged_cost"], row["recorded_cost"], row["variance"])
    said = " | ".join("unknown" if amount is None else amount for amount in amounts)
    return f"| {safe(row['line_key'])} | {row['day']} | {said} |"
