-- claim_row: what the vendor took too much, row by row, once for each cause (B6).
-- What no known version of the vendor's own formula gives is one cause; what is then left above the most
-- that the published price may make, every doubt included, is the other; a call that a verified rule says
-- is not billed has a cause of its own. What came back by a later row is taken off: it is no claim any more.
WITH returned AS (
  SELECT
    coalesce(u.task_id, u.request_id) AS origin,
    CAST(sum(-u.charged_cost) AS DECIMAL(38,21)) AS returned_cost
  FROM usage_record AS u
  LEFT JOIN usage_identity AS i
    ON i.row_id = u.row_id
  LEFT JOIN refund_link AS l
    ON l.refund_row_id = u.row_id
  -- A settlement that counts is in what was expected already.
  LEFT JOIN expected_cost AS e
    ON e.row_id = u.row_id AND e.counts
  WHERE u.entry_kind = 'refund' AND u.charged_cost < 0 AND l.refund_row_id IS NULL
    AND e.row_id IS NULL
    AND coalesce(i.identity, 'single') <> 'repeat'
  GROUP BY coalesce(u.task_id, u.request_id)
),
taken AS (
  SELECT
    u.row_id,
    u.charged_units,
    u.charged_cost,
    u.charge_currency,
    s.state_reason,
    k.formula,
    k.recomputed_units,
    k.recomputed_cost,
    CASE WHEN k.least_units > k.most_units THEN k.least_units ELSE k.most_units END AS most_units,
    CASE WHEN p.currency = u.charge_currency THEN e.expected_cost END AS expected_cost,
    CASE WHEN p.currency = u.charge_currency THEN e.high_cost END AS most_cost,
    CASE WHEN p.currency = u.charge_currency THEN p.price_set_id END AS price_set_id,
    p.source_model_id,
    coalesce(b.returned_cost, 0) AS returned_cost,
    -- A charge that counts units is rounded to one of them.
    CASE WHEN u.charged_units IS NULL THEN 0 ELSE g.unit_value END AS rounding,
    f.frozen_id,
    f.unit_value
  FROM charged_row AS u
  CROSS JOIN charge_terms AS g
  JOIN usage_state AS s
    ON s.row_id = u.row_id AND s.row_state NOT IN ('quarantined', 'excluded')
  JOIN usage_price AS p
    ON p.row_id = u.row_id
  LEFT JOIN expected_cost AS e
    ON e.row_id = u.row_id AND s.row_state = 'rated'
  LEFT JOIN recomputed_charge AS k
    ON k.row_id = u.row_id
  LEFT JOIN charge_reading AS c
    ON c.row_id = u.row_id
  LEFT JOIN frozen_charge AS f
    ON f.frozen_id = c.frozen_id
  LEFT JOIN refund_link AS l
    ON l.consumption_row_id = u.row_id
  LEFT JOIN returned AS b
    ON b.origin = u.origin
  WHERE l.refund_row_id IS NULL
),
by_formula AS (
  SELECT
    t.row_id, t.charged_units, t.charged_cost, t.charge_currency, t.state_reason, t.formula,
    t.recomputed_units, t.recomputed_cost, t.expected_cost, t.most_cost, t.price_set_id,
    t.source_model_id, t.returned_cost, t.rounding, t.frozen_id, t.unit_value,
    CAST(CASE WHEN t.charged_units > t.most_units THEN t.charged_units - t.most_units END
      AS DECIMAL(15,3)) AS above_units,
    CAST(CASE WHEN t.charged_units > t.most_units
      THEN CAST(t.charged_units - t.most_units AS DECIMAL(15,3)) * t.unit_value
      ELSE 0 END AS DECIMAL(38,21)) AS above_cost
  FROM taken AS t
),
split AS (
  SELECT
    f.row_id, f.charged_units, f.charged_cost, f.charge_currency, f.state_reason, f.formula,
    f.recomputed_units, f.recomputed_cost, f.expected_cost, f.most_cost, f.price_set_id,
    f.source_model_id, f.returned_cost, f.rounding, f.frozen_id, f.unit_value, f.above_units,
    CAST(f.above_cost - f.returned_cost AS DECIMAL(38,21)) AS formula_left,
    -- Beyond the price, what the formula does not explain counts above, and is not claimed twice.
    CAST(f.charged_cost - f.returned_cost - CASE WHEN f.above_cost > f.returned_cost
      THEN f.above_cost - f.returned_cost ELSE 0 END - f.most_cost AS DECIMAL(38,21)) AS price_left
  FROM by_formula AS f
),
too_much AS (
  SELECT
    s.row_id, s.charged_units, s.charged_cost, s.charge_currency, s.state_reason, s.formula,
    s.recomputed_units, s.recomputed_cost, s.expected_cost, s.most_cost, s.price_set_id,
    s.source_model_id, s.returned_cost, s.rounding, s.frozen_id, s.unit_value, s.above_units,
    s.formula_left, s.price_left
  FROM split AS s
  WHERE (s.above_units IS NOT NULL AND s.formula_left > 0) OR s.price_left > s.rounding
),
claimed AS (
  SELECT row_id, 'charged_above_ratios' AS cause, above_units AS amount_units, formula_left AS amount
  FROM too_much
  WHERE above_units IS NOT NULL AND formula_left > 0
  UNION ALL
  SELECT
    row_id,
    CASE WHEN state_reason = 'NOT_BILLABLE' THEN 'charged_not_billed' ELSE 'charged_above_price' END
      AS cause,
    CAST(NULL AS DECIMAL(15,3)) AS amount_units,
    price_left AS amount
  FROM too_much
  WHERE price_left > rounding
)
SELECT
  m.cause,
  coalesce(t.source_model_id, r.model_as_logged) AS model,
  t.charge_currency AS currency,
  r.import_id,
  r.ordinal,
  r.line,
  r.byte_offset,
  r.payload_digest,
  r.request_id,
  r.task_id,
  r.occurred_at,
  d.usage_day AS day,
  r.model_as_logged,
  t.charged_units,
  t.charged_cost,
  t.recomputed_units,
  t.recomputed_cost,
  t.expected_cost,
  t.most_cost,
  t.returned_cost,
  m.amount_units,
  m.amount,
  t.price_set_id,
  t.formula,
  f.frozen_id,
  f.price_terms,
  f.input_rate,
  f.output_rate,
  f.cache_read_rate,
  f.cache_write_rate,
  f.cache_write_5m_rate,
  f.cache_write_1h_rate,
  f.image_input_rate,
  f.audio_apart_rate,
  f.audio_input_rate,
  f.audio_output_rate,
  f.fixed_units,
  f.unit_value
FROM claimed AS m
JOIN too_much AS t
  ON t.row_id = m.row_id
JOIN usage_reading AS r
  ON r.row_id = m.row_id
JOIN usage_record AS d
  ON d.row_id = m.row_id
LEFT JOIN frozen_charge AS f
  ON f.frozen_id = t.frozen_id
