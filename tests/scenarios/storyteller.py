"""A story: a folder of inputs, told to the program through the actions a person would take."""

from __future__ import annotations

import json
import shutil
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.review.books import founded, key_of
from tieout.actions.adjusting import adjust_period
from tieout.actions.closing import run
from tieout.actions.contract import ProofShown, verify_items
from tieout.actions.counting import import_counts
from tieout.actions.disposing import resolve_groups
from tieout.actions.price_approval import approve_prices, declare_prices
from tieout.actions.price_rollback import rollback_prices
from tieout.actions.prices import (
    Origin,
    import_prices,
    list_prices,
)
from tieout.actions.records import import_files
from tieout.actions.resolving import resolve_prices
from tieout.engine.opening import EngineName
from tieout.evidence.documents import Leg
from tieout.evidence.records import imports
from tieout.people.record import countersign
from tieout.workspace.layout import Workspace

STORIES = Path(__file__).parent
OPERATOR = "story"
LEGS: tuple[Leg, Leg] = ("usage", "ledger")
REQUIRED = ("story.md", "tieout.toml", "imports.toml", "expected.json")
MONEY = (
    "expected", "charged", "recorded", "variance", "booking", "billing", "low", "high", "approved",
    "withheld",
)  # fmt: skip
ITEM = (
    "period", "line_key", "side", "amount", "currency", "state", "age_days", "landed_in",
    "landed_line", "landed_day", "landed_file",
)  # fmt: skip
ITEMS = ("period", "side", "state", "group_status", "items", "amount", "age_days")
ABSURD = ("request_id", "expected", "recorded", "highest_other", "model_rows", "model_expected")
SILENT = ("key_name", "began_at", "hours", "last_before", "first_after", "other_days")
STEPS = ("model_as_logged", "day", "direction", "rows", "nearest_rows", "other_days")
COUNTED = ("day", "model_as_logged", "key_name", "meter", "ours", "vendor", "state")
BASIS = ("declared", "net", "plus", "minus", "lines", "models", "models_of")
COMPARED = ("agreements", "disagreements", "waiting", "single_source", "shares")
GROUP = (
    "cause", "bucket", "proof", "source_model_id", "cost_center", "lines", "net", "currency",
)  # fmt: skip


def story_folders() -> list[Path]:
    """Every folder that tells a story, by name."""
    return sorted(path for path in STORIES.iterdir() if path.is_dir() and path.name[0] not in "_.")


def plan_of(story: Path) -> dict[str, Any]:
    """Which files are imported, and with which facts."""
    return tomllib.loads((story / "imports.toml").read_text(encoding="utf-8"))


def referenced_files(story: Path) -> set[str]:
    """The files a story needs: the four of every story, and those its plan names."""
    plan = plan_of(story)
    named = {plan[key] for key in ("mapping", "exclusions") if key in plan}
    for table in (
        "prices", "declared", "rolled_back", "verified", "resolved", "decided", "adjusted",
        "corrected", "counted", *LEGS,
    ):  # fmt: skip
        for entry in plan.get(table, []):
            named |= {entry[key] for key in ("file", "evidence") if key in entry}
    return named | set(REQUIRED)


def tell(story: Path, folder: Path, engine: EngineName = "duckdb") -> dict[str, Any]:
    """Make a workspace from the story, run it, and return its report.

    Args:
        story: the folder of the story.
        folder: where the workspace is made.
        engine: what runs the statements.
    """
    plan = plan_of(story)
    as_of = datetime.fromisoformat(plan["as_of"])
    workspace = Workspace.create(folder, (story / "tieout.toml").read_text(encoding="utf-8"))
    for key, target in (
        ("mapping", workspace.mapping_path),
        ("exclusions", workspace.exclusions_path),
    ):
        if key in plan:
            shutil.copyfile(story / plan[key], target)
    captured = {
        entry["file"]: import_prices(
            workspace,
            story / entry["file"],
            source_name=entry["source"],
            source_format=entry["format"],
            origin=Origin(entry["url"], datetime.fromisoformat(entry["accessed_at"]), OPERATOR),
            approved_by=entry["approved_by"],
            accept=entry.get("accept", ()),
            grade=entry.get("grade", "B"),
            evidence=story / entry["evidence"] if "evidence" in entry else None,
            at=_entered(entry, as_of),
        )
        for entry in plan["prices"]
    }
    for entry in plan.get("rolled_back", []):
        rollback_prices(
            workspace,
            captured[entry["file"]].capture.capture_id,
            reason=entry["reason"],
            evidence=story / entry["evidence"],
            rolled_back_by=entry["rolled_back_by"],
            at=_entered(entry, as_of),
        )
    for entry in plan.get("declared", []):
        declare_prices(
            workspace,
            captured[entry["file"]].capture.capture_id,
            effective_from=datetime.fromisoformat(entry["effective_from"]),
            reason=entry["reason"],
            evidence=story / entry["evidence"],
            declared_by=entry["declared_by"],
            effective_until=datetime.fromisoformat(entry["until"]) if "until" in entry else None,
            models=entry.get("models", ()),
            at=_entered(entry, as_of),
        )
    _second_names(workspace, plan, as_of)
    for entry in plan.get("resolved", []):
        ids = [captured[name].capture.capture_id for name in entry["files"]]
        resolve_prices(
            workspace,
            *ids,
            keep=captured[entry["keep"]].capture.capture_id,
            reason=entry["reason"],
            evidence=story / entry["evidence"],
            resolved_by=entry["resolved_by"],
            model=entry.get("model"),
            at=as_of,
        )
    for entry in plan.get("verified", []):
        file = story / entry["file"]
        verify_items(
            workspace,
            [entry["item"]],
            proof=entry["proof"],
            evidence=ProofShown(file.read_bytes(), file.name, ""),
            verified_by=entry["verified_by"],
            value=entry["value"],
            holds_from=datetime.fromisoformat(entry["holds_from"]),
            at=datetime.fromisoformat(entry["at"]),
        )
    _import(workspace, story, plan, as_of, late=False)
    for entry in plan.get("counted", []):
        import_counts(
            workspace, story / entry["file"], zone=entry["zone"], by=entry["stated_by"],
            evidence=[story / entry["evidence"]] if "evidence" in entry else [], at=as_of,
        )  # fmt: skip
    for entry in plan.get("run_before", []):
        moment = datetime.fromisoformat(entry["as_of"])
        run(workspace, entry["period"], operator=OPERATOR, as_of=moment, engine=engine)
    if "decided" in plan or "adjusted" in plan:
        review(workspace, story, plan)
    _import(workspace, story, plan, as_of, late=True)
    result = run(workspace, plan["period"], operator=OPERATOR, as_of=as_of, engine=engine)
    report: dict[str, Any] = json.loads(result.document)
    return report


def _import(
    workspace: Workspace, story: Path, plan: dict[str, Any], at: datetime, *, late: bool
) -> None:
    """The files of both legs: those that were there before any run, or those that came after."""
    for leg in LEGS:
        files = [story / one["file"] for one in plan[leg] if one.get("late", False) is late]
        if files:
            list(import_files(workspace, leg, files, operator=OPERATOR, at=at))


def _entered(entry: dict[str, Any], as_of: datetime) -> datetime:
    """When something was put on record: at the instant of the run, unless the plan says when."""
    return datetime.fromisoformat(entry["at"]) if "at" in entry else as_of


def _second_names(workspace: Workspace, plan: dict[str, Any], as_of: datetime) -> None:
    """Declarations that a second person approved."""
    said = [entry for entry in plan.get("declared", []) if "approved_by" in entry]
    for entry in said:
        moment = datetime.fromisoformat(entry["effective_from"])
        for declaration in list_prices(workspace).declarations:
            if datetime.fromisoformat(declaration.effective_from) == moment:
                name, identity = entry["approved_by"], declaration.declaration_id
                approve_prices(workspace, identity, approved_by=name, at=as_of)


def review(workspace: Workspace, story: Path, plan: dict[str, Any]) -> None:
    """People look at an earlier run and decide; what the books correct comes in afterwards."""
    entries = [*plan.get("decided", []), *plan.get("adjusted", [])]
    moment = datetime.fromisoformat(entries[0]["as_of"])
    founded(workspace, moment)
    for entry in entries:
        moment = datetime.fromisoformat(entry["as_of"])
        seen = run(workspace, entry["period"], operator=OPERATOR, as_of=moment).summary["groups"]
        ids = [one["group_id"] for one in seen if one["cause"] == entry["cause"]]
        assert ids, entry["cause"]
        evidence = [story / entry["evidence"]]
        if "amount" in entry:
            (group,) = ids
            made = adjust_period(
                workspace, entry["period"], amount=entry["amount"], currency=entry["currency"],
                owner=entry["owner"], reason=entry["reason"], evidence=evidence,
                key=key_of("AB"), group_id=group, at=moment,
            )  # fmt: skip
            countersign(workspace.log, made.ruling.ruling_id, key_of("CD"), moment)
        else:
            resolve_groups(
                workspace, ids, disposed=entry["disposed"], reason=entry["reason"],
                evidence=evidence, key=key_of("AB"), cap=entry.get("cap", ""),
                expires_on=entry.get("expires_on", ""), period=entry["period"], at=moment,
            )  # fmt: skip
    for entry in plan.get("corrected", []):
        (before,) = (
            one for one in imports(workspace.log) if one.original_name == entry["replaces"]
        )
        list(
            import_files(
                workspace, "ledger", [story / entry["file"]], operator=OPERATOR,
                replaces=before.import_id, at=datetime.fromisoformat(plan["as_of"]),
            )
        )  # fmt: skip


def outcome(report: dict[str, Any]) -> dict[str, Any]:
    """What a story expects, taken out of a report."""
    summary = report["summary"]
    basis = {
        currency: {name: total["basis"][name] for name in BASIS}
        for currency, total in summary["totals"].items()
        if total["basis"] is not None
    }
    compared = report["cross_check"]
    said = report["review"]
    decided = {
        "states": sorted([one["cause"], one["status"]] for one in summary["groups"]),
        "decisions": sorted(one["state"] for one in said["decisions"]),
        "after_adjustments": {
            currency: total["recorded_after_adjustments"]
            for currency, total in summary["totals"].items()
        },
        "accepted": {one["currency"]: one["gross"] for one in said["accumulated"]},
    }
    carried = {
        kind: sorted(([one[name] for name in names] for one in report["unmatched"][kind]), key=str)
        for kind, names in (("items", ITEM), ("totals", ITEMS))
    }
    return {
        **(
            {"unmatched": carried} if carried["items"] and not report["summary"]["baseline"] else {}
        ),
        **({"reviewed": decided} if said["decisions"] or said["adjustments"] else {}),
        **({"basis": basis} if basis else {}),
        **_standing_out(report),
        **({"counts": _counted(report)} if report["completeness"]["counts"] else {}),
        **({"cross_check": {name: compared[name] for name in COMPARED}} if compared else {}),
        "decision": summary["decision"],
        "totals": {
            currency: {name: total[name] for name in MONEY}
            for currency, total in summary["totals"].items()
        },
        "rows": summary["rows"],
        "ledger_rows": summary["ledger_rows"],
        "buckets": summary["buckets"],
        "groups": sorted(
            ({name: group[name] for name in GROUP} for group in summary["groups"]), key=str
        ),
        "triggers": [one["code"] for one in summary["triggers"] if one["fired"]],
        "findings": sorted(one["code"] for one in report["findings"]),
        "headline": [line["line_key"] for line in report["headline_lines"]],
    }


def _standing_out(report: dict[str, Any]) -> dict[str, Any]:
    """Calls, hours and days that stand out of all others, where any do."""
    patterns = report["completeness"]["patterns"]
    found = {
        kind: [[one[name] for name in names] for one in rows]
        for kind, names, rows in (
            ("absurd_rows", ABSURD, report["absurd_rows"]),
            ("silent", SILENT, patterns["silent"]),
            ("steps", STEPS, patterns["steps"]),
        )
    }
    return {"stands_out": found} if any(found.values()) else {}


def _counted(report: dict[str, Any]) -> dict[str, Any]:
    """What came of the vendor's counts, and what item 4 of the checklist makes of it."""
    found = report["completeness"]["counts"]
    states: dict[str, int] = {}
    for one in found["states"]:
        states[one["state"]] = states.get(one["state"], 0) + one["cells"]
    (item,) = (one for one in report["checklist"] if one["number"] == 4)
    return {
        "states": states,
        "cells": [[one[name] for name in COUNTED] for one in found["cells"]],
        "covered": [item["answer"], item["answered_by"]],
    }


def expectation(story: Path) -> dict[str, Any]:
    """What the story's author worked out by hand."""
    expected: dict[str, Any] = json.loads((story / "expected.json").read_text(encoding="utf-8"))
    return {
        **expected,
        "groups": sorted(expected["groups"], key=str),
        "findings": sorted(expected["findings"]),
    }
