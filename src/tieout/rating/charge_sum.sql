-- charge_sum: what the counts of each usage row and the ratios frozen in it add up to, in units, before
-- anything is rounded (K5); or the reason why that cannot be said.
-- Tokens of a kind whose ratio the row does not state have no default: the sum is then unknown.
WITH counted AS (
  SELECT
    c.row_id,
    r.entry_kind,
    f.frozen_id,
    f.formula,
    f.reason,
    f.is_exact,
    f.input_rate, f.cache_read_rate, f.cache_write_rate, f.cache_write_5m_rate,
    f.cache_write_1h_rate, f.image_input_rate, f.audio_apart_rate, f.audio_input_rate,
    f.audio_output_rate, f.output_rate,
    r.input_tokens,
    r.output_tokens,
    r.input_includes_parts,
    coalesce(r.cache_read_tokens, 0) AS cache_read,
    coalesce(r.image_input_tokens, 0) AS image_input,
    coalesce(c.audio_apart_tokens, 0) AS audio_apart,
    coalesce(c.cache_write_5m_tokens, 0) AS write_5m,
    coalesce(c.cache_write_1h_tokens, 0) AS write_1h,
    -- Every write to a cache; what is not of a stated lifetime is charged by the general ratio.
    coalesce(r.cache_write_tokens, 0) + coalesce(r.cache_write_1h_tokens, 0) AS writes,
    coalesce(c.text_input_tokens, 0) AS text_input,
    coalesce(c.text_output_tokens, 0) AS text_output,
    coalesce(c.audio_input_tokens, 0) AS audio_input,
    coalesce(c.audio_output_tokens, 0) AS audio_output
  FROM charge_reading AS c
  JOIN usage_reading AS r
    ON r.row_id = c.row_id AND r.entry_kind <> 'not_usage'
  JOIN frozen_charge AS f
    ON f.frozen_id = c.frozen_id
)
SELECT
  n.row_id,
  n.frozen_id,
  -- What is given back in full follows from the charge it returns, not from counts.
  CASE WHEN n.entry_kind = 'refund' AND n.formula <> 'settlement' THEN 'return'
    ELSE n.formula END AS formula,
  CASE
    WHEN n.entry_kind = 'refund' AND n.formula <> 'settlement' THEN CAST(NULL AS STRING)
    WHEN n.formula NOT IN ('tokens', 'audio', 'fixed') THEN n.reason
    WHEN n.input_tokens IS NULL OR n.output_tokens IS NULL THEN 'METER_NOT_RECORDED'
    WHEN n.formula = 'tokens' AND (
      (n.cache_read > 0 AND n.cache_read_rate IS NULL)
      OR (n.image_input > 0 AND n.image_input_rate IS NULL)
      OR (n.audio_apart > 0 AND n.audio_apart_rate IS NULL)
      OR (n.write_5m > 0 AND n.cache_write_5m_rate IS NULL)
      OR (n.write_1h > 0 AND n.cache_write_1h_rate IS NULL)
      OR (n.writes > n.write_5m + n.write_1h AND n.cache_write_rate IS NULL)
      OR (n.output_tokens > 0 AND n.output_rate IS NULL)) THEN 'CHARGE_RATIO_MISSING'
    WHEN n.formula = 'audio' AND (
      (n.text_output > 0 AND n.output_rate IS NULL)
      OR (n.audio_input > 0 AND n.audio_input_rate IS NULL)
      OR (n.audio_output > 0 AND n.audio_output_rate IS NULL)) THEN 'CHARGE_RATIO_MISSING'
  END AS reason,
  CAST(n.input_tokens + n.output_tokens AS DECIMAL(38,3)) AS tokens,
  CAST(CASE
    WHEN n.formula = 'tokens' THEN
      -- Whether the prompt includes what goes to and from its cache depends on the row.
      CAST(n.input_tokens - n.image_input - n.audio_apart
        - CASE WHEN n.input_includes_parts THEN n.cache_read + n.writes ELSE 0 END
        AS DECIMAL(15,3)) * n.input_rate
      + CAST(n.cache_read AS DECIMAL(15,3)) * coalesce(n.cache_read_rate, 0)
      + CAST(CASE WHEN n.writes > n.write_5m + n.write_1h
        THEN n.writes - n.write_5m - n.write_1h ELSE 0 END AS DECIMAL(15,3))
        * coalesce(n.cache_write_rate, 0)
      + CAST(n.write_5m AS DECIMAL(15,3)) * coalesce(n.cache_write_5m_rate, 0)
      + CAST(n.write_1h AS DECIMAL(15,3)) * coalesce(n.cache_write_1h_rate, 0)
      + CAST(n.image_input AS DECIMAL(15,3)) * coalesce(n.image_input_rate, 0)
      + CAST(n.audio_apart AS DECIMAL(15,3)) * coalesce(n.audio_apart_rate, 0)
      + n.output_tokens * coalesce(n.output_rate, 0)
    WHEN n.formula = 'audio' THEN
      CAST(n.text_input AS DECIMAL(15,3)) * n.input_rate
      + CAST(n.text_output AS DECIMAL(15,3)) * coalesce(n.output_rate, 0)
      + CAST(n.audio_input AS DECIMAL(15,3)) * coalesce(n.audio_input_rate, 0)
      + CAST(n.audio_output AS DECIMAL(15,3)) * coalesce(n.audio_output_rate, 0)
    ELSE 0 END AS DECIMAL(38,21)) AS token_units,
  -- A rate that was rounded to its 18 decimals is off by half of the last, for each token.
  CAST(CASE WHEN n.is_exact THEN 0 ELSE
    CAST(n.input_tokens + n.output_tokens + n.cache_read + n.writes AS DECIMAL(15,3))
    * 0.000000000000000001 END AS DECIMAL(38,21)) AS doubt_units
FROM counted AS n
