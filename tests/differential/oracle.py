"""A second rater and matcher, written from the rules alone and in fractions: one row at a time.

It knows no SQL and shares no code with the calculation. Rules are named where they are applied.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.world import Row, World

PARTS = {
    "cache_read_tokens": "input_tokens",
    "cache_write_tokens": "input_tokens",
    "cache_write_1h_tokens": "input_tokens",
    "audio_input_tokens": "input_tokens",
    "image_input_tokens": "input_tokens",
    "reasoning_tokens": "output_tokens",
    "audio_output_tokens": "output_tokens",
}
TOKENS = {"input_tokens", "output_tokens", *PARTS}
METERS = (*sorted(TOKENS), "requests", "seconds", "images", "characters")
MOST = 10_000  # of one settlement
START, END = datetime(2026, 8, 1), datetime(2026, 9, 1)  # noqa: DTZ001 (tables hold UTC)
MARGIN = timedelta(days=2)
# Cost, lowest and highest; the highest has no bound where it is None.
Cost = tuple[Fraction, Fraction, Fraction | None]
NOTHING_KNOWN: Cost = (Fraction(0), Fraction(0), None)


@dataclass(frozen=True)
class Price:
    """One price set with its rates."""

    currency: str
    start: datetime
    until: datetime | None
    grade: str
    rates: tuple[tuple[str, Fraction], ...]
    listed: tuple[tuple[str, Fraction], ...]

    def holds(self, at: datetime) -> bool:
        """Half-open: from the start on, no longer at the end (K3)."""
        return self.start <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Judged:
    """What the oracle says of one usage row; costs are unknown where it is not rated."""

    state: str
    reason: str
    model: str | None
    currency: str | None
    expected: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    listed: Fraction | None = None


@dataclass(frozen=True)
class Line:
    """What the oracle says of one line of the period."""

    usage: frozenset[int]
    ledger: frozenset[int]
    expected: Fraction
    recorded: Fraction
    low: Fraction
    high: Fraction | None
    comparable: bool
    basis: Fraction


def window(at: datetime) -> str:
    """The place of an instant against the half-open period (D6)."""
    if START <= at < END:
        return "period"
    return "margin" if START - MARGIN <= at < END + MARGIN else "outside"


class Oracle:
    """Judges a world by the rules."""

    def __init__(
        self, world: World, keys: tuple[str, ...], step: str = "0", basis: str = "net"
    ) -> None:
        """Read the world: fields of a group, recorded step, and what the ledger means by cost."""
        self.world, self.keys, self.half_step = world, keys, Fraction(step) / 2
        self.basis = basis
        lines: dict[str, dict[str, Fraction]] = defaultdict(dict)
        listed: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for line in world.price_lines:
            lines[line["price_set_id"]][line["meter"]] = Fraction(line["unit_rate"])
            before = Fraction(line["list_unit_rate"])
            listed[line["price_set_id"]][line["meter"]] = before
        self.prices: dict[str, list[Price]] = defaultdict(list)
        for s in world.price_sets:
            rates = tuple(sorted(lines[s["price_set_id"]].items()))
            before_ratio = tuple(sorted(listed[s["price_set_id"]].items()))
            self.prices[s["source_model_id"]].append(
                Price(
                    s["currency"], s["effective_from"], s["effective_until"], s["grade"], rates,
                    before_ratio,
                )
            )  # fmt: skip
        self.aliases: dict[str, list[Row]] = defaultdict(list)
        for alias in world.aliases:
            self.aliases[alias["internal_model_alias"]].append(alias)
        self.currencies = {s["currency"] for s in world.price_sets}
        self.currencies |= {row["currency"] for row in world.ledger}
        self.stretched = 0
        self._find_copies()
        self._find_refunds()
        self.completed = {
            row["request_id"]
            for row in world.usage
            if row["entry_kind"] == "consumption" and row["outcome"] == "completed"
            and row.get("request_id") is not None
        }  # fmt: skip
        self.judged = {n: self._judge(n, row) for n, row in enumerate(world.usage, 1)}
        for n in self.settles:
            self.judged[n] = self._no_surer_than_its_call(n)

    def in_force(self, model: str, at: datetime) -> list[Price]:
        """The different prices of the best grade that hold at an instant (D21)."""
        held = [price for price in self.prices.get(model, ()) if price.holds(at)]
        best = min((price.grade for price in held), default="")
        different: dict[object, Price] = {}
        for price in held:
            if price.grade == best:
                different.setdefault((price.currency, price.rates), price)
        return list(different.values())

    def resolve(self, name: str | None, at: datetime) -> str | None:
        """Exact id in force, else an alias in force, else an id the book knows (D2)."""
        if name is None:
            return None
        if self.in_force(name, at):
            return name
        for alias in self.aliases.get(name, ()):
            until = alias["effective_until"]
            if alias["effective_from"] <= at and (until is None or at < until):
                return str(alias["source_model_id"])
        return name if name in self.prices else None

    def _find_copies(self) -> None:
        """D4: equal records count once; one id and attempt with different payloads wait."""
        groups: dict[object, list[int]] = defaultdict(list)
        for n, row in enumerate(self.world.usage, 1):
            if row.get("request_id") is not None:
                same = ("request_id", "attempt", "entry_kind", "row_type", "outcome")
                groups[tuple(row.get(name) for name in same)].append(n)
        self.repeats: set[int] = set()
        self.conflicts: set[int] = set()
        for numbers in groups.values():
            first = self.world.usage[numbers[0] - 1]
            seen: set[str] = set()
            kept: list[int] = []
            for n in numbers:
                digest = self.world.usage[n - 1]["payload_digest"]
                (self.repeats.add if digest in seen else kept.append)(n)
                seen.add(digest)
            if len(kept) > 1 and (first["outcome"] == "completed" or first.get("attempt")):
                self.conflicts |= set(kept)

    def _find_refunds(self) -> None:
        """A refund returns one consumption of the same origin and amount, each at most once."""
        open_: dict[tuple[Any, Any], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for n, row in enumerate(self.world.usage, 1):
            origin = row.get("task_id") or row.get("request_id")
            charged = row.get("charged_cost")
            if origin is None or charged is None or n in self.repeats:
                continue
            kind = row["entry_kind"]
            amount = -charged if kind == "refund" else charged
            open_[origin, amount][kind].append(n)
        self.refunds: set[int] = set()
        self.refunded: set[int] = set()
        self.origin_of: dict[int, int] = {}
        for kinds in open_.values():
            ordered = {
                kind: sorted(
                    numbers,
                    key=lambda n: (
                        self.world.usage[n - 1]["occurred_at"],
                        self.world.usage[n - 1]["payload_digest"],
                        n,
                    ),
                )
                for kind, numbers in kinds.items()
            }
            for refund, origin in zip(
                ordered.get("refund", []), ordered.get("consumption", []), strict=False
            ):
                self.refunds.add(refund)
                self.refunded.add(origin)
                self.origin_of[refund] = origin
        self._find_settlements()

    def _find_settlements(self) -> None:
        """A refund of less settles the first call of its origin, if no more came back than went."""
        self.settles: dict[int, int] = {}
        origins: dict[Any, list[int]] = defaultdict(list)
        for n, row in enumerate(self.world.usage, 1):
            origin = row.get("task_id") or row.get("request_id")
            known = origin is not None and row.get("charged_cost") is not None
            if known and n not in self.repeats and n not in self.conflicts:
                origins[origin, row.get("currency")].append(n)
        for numbers in origins.values():
            rows = {n: self.world.usage[n - 1] for n in numbers}
            amounts = {n: Fraction(row["charged_cost"]) for n, row in rows.items()}
            back = [n for n, row in rows.items() if row["entry_kind"] == "refund"]
            calls = [n for n, row in rows.items() if row["entry_kind"] == "consumption"]
            if not calls or sum(-amounts[n] for n in back) > sum(amounts[n] for n in calls):
                continue
            first = min(
                (c in self.refunded, amounts[c] <= 0, rows[c]["occurred_at"],
                 rows[c]["payload_digest"], c)
                for c in calls
            )[-1]  # fmt: skip
            for n in back:
                if n not in self.refunds and amounts[n] <= 0:
                    self.settles[n] = self.origin_of[n] = first

    def _no_surer_than_its_call(self, n: int) -> Judged:
        """D1, D7: a settlement waits, is left out or is a range where its call is."""
        said, call = self.judged[n], self.judged[self.settles[n]]
        if said.state != "rated":
            return said
        zero = Fraction(0)
        if call.state == "excluded":
            return Judged("excluded", call.reason, said.model, said.currency)
        row, of = (self.world.usage[x - 1]["occurred_at"] for x in (n, self.settles[n]))
        if call.state != "rated" and window(row) == window(of):
            return Judged("not_reconcilable", "SETTLED_CALL_WAITS", said.model, said.currency)
        if call.reason == "NOT_BILLABLE":
            return Judged(
                "rated", "NOT_BILLABLE", said.model, said.currency, zero, zero, zero, zero
            )
        if call.reason in {"REFUNDED", "BILLING_UNVERIFIED"} and said.reason == "BILLABLE":
            money = Fraction(self.world.usage[n - 1]["charged_cost"])
            return Judged(
                "rated", "BILLING_UNVERIFIED", said.model, said.currency, zero, money, zero, zero
            )
        return said

    def _settlement(self, n: int, row: Row, model: str, prices: list[Price]) -> Judged | None:
        """D6, D7: what a settlement takes off, a range until a rule is verified."""
        money = Fraction(row["charged_cost"])
        if len(prices) != 1:
            return None
        (price,) = prices
        if (row.get("currency") or price.currency) != price.currency or abs(money) >= MOST:
            return Judged("not_reconcilable", "SETTLEMENT_NOT_PRICED", model, price.currency)
        said = self._billable(n, row, price)
        zero = Fraction(0)
        if said is None:
            return Judged(
                "rated", "BILLING_UNVERIFIED", model, price.currency, zero, money, zero, zero
            )
        if not said:
            return Judged("rated", "NOT_BILLABLE", model, price.currency, zero, zero, zero, zero)
        listed = money if price.listed == price.rates else None
        return Judged("rated", "BILLABLE", model, price.currency, money, money, money, listed)

    def _rule(self, row: Row) -> str | None:
        hit = [x["rule_name"] for x in self.world.exclusions if row.get(x["field"]) == x["equals"]]
        return min(hit, default=None)

    def _judge(self, n: int, row: Row) -> Judged:  # noqa: PLR0911  (six states)
        """D1: the first of the six that fits."""
        at, kind = row["occurred_at"], row["entry_kind"]
        model = self.resolve(row.get("model_as_logged"), at)
        prices = self.in_force(model, at) if model is not None else []
        price = prices[0] if len(prices) == 1 else None
        currency = price.currency if price else None
        if n in self.conflicts:
            return Judged("quarantined", "DUP_CONFLICT", model, currency)
        excluded = (
            "NOT_USAGE" if kind == "not_usage" else "DUP_EXACT" if n in self.repeats else None
        )
        rule = self._rule(row)
        if excluded or rule:
            return Judged("excluded", excluded or f"RULE:{rule}", model, currency)
        if model is None:
            missing = row.get("model_as_logged") is None
            return Judged("unmapped", "MODEL_MISSING" if missing else "MODEL_UNMAPPED", None, None)
        if n in self.settles:
            settled = self._settlement(n, row, model, prices)
            if settled:
                return settled
        if kind == "refund" and n not in self.refunds and n not in self.settles:
            return Judged("not_reconcilable", "REFUND_WITHOUT_ORIGIN", model, currency)
        # U2, D7: what a verified rule does not bill needs neither a meter nor a rate for one.
        asked = self._billable(n, row, price) is not False
        if price and kind == "consumption" and asked and self._lacks(row, price):
            return Judged("not_reconcilable", "METER_NOT_RECORDED", model, currency)
        if price is None:
            reason = "PRICE_OVERLAP" if prices else "PRICE_NOT_IN_FORCE"
            if model not in self.prices:
                reason = "MAP_TARGET"
            return Judged("unrated", reason, model, None)
        if asked and self._unpriced(row, price):
            return Judged("unrated", "METER_UNPRICED", model, currency)
        return self._rated(n, row, model, price)

    def _rated(self, n: int, row: Row, model: str, price: Price) -> Judged:
        """D7: completed rows count; the doubts make the range."""
        zero = Fraction(0)
        if row["entry_kind"] == "refund":
            return Judged("rated", "REFUND_IN_FULL", model, price.currency, zero, zero, zero, zero)
        cost, low, high = self._at_price(row, price)
        for _, other_low, other_high in self._other_prices(row, model, price):
            low = min(low, other_low)
            high = None if high is None or other_high is None else max(high, other_high)
        billable = self._billable(n, row, price)
        if billable is not None:
            reason = "BILLABLE" if billable else "NOT_BILLABLE"
        elif n in self.refunded:
            reason = "REFUNDED"
        elif row["outcome"] == "completed":
            reason = "COMPLETED"
        else:
            reason = "BILLING_UNVERIFIED"
        counts = reason in {"COMPLETED", "BILLABLE"}
        high = zero if reason == "NOT_BILLABLE" else high
        return Judged(
            "rated", reason, model, price.currency,
            cost if counts else zero, low if counts else zero, high,
            self._listed(row, price) if counts else zero,
        )  # fmt: skip

    def _billable(self, n: int, row: Row, price: Price | None) -> bool | None:
        """U2: what a verified rule of that day says of a call that did not simply complete."""
        if price is None or (row["entry_kind"] != "consumption" and n not in self.settles):
            return None
        kind = row["outcome"]
        if n in self.settles:
            kind = "settled"
        elif n in self.refunded:
            kind = "refunded"
        elif kind == "failed" and row.get("request_id") in self.completed:
            kind = "retried"
        elif kind == "completed":
            return None
        said = [
            rule["billable"]
            for rule in self.world.rules
            if rule["call_kind"] == kind
            and (rule["holds_from"] is None or rule["holds_from"] <= row["occurred_at"])
            and (rule["holds_until"] is None or row["occurred_at"] < rule["holds_until"])
        ]
        return said[0] if said else None

    def _listed(self, row: Row, price: Price) -> Fraction:
        """Cost of a row at the price as listed, before the source's multiplier (D9)."""
        before = dict(price.listed)
        if "output_tokens" in before:
            before.setdefault("reasoning_tokens", before["output_tokens"])
        leaves = self._leaves(row)
        return sum((q * before[m] for m, q in leaves.items() if m in before), Fraction(0))

    def _at_price(self, row: Row, price: Price) -> Cost:
        """Cost, lowest and highest of a row at one price; no bound for what is not recorded."""
        rates, leaves = self._rates(price), self._leaves(row)
        recorded = self.world.recorded[row["import_id"]]
        cost = low = high = Fraction(0)
        for meter, quantity in leaves.items():
            if meter not in rates:
                continue
            # D3: units of a part that the format does not tell apart had one of these rates.
            open_rates = [rates[meter]] + [
                rate
                for part, rate in price.rates
                if PARTS.get(part) == meter and part not in recorded
            ]
            cost += quantity * rates[meter]
            low += quantity * min(open_rates)
            high += quantity * max(open_rates)
        unbounded = any(
            rate and meter not in recorded and meter not in TOKENS for meter, rate in price.rates
        )
        return cost, low, None if unbounded else high

    def _other_prices(self, row: Row, model: str, own: Price) -> list[Cost]:
        """D5: where only the end is logged, the row at each other price it may have had."""
        if row["time_basis"] == "start":
            return []
        end = row["ended_at"]
        first = end - MARGIN if row["time_basis"] == "end" else row["occurred_at"]
        bounds = {at for p in self.prices[model] for at in (p.start, p.until) if at is not None}
        found: list[Cost] = []
        for at in {first, *(at for at in bounds if first < at <= end)}:
            held = self.in_force(model, at)
            if len(held) != 1 or held[0].currency != own.currency:
                found.append(NOTHING_KNOWN)
            elif held[0].rates != own.rates:
                applies = not self._lacks(row, held[0]) and not self._unpriced(row, held[0])
                found.append(self._at_price(row, held[0]) if applies else NOTHING_KNOWN)
        self.stretched += bool(found)
        return found

    def _unpriced(self, row: Row, price: Price) -> bool:
        """Tokens were used that a price per token names no rate for (L3)."""
        rates = self._rates(price)
        used = {meter for meter, quantity in self._leaves(row).items() if quantity > 0}
        return bool(TOKENS & set(rates)) and not (used & TOKENS) <= set(rates)

    def _on_basis(self, n: int) -> Fraction | None:
        """D9: what the books should hold of a row, on the basis they declare."""
        said = self.judged[n]
        if self.basis == "list":
            return said.listed
        return self._charge(n) if self.basis == "charged" else said.expected

    def _charge(self, n: int) -> Fraction | None:
        """What the vendor took for a row, where it is known in the currency of its price."""
        said, row = self.judged[n], self.world.usage[n - 1]
        charge = row.get("charged_cost")
        other = None not in (said.currency, row.get("currency")) and (
            said.currency != row["currency"]
        )
        return None if charge is None or other else Fraction(charge)

    def _lacks(self, row: Row, price: Price) -> bool:
        """D3: a meter the price charges for, that can be recorded and is not."""
        recorded = self.world.recorded[row["import_id"]]
        return any(
            row.get(meter) is None
            and (rate != 0 or meter in PARTS)
            and (meter in recorded or meter in {"input_tokens", "output_tokens"})
            for meter, rate in price.rates
        )

    def _rates(self, price: Price) -> dict[str, Fraction]:
        rates = dict(price.rates)
        if "output_tokens" in rates:
            rates.setdefault("reasoning_tokens", rates["output_tokens"])
        return rates

    def _leaves(self, row: Row) -> dict[str, Fraction]:
        """U4: disjoint counts."""
        leaves = {m: Fraction(row[m]) for m in METERS if row.get(m) is not None}
        for whole, flag in (
            ("input_tokens", "input_includes_parts"),
            ("output_tokens", "output_includes_parts"),
        ):
            if row[flag] and whole in leaves:
                leaves[whole] -= sum(
                    (leaves[p] for p, of in PARTS.items() if of == whole and p in leaves),
                    Fraction(0),
                )
        return leaves

    # -- matching ---------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """D14: ids first, then groups; only lines with a row in the period."""
        usage, ledger = self._members()
        keys: dict[object, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
        ids = [{f["id"] for f in side.values() if f["id"] is not None} for side in (usage, ledger)]
        loose = [{f["group"] for f in side.values() if f["id"] is None} for side in (usage, ledger)]
        monies: dict[object, set[str]] = defaultdict(set)
        for side in (usage, ledger):
            for fields in side.values():
                if fields["currency"] is not None:
                    monies[fields["id"]].add(fields["currency"])
        split: set[object] = set()
        for leg, side in enumerate((usage, ledger)):
            for n, fields in side.items():
                name, group = fields["id"], fields["group"]
                if name is None or (name not in ids[1 - leg] and group in loose[1 - leg]):
                    key: object = ("group", group)
                elif len(monies[name]) > 1:
                    key = ("id", name, fields["currency"])
                    split.add(key)
                else:
                    key = ("id", name)
                keys[key][leg].add(n)
        made = [self._line(used, booked, key in split) for key, (used, booked) in keys.items()]
        return [line for line in made if line is not None]

    def _line(self, used: set[int], booked: set[int], split: bool) -> Line | None:
        zero = Fraction(0)
        used = {n for n in used if window(self.world.usage[n - 1]["occurred_at"]) == "period"}
        booked = {n for n in booked if window(self.world.ledger[n - 1]["posted_at"]) == "period"}
        if not used and not booked:
            return None
        rows = [self.judged[n] for n in used]
        highs = [row.high for row in rows]
        held = [self._on_basis(n) for n in used]
        comparable = all(row.state == "rated" for row in rows) and None not in held
        return Line(
            frozenset(used),
            frozenset(booked),
            sum((row.expected or zero for row in rows), zero),
            sum((Fraction(self.world.ledger[n - 1]["recorded_cost"]) for n in booked), zero),
            sum((row.low or zero for row in rows), zero),
            None if None in highs else sum((h for h in highs if h is not None), zero),
            comparable and not split,
            sum((amount for amount in held if amount is not None), zero),
        )

    def _members(self) -> tuple[dict[int, Row], dict[int, Row]]:
        usage: dict[int, Row] = {}
        for n, row in enumerate(self.world.usage, 1):
            said = self.judged[n]
            if window(row["occurred_at"]) == "outside" or said.state in {"quarantined", "excluded"}:
                continue
            prices = self.in_force(said.model, row["occurred_at"]) if said.model else []
            money = min((p.currency for p in prices), default=None) or row.get("currency")
            usage[n] = self._fields(row, row["occurred_at"].date(), said.model, money)
            if usage[n]["id"] is None and n in self.origin_of:
                # A refund stands beside the request it returns.
                usage[n]["id"] = self.world.usage[self.origin_of[n] - 1].get("request_id")
        ledger: dict[int, Row] = {}
        for n, row in enumerate(self.world.ledger, 1):
            at = row["posted_at"]
            if window(at) != "outside":
                model = self.resolve(row.get("model_as_recorded"), at)
                ledger[n] = self._fields(row, at.date(), model, row["currency"])
        return usage, ledger

    def _fields(self, row: Row, day: date, model: str | None, money: str | None) -> Row:
        found = {"day": day, "source_model_id": model, "currency": money}
        keys = set(self.keys) | ({"currency"} if len(self.currencies) > 1 else set())
        group = tuple((key, found[key] if key in found else row.get(key)) for key in sorted(keys))
        return {"id": row.get("request_id"), "group": group, "currency": money}

    def ties_out(self, line: Line) -> bool:
        """D9, D11: at most half the recorded step, on the declared basis."""
        return abs(line.recorded - line.basis) <= self.half_step

    def cancels(self, line: Line) -> bool:
        """D8: the books tie out, and the charge of every row is known and not what is expected.

        These worlds charge money and not units, so that no charge is rounded; their books may be.
        """
        charges = [self._charge(n) for n in line.usage]
        known = [charge for charge in charges if charge is not None]
        if self.basis == "charged" or not charges or len(known) < len(charges):
            return False
        return abs(sum(known, Fraction(0)) - line.expected) > self.half_step

    def totals(self) -> tuple[Fraction, Fraction]:
        """Expected and recorded of the period, over all lines of the default currency."""
        lines = self.lines()
        zero = Fraction(0)
        return (
            sum((line.expected for line in lines), zero),
            sum((line.recorded for line in lines), zero),
        )


def fraction(amount: Decimal | None) -> Fraction | None:
    """An amount of the engine as a fraction, digit for digit."""
    return None if amount is None else Fraction(amount)
