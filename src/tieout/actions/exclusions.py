"""Exclusion rules: what each of them takes, and the signatures by which it counts (K1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.actions.ruling_evidence import kept_evidence
from tieout.calendar import Period
from tieout.close.calculation import Terms, calculate
from tieout.close.on_record import inputs_on_record
from tieout.close.pipeline import STAGES
from tieout.close.stored import Witnesses, read_witnesses
from tieout.engine.duckdb import DuckDBEngine
from tieout.errors import ConfigurationRefused
from tieout.evidence.records import require
from tieout.findings import plural
from tieout.money import plain
from tieout.people.record import record_ruling
from tieout.people.replay import Ruling
from tieout.people.ruling import ExclusionApproval
from tieout.rating.exclusion import FIELDS, Exclusion, exclusion_table, read_exclusions
from tieout.signing.key import SigningKey
from tieout.workspace.layout import Workspace

_LAST_STAGE: Final = "rating/expected_cost"
_MATCH: Final = " OR ".join(f"(x.field = '{name}' AND x.equals = u.{name})" for name in FIELDS)
_TAKEN: Final = f"FROM shown_rule AS x JOIN usage_record AS u ON {_MATCH}"
_ROWS: Final = (
    "SELECT x.rule_name, count(*) AS usage_rows, min(u.usage_day) AS first_day,"
    f" max(u.usage_day) AS last_day {_TAKEN} GROUP BY x.rule_name"
)
_QUANTITY: Final = (
    f"SELECT x.rule_name, q.meter, sum(q.quantity) AS quantity {_TAKEN}"
    " JOIN meter_reading AS q ON q.row_id = u.row_id GROUP BY x.rule_name, q.meter"
    " ORDER BY x.rule_name, q.meter"
)
_MONEY: Final = (
    "SELECT x.rule_name, p.currency, count(e.row_id) AS rated,"
    f" sum(e.expected_cost) AS expected_cost, sum(u.charged_cost) AS charged_cost {_TAKEN}"
    " JOIN usage_price AS p ON p.row_id = u.row_id"
    " LEFT JOIN expected_cost AS e ON e.row_id = u.row_id"
    " GROUP BY x.rule_name, p.currency ORDER BY x.rule_name, p.currency NULLS LAST"
)


@dataclass(frozen=True, slots=True)
class RuleMoney:
    """What the rows of a rule come to in one currency; unknown where no price and no charge says.

    Attributes:
        currency: the currency; none where nothing says it.
        rated: how many of the rows have a price.
        expected: what those should cost; unknown where there are none.
        charged: by the vendor.
    """

    currency: str | None
    rated: int
    expected: Decimal | None
    charged: Decimal | None


@dataclass(frozen=True, slots=True)
class RuleTaken:
    """A rule, whether it counts, and what it takes out of all imported usage.

    Attributes:
        rule: the rule.
        counts: whether it leaves rows out.
        why: what it waits for, where it does not.
        waits_in: the ruling that lacks a signature; or empty.
        rows: how many usage rows.
        days: the first and the last reporting day of them.
        quantity: units by meter.
        money: amounts by currency.
    """

    rule: Exclusion
    counts: bool
    why: str
    waits_in: str = ""
    rows: int = 0
    days: tuple[str, str] | None = None
    quantity: dict[str, Decimal] = field(default_factory=dict)
    money: tuple[RuleMoney, ...] = ()

    @property
    def text(self) -> str:
        """What it takes, in one line."""
        parts = [plural(self.rows, "row")]
        parts += [f"{plain(units)} {meter}" for meter, units in self.quantity.items()]
        for one in self.money:
            money_in = one.currency or "currency unknown"
            if one.expected is not None:
                of = plural(one.rated, "priced row")
                parts.append(f"expected {money_in} {plain(one.expected)} for {of}")
            if one.charged is not None:
                parts.append(f"charged {money_in} {plain(one.charged)}")
            if one.expected is None and one.charged is None:
                parts.append("no price and no charge says how much money")
        return f"{self.rule.text}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class SignedExclusions:
    """What was signed: the ruling, and what each of its rules takes."""

    ruling: Ruling
    taken: tuple[RuleTaken, ...]


def check_exclusions(workspace: Workspace) -> tuple[RuleTaken, ...]:
    """Every rule of ``exclusions.csv`` with what it takes out of all imported usage.

    Raises:
        ConfigurationRefused: the exclusion rules or the mapping cannot be used.
    """
    stored = inputs_on_record(workspace)
    rules = read_exclusions(stored.exclusions, "exclusions.csv")
    witnesses = read_witnesses(workspace.store, stored)
    counting = {one.line: one for one in witnesses.exclusions.rules}
    waiting = {one.rule.line: (one.why, one.ruling_id) for one in witnesses.exclusions.waiting}
    found = [
        RuleTaken(counting.get(r.line, r), r.line in counting, *waiting.get(r.line, ("", "")))
        for r in rules
    ]
    return tuple(_with_figures(workspace, witnesses, rules, found))


def approve_exclusions(
    workspace: Workspace,
    key: SigningKey,
    *,
    reason: str,
    rules: Sequence[str] = (),
    evidence: Sequence[Path] = (),
    at: datetime | None = None,
) -> SignedExclusions:
    """Sign exclusion rules; they count once somebody else signed as well.

    Args:
        workspace: where it is recorded.
        key: the key of who signs.
        reason: why.
        rules: names of the rules; every rule that nobody signed yet, if it is left out.
        evidence: files that show it; their bytes are kept.
        at: the time of the entry; now, if it is left out.

    Raises:
        ConfigurationRefused: ``EXCLUDE_NOTHING``: there is no such rule left to sign.
        ApprovalRefused: ``PEOPLE_NONE``, ``KEY_STATUS`` or ``SOD_ROLE``.
        InputRefused: ``RECORD_FIELD``: no reason; ``FILE_UNREADABLE`` or ``EVIDENCE_EMPTY``.
    """
    require(reason=reason)
    open_rules = [
        one for one in check_exclusions(workspace) if not one.rule.ruling_id and not one.waits_in
    ]
    names = {one.rule.rule_name for one in open_rules}
    taken = tuple(one for one in open_rules if not rules or one.rule.rule_name in rules)
    unknown = sorted(set(rules) - names)
    if not taken or unknown:
        raise ConfigurationRefused(
            "EXCLUDE_NOTHING",
            "No exclusion rule of that name is left to sign."
            if unknown
            else "No exclusion rule is left to sign.",
            where=tuple(ascii(name[:80]) for name in unknown),
            remedy="See what each rule takes and waits for: tieout exclusions check",
        )
    objects, shown = kept_evidence(workspace, evidence)
    document = ExclusionApproval(
        tuple(one.rule.rule_name for one in taken),
        tuple(one.rule.row_digest for one in taken),
        reason,
        tuple(one.text for one in taken),
        objects,
        shown,
    )
    ruling = record_ruling(workspace.log, document, key, at or datetime.now(UTC))
    return SignedExclusions(ruling, taken)


def _with_figures(
    workspace: Workspace,
    witnesses: Witnesses,
    rules: Sequence[Exclusion],
    found: Sequence[RuleTaken],
) -> list[RuleTaken]:
    """The rules with what they take: everything is rated as if nothing were left out."""
    engine = DuckDBEngine()
    try:
        _rate_everything(engine, workspace, witnesses)
        engine.load("shown_rule", exclusion_table(rules))
        rows = {row["rule_name"]: row for row in engine.fetch(_ROWS).to_pylist()}
        units = engine.fetch(_QUANTITY).to_pylist()
        money = engine.fetch(_MONEY).to_pylist()
    finally:
        engine.close()
    return [_taken(one, rows.get(one.rule.rule_name), units, money) for one in found]


def _taken(
    one: RuleTaken,
    row: dict[str, Any] | None,
    units: Sequence[dict[str, Any]],
    money: Sequence[dict[str, Any]],
) -> RuleTaken:
    if row is None:
        return one
    name = one.rule.rule_name
    return replace(
        one,
        rows=int(row["usage_rows"]),
        days=(row["first_day"].isoformat(), row["last_day"].isoformat()),
        quantity={u["meter"]: u["quantity"] for u in units if u["rule_name"] == name},
        money=tuple(
            RuleMoney(m["currency"], int(m["rated"]), m["expected_cost"], m["charged_cost"])
            for m in money
            if m["rule_name"] == name
        ),
    )


def _rate_everything(engine: DuckDBEngine, workspace: Workspace, witnesses: Witnesses) -> None:
    settings = workspace.settings
    inputs = replace(witnesses.inputs, exclusions=exclusion_table(()))
    moments = inputs.usage.column("occurred_at").cast(pa.timestamp("us", "UTC"))
    bounds = pc.min_max(moments).as_py()
    first = bounds["min"] or datetime(2000, 1, 2, tzinfo=UTC)
    last = bounds["max"] or first
    period = Period("all imported usage", first, last + timedelta(seconds=1), settings.zone)
    terms = Terms(
        period,
        timedelta(0),
        settings.matching.keys,
        settings.ledger_terms.recorded_step,
        settings.ledger_terms.rounding,
        gap_hours=settings.policy.price_gap_range_hours,
    )
    paths = [stage.path for stage in STAGES]
    calculate(engine, inputs, terms, stages=STAGES[: paths.index(_LAST_STAGE) + 1])
