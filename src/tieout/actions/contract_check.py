"""``tieout contract check``: what is not verified, what it blocks, and the money at stake (C5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tieout.actions.closing import read_report
from tieout.actions.contract import register_of
from tieout.contract.leaning import AXES, fetches, figures
from tieout.contract.register import ContractItem, Register
from tieout.evidence.records import runs
from tieout.report.evidence_parts import AtStake
from tieout.workspace.layout import Workspace

FETCHES: Final = AXES["fetch"][1]


@dataclass(frozen=True, slots=True)
class ItemChecked:
    """One item, and what of the newest run leans on it.

    Attributes:
        item: the item as of now.
        expires_soon: its re-check date is near.
        uses: rated quantities, calls or charges of that run that lean on it.
        money: the money of that run behind it.
    """

    item: ContractItem
    expires_soon: bool
    uses: int = 0
    money: tuple[AtStake, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The item for a document."""
        return {
            **item_json(self.item),
            "expires_soon": self.expires_soon,
            "uses": self.uses,
            "at_stake": [
                {"currency": one.currency, "leaning": one.leaning, "change": one.change}
                for one in self.money
            ],
        }


@dataclass(frozen=True, slots=True)
class ContractChecked:
    """The register looked at as a whole.

    Attributes:
        run_id: the run the money is from; empty where there is none yet.
        period: its period.
        items: every item that is not verified or expires soon, most money first.
        verified: how many items are verified.
        refused: each fetch that refuses, with the items it waits for.
        ready: the fetches that may run.
    """

    run_id: str
    period: str
    items: tuple[ItemChecked, ...]
    verified: int
    refused: dict[str, tuple[str, ...]]
    ready: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The check as one JSON object."""
        return {
            "run_id": self.run_id or None,
            "period": self.period or None,
            "verified": self.verified,
            "items": [one.as_json() for one in self.items],
            "fetches_refused": {name: list(items) for name, items in self.refused.items()},
            "fetches_ready": list(self.ready),
        }


def check_contract(workspace: Workspace, as_of: datetime | None = None) -> ContractChecked:
    """What is unverified, expiring or contradicted, what each blocks, and the money behind it.

    The money is that of the newest run; without a run it is unknown.
    """
    moment = as_of or datetime.now(UTC)
    register = register_of(workspace, moment)
    run_id, period, behind = _money(workspace)
    open_items = []
    for place, item in enumerate(register.items):
        soon = item.expires_soon(moment)
        if item.status != "verified" or soon:
            uses, money = behind.get(item.item_id, (0, ()))
            known = _places(run_id, behind).get(item.item_id, len(behind) + place)
            open_items.append((known, ItemChecked(item, soon, uses, money)))
    return ContractChecked(
        run_id,
        period,
        tuple(one for _, one in sorted(open_items, key=lambda pair: pair[0])),
        sum(1 for item in register.items if item.status == "verified"),
        *_fetches(register),
    )


def item_json(item: ContractItem) -> dict[str, Any]:
    """An item for a document: what is claimed, what is verified, and the history behind it."""
    candidate = item.candidate
    return {
        "item_id": item.item_id,
        "vendor": item.vendor,
        "area": candidate.area,
        "status": item.status,
        "value": item.value or None,
        "form": candidate.form,
        "claim": candidate.claim,
        "source": candidate.source,
        "grade": candidate.grade,
        "needed_for": candidate.needed_for,
        "fetches": list(fetches(candidate.leans)),
        "figures": list(figures(candidate.leans)),
        "owner": item.owner,
        "proves_not": item.proves_not,
        "recheck_at": item.recheck_at or None,
        "history": [
            {
                "kind": type(one).__name__.lower(),
                **{n: getattr(one, n) for n in one.__struct_fields__},
            }
            for one in item.history
        ],
    }


def _fetches(register: Register) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    refused, ready = {}, []
    for fetch in FETCHES:
        leaned = register.leaning_on_fetch(fetch)
        waiting = tuple(one.item_id for one in leaned if one.status != "verified")
        if waiting:
            refused[fetch] = waiting
        elif leaned:
            ready.append(fetch)
    return refused, tuple(ready)


def _money(workspace: Workspace) -> tuple[str, str, dict[str, tuple[int, tuple[AtStake, ...]]]]:
    """The money behind each item in the newest run, most first."""
    if not runs(workspace.log):
        return "", "", {}
    found, document = read_report(workspace)
    return (
        found.record.run_id,
        found.record.period,
        {one.item_id: (one.uses, one.at_stake) for one in document.evidence.contract_items},
    )


def _places(run_id: str, behind: dict[str, tuple[int, tuple[AtStake, ...]]]) -> dict[str, int]:
    """The order of the run: it ranked them by money."""
    return {item_id: place for place, item_id in enumerate(behind)} if run_id else {}
