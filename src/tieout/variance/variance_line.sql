-- variance_line: every line of the period with its variance, bucket, cause and parts (V2, V3).
-- Variance is recorded minus expected; where the charge is known it is booking (recorded minus
-- charged) plus billing (charged minus expected). A line whose books tie out while its charge differs
-- from its price cancels: both halves stand, and their sum hides them. The parts add up to the
-- variance: what the declared basis makes of it (D9), and what remains, which the cause says; where two
-- causes close a line together, each has the effect it adds (D15).
WITH judged AS (
  SELECT
    m.line_key,
    m.grain,
    m.day,
    m.source_model_id,
    m.model_name,
    m.cost_center,
    m.project,
    m.currency,
    m.usage_rows,
    m.ledger_rows,
    m.price_set_id,
    m.state_not_rated,
    m.reason_not_rated,
    m.unverified_rows,
    m.one_currency,
    m.expected_cost,
    CASE WHEN m.rows_not_rated = 0 AND m.one_currency
      THEN m.basis_cost ELSE m.expected_cost END AS basis_cost,
    m.low_cost,
    m.high_cost,
    m.recorded_cost,
    -- A line without usage rows has no charge: the vendor's log does not know it.
    CASE
      WHEN m.usage_rows = 0 AND g.charges_known THEN 0
      WHEN m.charged_rows = m.usage_rows AND m.usage_rows > 0 THEN m.charged_cost
    END AS charged_cost,
    CAST(m.recorded_cost - m.expected_cost AS DECIMAL(38,21)) AS variance,
    m.rows_not_rated = 0 AND m.one_currency AS comparable,
    o.line_key IS NULL AS books_tie_out,
    c.cause,
    coalesce(p.variant, c.variant) AS variant,
    coalesce(c.causes, 0) AS causes,
    p.first_cause,
    p.first_variant,
    p.second_cause,
    p.second_variant,
    p.first_effect,
    p.second_effect,
    CASE WHEN p.first_effect < 0 THEN -p.first_effect ELSE p.first_effect END AS first_size,
    CASE WHEN p.second_effect < 0 THEN -p.second_effect ELSE p.second_effect END AS second_size,
    -- Quantities have no charge: on that basis a difference stays unsplit.
    CASE WHEN t.basis <> 'charged' THEN q.ledger_quantity_cost END AS ledger_quantity_cost,
    t.basis = 'charged' AS holds_charges,
    -- What rounding may make of a line: in the books, or of each charge to a whole unit.
    CASE
      WHEN CAST(m.usage_rows AS DECIMAL(15,3)) * g.unit_value > t.half_step
        AND CAST(m.usage_rows AS DECIMAL(15,3)) * g.unit_value > t.rounding_bound
        THEN CAST(CAST(m.usage_rows AS DECIMAL(15,3)) * g.unit_value AS DECIMAL(38,21))
      WHEN t.half_step > t.rounding_bound THEN t.half_step
      ELSE t.rounding_bound END AS rounding
  FROM match_line AS m
  CROSS JOIN charge_terms AS g
  CROSS JOIN ledger_terms AS t
  LEFT JOIN open_line AS o
    ON o.line_key = m.line_key
  LEFT JOIN line_cause AS c
    ON c.line_key = m.line_key
  LEFT JOIN cause_pair AS p
    ON p.line_key = c.line_key AND p.cause = c.cause AND p.place = 1
  LEFT JOIN ledger_quantity_priced AS q
    ON q.line_key = m.line_key
  WHERE m.in_period
),
filed AS (
  SELECT
    j.line_key, j.grain, j.day, j.source_model_id, j.model_name, j.cost_center, j.project,
    j.currency, j.usage_rows, j.ledger_rows, j.price_set_id, j.unverified_rows,
    j.expected_cost, j.low_cost, j.high_cost, j.charged_cost, j.recorded_cost, j.variance,
    j.state_not_rated, j.reason_not_rated, j.variant, j.causes,
    j.ledger_quantity_cost, j.basis_cost, j.holds_charges, j.rounding,
    j.first_cause, j.first_variant, j.second_cause, j.second_variant, j.first_effect, j.second_effect,
    j.first_size, j.second_size,
    CAST(j.basis_cost - j.expected_cost AS DECIMAL(38,21)) AS basis_part,
    CAST(j.recorded_cost - j.basis_cost AS DECIMAL(38,21)) AS remaining,
    CASE
      WHEN NOT j.comparable THEN 'not_comparable'
      WHEN NOT j.books_tie_out THEN 'open'
      WHEN j.charged_cost - j.expected_cost > j.rounding AND NOT j.holds_charges THEN 'cancels'
      WHEN j.expected_cost - j.charged_cost > j.rounding AND NOT j.holds_charges THEN 'cancels'
      ELSE 'ties_out'
    END AS line_state,
    CASE
      WHEN NOT j.comparable AND j.reason_not_rated = 'CONTRACT_CONTRADICTED'
        THEN 'contract_contradicted'
      WHEN NOT j.comparable THEN coalesce(
        j.state_not_rated, CASE WHEN j.one_currency THEN 'charge_unknown' ELSE 'two_currencies' END)
      WHEN NOT j.books_tie_out THEN coalesce(j.cause, 'unknown')
      ELSE 'ties_out'
    END AS cause
  FROM judged AS j
)
SELECT
  f.line_key,
  f.grain,
  f.day,
  f.source_model_id,
  f.model_name,
  f.cost_center,
  f.project,
  f.currency,
  f.usage_rows,
  f.ledger_rows,
  f.price_set_id,
  f.unverified_rows,
  f.line_state,
  f.state_not_rated,
  f.reason_not_rated,
  k.cause,
  f.variant,
  f.causes,
  -- Of two causes, the bucket of the larger effect; ties in the order of D15.
  CASE
    WHEN f.first_cause IS NULL THEN k.bucket
    WHEN f.first_size > f.second_size THEN a.bucket
    WHEN f.first_size < f.second_size THEN b.bucket
    WHEN a.bucket = 'contract' OR b.bucket = 'contract' THEN 'contract'
    WHEN a.bucket = 'source' OR b.bucket = 'source' THEN 'source'
    ELSE a.bucket
  END AS bucket,
  CASE
    WHEN f.line_state NOT IN ('open', 'cancels') THEN 'none'
    WHEN f.causes > 1 THEN 'suspected'
    -- An amount on another day that only equals the difference is no counterpart entry (D6).
    WHEN f.cause IN ('other_day', 'other_period') AND f.variant = 'equal amount on another day'
      THEN 'suspected'
    -- A usage row that waits unread, that does not count, or that an earlier period left open may be the one.
    WHEN f.cause = 'not_in_usage' AND f.variant <> 'no usage row' THEN 'suspected'
    ELSE k.proof
  END AS proof,
  f.expected_cost,
  f.low_cost,
  f.high_cost,
  f.basis_cost,
  f.charged_cost,
  f.recorded_cost,
  f.variance,
  CAST(f.recorded_cost - f.charged_cost AS DECIMAL(38,21)) AS booking_variance,
  CAST(f.charged_cost - f.expected_cost AS DECIMAL(38,21)) AS billing_variance,
  f.basis_part,
  -- A charge above the price is a claim, whatever the books hold; rounding of a row is none.
  CASE WHEN f.holds_charges AND f.basis_part > f.rounding
    THEN f.basis_part ELSE CAST(0 AS DECIMAL(38,21)) END AS overcharge,
  CAST(CASE
    WHEN k.part = 'rate' THEN f.remaining
    WHEN f.first_cause IS NOT NULL
      THEN CASE WHEN a.part = 'rate' THEN f.first_effect ELSE 0 END
        + CASE WHEN b.part = 'rate' THEN f.second_effect ELSE 0 END
    WHEN k.part = 'unknown' AND f.ledger_quantity_cost IS NOT NULL
      THEN f.recorded_cost - f.ledger_quantity_cost
    ELSE 0 END AS DECIMAL(38,21)) AS rate_part,
  CAST(CASE
    WHEN k.part = 'quantity' THEN f.remaining
    WHEN f.first_cause IS NOT NULL
      THEN CASE WHEN a.part = 'quantity' THEN f.first_effect ELSE 0 END
        + CASE WHEN b.part = 'quantity' THEN f.second_effect ELSE 0 END
    WHEN k.part = 'unknown' AND f.ledger_quantity_cost IS NOT NULL
      THEN f.ledger_quantity_cost - f.basis_cost
    ELSE 0 END AS DECIMAL(38,21)) AS quantity_part,
  CAST(CASE WHEN k.part = 'mapping' THEN f.remaining ELSE 0 END AS DECIMAL(38,21)) AS mapping_part,
  CAST(CASE WHEN k.part = 'timing' THEN f.remaining ELSE 0 END AS DECIMAL(38,21)) AS timing_part,
  CAST(CASE WHEN k.part = 'rounding' THEN f.remaining ELSE 0 END AS DECIMAL(38,21))
    AS rounding_part,
  CAST(CASE
    WHEN k.part = 'unknown' AND f.ledger_quantity_cost IS NULL AND f.first_cause IS NULL
      THEN f.remaining
    ELSE 0 END AS DECIMAL(38,21)) AS unknown_part,
  f.first_cause,
  f.first_variant,
  f.second_cause,
  f.second_variant,
  CAST(coalesce(f.second_effect, 0) AS DECIMAL(38,21)) AS second_effect
FROM filed AS f
JOIN cause_terms AS k
  ON k.cause = CASE WHEN f.line_state = 'cancels' THEN 'halves_cancel' ELSE f.cause END
LEFT JOIN cause_terms AS a
  ON a.cause = f.first_cause
LEFT JOIN cause_terms AS b
  ON b.cause = f.second_cause
