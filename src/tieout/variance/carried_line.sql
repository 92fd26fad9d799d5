-- carried_line: items of earlier periods, each beside the line of this run that has a counterpart.
-- An id finds its own rows again: all of them together must tie out, those of the item must still
-- make its amount, and the counterpart must name its model, or none. A group without ids is met by
-- one line of the same group on another day whose difference cancels it, where neither has a second
-- choice (D11, D14). Single calls that come to the amount, and a line that was left in doubt itself, are no
-- more than an equal amount: the line may be their counterpart, and clears nothing.
-- What came after the period is left to the run of its own period.
WITH called AS (
  SELECT i.item_period, i.line_key, i.side, i.source_model_id AS item_model_id, k.leg, k.row_id
  FROM carried_item AS i
  JOIN match_member AS k
    ON k.line_key = i.line_key AND k.leg <> i.side
  WHERE i.grain = 'request' AND NOT i.own_period
),
counterpart AS (
  SELECT c.item_period, c.line_key, c.side, c.item_model_id, u.source_model_id, u.day, r.import_id,
    r.period_window, r.occurred_at AS moment
  FROM called AS c
  JOIN usage_member AS u
    ON c.leg = 'usage' AND u.row_id = c.row_id
  JOIN usage_record AS r
    ON r.row_id = c.row_id
  UNION ALL
  SELECT c.item_period, c.line_key, c.side, c.item_model_id, l.source_model_id, l.day, r.import_id,
    r.period_window, r.posted_at AS moment
  FROM called AS c
  JOIN ledger_member AS l
    ON c.leg = 'ledger' AND l.row_id = c.row_id
  JOIN ledger_record AS r
    ON r.row_id = c.row_id
),
by_id AS (
  SELECT
    c.item_period,
    c.line_key,
    c.side,
    max(c.day) AS landed_day,
    min(c.import_id) AS landed_import,
    count(CASE WHEN c.period_window = 'period' THEN 1 END) AS rows_in_period,
    count(CASE WHEN c.moment >= b.period_end THEN 1 END) AS rows_after,
    count(CASE WHEN c.source_model_id <> c.item_model_id THEN 1 END) AS other_models
  FROM counterpart AS c
  CROSS JOIN period_bounds AS b
  GROUP BY c.item_period, c.line_key, c.side
),
part AS (
  SELECT DISTINCT part_key, part, side, dayless_key, currency, amount,
    CASE WHEN part = 'group' THEN coalesce(source_model_id, '') END AS model
  FROM carried_part
),
open_group AS (
  SELECT o.line_key, o.day, o.currency, o.usage_rows, o.ledger_rows, o.difference,
    coalesce(o.source_model_id, '') AS model,
    substr(o.line_key, CASE WHEN k.by_day THEN 22 ELSE 7 END) AS dayless_key
  FROM open_line AS o
  CROSS JOIN match_terms AS k
  WHERE o.grain = 'group' AND o.in_period
),
meeting AS (
  SELECT p.part_key, p.currency, o.line_key AS met_line, o.day AS landed_day
  FROM part AS p
  JOIN open_group AS o
    ON o.dayless_key = p.dayless_key AND o.currency = p.currency
  CROSS JOIN ledger_terms AS t
  WHERE (p.model IS NULL OR p.model = o.model)
    AND CASE WHEN p.side = 'usage' THEN o.ledger_rows ELSE o.usage_rows END > 0
    AND o.difference + p.amount <= t.half_step
    AND o.difference + p.amount >= -t.half_step
),
by_group AS (
  SELECT
    part_key, currency, met_line, landed_day,
    count(*) OVER (PARTITION BY part_key, currency) AS lines_of_item,
    count(*) OVER (PARTITION BY met_line) AS items_of_line
  FROM meeting
)
SELECT
  c.item_period,
  c.line_key,
  c.side,
  m.line_key AS met_line,
  'id' AS met_by,
  coalesce(m.one_currency AND m.currency = i.currency
    AND c.other_models = 0 AND c.rows_after = 0
    AND m.rows_not_rated = 0 AND m.margin_rows_not_rated = 0
    AND m.recorded_cost + m.margin_recorded_cost - m.basis_cost - m.margin_basis_cost <= t.half_step
    AND m.recorded_cost + m.margin_recorded_cost - m.basis_cost - m.margin_basis_cost
      >= -t.half_step
    AND i.amount - CASE WHEN i.side = 'usage' THEN -m.margin_basis_cost
      ELSE m.margin_recorded_cost END <= t.half_step
    AND i.amount - CASE WHEN i.side = 'usage' THEN -m.margin_basis_cost
      ELSE m.margin_recorded_cost END >= -t.half_step, FALSE) AS clears,
  CASE WHEN c.rows_in_period > 0 THEN 'period' ELSE 'late' END AS landed_in,
  c.landed_day,
  c.landed_import
FROM by_id AS c
JOIN carried_item AS i
  ON i.item_period = c.item_period AND i.line_key = c.line_key AND i.side = c.side
  AND NOT i.own_period
JOIN match_line AS m
  ON m.line_key = c.line_key
CROSS JOIN ledger_terms AS t
UNION ALL
SELECT
  p.item_period,
  p.line_key,
  p.side,
  g.met_line,
  CASE WHEN p.is_sure THEN 'group' ELSE 'amount' END AS met_by,
  p.is_sure AS clears,
  'period' AS landed_in,
  g.landed_day,
  CAST(NULL AS STRING) AS landed_import
FROM by_group AS g
JOIN carried_part AS p
  ON p.part_key = g.part_key AND p.currency = g.currency
WHERE g.lines_of_item = 1 AND g.items_of_line = 1
