-- basis_total: what the declared basis of the ledger makes of the variance, by model (D9).
-- One reconciling item a currency; the models say what it is made of. Net never stands alone.
SELECT
  currency,
  source_model_id,
  count(*) AS lines,
  CAST(sum(basis_part) AS DECIMAL(38,21)) AS net,
  CAST(sum(CASE WHEN basis_part > 0 THEN basis_part ELSE 0 END) AS DECIMAL(38,21)) AS plus,
  CAST(sum(CASE WHEN basis_part < 0 THEN basis_part ELSE 0 END) AS DECIMAL(38,21)) AS minus
FROM variance_line
WHERE basis_part <> 0
GROUP BY currency, source_model_id
