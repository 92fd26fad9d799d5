"""The unmatched items as the report writes them: open with their age, cleared with both places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tieout.calendar import parse_instant, zone
from tieout.close.cause_groups import group_id
from tieout.close.figures import Figures
from tieout.close.manifest import Manifest
from tieout.close.reviewing import Review
from tieout.close.stored import StoredInputs
from tieout.money import plain
from tieout.review.standing import SETTLED
from tieout.variance.cause import BY_NAME

Json = dict[str, Any]


def unmatched_part(
    figures: Figures, review: Review, manifest: Manifest, stored: StoredInputs
) -> Json:
    """The section of ``report.json``: totals by cause group, and the largest items.

    An item is counted once: as open, as disposed where a decision settled its cause group, as
    cleared, or as gone from its own period.
    """
    as_of = parse_instant(manifest.as_of, "manifest")
    day = as_of.astimezone(zone(manifest.terms.zone)).date()
    label = manifest.period[0]
    states = {(label, one.group.group_id): one.state for one in review.standings}
    states |= review.earlier
    files = {one.import_id: one.original_name for one in stored.imports}
    totals = [_total(row, manifest, states, day) for row in figures["unmatched"]]
    return {
        "totals": totals,
        "items": [_item(row, manifest, files, day) for row in figures["unmatched_items"]],
        "of": sum(one["items"] for one in totals),
    }


def _total(
    row: Mapping[str, Any],
    manifest: Manifest,
    states: Mapping[tuple[str, str], str],
    day: date,
) -> Json:
    period, name = row["item_period"] or manifest.period[0], group_id(row)
    status = states.get((period, name))
    settled = row["state"] == "open" and status in SETTLED
    return {
        "period": period,
        "origin": row["origin"],
        "side": row["side"],
        "state": "disposed" if settled else row["state"],
        "landed_in": row["landed_in"],
        "title": f"{row['source_model_id'] or 'no model'}: {BY_NAME[row['cause']].title}",
        "source_model_id": row["source_model_id"],
        "cost_center": row["cost_center"],
        "project": row["project"],
        "group_id": name,
        "group_status": status,
        "items": int(row["items"]),
        "amount": plain(row["amount"]),
        "currency": row["currency"] or "unknown",
        "first_day": row["first_day"].isoformat(),
        "landed_day": row["landed_day"].isoformat() if row["landed_day"] else None,
        **_seen(row, manifest),
        "age_days": _age(row["first_day"], day),
    }


def _item(row: Mapping[str, Any], manifest: Manifest, files: Mapping[str, str], day: date) -> Json:
    return {
        "period": row["item_period"] or manifest.period[0],
        "run": row["item_run"] or manifest.run_id,
        "line_key": row["line_key"],
        "side": row["side"],
        "day": row["day"].isoformat(),
        "source_model_id": row["source_model_id"],
        "cost_center": row["cost_center"],
        "amount": plain(row["amount"]),
        "currency": row["currency"] or "unknown",
        "state": row["state"],
        **_seen(row, manifest),
        "age_days": _age(row["day"], day),
        "landed_in": row["landed_in"],
        "landed_line": row["met_line"],
        "landed_day": row["landed_day"].isoformat() if row["landed_day"] else None,
        "landed_import": row["landed_import"],
        "landed_file": files.get(row["landed_import"] or ""),
    }


def _seen(row: Mapping[str, Any], manifest: Manifest) -> Json:
    """The first run of its period that showed it, and the instant that run looked from."""
    return {
        "first_run": row["first_run"] or manifest.run_id,
        "first_seen": row["first_seen"] or manifest.as_of,
    }


def _age(since: date, day: date) -> int:
    return max(0, (day - since).days)
