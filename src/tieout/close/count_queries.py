"""What is asked of the tables that hold our rows beside the vendors' own counts (U6)."""

from __future__ import annotations

from typing import Final

# What a total adds up, over the cells of a day or of a whole count.
_SUMS: Final = (
    "sum(cells) AS cells, sum(our_quantity) AS our_quantity,"
    " sum(vendor_quantity) AS vendor_quantity, sum(plus) AS plus, sum(minus) AS minus,"
    " sum(our_rows) AS our_rows, sum(unknown_rows) AS unknown_rows,"
    " sum(repeated_rows) AS repeated_rows, sum(refund_rows) AS refund_rows,"
    " sum(other_rows) AS other_rows"
)
_GRAIN: Final = "count_id, feed_name, meter, by_model, by_key"

COUNT_QUERIES: Final[dict[str, str]] = {
    "count_totals": f"SELECT {_GRAIN}, state, reason, count(DISTINCT day) AS days,"
    f" min(day) AS first_day, max(day) AS last_day, {_SUMS} FROM count_day"
    f" GROUP BY {_GRAIN}, state, reason ORDER BY {_GRAIN}, state, reason NULLS LAST",
    "count_by_day": f"SELECT {_GRAIN}, day, {_SUMS},"
    " sum(CASE WHEN state = 'equal' THEN cells ELSE 0 END) AS equal_cells,"
    " sum(CASE WHEN state = 'explained' THEN cells ELSE 0 END) AS explained_cells,"
    " sum(CASE WHEN state = 'not_compared' THEN cells ELSE 0 END) AS other_cells FROM count_day"
    f" GROUP BY {_GRAIN}, day ORDER BY count_id, meter, day, by_model, by_key",
    # What does not agree, open ones first; every cell of every day stands in the totals.
    "count_days": "SELECT * FROM count_day WHERE state <> 'equal'"
    " ORDER BY CASE state WHEN 'not_compared' THEN 2 WHEN 'explained' THEN 1 ELSE 0 END,"
    " count_id, day, meter, by_model, by_key, model_as_logged NULLS LAST, key_name NULLS LAST,"
    " state, reason NULLS LAST LIMIT 200",
    # What is counted whole, compared, and known in full when it was read: only this can say that
    # nothing is missing.
    "counted_stretches": "SELECT DISTINCT s.feed_name, s.counted_from, s.counted_until"
    " FROM count_span AS s CROSS JOIN period_bounds AS b"
    " WHERE s.meter = 'rows' AND NOT s.read_early AND s.counted_from >= b.period_start"
    " AND s.counted_until <= b.period_end"
    " ORDER BY s.feed_name, s.counted_from, s.counted_until",
    # What stands out of our own rows.
    "absurd_rows": "SELECT * FROM absurd_row ORDER BY expected_cost DESC, source_model_id,"
    " currency, import_id, ordinal LIMIT 200",
    "absurd_row_count": "SELECT count(*) AS absurd FROM absurd_row",
    "silent_stretches": "SELECT scope, key_name, last_before, first_after,"
    " count(*) AS hours, min(day) AS day, min(began_at) AS began_at,"
    " max(began_at) AS last_began_at, min(other_days) AS other_days,"
    " sum(fewest_rows) AS fewest_rows FROM silent_hour"
    " GROUP BY scope, key_name, last_before, first_after"
    " ORDER BY scope, key_name NULLS FIRST, began_at",
    "day_steps": "SELECT * FROM day_step ORDER BY day, model_as_logged",
}
