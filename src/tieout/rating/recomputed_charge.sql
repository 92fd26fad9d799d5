-- recomputed_charge: each usage row's charge once more, in whole units, from its own counts and the
-- ratios frozen in it (K5); what it is at least and at most, and how the charge agrees.
-- A sum is rounded once, half away from zero; no tokens at all are free. Versions of the gateway that
-- cut instead, or that keep surcharges outside of the factors, and tasks that are cut after each
-- factor, give the band. What is given back in full is what was taken. What rests on a contract item
-- that was contradicted is unknown (C3): review/contract_lean.sql says the same of what leans on it.
WITH withheld AS (
  SELECT DISTINCT s.row_id
  FROM charge_sum AS s
  JOIN usage_reading AS r
    ON r.row_id = s.row_id
  JOIN usage_vendor AS v
    ON v.import_id = r.import_id
  JOIN contradicted_term AS c
    ON c.vendor = v.vendor
  WHERE c.term = 'charged:units'
    OR (c.term = 'charged:formula' AND s.formula IN ('tokens', 'audio'))
    OR (c.term = 'charged:rounding' AND s.formula IN ('tokens', 'audio', 'fixed'))
    OR (c.term = 'charged:tasks' AND s.formula = 'task')
),
bounded AS (
  SELECT
    s.row_id,
    s.formula,
    CASE WHEN s.formula = 'return' AND x.row_id IS NOT NULL THEN 'REFUND_IN_PART'
      WHEN s.formula = 'return' AND k.consumption_row_id IS NULL THEN 'REFUND_WITHOUT_ORIGIN'
      WHEN s.reason IS NULL AND w.row_id IS NOT NULL THEN 'CONTRACT_CONTRADICTED'
      ELSE s.reason END AS reason,
    r.charged_units,
    o.charged_units AS taken_units,
    CASE WHEN r.entry_kind = 'refund' THEN -1 ELSE 1 END AS direction,
    s.tokens,
    f.at_least_one,
    f.lowest_units,
    f.highest_units,
    f.unit_value,
    CAST(s.token_units + f.fixed_units AS DECIMAL(38,21)) AS exact_units,
    CAST(s.token_units - s.doubt_units
      + CASE WHEN f.fixed_apart_units < f.fixed_units
        THEN f.fixed_apart_units ELSE f.fixed_units END AS DECIMAL(38,21)) AS least_exact,
    CAST(s.token_units + s.doubt_units
      + CASE WHEN f.fixed_apart_units > f.fixed_units
        THEN f.fixed_apart_units ELSE f.fixed_units END AS DECIMAL(38,21)) AS most_exact
  FROM charge_sum AS s
  JOIN usage_reading AS r
    ON r.row_id = s.row_id
  JOIN frozen_charge AS f
    ON f.frozen_id = s.frozen_id
  LEFT JOIN withheld AS w
    ON w.row_id = s.row_id
  LEFT JOIN refund_link AS k
    ON k.refund_row_id = s.row_id
  LEFT JOIN settlement_link AS x
    ON x.row_id = s.row_id
  LEFT JOIN usage_reading AS o
    ON o.row_id = k.consumption_row_id
),
rounded AS (
  SELECT
    b.row_id,
    b.formula,
    b.reason,
    b.charged_units,
    b.unit_value,
    CASE WHEN b.reason IS NULL AND b.formula IN ('tokens', 'audio', 'fixed')
      THEN b.exact_units END AS exact_units,
    CASE
      WHEN b.reason IS NOT NULL THEN NULL
      WHEN b.formula = 'return' THEN b.taken_units
      WHEN b.formula IN ('task', 'settlement', 'fee') THEN b.direction * b.highest_units
      WHEN b.tokens = 0 THEN 0
      WHEN b.at_least_one AND CAST(b.exact_units AS DECIMAL(15,0)) < 1 THEN 1
      ELSE CAST(b.exact_units AS DECIMAL(15,0)) END AS nearest,
    CASE
      WHEN b.reason IS NOT NULL THEN NULL
      WHEN b.formula = 'return' THEN b.taken_units
      WHEN b.formula IN ('task', 'settlement', 'fee') THEN b.direction * b.lowest_units
      WHEN b.tokens = 0 THEN 0
      WHEN b.at_least_one AND b.least_exact < 2 THEN 1
      -- The whole unit below.
      WHEN CAST(b.least_exact AS DECIMAL(15,0)) > b.least_exact
        THEN CAST(b.least_exact AS DECIMAL(15,0)) - 1
      ELSE CAST(b.least_exact AS DECIMAL(15,0)) END AS least,
    CASE
      WHEN b.reason IS NOT NULL THEN NULL
      WHEN b.formula = 'return' THEN b.taken_units
      WHEN b.formula IN ('task', 'settlement', 'fee') THEN b.direction * b.highest_units
      WHEN b.tokens = 0 THEN 0
      WHEN b.at_least_one AND CAST(b.most_exact AS DECIMAL(15,0)) < 1 THEN 1
      ELSE CAST(b.most_exact AS DECIMAL(15,0)) END AS most
  FROM bounded AS b
)
SELECT
  r.row_id,
  r.formula,
  r.reason,
  r.charged_units,
  r.exact_units,
  CAST(r.nearest AS DECIMAL(15,3)) AS recomputed_units,
  CAST(r.least AS DECIMAL(15,3)) AS least_units,
  CAST(r.most AS DECIMAL(15,3)) AS most_units,
  CAST(CAST(r.nearest AS DECIMAL(15,3)) * r.unit_value AS DECIMAL(38,21)) AS recomputed_cost,
  CASE
    WHEN r.reason IS NOT NULL THEN 'not_recomputed'
    WHEN r.charged_units IS NULL THEN 'no_charge'
    WHEN r.charged_units = r.nearest THEN 'equal'
    WHEN r.charged_units >= r.least AND r.charged_units <= r.most THEN 'within_band'
    ELSE 'differs'
  END AS agreement
FROM rounded AS r
