"""Figures: the summaries of a calculated run, fetched once, for the decision and the report."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tieout.close.count_queries import COUNT_QUERIES
from tieout.close.credit_queries import CREDIT_QUERIES
from tieout.close.cross_check_queries import CROSS_CHECK_QUERIES
from tieout.close.making import Making, require_same
from tieout.close.stored import Witnesses
from tieout.engine.port import Engine
from tieout.errors import IntegrityRefused
from tieout.review.decision import SliceFacts

Row = Mapping[str, Any]

STATES: Final = (
    "quarantined", "excluded", "unmapped", "not_reconcilable", "unrated", "rated",
)  # fmt: skip

# The price line a meter was rated by: reasoning is part of the output where nothing else is said.
_WRITTEN: Final = (
    "price_text, o.pricing_unit, o.multiplier_text, o.dialect, o.locator, o.unit_rate,"
    " o.list_unit_rate"
)
_ITS_LINE: Final = (
    f"(SELECT o.price_set_id, o.meter, o.{_WRITTEN} FROM price_line AS o UNION ALL"
    f" SELECT o.price_set_id, 'reasoning_tokens' AS meter, o.{_WRITTEN} FROM price_line AS o"
    " LEFT JOIN price_line AS x ON x.price_set_id = o.price_set_id"
    " AND x.meter = 'reasoning_tokens'"
    " WHERE o.meter = 'output_tokens' AND x.price_set_id IS NULL) AS l"
)

# Prices in force, those of a source that only checks, and those that nobody approved.
_EVERY_PRICE: Final = (
    "(SELECT price_set_id, capture_id, effective_from FROM price_set UNION ALL"
    " SELECT price_set_id, capture_id, effective_from FROM check_set UNION ALL"
    " SELECT price_set_id, capture_id, effective_from FROM waiting_price) AS s"
)

# Every query is ordered, so that the report is the same bytes on every engine and thread count;
# engines put nulls in different places, so a column that may be null says where they go.
QUERIES: Final[dict[str, str]] = {
    "coverage": "SELECT row_state, state_reason, usage_rows, charged_cost FROM coverage"
    " ORDER BY row_state, state_reason NULLS LAST",
    "totals": "SELECT * FROM currency_total ORDER BY currency NULLS LAST",
    "days": "SELECT * FROM day_total ORDER BY day, currency NULLS LAST",
    "models": "SELECT * FROM model_total"
    " ORDER BY recorded_cost DESC, source_model_id NULLS LAST, currency NULLS LAST",
    "cost_centers": "SELECT * FROM cost_center_total"
    " ORDER BY cost_center NULLS LAST, currency NULLS LAST",
    "projects": "SELECT * FROM project_total ORDER BY project NULLS LAST, currency NULLS LAST",
    "buckets": "SELECT * FROM bucket_total ORDER BY bucket, currency NULLS LAST",
    "groups": "SELECT * FROM cause_group ORDER BY gross DESC, cause, source_model_id NULLS LAST,"
    " cost_center NULLS LAST, project NULLS LAST, currency NULLS LAST, bucket, proof",
    "group_digests": "SELECT * FROM group_digest ORDER BY cause, bucket, proof,"
    " source_model_id NULLS LAST, cost_center NULLS LAST, project NULLS LAST,"
    " currency NULLS LAST",
    "group_assumptions": "SELECT * FROM group_assumption ORDER BY cause, bucket, proof,"
    " source_model_id NULLS LAST, cost_center NULLS LAST, project NULLS LAST,"
    " currency NULLS LAST, assumed",
    # In which slices the lines of a cause group are: a name nobody mapped has slices of its own.
    "group_lines": "SELECT coalesce(source_model_id, model_name) AS model, source_model_id,"
    " cost_center, currency, cause, bucket, proof, project, count(*) AS lines FROM variance_line"
    " WHERE line_state IN ('open', 'cancels')"
    " GROUP BY coalesce(source_model_id, model_name), source_model_id,"
    " cost_center, currency, cause, bucket, proof, project ORDER BY cause, bucket, proof,"
    " model NULLS LAST, source_model_id NULLS LAST, cost_center NULLS LAST,"
    " project NULLS LAST, currency NULLS LAST",
    "slices": "SELECT * FROM slice ORDER BY recorded_cost DESC, model NULLS LAST,"
    " cost_center NULLS LAST, currency NULLS LAST",
    "basis": "SELECT * FROM basis_total ORDER BY currency NULLS LAST,"
    " plus - minus DESC, source_model_id NULLS LAST",
    "effects": "SELECT * FROM effect_total ORDER BY scope, currency NULLS LAST, name NULLS LAST,"
    " plus_cost - minus_cost DESC, cause, part, proof",
    "learned_later": "SELECT * FROM learned_later ORDER BY source_model_id",
    "doubts": "SELECT * FROM doubt_total ORDER BY reason, source_model_id NULLS LAST,"
    " model_as_logged NULLS LAST, currency NULLS LAST, charge_currency NULLS LAST",
    "halves": "SELECT * FROM half_total ORDER BY scope, currency NULLS LAST, name NULLS LAST",
    "not_comparable": "SELECT * FROM not_comparable ORDER BY row_state, currency NULLS LAST",
    "waiting_money": "SELECT state_not_rated AS row_state, reason_not_rated AS state_reason,"
    " currency, sum(recorded_cost) AS recorded_cost FROM variance_line"
    " WHERE line_state = 'not_comparable' AND state_not_rated IS NOT NULL"
    " GROUP BY state_not_rated, reason_not_rated, currency"
    " ORDER BY row_state, state_reason NULLS LAST, currency NULLS LAST",
    "completeness_days": "SELECT * FROM completeness_day ORDER BY day",
    "completeness_models": "SELECT * FROM completeness_model"
    " ORDER BY usage_rows DESC, model_as_logged NULLS LAST, row_state, state_reason NULLS LAST",
    **COUNT_QUERIES,
    # What settled a call has no price line: its money is in the expected ledger, by name.
    "rates_used": "SELECT u.*, s.capture_id, s.source_model_id, s.currency, s.grade, s.declared,"
    " s.needs_name,"
    " s.effective_from, l.price_text, l.pricing_unit, l.multiplier_text, l.dialect, l.locator,"
    " l.unit_rate, l.list_unit_rate FROM rate_used AS u"
    " JOIN price_set AS s ON s.price_set_id = u.price_set_id"
    f" LEFT JOIN {_ITS_LINE} ON l.price_set_id = u.price_set_id AND l.meter = u.meter"
    " WHERE u.meter <> 'settlement'"
    " ORDER BY s.source_model_id, s.effective_from, u.meter, u.price_set_id",
    "lines": "SELECT v.*, g.absurd, g.place FROM largest_line AS g"
    " JOIN variance_line AS v ON v.line_key = g.line_key ORDER BY g.place",
    "line_explanations": "SELECT * FROM line_explanation ORDER BY line_key, place",
    "group_explanations": "SELECT * FROM group_explanation ORDER BY cause, bucket, proof,"
    " source_model_id NULLS LAST, cost_center NULLS LAST, project NULLS LAST,"
    " currency NULLS LAST, place",
    "explaining_prices": "SELECT DISTINCT s.price_set_id, s.capture_id,"
    " s.effective_from AS accessed FROM (SELECT variant FROM line_explanation UNION"
    " SELECT variant FROM group_explanation) AS g"
    f" JOIN {_EVERY_PRICE} ON s.price_set_id = g.variant ORDER BY s.price_set_id",
    "shown_lines": "SELECT count(*) AS lines FROM variance_line"
    " WHERE line_state <> 'ties_out' OR overcharge > 0",
    "line_rates": "SELECT r.*, s.capture_id, l.price_text, l.pricing_unit, l.multiplier_text,"
    " l.locator FROM line_rate AS r JOIN price_set AS s ON s.price_set_id = r.price_set_id"
    f" LEFT JOIN {_ITS_LINE} ON l.price_set_id = r.price_set_id AND l.meter = r.meter"
    " ORDER BY r.line_key, r.meter, r.price_set_id",
    "line_references": "SELECT * FROM line_reference ORDER BY line_key, leg, import_id, ordinal",
    "outcomes": "SELECT outcome, count(*) AS usage_rows FROM usage_record"
    " WHERE period_window = 'period' AND entry_kind = 'consumption'"
    " GROUP BY outcome ORDER BY outcome",
    "exclusions": "SELECT x.rule_name, x.field, x.equals, x.reason, x.approved_by,"
    " count(s.row_id) AS usage_rows FROM exclusion AS x LEFT JOIN usage_state AS s"
    " ON s.row_state = 'excluded' AND s.state_reason = concat('RULE:', x.rule_name)"
    " GROUP BY x.rule_name, x.field, x.equals, x.reason, x.approved_by ORDER BY x.rule_name",
    "grades": "SELECT s.grade, s.currency, sum(u.expected_cost) AS expected_cost"
    " FROM rate_used AS u JOIN price_set AS s ON s.price_set_id = u.price_set_id"
    " WHERE u.meter <> 'settlement' GROUP BY s.grade, s.currency ORDER BY s.grade, s.currency",
    "windows": "SELECT 'usage export' AS name, min(occurred_at) AS first, max(occurred_at) AS last"
    " FROM usage_record UNION ALL SELECT 'ledger', min(posted_at), max(posted_at)"
    " FROM ledger_record ORDER BY name DESC",
    "ledger_rows": "SELECT"
    " CASE WHEN r.period_window <> 'period' THEN 'outside_period'"
    " WHEN v.line_state = 'not_comparable' THEN 'not_comparable'"
    " WHEN v.usage_rows > 0 THEN 'matched' ELSE 'unmatched' END AS place, count(*) AS ledger_rows"
    " FROM ledger_record AS r"
    " LEFT JOIN match_member AS k ON k.leg = 'ledger' AND k.row_id = r.row_id"
    " LEFT JOIN variance_line AS v ON v.line_key = k.line_key GROUP BY 1 ORDER BY 1",
    "labels": "SELECT"
    " count(CASE WHEN u.environment IS NULL THEN 1 END) AS without_environment,"
    " count(CASE WHEN u.environment IS NOT NULL AND u.environment <> 'production' THEN 1 END)"
    " AS other_environment,"
    " count(CASE WHEN u.cost_center IS NULL THEN 1 END) AS without_cost_center,"
    " count(*) AS usage_rows FROM usage_record AS u JOIN usage_state AS s ON s.row_id = u.row_id"
    " WHERE s.row_state IN ('unmapped', 'not_reconcilable', 'unrated', 'rated')",
    "prices_not_in_force": "SELECT DISTINCT g.first_variant, s.capture_id,"
    " s.effective_from AS accessed FROM cause_group AS g"
    f" JOIN {_EVERY_PRICE} ON s.price_set_id = g.first_variant"
    " WHERE g.cause LIKE '%price_not_in_force%' ORDER BY g.first_variant",
    "models_not_searched": "SELECT source_model_id, currency, usage_rows, prices"
    " FROM searched_model WHERE NOT is_searched ORDER BY source_model_id, currency",
    "lines_not_repriced": "SELECT source_model_id, currency, count(*) AS lines,"
    " sum(usage_rows) AS usage_rows FROM repriced_line WHERE NOT is_searched"
    " GROUP BY source_model_id, currency ORDER BY source_model_id, currency",
    "unit_mismatches": "SELECT m.alias_id, m.internal_model_alias, m.source_model_id,"
    " m.mapping_unit, m.first_price_unit, m.last_price_unit, count(*) AS usage_rows"
    " FROM usage_state AS s JOIN usage_price AS p ON p.row_id = s.row_id"
    " JOIN unit_mismatch AS m ON m.alias_id = p.alias_id AND m.price_set_id = p.price_set_id"
    " WHERE s.state_reason = 'MAP_UNIT_MISMATCH'"
    " GROUP BY m.alias_id, m.internal_model_alias, m.source_model_id, m.mapping_unit,"
    " m.first_price_unit, m.last_price_unit"
    " ORDER BY usage_rows DESC, m.alias_id, m.first_price_unit, m.last_price_unit",
    "before_capture": "SELECT s.source_name, min(s.capture_id) AS capture_id,"
    " count(DISTINCT u.row_id) AS usage_rows, min(u.occurred_at) AS first_used"
    " FROM usage_state AS t JOIN usage_record AS u ON u.row_id = t.row_id"
    " JOIN usage_price AS p ON p.row_id = t.row_id"
    " JOIN (SELECT source_name, min(effective_from) AS effective_from FROM price_set"
    " GROUP BY source_name) AS f ON u.occurred_at < f.effective_from"
    " JOIN price_set AS s ON s.source_model_id = p.source_model_id"
    " AND s.source_name = f.source_name AND s.effective_from = f.effective_from"
    " WHERE t.state_reason = 'PRICE_NOT_IN_FORCE'"
    " GROUP BY s.source_name ORDER BY s.source_name",
    "contract_leans": "SELECT vendor, term, currency, uses, amount, change FROM contract_lean"
    " ORDER BY vendor, term, currency NULLS LAST",
    "rounding_fit": "SELECT step, half_step, lines, request_lines FROM rounding_fit"
    " ORDER BY step",
    "unmatched": "SELECT * FROM unmatched_total ORDER BY state, item_period NULLS LAST, origin,"
    " side, landed_in NULLS LAST, cause, bucket, proof, source_model_id NULLS LAST,"
    " cost_center NULLS LAST, project NULLS LAST, currency NULLS LAST",
    # The largest; every one of them is in the file beside the report.
    "unmatched_items": "SELECT * FROM unmatched_item"
    " ORDER BY CASE WHEN amount < 0 THEN -amount ELSE amount END DESC,"
    " item_period NULLS LAST, line_key, side, origin LIMIT 200",
    "quarantine": "SELECT leg, reason_code, import_id, count(*) AS records, min(ordinal) AS first"
    " FROM quarantine GROUP BY leg, reason_code, import_id ORDER BY leg, reason_code, import_id",
    # What settlements would take off is below expected, and depends on a rule all the same.
    "provisional": "SELECT v.currency, sum(v.high_cost - v.low_cost) AS doubt,"
    " sum(CASE WHEN v.unverified_rows > 0 THEN v.high_cost - v.expected_cost ELSE 0 END)"
    " + coalesce(max(t.taken_off), 0) AS unverified,"
    " count(CASE WHEN v.high_cost > v.low_cost THEN 1 END) AS doubtful_lines"
    " FROM variance_line AS v LEFT JOIN (SELECT p.currency, sum(-e.low_cost) AS taken_off"
    " FROM expected_cost AS e JOIN usage_price AS p ON p.row_id = e.row_id"
    " JOIN usage_state AS s ON s.row_id = e.row_id AND s.state_reason = 'BILLING_UNVERIFIED'"
    " WHERE e.low_cost < 0 GROUP BY p.currency) AS t ON t.currency = v.currency"
    " WHERE v.line_state <> 'not_comparable' GROUP BY v.currency"
    " ORDER BY v.currency NULLS LAST",
    "during_call": "SELECT p.currency, count(*) AS usage_rows, count(e.high_cost) AS bounded_rows,"
    " sum(e.expected_cost) AS expected_cost, sum(e.low_cost) AS low_cost,"
    " sum(e.high_cost) AS high_cost FROM expected_cost AS e"
    " JOIN usage_state AS s ON s.row_id = e.row_id AND s.row_state = 'rated'"
    " JOIN usage_price AS p ON p.row_id = e.row_id"
    " JOIN (SELECT DISTINCT row_id FROM price_during_call) AS c ON c.row_id = e.row_id"
    " GROUP BY p.currency ORDER BY p.currency NULLS LAST",
    "price_doubts": "SELECT d.doubt, p.source_model_id, p.currency, d.capture_id,"
    " count(*) AS usage_rows, count(e.high_cost) AS bounded_rows,"
    " sum(e.expected_cost) AS expected_cost, sum(e.low_cost) AS low_cost,"
    " sum(e.high_cost) AS high_cost FROM expected_cost AS e"
    " JOIN usage_state AS s ON s.row_id = e.row_id AND s.row_state = 'rated'"
    " JOIN usage_price AS p ON p.row_id = e.row_id"
    " JOIN (SELECT DISTINCT i.row_id, i.doubt, coalesce(w.capture_id, o.capture_id) AS capture_id"
    " FROM price_in_doubt AS i LEFT JOIN waiting_price AS w ON w.price_set_id = i.other_set_id"
    " LEFT JOIN price_set AS o ON o.price_set_id = i.other_set_id) AS d ON d.row_id = e.row_id"
    " GROUP BY d.doubt, p.source_model_id, p.currency, d.capture_id"
    " ORDER BY d.doubt, p.source_model_id, p.currency NULLS LAST, d.capture_id",
    "price_gaps_narrowed": "SELECT source_model_id, seen_old, seen_new, shown_old, shown_new"
    " FROM price_gap WHERE shown_old <> seen_old OR shown_new <> seen_new"
    " ORDER BY source_model_id, seen_new",
    "end_only": "SELECT p.currency, count(*) AS usage_rows, sum(e.expected_cost) AS expected_cost"
    " FROM usage_reading AS r"
    " JOIN usage_state AS s ON s.row_id = r.row_id AND s.row_state = 'rated'"
    " JOIN expected_cost AS e ON e.row_id = r.row_id"
    " JOIN usage_price AS p ON p.row_id = r.row_id"
    " WHERE r.time_basis = 'end' AND r.entry_kind = 'consumption'"
    " GROUP BY p.currency ORDER BY p.currency NULLS LAST",
    "estimated": "SELECT s.estimate_id, q.meter, p.currency, count(*) AS usage_rows,"
    " CAST(sum(q.quantity) AS DECIMAL(38,3)) AS quantity,"
    " sum(CASE WHEN e.counts THEN q.full_cost ELSE 0 END) AS expected_cost,"
    " sum(CASE WHEN e.counts THEN q.lowest_cost ELSE 0 END) AS low_cost,"
    " sum(q.highest_cost) AS high_cost FROM rated_meter AS q"
    " JOIN estimated_meter AS s ON s.row_id = q.row_id AND s.meter = q.meter AND NOT s.is_rest"
    " JOIN usage_state AS t ON t.row_id = q.row_id AND t.row_state = 'rated'"
    " JOIN usage_price AS p ON p.row_id = q.row_id"
    " JOIN expected_cost AS e ON e.row_id = q.row_id"
    " GROUP BY s.estimate_id, q.meter, p.currency"
    " ORDER BY s.estimate_id, q.meter, p.currency NULLS LAST",
    # Only rows without an id: the others are judged by their identity (D4). Of refunds, those that
    # count: a part of a charge that stands twice comes off twice.
    "equal_rows": "SELECT e.model_as_logged, sum(e.copies) AS usage_rows FROM"
    " (SELECT u.payload_digest, u.model_as_logged, count(*) AS copies FROM usage_record AS u"
    " JOIN usage_state AS s ON s.row_id = u.row_id AND s.row_state <> 'excluded'"
    " LEFT JOIN settlement_link AS l ON l.row_id = u.row_id"
    " WHERE u.request_id IS NULL AND (u.entry_kind = 'consumption' OR l.row_id IS NOT NULL)"
    " GROUP BY u.payload_digest, u.model_as_logged HAVING count(*) > 1) AS e"
    " GROUP BY e.model_as_logged ORDER BY usage_rows DESC, e.model_as_logged NULLS LAST",
    "map_targets": "SELECT a.alias_id, a.internal_model_alias, a.source_model_id,"
    " count(*) AS usage_rows FROM usage_state AS s"
    " JOIN usage_price AS p ON p.row_id = s.row_id JOIN alias AS a ON a.alias_id = p.alias_id"
    " WHERE s.state_reason = 'MAP_TARGET'"
    " GROUP BY a.alias_id, a.internal_model_alias, a.source_model_id"
    " ORDER BY usage_rows DESC, a.alias_id",
    "map_use": "SELECT a.alias_id, a.internal_model_alias, a.source_model_id, a.effective_from,"
    " a.effective_until, max(x.moment) AS last_used FROM alias AS a LEFT JOIN"
    " (SELECT m.alias_id, u.occurred_at AS moment FROM model_resolution AS m"
    " JOIN usage_record AS u ON m.leg = 'usage' AND u.row_id = m.row_id UNION ALL"
    " SELECT m.alias_id, r.posted_at AS moment FROM model_resolution AS m"
    " JOIN ledger_record AS r ON m.leg = 'ledger' AND r.row_id = m.row_id) AS x"
    " ON x.alias_id = a.alias_id GROUP BY a.alias_id, a.internal_model_alias, a.source_model_id,"
    " a.effective_from, a.effective_until ORDER BY a.alias_id",
    "map_shadows": "SELECT a.alias_id, a.internal_model_alias, a.source_model_id,"
    " count(*) AS usage_rows FROM alias AS a"
    " JOIN usage_record AS u ON u.model_as_logged = a.internal_model_alias"
    " AND u.occurred_at >= a.effective_from"
    " AND (a.effective_until IS NULL OR u.occurred_at < a.effective_until)"
    " AND u.period_window = 'period'"
    " JOIN usage_price AS p ON p.row_id = u.row_id AND p.resolved_by = 'exact'"
    " WHERE a.source_model_id <> a.internal_model_alias"
    " GROUP BY a.alias_id, a.internal_model_alias, a.source_model_id"
    " ORDER BY usage_rows DESC, a.alias_id",
    "captures_used": "SELECT DISTINCT s.capture_id FROM rate_used AS u"
    " JOIN price_set AS s ON s.price_set_id = u.price_set_id ORDER BY 1",
    "price_ages": "SELECT s.capture_id, s.source_model_id, s.effective_from,"
    " max(r.occurred_at) AS last_used,"
    " count(*) AS usage_rows FROM usage_price AS p"
    " JOIN usage_record AS r ON r.row_id = p.row_id AND r.period_window = 'period'"
    " JOIN price_set AS s ON s.price_set_id = p.price_set_id"
    " GROUP BY s.capture_id, s.source_model_id, s.effective_from"
    " ORDER BY s.effective_from, s.capture_id, s.source_model_id",
    **CREDIT_QUERIES,
    **CROSS_CHECK_QUERIES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What the queries answered, by name, and the two tables every run must state."""

    rows: dict[str, list[dict[str, Any]]]
    usage_states: dict[str, int]
    ledger_places: dict[str, int]

    def __getitem__(self, name: str) -> list[dict[str, Any]]:
        """The rows of one query."""
        return self.rows[name]

    @property
    def slices(self) -> tuple[SliceFacts, ...]:
        """The slices as the decision reads them."""
        return tuple(SliceFacts(**row) for row in self.rows["slices"])

    def state_rows(self, *reasons: str) -> int:
        """Usage rows with one of these reasons."""
        return sum(
            int(row["usage_rows"])
            for row in self.rows["coverage"]
            if row["state_reason"] in reasons
        )


def fetch_figures(engine: Engine, witnesses: Witnesses) -> Figures:
    """Fetch all figures, each twice, and check the conservation equation at its end (L2).

    Raises:
        IntegrityRefused: ``NOT_HELD`` or ``NOT_REPEATABLE``, naming the table or figure.
        IntegrityRefused: ``CONSERVATION`` when received is not the sum of the six states.
    """
    with Making(engine) as making:
        making.load("quarantine", witnesses.quarantine)
    rows = fetch_twice(engine, QUERIES)
    states = dict.fromkeys(STATES, 0)
    for row in rows["coverage"]:
        states[row["row_state"]] += int(row["usage_rows"])
    states["quarantined"] += witnesses.usage_count.quarantined
    received = witnesses.usage_count.received
    places = {row["place"]: int(row["ledger_rows"]) for row in rows["ledger_rows"]}
    places["quarantined"] = witnesses.ledger_count.quarantined
    for name, left, right in (
        ("usage", received, sum(states.values())),
        ("ledger", witnesses.ledger_count.received, sum(places.values())),
    ):
        if left != right:
            raise IntegrityRefused(
                "CONSERVATION",
                f"The rows of the {name} leg do not end in one place each.",
                where=(f"{left:,} received, {right:,} found in their places",),
                remedy="Nothing was published. Run again; if it repeats, report it.",
            )
    return Figures(rows, {"received": received, **states}, {
        "received": witnesses.ledger_count.received,
        **{name: places.get(name, 0) for name in (
            "quarantined", "matched", "unmatched", "not_comparable", "outside_period",
        )},
    })  # fmt: skip


def fetch_twice(engine: Engine, queries: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of every query, which were the same, in the same order, when asked a second time.

    Raises:
        IntegrityRefused: ``NOT_REPEATABLE``, naming the figure.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        seconds = {name: beside.submit(engine.fetch, query) for name, query in queries.items()}
        rows = {}
        for name, query in queries.items():
            first = engine.fetch(query)
            require_same(f"Figure {name}", first, seconds[name].result())
            rows[name] = first.to_pylist()
    return rows


def money(value: Decimal | None) -> Decimal:
    """A sum that is empty rather than unknown: nothing was summed, so it is zero."""
    return Decimal(0) if value is None else value
