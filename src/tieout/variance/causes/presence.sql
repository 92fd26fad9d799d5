-- presence: lines where one leg has no row that counts, or the ledger has the same entry twice.
-- A difference is timing only with a counterpart in the margin of a neighbour period, or on another
-- day of the same scope; else it is usage (D6). Margin rows whose cost is unknown are no counterpart.
-- The counterpart may also be an item that an earlier run left open (D25). Where no more than the amount says
-- so, the line may be without one all the same.
-- A usage row that waits in quarantine, or that a rule leaves out, is there all the same: where the
-- id of the entry finds it, the line says so; where it only may be the one, nothing is proved (L7).
WITH uncounted_row AS (
  SELECT u.request_id, u.period_window, p.source_model_id, s.rating_state, s.rating_reason
  FROM usage_state AS s
  JOIN usage_record AS u
    ON u.row_id = s.row_id
  JOIN usage_price AS p
    ON p.row_id = s.row_id
  WHERE s.rating_state = 'quarantined'
    OR (s.rating_state = 'excluded' AND s.rating_reason LIKE 'RULE:%')
),
uncounted_id AS (
  -- Of one id, a row that waits comes before one that was left out: it may yet come to count.
  SELECT
    'id:' || request_id AS line_key,
    CASE WHEN count(CASE WHEN rating_state = 'quarantined' THEN 1 END) > 0
      THEN 'usage_waits' ELSE 'usage_excluded' END AS cause,
    min(rating_reason) AS variant
  FROM uncounted_row
  WHERE request_id IS NOT NULL
  GROUP BY request_id
),
uncounted_model AS (
  -- Rows of no model may be those of an entry of none.
  SELECT DISTINCT coalesce(source_model_id, 'no model') AS model
  FROM uncounted_row
  WHERE period_window IN ('period', 'margin')
),
refund_back AS (
  -- What the refunds of a line give back for consumption outside the period.
  SELECT k.line_key, CAST(sum(b.charged_cost) AS DECIMAL(38,21)) AS refunded
  FROM refund_link AS f
  JOIN usage_record AS b
    ON b.row_id = f.refund_row_id AND b.period_window = 'period'
  JOIN usage_record AS c
    ON c.row_id = f.consumption_row_id AND c.period_window <> 'period'
  JOIN match_member AS k
    ON k.leg = 'usage' AND k.row_id = b.row_id
  GROUP BY k.line_key
),
carried AS (
  SELECT met_line, count(CASE WHEN NOT clears THEN 1 END) AS apart
  FROM carried_line
  WHERE met_by <> 'amount'
  GROUP BY met_line
),
without_usage AS (
  SELECT o.line_key, o.grain, o.source_model_id
  FROM open_line AS o
  LEFT JOIN counterpart_day AS d
    ON d.line_key = o.line_key AND d.variant = 'counterpart on another day'
  LEFT JOIN carried AS c
    ON c.met_line = o.line_key
  -- A total of rows that do not count says more.
  LEFT JOIN (SELECT DISTINCT line_key FROM left_out_booked) AS b
    ON b.line_key = o.line_key
  WHERE o.in_period AND o.usage_rows = 0 AND o.margin_usage_rows = 0 AND d.line_key IS NULL
    AND c.met_line IS NULL AND b.line_key IS NULL
)
SELECT o.line_key, 'other_period' AS cause, 'counterpart in the margin' AS variant
FROM open_line AS o
LEFT JOIN carried AS c
  ON c.met_line = o.line_key
CROSS JOIN ledger_terms AS t
WHERE o.in_period AND c.met_line IS NULL
  AND (o.margin_ledger_rows > 0 OR o.margin_usage_rows > 0)
  AND o.margin_rows_not_rated = 0
  AND o.recorded_cost + o.margin_recorded_cost
    - o.basis_cost - o.margin_basis_cost <= t.half_step
  AND o.basis_cost + o.margin_basis_cost
    - o.recorded_cost - o.margin_recorded_cost <= t.half_step
UNION ALL
SELECT o.line_key, 'clears_carried' AS cause, 'item of an earlier period' AS variant
FROM open_line AS o
JOIN carried AS c
  ON c.met_line = o.line_key
WHERE o.in_period AND c.apart = 0
UNION ALL
SELECT DISTINCT met_line AS line_key, 'equals_carried' AS cause, 'amount of an earlier period' AS variant
FROM carried_line
WHERE met_by = 'amount'
UNION ALL
SELECT o.line_key, 'refund_of_other_period' AS cause, 'refund of an earlier call' AS variant
FROM open_line AS o
JOIN refund_back AS b
  ON b.line_key = o.line_key
CROSS JOIN ledger_terms AS t
-- With an entry in the margin the line is judged as booked in another period, above.
WHERE o.in_period AND o.margin_ledger_rows = 0
  AND o.recorded_cost - o.basis_cost - b.refunded <= t.half_step
  AND o.basis_cost + b.refunded - o.recorded_cost <= t.half_step
UNION ALL
SELECT o.line_key, 'not_in_ledger' AS cause, 'no ledger entry' AS variant
FROM open_line AS o
LEFT JOIN counterpart_day AS d
  ON d.line_key = o.line_key AND d.variant = 'counterpart on another day'
LEFT JOIN carried AS c
  ON c.met_line = o.line_key
WHERE o.in_period AND o.ledger_rows = 0 AND o.margin_ledger_rows = 0 AND d.line_key IS NULL
  AND c.met_line IS NULL
UNION ALL
SELECT
  w.line_key,
  coalesce(i.cause, 'not_in_usage') AS cause,
  CASE
    WHEN i.line_key IS NOT NULL THEN i.variant
    WHEN q.records_waiting > 0 THEN 'no usage row that could be read'
    WHEN w.grain = 'group' AND m.model IS NOT NULL THEN 'no usage row that counts'
    WHEN p.line_key IS NOT NULL THEN 'no usage row of this period'
    ELSE 'no usage row'
  END AS variant
FROM without_usage AS w
CROSS JOIN usage_waiting AS q
LEFT JOIN uncounted_id AS i
  ON i.line_key = w.line_key
LEFT JOIN uncounted_model AS m
  ON m.model = coalesce(w.source_model_id, 'no model')
LEFT JOIN late_posting AS p
  ON p.line_key = w.line_key
UNION ALL
-- Entries of equal amount, each of them the whole line: posted as often as there are entries.
SELECT o.line_key, 'posted_repeatedly' AS cause, 'equal entries' AS variant
FROM open_line AS o
CROSS JOIN ledger_terms AS t
WHERE o.in_period AND o.ledger_rows > 1 AND o.usage_rows > 0
  AND o.lowest_entry_cost = o.highest_entry_cost
  AND o.lowest_entry_cost - o.basis_cost <= t.half_step
  AND o.basis_cost - o.lowest_entry_cost <= t.half_step
