"""An escalation packet as files: a letter in Markdown, one JSON object, and two tables (A6)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tieout.close.manifest import canonical_json
from tieout.close.packet import Packet
from tieout.findings import plural
from tieout.report.csv_cell import text_cell
from tieout.report.shown import visible

_NUMBERS: Final = frozenset(
    {"usage_rows", "ledger_rows", "expected_cost", "charged_cost", "recorded_cost", "variance",
     "booking_variance", "billing_variance", "charged_units", "quantity", "unit_rate",
     "ordinal"}
)  # fmt: skip
_LISTED: Final = 50
# Characters that Markdown would read as form; a name of somebody else's must stay a name.
_ACTIVE: Final = re.compile(r"([\\`*_{}\[\]()#+!|<>~])")


def packet_files(packet: Packet) -> dict[str, bytes]:
    """The files of a packet by name; the same packet gives the same bytes."""
    whole = {**packet.head, "lines": list(packet.lines), "requests": list(packet.requests)}
    return {
        "escalation.md": _letter(packet).encode("utf-8"),
        "escalation.json": canonical_json(whole),
        "lines.csv": _table(packet.lines),
        "requests.csv": _table(packet.requests),
    }


def _table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    names = list(rows[0]) if rows else ["line_key"]
    writer = csv.DictWriter(out, names, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(name, value) for name, value in row.items()})
    return out.getvalue().encode("utf-8")


def _cell(name: str, value: str | int | None) -> str:
    if name in _NUMBERS:
        return "unknown" if value is None else str(value)
    return text_cell(None if value is None else str(value))


def _letter(packet: Packet) -> str:
    head, group = packet.head, packet.head["group"]
    period, currency = head["period"], _safe(group["currency"])
    where = f"Cause group {group['group_id']} of run {head['run_id']}"
    net, gross = group["net"] or "unknown", group["gross"] or "unknown"
    bounds = f"{period['start']} to {period['end']}, end not included"
    lines = [
        f"# {_safe(group['title'])}",
        "",
        f"Period {_safe(period['label'])} ({_safe(head['zone'])}), {bounds}.",
        f"{where}, as of {head['clock']['as_of']}.",
        "",
        _safe(group["explanation"]),
        "",
        f"- difference: net {net}, gross {gross} {currency}, {plural(group['lines'], 'line')}",
        f"- cause: {_safe(group['cause'])}, {_safe(group['proof'])}",
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
    lines += [_price(price) for price in head["prices"]] or ["No price was in force."]
    lines += ["", "## Digests (SHA-256)", ""]
    lines += [f"- {name}: {digest}" for name, digest in head["digests"].items()]
    return "\n".join(lines) + "\n"


def _line(row: Mapping[str, Any]) -> str:
    amounts = (row["expected_cost"], row["charged_cost"], row["recorded_cost"], row["variance"])
    said = " | ".join("unknown" if amount is None else amount for amount in amounts)
    return f"| {_safe(row['line_key'])} | {row['day']} | {said} |"


def _price(price: Mapping[str, Any]) -> str:
    return (
        f"- {_safe(price['source_model_id'])}, {_safe(price['meter'])}:"
        f" {_safe(price['price_text'])} {_safe(price['currency'])} per"
        f" {_safe(price['pricing_unit'])}, from {_safe(price['source_url'] or 'no address')} read"
        f" {price['accessed_at']}, capture {price['capture_id']}, at {_safe(price['locator'])},"
        f" SHA-256 {price['capture_sha256']}"
    )


def _safe(text: str | None) -> str:
    return _ACTIVE.sub(r"\\\1", visible(text or "not stated"))
