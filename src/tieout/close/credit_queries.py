"""What a run asks of charges, prepaid credits and claims; every answer is ordered."""

from __future__ import annotations

from typing import Final

CREDIT_QUERIES: Final[dict[str, str]] = {
    "charge_agreement": "SELECT * FROM charge_agreement ORDER BY currency NULLS LAST, formula,"
    " agreement, reason NULLS LAST",
    "charge_models": "SELECT * FROM charge_model ORDER BY charged_cost DESC,"
    " source_model_id NULLS LAST, currency NULLS LAST",
    "charge_differences": "SELECT * FROM charge_difference ORDER BY place",
    "balance_proof": "SELECT * FROM balance_proof",
    "movement_totals": "SELECT * FROM movement_total ORDER BY movement_window, kind, funding",
    "pool_use": "SELECT * FROM pool_use ORDER BY cost_center NULLS LAST",
    "open_at_reading": "SELECT * FROM open_at_reading ORDER BY reading",
    "tasks_across": "SELECT * FROM task_across ORDER BY settled_at, task_id",
    "account_rows": "SELECT * FROM account_row WHERE NOT is_confirmed ORDER BY moved_at, record",
    "stated_movements": "SELECT s.*, m.movement_window FROM stated_movement AS s"
    " JOIN credit_movement AS m ON m.list_id = s.list_id"
    " AND m.movement_id = concat(s.list_id, ' line ', CAST(s.line AS STRING))"
    " ORDER BY s.moved_at, s.list_id, s.line",
    "unit_values": "SELECT unit_value FROM frozen_charge WHERE unit_value IS NOT NULL"
    " UNION SELECT unit_value FROM charge_terms WHERE one_unit_value ORDER BY unit_value",
    "unknown_movements": "SELECT count(CASE WHEN r.charged_units IS NULL THEN 1 END)"
    " AS without_units, count(CASE WHEN i.identity = 'conflict' THEN 1 END) AS in_conflict"
    " FROM usage_reading AS r LEFT JOIN usage_identity AS i ON i.row_id = r.row_id"
    " WHERE r.entry_kind IN ('consumption', 'refund')",
    "claims": "SELECT * FROM claim_total ORDER BY amount DESC, cause, model NULLS LAST, currency",
}
