"""The truth about the month: what every fault is worth, and the totals an honest run must reach.

It is worked out here from the calls and the entries alone, with exact decimals, and shares nothing
with the calculation it is compared to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tieout.demo.calls import Call, Entry, RowState, instant
from tieout.demo.faults import Draft
from tieout.demo.quota import ZERO, round_booking
from tieout.demo.story import FaultPlan, Story
from tieout.money import plain

_HALF_STEP: Final = Decimal("0.0000005")
_ROUNDING: Final = "rounding"
_STATES: Final[tuple[RowState, ...]] = ("excluded", "unmapped", "unrated", "rated")


@dataclass(slots=True)
class Line:
    """One request id: what it should cost, what was taken and what the books hold, in the month."""

    expected: Decimal = ZERO
    charged: Decimal = ZERO
    recorded: Decimal = ZERO
    fault: str = ""
    state: RowState = "rated"
    usage_rows: int = 0
    ledger_rows: int = 0

    @property
    def variance(self) -> Decimal:
        """Recorded minus expected."""
        return self.recorded - self.expected

    @property
    def effect(self) -> Decimal:
        """Recorded minus expected after the declared rounding of the books."""
        return self.recorded - round_booking(self.expected)

    @property
    def ties_out(self) -> bool:
        """Whether the difference is at most half the declared step (D11)."""
        return self.state == "rated" and abs(self.variance) <= _HALF_STEP


class Truth:
    """Closed totals of one drafted month."""

    def __init__(self, story: Story, draft: Draft) -> None:
        """Gather the lines of the month."""
        self._story = story
        self._draft = draft
        first, end = int(story.plan.first.timestamp()), int(story.plan.end.timestamp())
        self.calls = [call for call in draft.calls if first <= call.start < end]
        self.entries = [entry for entry in draft.entries if first <= entry.booked_at < end]
        self.lines = self._lines(story.facts.gateway.unit_value)

    def _lines(self, unit_value: Decimal) -> dict[str, Line]:
        by_task = {call.task_id: call.request_id for call in self._draft.calls if call.request_id}
        lines: dict[str, Line] = defaultdict(Line)
        for call in self.calls:
            if call.state == "excluded":
                continue
            line = lines[call.request_id or by_task[call.task_id]]
            line.expected += call.expected
            line.charged += call.charged_units * unit_value
            line.usage_rows += 1
            line.fault = line.fault or call.fault
            if call.state != "rated":
                line.state = call.state
        for entry in self.entries:
            line = lines[entry.request_id]
            line.recorded += entry.cost
            line.ledger_rows += 1
            line.fault = line.fault or entry.fault
        return lines

    def document(self, seed: int, requests: int, repeated: int) -> dict[str, object]:
        """The truth as one JSON object; every amount is decimal text.

        Args:
            seed: the seed of the month.
            requests: how many answered calls were asked for.
            repeated: rows of the log that stand in it twice.
        """
        plan = self._story.plan
        return {
            "schema": "tieout-demo-truth/1",
            "seed": seed,
            "requests": requests,
            "period": plan.period,
            "currency": "USD",
            "rounding": {"level": "request", "step": "0.000001", "mode": "half_away"},
            "recorded_step": "0.000001",
            "totals": self._totals(self.lines.values()),
            "charged_by_state": self._charged_by_state(),
            "rows": self._rows(repeated),
            "ledger_rows": self._ledger_rows(),
            "buckets": self._buckets(),
            "faults": [self._fault(fault, repeated) for fault in plan.faults],
        }

    def _totals(self, lines: Iterable[Line]) -> dict[str, str]:
        kept = list(lines)
        figures: dict[str, list[Decimal]] = {
            "expected": [line.expected for line in kept],
            "charged": [line.charged for line in kept],
            "recorded": [line.recorded for line in kept],
            "variance": [line.variance for line in kept],
            "booking": [line.recorded - line.charged for line in kept],
            "billing": [line.charged - line.expected for line in kept],
        }
        found = {name: plain(sum(values, ZERO)) for name, values in figures.items()}
        for name in ("variance", "booking", "billing"):
            found[f"{name}_plus"] = plain(sum((v for v in figures[name] if v > 0), ZERO))
            found[f"{name}_minus"] = plain(sum((v for v in figures[name] if v < 0), ZERO))
        return found

    def _charged_by_state(self) -> dict[str, str]:
        value = self._story.facts.gateway.unit_value
        units: Counter[str] = Counter()
        for call in self.calls:
            units[call.state] += call.charged_units
        return {state: plain(units[state] * value) for state in _STATES}

    def _rows(self, repeated: int) -> dict[str, int]:
        states = Counter(call.state for call in self.calls)
        kinds = Counter(call.row for call in self.calls)
        return {
            "in_period": len(self.calls) + repeated,
            "in_margins": len(self._draft.calls) - len(self.calls),
            "not_usage": 2,
            "repeated": repeated,
            **{state: states[state] for state in _STATES},
            "not_reconcilable": 0,
            "quarantined": 0,
            "failed": kinds["error"],
            "refunds": kinds["refund"],
        }

    def _ledger_rows(self) -> dict[str, int]:
        states = Counter(self.lines[entry.request_id].state for entry in self.entries)
        alone = sum(1 for entry in self.entries if not self.lines[entry.request_id].usage_rows)
        return {
            "in_period": len(self.entries),
            "in_margins": len(self._draft.entries) - len(self.entries),
            "matched": states["rated"] - alone,
            "unmatched": alone,
            "not_comparable": states["unmapped"] + states["unrated"],
        }

    def _buckets(self) -> dict[str, dict[str, object]]:
        """Net and gross per bucket of D15; small remainders are rounding and open no line (D11)."""
        home = {fault.fault_id: fault.bucket for fault in self._story.plan.faults}
        counts: Counter[str] = Counter()
        net: dict[str, Decimal] = defaultdict(lambda: ZERO)
        gross: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for line in self.lines.values():
            bucket = _ROUNDING if line.ties_out else home[line.fault]
            counts[bucket] += not line.ties_out
            net[bucket] += line.variance
            gross[bucket] += abs(line.variance)
        names = ("source", "usage", "contract", "timing", _ROUNDING, "unknown")
        return {
            name: {"count": counts[name], "net": plain(net[name]), "gross": plain(gross[name])}
            for name in names
        }

    def _fault(self, fault: FaultPlan, repeated: int) -> dict[str, object]:
        lines = {name: line for name, line in self.lines.items() if line.fault == fault.fault_id}
        calls = [call for call in self.calls if call.fault == fault.fault_id]
        entries = [entry for entry in self.entries if entry.fault == fault.fault_id]
        values = list(lines.values())
        return {
            "fault_id": fault.fault_id,
            "kind": fault.kind,
            "bucket": fault.bucket,
            "finder": fault.finder,
            "story": fault.story,
            "model": fault.model,
            "team": fault.team,
            "first_start": _edge(calls, entries, last=False),
            "last_start": _edge(calls, entries, last=True),
            "lines": len(lines),
            "usage_rows": repeated if fault.kind == "usage_repeated" else len(calls),
            "ledger_rows": len(entries),
            "expected": plain(sum((line.expected for line in values), ZERO)),
            "charged": plain(sum((line.charged for line in values), ZERO)),
            "recorded": plain(sum((line.recorded for line in values), ZERO)),
            "variance": plain(sum((line.variance for line in values), ZERO)),
            "gross": plain(sum((abs(line.variance) for line in values), ZERO)),
            "effect": plain(sum((line.effect for line in values), ZERO)),
            "request_ids": sorted(lines),
        }


def _edge(calls: list[Call], entries: list[Entry], *, last: bool) -> str:
    seconds = [call.start for call in calls] or [entry.booked_at for entry in entries]
    if not seconds:
        return ""
    return instant(max(seconds) if last else min(seconds))
