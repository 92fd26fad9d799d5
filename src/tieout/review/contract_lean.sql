-- contract_lean: what of this period leans on each figure class of a vendor's contract (C3, C5): the
-- money that leans, and by how much it would move if the class were read the other way. Where no other
-- reading can be computed the change is null; where what leans is not known, its amount is.
WITH priced AS (
  SELECT price_set_id, meter, usage_rows AS uses, expected_cost AS amount, list_cost
  FROM rate_used
  UNION ALL
  -- Calls that wait for a contradicted item lean on it all the same.
  SELECT
    p.price_set_id,
    l.meter,
    count(*) AS uses,
    CAST(CASE WHEN FALSE THEN 0 END AS DECIMAL(38,21)) AS amount,
    CAST(CASE WHEN FALSE THEN 0 END AS DECIMAL(38,21)) AS list_cost
  FROM usage_state AS s
  JOIN usage_price AS p
    ON p.row_id = s.row_id
  JOIN price_line AS l
    ON l.price_set_id = p.price_set_id
  WHERE s.state_reason = 'CONTRACT_CONTRADICTED'
  GROUP BY p.price_set_id, l.meter
),
catalog_priced AS (
  SELECT
    v.vendor,
    s.currency,
    -- Reasoning that is priced as output has the meaning of the output price.
    coalesce(l.dialect, o.dialect) AS dialect,
    CASE WHEN k.unit = 'Tokens' THEN 'unit:tokens' ELSE 'unit:media' END AS unit_term,
    u.uses,
    u.amount,
    u.list_cost
  FROM priced AS u
  JOIN price_vendor AS v
    ON v.price_set_id = u.price_set_id AND v.own_catalog
  JOIN price_set AS s
    ON s.price_set_id = u.price_set_id
  JOIN meter AS k
    ON k.meter = u.meter
  LEFT JOIN price_line AS l
    ON l.price_set_id = u.price_set_id AND l.meter = u.meter
  LEFT JOIN price_line AS o
    ON o.price_set_id = u.price_set_id AND o.meter = k.part_of
),
own_row AS (
  SELECT
    v.vendor,
    m.currency,
    r.time_basis <> 'start' AS end_only,
    r.charged_units IS NOT NULL AS in_units,
    count(*) AS uses,
    CAST(sum(m.expected_cost) AS DECIMAL(38,21)) AS expected_cost,
    CAST(sum(m.charged_cost) AS DECIMAL(38,21)) AS charged_cost
  FROM usage_member AS m
  JOIN usage_reading AS r
    ON r.row_id = m.row_id
  JOIN usage_vendor AS v
    ON v.import_id = r.import_id
  WHERE m.period_window = 'period'
  GROUP BY v.vendor, m.currency, r.time_basis <> 'start', r.charged_units IS NOT NULL
),
own_charge AS (
  -- The charges recomputed from their rows, or not for this reason; and by how much the known versions
  -- of the gateway are apart, which is what another rounding would move.
  SELECT
    v.vendor,
    u.charge_currency AS currency,
    r.formula,
    r.reason,
    count(*) AS uses,
    CAST(sum(r.recomputed_cost) AS DECIMAL(38,21)) AS amount,
    CAST(sum((r.most_units - r.least_units) * f.unit_value) AS DECIMAL(38,21)) AS band
  FROM recomputed_charge AS r
  JOIN usage_record AS u
    ON u.row_id = r.row_id AND u.period_window = 'period'
  JOIN usage_state AS s
    ON s.row_id = r.row_id AND s.state_reason NOT IN ('DUP_EXACT', 'DUP_CONFLICT')
  JOIN charge_sum AS c
    ON c.row_id = r.row_id
  JOIN frozen_charge AS f
    ON f.frozen_id = c.frozen_id
  JOIN usage_vendor AS v
    ON v.import_id = u.import_id
  WHERE r.reason IS NULL OR r.reason = 'CONTRACT_CONTRADICTED'
  GROUP BY v.vendor, u.charge_currency, r.formula, r.reason
),
leaning AS (
  SELECT vendor, concat('price:', dialect) AS term, currency, uses, amount,
    CASE WHEN dialect = 'list_with_ratio'
      THEN CAST(list_cost - amount AS DECIMAL(38,21)) END AS change
  FROM catalog_priced
  UNION ALL
  SELECT vendor, unit_term AS term, currency, uses, amount,
    CASE WHEN FALSE THEN amount END AS change
  FROM catalog_priced
  UNION ALL
  SELECT vendor, 'currency:expected' AS term, currency, uses, amount,
    CASE WHEN FALSE THEN amount END AS change
  FROM catalog_priced
  UNION ALL
  SELECT vendor, 'charged:units' AS term, currency, uses, charged_cost AS amount,
    CASE WHEN FALSE THEN charged_cost END AS change
  FROM own_row
  WHERE in_units
  UNION ALL
  SELECT vendor, 'charged:formula' AS term, currency, uses, amount,
    CASE WHEN FALSE THEN amount END AS change
  FROM own_charge
  WHERE formula IN ('tokens', 'audio')
  UNION ALL
  SELECT vendor, 'charged:rounding' AS term, currency, uses, amount, band AS change
  FROM own_charge
  WHERE formula IN ('tokens', 'audio', 'fixed')
  UNION ALL
  SELECT vendor, 'charged:tasks' AS term, currency, uses, amount, band AS change
  FROM own_charge
  WHERE formula = 'task'
  UNION ALL
  SELECT vendor, 'usage:kinds' AS term, currency, uses, expected_cost AS amount,
    CASE WHEN FALSE THEN expected_cost END AS change
  FROM own_row
  UNION ALL
  -- A call during which no price changed costs the same, whichever end of it was logged.
  SELECT vendor, 'usage:start' AS term, currency, uses, expected_cost AS amount,
    CAST(0 AS DECIMAL(38,21)) AS change
  FROM own_row
  WHERE end_only
  UNION ALL
  SELECT v.vendor, 'usage:start' AS term, m.currency, 0 AS uses,
    CAST(0 AS DECIMAL(38,21)) AS amount,
    CAST(m.high_cost - m.low_cost AS DECIMAL(38,21)) AS change
  FROM (SELECT DISTINCT row_id FROM price_during_call) AS c
  JOIN usage_member AS m
    ON m.row_id = c.row_id AND m.period_window = 'period'
  JOIN usage_reading AS r
    ON r.row_id = c.row_id
  JOIN usage_vendor AS v
    ON v.import_id = r.import_id
  UNION ALL
  -- The other convention counts cached tokens once more, or once less, at the price of input.
  SELECT v.vendor, 'usage:cache' AS term, m.currency, 1 AS uses,
    CAST(q.quantity * n.unit_rate AS DECIMAL(38,21)) AS amount,
    CAST(q.quantity * n.unit_rate AS DECIMAL(38,21)) AS change
  FROM meter_reading AS q
  JOIN usage_member AS m
    ON m.row_id = q.row_id AND m.period_window = 'period'
  JOIN usage_reading AS r
    ON r.row_id = q.row_id
  JOIN usage_vendor AS v
    ON v.import_id = r.import_id
  LEFT JOIN rate_line AS n
    ON n.price_set_id = m.price_set_id AND n.meter = 'input_tokens'
  WHERE q.quantity > 0 AND q.meter LIKE 'cache%'
  UNION ALL
  -- Until a rule is verified the full cost is what moves, whichever way it is decided; of a call that
  -- lacks a meter or a rate, and counts nothing because it is not billed, nobody knows that cost. What
  -- settlements take off and what they add is added up, so that neither hides the other.
  SELECT v.vendor, concat('billing:', b.call_kind) AS term, m.currency, 1 AS uses,
    CASE WHEN x.row_id IS NOT NULL OR y.row_id IS NOT NULL THEN NULL
      WHEN m.full_cost < 0 THEN -m.full_cost ELSE m.full_cost END AS amount,
    CASE WHEN x.row_id IS NOT NULL OR y.row_id IS NOT NULL THEN NULL
      WHEN m.full_cost < 0 THEN -m.full_cost ELSE m.full_cost END AS change
  FROM call_billing AS b
  JOIN usage_member AS m
    ON m.row_id = b.row_id AND m.period_window = 'period' AND m.rating_state = 'rated'
  JOIN price_vendor AS v
    ON v.price_set_id = m.price_set_id
  LEFT JOIN missing_meter AS x
    ON x.row_id = b.row_id
  LEFT JOIN unpriced_meter AS y
    ON y.row_id = b.row_id
)
SELECT
  vendor,
  term,
  currency,
  CAST(sum(uses) AS BIGINT) AS uses,
  CASE WHEN count(*) = count(amount) THEN CAST(sum(amount) AS DECIMAL(38,21)) END AS amount,
  CASE WHEN count(*) = count(change) THEN CAST(sum(change) AS DECIMAL(38,21)) END AS change
FROM leaning
GROUP BY vendor, term, currency
