-- charge_difference: the rows whose charge no known version of the vendor's formula gives, the largest
-- difference first, with the place of each in its file (K5, B6).
WITH differing AS (
  SELECT
    r.row_id,
    r.formula,
    r.charged_units,
    r.recomputed_units,
    r.least_units,
    r.most_units,
    CASE WHEN r.charged_units > r.recomputed_units THEN r.charged_units - r.recomputed_units
      ELSE r.recomputed_units - r.charged_units END AS distance_units,
    u.import_id,
    u.request_id,
    u.task_id,
    u.entry_kind,
    u.occurred_at,
    u.model_as_logged,
    g.ordinal,
    g.line,
    g.byte_offset
  FROM recomputed_charge AS r
  JOIN usage_record AS u
    ON u.row_id = r.row_id AND u.period_window = 'period'
  JOIN usage_state AS s
    ON s.row_id = r.row_id AND s.state_reason NOT IN ('DUP_EXACT', 'DUP_CONFLICT')
  JOIN usage_reading AS g
    ON g.row_id = r.row_id
  WHERE r.agreement = 'differs'
)
SELECT
  d.formula,
  d.charged_units,
  d.recomputed_units,
  d.least_units,
  d.most_units,
  d.import_id,
  d.request_id,
  d.task_id,
  d.entry_kind,
  d.occurred_at,
  d.model_as_logged,
  d.ordinal,
  d.line,
  d.byte_offset,
  CAST(row_number() OVER (ORDER BY d.distance_units DESC, d.import_id, d.ordinal) AS BIGINT) AS place
FROM differing AS d
