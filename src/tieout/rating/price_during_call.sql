-- price_during_call: the other prices of a rated call of which only the end was logged, where its
-- model's price changed between the earliest start it may have had and that end (D5).
-- No price set stands where none, or no single one, was in force, or one that cannot be applied.
WITH ended AS (
  SELECT
    r.row_id,
    r.ended_at,
    -- With its duration the start is known well enough; without, the margin bounds how long it took.
    CASE WHEN r.time_basis = 'end' THEN r.ended_at - (b.period_start - b.margin_start)
      ELSE r.occurred_at END AS earliest_start,
    p.source_model_id,
    p.alias_id,
    p.currency,
    o.rates_digest
  FROM usage_reading AS r
  CROSS JOIN period_bounds AS b
  JOIN usage_state AS s
    ON s.row_id = r.row_id AND s.rating_state = 'rated' AND s.period_window <> 'outside'
  JOIN usage_price AS p
    ON p.row_id = r.row_id
  JOIN price_set AS o
    ON o.price_set_id = p.price_set_id
  LEFT JOIN settlement_link AS x
    ON x.row_id = r.row_id
  WHERE r.time_basis <> 'start' AND r.entry_kind = 'consumption' AND x.row_id IS NULL
),
touched AS (
  SELECT
    e.row_id,
    e.ended_at,
    e.earliest_start,
    e.source_model_id,
    e.alias_id,
    e.currency,
    e.rates_digest,
    f.effective_from,
    f.effective_until,
    f.rates_in_force,
    f.price_set_id,
    f.currency AS price_currency
  FROM ended AS e
  JOIN price_applied AS f
    ON f.source_model_id = e.source_model_id
    AND f.effective_from <= e.ended_at
    AND (f.effective_until IS NULL OR f.effective_until > e.earliest_start)
)
SELECT
  t.row_id,
  CASE WHEN t.rates_in_force = 1 AND t.price_currency = t.currency AND d.price_set_id IS NULL
    THEN t.price_set_id END AS price_set_id
FROM touched AS t
JOIN price_set AS o
  ON o.price_set_id = t.price_set_id
LEFT JOIN unit_mismatch AS d
  ON d.alias_id = t.alias_id AND d.price_set_id = t.price_set_id
WHERE t.rates_in_force <> 1 OR o.rates_digest <> t.rates_digest
UNION
-- A stretch ended before the call did, and no other one follows it.
SELECT t.row_id, CASE WHEN FALSE THEN t.price_set_id END AS price_set_id
FROM touched AS t
LEFT JOIN price_applied AS n
  ON n.source_model_id = t.source_model_id AND n.effective_from = t.effective_until
WHERE t.effective_until <= t.ended_at AND n.source_model_id IS NULL
UNION
-- The first stretch began after the call may have begun.
SELECT t.row_id, CASE WHEN FALSE THEN min(t.price_set_id) END AS price_set_id
FROM touched AS t
GROUP BY t.row_id, t.earliest_start
HAVING min(t.effective_from) > t.earliest_start
