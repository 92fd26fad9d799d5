-- claim_total: the claims of a run: rows of one cause, model and currency, with what their author would
-- see as two sums (B6, D24). Each row is one text, every text is hashed and the hashes are added, so that
-- neither order nor the file a row came with changes them.
WITH said AS (
  SELECT
    cause,
    model,
    currency,
    day,
    charged_cost,
    amount,
    -- Hexadecimal digits as decimal ones: the engines read hexadecimal numbers apart.
    translate(md5(concat_ws('|', payload_digest, CAST(charged_cost AS STRING),
      CAST(returned_cost AS STRING), CAST(amount AS STRING))), 'abcdef', '012345') AS digits
  FROM claim_row
)
SELECT
  cause,
  model,
  currency,
  min(day) AS first_day,
  max(day) AS last_day,
  count(*) AS usage_rows,
  CAST(sum(charged_cost) AS DECIMAL(38,21)) AS charged_cost,
  CAST(sum(amount) AS DECIMAL(38,21)) AS amount,
  CAST(sum(CAST(substr(digits, 1, 16) AS DECIMAL(38,0))) AS STRING) AS first_sum,
  CAST(sum(CAST(substr(digits, 17, 16) AS DECIMAL(38,0))) AS STRING) AS second_sum
FROM said
GROUP BY cause, model, currency
