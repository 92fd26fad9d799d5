"""Control totals of the claims: the money above what is owed, added up another way (B6, L2)."""

from __future__ import annotations

from typing import Final

from tieout.close.control_total import ControlTotal

# Per charged row: what is left of its charge, the most its price may make of it, and what stands
# above its own ratios. Beyond the price the whole is claimed, else what the ratios leave.
_LEFT: Final = "u.charged_cost - coalesce(b.cost, 0)"
_ABOVE: Final = (
    "CASE WHEN k.charged_units > k.most_units AND k.charged_units > k.least_units"
    " THEN (k.charged_units - CASE WHEN k.most_units > k.least_units THEN k.most_units"
    " ELSE k.least_units END) * f.unit_value - coalesce(b.cost, 0) ELSE 0 END"
)
_PER_ROW: Final = (
    f"SELECT {_LEFT} AS remaining, {_ABOVE} AS above, e.high_cost,"
    " CASE WHEN u.charged_units IS NULL THEN 0 ELSE g.unit_value END AS rounding"
    " FROM charged_row AS u CROSS JOIN charge_terms AS g"
    " JOIN usage_price AS p ON p.row_id = u.row_id"
    " JOIN usage_state AS s ON s.row_id = u.row_id"
    " AND s.row_state IN ('rated', 'unrated', 'unmapped', 'not_reconcilable')"
    " LEFT JOIN expected_cost AS e ON e.row_id = u.row_id AND s.row_state = 'rated'"
    " AND p.currency = u.charge_currency"
    " LEFT JOIN recomputed_charge AS k ON k.row_id = u.row_id"
    " LEFT JOIN charge_reading AS c ON c.row_id = u.row_id"
    " LEFT JOIN frozen_charge AS f ON f.frozen_id = c.frozen_id"
    " LEFT JOIN (SELECT coalesce(task_id, request_id) AS origin, sum(-charged_cost) AS cost"
    " FROM usage_record WHERE entry_kind = 'refund' AND charged_cost < 0"
    " AND row_id NOT IN (SELECT refund_row_id FROM refund_link)"
    " AND row_id NOT IN (SELECT row_id FROM expected_cost WHERE counts)"
    " AND row_id NOT IN (SELECT row_id FROM usage_identity WHERE identity = 'repeat')"
    " GROUP BY coalesce(task_id, request_id)) AS b ON b.origin = u.origin"
    " WHERE u.row_id NOT IN (SELECT consumption_row_id FROM refund_link)"
)
_CLAIMED: Final = (
    "SELECT coalesce(sum(CASE"
    " WHEN remaining - CASE WHEN above > 0 THEN above ELSE 0 END - high_cost > rounding"
    " THEN remaining - high_cost WHEN above > 0 THEN above ELSE 0 END), 0)"
    f" FROM ({_PER_ROW}) AS r"
)

# Nobody claims more than was taken, nothing is claimed twice, and every claim is above zero.
CLAIM_TOTALS: Final[tuple[ControlTotal, ...]] = (
    ControlTotal(
        "amounts of claim_row",
        _CLAIMED,
        "SELECT coalesce(sum(amount), 0) FROM claim_row",
    ),
    ControlTotal(
        "rows of claim_row without an amount",
        "SELECT 0",
        "SELECT count(*) FROM claim_row WHERE amount <= 0",
    ),
    ControlTotal(
        "rows of claim_row that the usage has",
        "SELECT count(*) FROM claim_row AS c JOIN usage_reading AS r"
        " ON r.import_id = c.import_id AND r.ordinal = c.ordinal",
        "SELECT count(*) FROM claim_row",
    ),
    ControlTotal(
        "usage rows of which more is claimed than was taken",
        "SELECT 0",
        "SELECT count(*) FROM (SELECT import_id, ordinal FROM claim_row"
        " GROUP BY import_id, ordinal, charged_cost"
        " HAVING sum(amount) > charged_cost OR count(*) > 2) AS g",
    ),
)
