"""A small world: usage, ledger, prices, names and exclusions in a few calls, as typed inputs."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from tieout import tables
from tieout.calendar import parse_period
from tieout.close import calculation
from tieout.close.calculation import Inputs, Terms, calculate
from tieout.close.contract_terms import ContractTerms
from tieout.close.count_inputs import CountTables, count_hours
from tieout.close.pipeline import STAGES, Stage, make_table
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import Statement, statement
from tieout.metering.charge_formula import Frozen
from tieout.metering.frozen import charge_line
from tieout.meters import METER_NAMES
from tieout.money import RoundingRule
from tieout.tables import Table

Row = dict[str, Any]
# What one of the vendor's units is worth in these worlds.
UNIT = Decimal("0.000002")
_READ = re.compile(r"\b(?:FROM|JOIN)\s+\"?([a-z_]+)")
USAGE_FORMAT = ("input_tokens", "output_tokens", "requests")


def terms(
    keys: tuple[str, ...] = ("day", "source_model_id", "cost_center"),
    *,
    step: str = "0",
    rounding: RoundingRule | None = None,
    zone: str = "UTC",
    period: str = "2026-08",
    margin_days: int = 2,
    gap_hours: int = 0,
) -> Terms:
    """The declared terms of a run; August 2026, matched exactly, unless said otherwise."""
    rule = RoundingRule() if rounding is None else rounding
    margin = timedelta(days=margin_days)
    bounds = parse_period(period, zone)
    return Terms(bounds, margin, keys, Decimal(step), rule, gap_hours=gap_hours)


def moment(text: str) -> datetime:
    """``08-03 10:00`` or a full ISO text as a naive UTC instant, in 2026 where no year is given."""
    full = text if text.count("-") == 2 else f"2026-{text}"
    return datetime.fromisoformat(full)  # naive on purpose: the tables hold UTC without a zone


@dataclass
class World:
    """Rows of every input table, as dictionaries of typed values."""

    usage: list[Row] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)
    price_sets: list[Row] = field(default_factory=list)
    price_lines: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)
    exclusions: list[Row] = field(default_factory=list)
    check_sets: list[Row] = field(default_factory=list)
    sellers: list[Row] = field(default_factory=list)
    logs: list[Row] = field(default_factory=list)
    rules: list[Row] = field(default_factory=list)
    contradicted: list[Row] = field(default_factory=list)
    resolved_pairs: list[Row] = field(default_factory=list)
    estimates: list[Row] = field(default_factory=list)
    carried: list[Row] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)
    counts: list[Row] = field(default_factory=list)
    recorded: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"usage": USAGE_FORMAT})

    def price(
        self,
        model: str,
        rates: dict[str, str],
        *,
        start: str = "01-01",
        until: str | None = None,
        multiplier: str | None = None,
        currency: str = "USD",
        grade: str = "B",
        declared: bool = False,
        name: str | None = None,
        unit: str = "token",
        basis: str = "stated",
    ) -> str:
        """A price set; rates are per one unit before the multiplier. Returns its id."""
        price_set_id = name or f"set-{len(self.price_sets) + len(self.waiting):03}"
        factor = Decimal(multiplier or "1")
        lines: list[Row] = []
        for meter, text in sorted(rates.items()):
            listed = Decimal(text)
            lines.append(
                {
                    "price_set_id": price_set_id,
                    "meter": meter,
                    "price_text": text,
                    "pricing_unit": unit,
                    "multiplier_text": multiplier,
                    "dialect": "list" if multiplier is None else "list_with_ratio",
                    "locator": f"/{model}/{meter}",
                    "list_unit_rate": listed,
                    "unit_rate": listed * factor,
                    "twice_unit_rate": None if multiplier is None else listed * factor * factor,
                }
            )
        self.price_lines += lines
        self.price_sets.append(
            {
                "price_set_id": price_set_id,
                "capture_id": f"capture-{start}",
                "source_name": "catalog",
                "source_model_id": model,
                "currency": currency,
                "effective_from": moment(start),
                "effective_until": None if until is None else moment(until),
                "rates_digest": _digest(
                    currency, *((line["meter"], line["unit_rate"].normalize()) for line in lines)
                ),
                "grade": grade,
                "declared": declared,
                "start_basis": basis,
                "needs_name": declared,
            }
        )
        return price_set_id

    def wait(self, model: str, rates: dict[str, str], **terms: Any) -> str:
        """A newer price that nobody approved; terms as of :meth:`price`."""
        price_set_id = self.price(model, rates, **terms)
        row = self.price_sets.pop()
        self.waiting.append({name: row[name] for name in tables.WAITING_PRICE.column_names})
        return price_set_id

    def check(self, model: str, rates: dict[str, str], **facts: Any) -> str:
        """What a source that checks states of a model. Returns the id of its set."""
        name = facts.pop("name", None) or f"check-{len(self.check_sets):03}"
        set_id = self.price(model, rates, name=name, **facts)
        self.check_sets.append({**self.price_sets.pop(), "source_name": "page"})
        return set_id

    def sold(self, price_set_id: str, vendor: str = "vendor", *, own_catalog: bool = True) -> None:
        """A price set stands under a vendor's contract."""
        self.sellers.append(
            {"price_set_id": price_set_id, "vendor": vendor, "own_catalog": own_catalog}
        )

    def rule(
        self, call_kind: str, *, billable: bool, start: str | None = None, until: str | None = None
    ) -> None:
        """A verified rule of billing of the vendor."""
        self.rules.append(
            {
                "vendor": "vendor",
                "call_kind": call_kind,
                "billable": billable,
                "holds_from": None if start is None else moment(start),
                "holds_until": None if until is None else moment(until),
            }
        )

    def settle(self, price_set_id: str, check_set_id: str) -> None:
        """Two prices that disagree, and that somebody settled."""
        self.resolved_pairs.append(
            {"price_set_id": price_set_id, "check_set_id": check_set_id, "resolution": "r1"}
        )

    def use(
        self,
        model: str | None = "m",
        at: str | datetime = "08-10 12:00",
        **fields: Any,
    ) -> Row:
        """A usage row; meters and amounts may be given as text.

        ``frozen`` holds the ratios of its charge as text, ``counts`` what only the charge counts.
        """
        charge = {name: fields.pop(name) for name in ("frozen", "counts") if name in fields}
        row: Row = {
            "import_id": "usage",
            "entry_kind": "consumption",
            "occurred_at": moment(at) if isinstance(at, str) else at,
            "model_as_logged": model,
            "time_basis": "start",
            "outcome": "completed",
            "input_includes_parts": False,
            "output_includes_parts": False,
            "requests": "1",
            **fields,
        }
        for name in (*METER_NAMES, "charged_units", "charged_cost", "wallet_units", "total_tokens"):
            if isinstance(row.get(name), str):
                row[name] = Decimal(row[name])
        if row.get("charged_cost") is not None:
            row.setdefault("currency", "USD")
        row["payload_digest"] = _digest(*sorted((k, str(v)) for k, v in row.items()))
        if charge:
            row["charge"] = charge
        self.usage.append(row)
        return row

    def book(
        self,
        amount: str | Decimal,
        model: str | None = "m",
        at: str | datetime = "08-10 12:00",
        **fields: Any,
    ) -> Row:
        """A ledger entry."""
        row: Row = {
            "import_id": "ledger",
            "posted_at": moment(at) if isinstance(at, str) else at,
            "model_as_recorded": model,
            "recorded_cost": Decimal(amount),
            "currency": "USD",
            **fields,
        }
        for name in METER_NAMES:
            if isinstance(row.get(name), str):
                row[name] = Decimal(row[name])
        row["payload_digest"] = _digest(*sorted((k, str(v)) for k, v in row.items()))
        self.ledger.append(row)
        return row

    def alias(
        self,
        name: str,
        model: str,
        start: str = "01-01",
        until: str | None = None,
        unit: str | None = "token",
    ) -> None:
        """An approved row of the mapping."""
        self.aliases.append(
            {
                "alias_id": f"line {len(self.aliases) + 2}",
                "internal_model_alias": name,
                "source_model_id": model,
                "pricing_unit": unit,
                "effective_from": moment(start),
                "effective_until": None if until is None else moment(until),
                "approved_by": "reviewer",
            }
        )

    def exclude(self, column: str, equals: str) -> None:
        """An approved exclusion rule."""
        self.exclusions.append(
            {
                "rule_name": f"rule {len(self.exclusions) + 1}",
                "field": column,
                "equals": equals,
                "reason": "not ours",
                "approved_by": "reviewer",
            }
        )

    def estimate(
        self,
        model: str,
        meter: str,
        quantities: tuple[str, str, str],
        *,
        per: str | None = None,
        start: str = "08-01",
        until: str = "09-01",
    ) -> str:
        """A signed estimate: quantity, lowest and highest, of each row or each unit of a meter."""
        quantity, lowest, highest = map(Decimal, quantities)
        self.estimates.append(
            {
                "estimate_id": f"estimate-{len(self.estimates)}",
                "source_model_id": model,
                "meter": meter,
                "effective_from": moment(start),
                "effective_until": moment(until),
                "per_meter": per,
                "quantity": quantity,
                "lowest_quantity": lowest,
                "highest_quantity": highest,
            }
        )
        return f"estimate-{len(self.estimates) - 1}"

    def carry(self, line_key: str, amount: str, at: str = "07-10", **fields: Any) -> Row:
        """An item that an earlier run left open; negative amounts are of the usage side."""
        row: Row = {
            "item_period": "2026-07",
            "own_period": False,
            "item_run": "run-july",
            "first_run": "run-july",
            "first_seen": "2026-08-02T00:00:00Z",
            "line_key": line_key,
            "side": "usage" if amount.startswith("-") else "ledger",
            "grain": "request" if line_key.startswith("id:") else "group",
            "day": moment(at).date(),
            "source_model_id": "m",
            "currency": "USD",
            "amount": Decimal(amount),
            "cause": "not_in_ledger" if amount.startswith("-") else "not_in_usage",
            "bucket": "usage",
            "proof": "proved",
            "group_key": line_key.partition("group:")[2] or None,
            **fields,
        }
        self.carried.append(row)
        return row

    def count(
        self,
        meter: str,
        start: str,
        quantities: Mapping[str | tuple[str | None, str | None] | None, str | int],
        *,
        until: str | None = None,
        by: tuple[str, ...] = ("model",),
        name: str = "list",
        early: bool = False,
    ) -> None:
        """What the vendor counts of a day or stretch, by model or by model and key."""
        first = moment(start)
        span = len(self.spans) + 1
        self.spans.append(
            {
                "span_id": span,
                "count_id": name,
                "feed_name": "gateway",
                "day": first.date(),
                "counted_from": first,
                "counted_until": first + timedelta(days=1) if until is None else moment(until),
                "meter": meter,
                "by_model": "model" in by,
                "by_key": "key" in by,
                "read_early": early,
            }
        )
        for named, quantity in quantities.items():
            model, key = named if isinstance(named, tuple) else (named, None)
            self.counts.append(
                {
                    "span_id": span,
                    "model_as_logged": model,
                    "key_name": key,
                    "quantity": Decimal(quantity),
                }
            )

    def shuffled(self, seed: int) -> World:
        """The same world with every table in another order."""
        order = random.Random(seed)  # noqa: S311  (repeatable, not secret)

        def mixed(listed: list[Row]) -> list[Row]:
            return order.sample(listed, len(listed))

        return World(
            usage=mixed(self.usage),
            ledger=mixed(self.ledger),
            price_sets=mixed(self.price_sets),
            price_lines=mixed(self.price_lines),
            waiting=mixed(self.waiting),
            aliases=mixed(self.aliases),
            exclusions=mixed(self.exclusions),
            check_sets=mixed(self.check_sets),
            sellers=mixed(self.sellers),
            logs=mixed(self.logs),
            rules=mixed(self.rules),
            contradicted=mixed(self.contradicted),
            resolved_pairs=mixed(self.resolved_pairs),
            estimates=mixed(self.estimates),
            carried=mixed(self.carried),
            spans=mixed(self.spans),
            counts=mixed(self.counts),
            recorded=self.recorded,
        )

    def inputs(self) -> Inputs:
        """The typed tables, rows numbered as they stand."""
        usage = [{name: row[name] for name in row if name != "charge"} for row in self.usage]
        charges, frozen = _charges(self.usage)
        return Inputs(
            usage=_typed(tables.USAGE_READING, _placed(usage)),
            charges=_typed(tables.CHARGE_READING, charges),
            frozen=_typed(tables.FROZEN_CHARGE, frozen),
            ledger=_typed(tables.LEDGER_READING, _placed(self.ledger)),
            recorded_meters=_typed(
                tables.RECORDED_METER,
                [
                    {"import_id": name, "meter": meter}
                    for name, meters in self.recorded.items()
                    for meter in meters
                ],
            ),
            price_sets=_typed(tables.PRICE_SET, self.price_sets),
            price_lines=_typed(tables.PRICE_LINE, self.price_lines),
            aliases=_typed(tables.ALIAS, self.aliases),
            exclusions=_typed(tables.EXCLUSION, self.exclusions),
            waiting_prices=_typed(tables.WAITING_PRICE, self.waiting),
            contract=ContractTerms(
                price_vendor=_typed(tables.PRICE_VENDOR, self.sellers),
                usage_vendor=_typed(tables.USAGE_VENDOR, self.logs),
                billing_rule=_typed(tables.BILLING_RULE, self.rules),
                contradicted_term=_typed(tables.CONTRADICTED_TERM, self.contradicted),
            ),
            check_sets=_typed(tables.CHECK_SET, self.check_sets),
            resolved_pairs=_typed(tables.RESOLVED_PAIR, self.resolved_pairs),
            meter_estimates=_typed(tables.METER_ESTIMATE, self.estimates),
            carried_items=_typed(tables.CARRIED_ITEM, self.carried),
            counts=CountTables(
                _typed(tables.COUNT_SPAN, self.spans),
                count_hours(self.spans),
                _typed(tables.VENDOR_COUNT, self.counts),
                _typed(
                    tables.USAGE_FEED,
                    [
                        {"import_id": one, "feed_name": "gateway"}
                        for one in sorted({row["import_id"] for row in self.usage})
                    ],
                ),
            ),
        )


def calculated(world: World, said: Terms | None = None, threads: int = 1) -> DuckDBEngine:
    """The engine after every stage, its tables there to be asked."""
    engine = DuckDBEngine(threads)
    calculate(engine, world.inputs(), terms() if said is None else said)
    return engine


def stated(world: World, said: Terms | None = None, threads: int = 1) -> DuckDBEngine:
    """The same without the control totals, which have tests of their own: for many small worlds."""
    engine = DuckDBEngine(threads)
    calculation._load_witnesses(engine, world.inputs())
    calculation._load_terms(engine, world.inputs(), terms() if said is None else said)
    for stage in STAGES:
        engine.run(statement(stage.path))
    return engine


class Asked(DuckDBEngine):
    """Tables are made when they are first asked for, and what they are made of before them.

    A table of few rows costs as much to make as one of many: most tests look at one or two. Control
    totals hold over every table that is made; they and the second making have tests of their own.
    """

    def __init__(self, stages: Sequence[Stage] = (*STAGES, *VIEWS)) -> None:
        """Nothing is made yet."""
        super().__init__(1)
        self._waiting = {stage.path.rpartition("/")[2]: stage for stage in stages}

    def run(self, statement: Statement) -> int:
        """Make a statement's table, once those that it reads are there."""
        self._waiting.pop(statement.table, None)
        self._make(statement.sql)
        return super().run(statement)

    def fetch(self, sql: str) -> pa.Table:
        """The answer, once every table that the query names is there."""
        self._make(sql)
        return super().fetch(sql)

    def digest(self, name: str, columns: tuple[str, ...]) -> str:
        """The digest of a table, once it is there."""
        self._make(f"FROM {name}")
        return super().digest(name, columns)

    def _make(self, text: str) -> None:
        for name in _READ.findall(text):
            stage = self._waiting.pop(name, None)
            if stage is None:
                continue
            for control in stage.controls:
                self._make(control.left)
            make_table(self, stage)


def behind(*tables: str) -> tuple[Stage, ...]:
    """The stages and views that make those tables, in their order."""
    stages = {stage.path.rpartition("/")[2]: stage for stage in (*STAGES, *VIEWS)}
    wanted, found = list(tables), set()
    while wanted:
        name = wanted.pop()
        if name in stages and name not in found:
            found.add(name)
            wanted += _READ.findall(statement(stages[name].path).sql)
    return tuple(stage for name, stage in stages.items() if name in found)


def asked(world: World, said: Terms | None = None) -> Asked:
    """An engine that makes each stage and view of the world once somebody asks for it."""
    engine = Asked()
    calculation._load_witnesses(engine, world.inputs())
    calculation._load_terms(engine, world.inputs(), terms() if said is None else said)
    return engine


def rows(engine: DuckDBEngine, sql: str) -> list[Row]:
    """The answer of a query as dictionaries."""
    answer: list[Row] = engine.fetch(sql).to_pylist()
    return answer


def value(engine: DuckDBEngine, sql: str) -> Any:
    """The single value of a query."""
    return engine.fetch(sql).column(0)[0].as_py()


def stage_names() -> tuple[str, ...]:
    """The tables of the stages in order."""
    return tuple(stage.path.rpartition("/")[2] for stage in STAGES)


def _placed(listed: list[Row]) -> list[Row]:
    return [
        {"row_id": n, "ordinal": n, "line": n + 1, "byte_offset": 100 * n, **row}
        for n, row in enumerate(listed, 1)
    ]


def _charges(usage: list[Row]) -> tuple[list[Row], list[Row]]:
    """What rows say of their charges, and each combination of ratios once."""
    charges: list[Row] = []
    lines: dict[str, Row] = {}
    for row_id, row in enumerate(usage, 1):
        if "charge" not in row:
            continue
        said = dict(row["charge"].get("frozen", {}))
        marks = frozenset(said.pop("marks", ()))
        factors = tuple(Fraction(one) for one in said.pop("factors", ()))
        ratios = {name: Fraction(text) for name, text in said.items()}
        line = charge_line(Frozen(ratios, factors, marks), UNIT)
        lines[line["frozen_id"]] = line
        counts = {name: Decimal(n) for name, n in row["charge"].get("counts", {}).items()}
        charges.append({"row_id": row_id, "frozen_id": line["frozen_id"], **counts})
    return charges, list(lines.values())


def _typed(table: Table, listed: list[Row]) -> pa.Table:
    unknown = {name for row in listed for name in row} - set(table.column_names)
    assert not unknown, unknown
    return table.arrow({name: [row.get(name) for row in listed] for name in table.column_names})


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
