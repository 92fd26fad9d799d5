"""An escalation packet: a cause group with everything somebody else needs to answer it (A6).

It is read from the published tables of a run, whose bytes are compared with their digests first.
Prompts, bodies, names of keys and credentials are in none of those tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from tieout.close.handing_on import digests_of, plain_row, prices_used
from tieout.close.line_diff import published_bytes, published_table
from tieout.close.runs import RunFolder
from tieout.engine.duckdb import DuckDBEngine
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import sha256
from tieout.tables import Column, ColumnType, Table
from tieout.workspace.layout import Workspace

Json = dict[str, Any]
Recipient = Literal["vendor", "internal"]

_CLAIM: Final = "charged_above_price"
# What is nobody's business but ours: who bears the cost.
_INTERNAL: Final = ("cost_center", "project", "customer")
_SCOPE: Final = (
    "cause", "bucket", "proof", "source_model_id", "cost_center", "project", "currency",
)  # fmt: skip
_TOLD: Final = (
    "group_id", "bucket", "cause", "title", "proof", "source_model_id", "first_day", "last_day",
    "lines", "net", "gross", "currency", "explanation",
)  # fmt: skip
_GROUP: Final = Table(
    "packet_group",
    "The cause group that is escalated.",
    tuple(Column(name, ColumnType.TEXT, "As the group is scoped.") for name in _SCOPE),
)
_LINES: Final = (
    "SELECT v.line_key, v.day, v.source_model_id, v.cost_center, v.project, v.currency,"
    " v.usage_rows, v.ledger_rows, v.expected_cost, v.charged_cost, v.recorded_cost, v.variance,"
    " v.booking_variance, v.billing_variance, v.price_set_id, v.variant"
    " FROM variance_line AS v JOIN packet_group AS g"
    f" ON (g.cause <> '{_CLAIM}' AND v.line_state IN ('open', 'cancels') AND v.cause = g.cause"
    " AND v.bucket = g.bucket AND v.proof = g.proof"
    " AND v.cost_center IS NOT DISTINCT FROM g.cost_center"
    " AND v.project IS NOT DISTINCT FROM g.project"
    f" OR g.cause = '{_CLAIM}' AND v.overcharge > 0)"
    " AND v.source_model_id IS NOT DISTINCT FROM g.source_model_id"
    " AND v.currency IS NOT DISTINCT FROM g.currency"
    " ORDER BY v.line_key"
)
_REQUESTS: Final = (
    "SELECT p.line_key, u.request_id, u.attempt, u.occurred_at, u.model_as_logged,"
    " u.source_model_id, u.customer, u.outcome, u.row_state, u.state_reason, u.charged_units,"
    " u.charged_cost, e.meter, e.quantity, e.unit_rate, e.expected_cost, e.currency,"
    " e.price_set_id, u.payload_digest, u.import_id, u.ordinal"
    " FROM packet_line AS p JOIN usage_export AS u"
    " ON (p.line_key = concat('id:', u.request_id)"
    " OR p.line_key = 'id/' || p.currency || ':' || u.request_id) AND u.period_window = 'period'"
    " LEFT JOIN expected_ledger AS e ON e.import_id = u.import_id AND e.ordinal = u.ordinal"
    " ORDER BY p.line_key, u.import_id, u.ordinal, e.meter NULLS FIRST"
)


@dataclass(frozen=True, slots=True)
class Packet:
    """What is handed over.

    Attributes:
        head: period, group, digests, clock and price evidence.
        lines: the lines of the group.
        requests: their requests, one row a meter.
    """

    head: Json
    lines: tuple[Json, ...]
    requests: tuple[Json, ...]


def packet_of(
    workspace: Workspace, found: RunFolder, group_id: str, recipient: Recipient
) -> Packet:
    """The packet of a cause group of a run.

    Raises:
        ConfigurationRefused: ``VARIANCE_UNKNOWN``: the run has no such group.
        IntegrityRefused: ``RUN_FILE``: a published file is not what it was.
    """
    report = msgspec.json.decode(published_bytes(workspace, found, "report.json"))
    groups = {one["group_id"]: one for one in report["summary"]["groups"]}
    if group_id not in groups:
        raise ConfigurationRefused(
            "VARIANCE_UNKNOWN",
            "The report holds no cause group of that name.",
            where=(f"{group_id[:80]!a} in run {found.record.run_id}",),
            remedy="List the groups: tieout variance list",
        )
    lines, requests = _rows(workspace, found, groups[group_id])
    used = {row["price_set_id"] for row in (*lines, *requests)}
    head = _head(workspace, found, report, groups[group_id], recipient, used)
    shown = _for_vendor if recipient == "vendor" else plain_row
    return Packet(head, tuple(map(shown, lines)), tuple(map(shown, requests)))


def _rows(
    workspace: Workspace, found: RunFolder, group: Mapping[str, Any]
) -> tuple[list[Json], list[Json]]:
    scope = {name: [group[name]] for name in _SCOPE}
    if group["currency"] == "unknown":
        scope["currency"] = [None]
    engine = DuckDBEngine()
    try:
        engine.load("packet_group", _GROUP.arrow(scope))
        for name, file in (
            ("variance_line", "variance_lines"), ("usage_export", "usage_export"),
            ("expected_ledger", "expected_ledger"),
        ):  # fmt: skip
            engine.load(name, published_table(workspace, found, f"{file}.parquet"))
        lines = engine.fetch(_LINES)
        engine.load("packet_line", lines.select(["line_key", "currency"]))
        return lines.to_pylist(), engine.fetch(_REQUESTS).to_pylist()
    finally:
        engine.close()


def _head(
    workspace: Workspace,
    found: RunFolder,
    report: Mapping[str, Any],
    group: Mapping[str, Any],
    recipient: Recipient,
    used: set[str | None],
) -> Json:
    record, summary = found.record, report["summary"]
    told = _TOLD if recipient == "vendor" else tuple(name for name in group if name != "next")
    files = ("report.json", "variance_lines.parquet", "usage_export.parquet",
             "expected_ledger.parquet", "pricing_snapshot.json")  # fmt: skip
    return {
        "schema": "tieout-escalation/1",
        "to": recipient,
        "workspace": summary["workspace"],
        "period": summary["period"],
        "zone": summary["zone"],
        "run_id": record.run_id,
        "group": {name: group[name] for name in told},
        "clock": {
            "as_of": record.as_of,
            **{name: group.get(name) for name in ("first_day", "last_day", "first_seen", "due")},
        },
        "prices": prices_used(workspace, found, used),
        "digests": digests_of(workspace, found, files),
        "endpoint": "not recorded in the usage export",
    }


def _for_vendor(row: Json) -> Json:
    """A row without what is nobody's business but ours; the key of a group names who bears it."""
    told = {name: value for name, value in plain_row(row).items() if name not in _INTERNAL}
    if row["line_key"].startswith("group:"):
        told["line_key"] = f"group {sha256(row['line_key'].encode('utf-8'))[:12]}"
    return told
