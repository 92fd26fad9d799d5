-- currency_total: the totals of the run, one currency a line; currencies never add (D7, D8).
-- Net never stands without plus and minus.
SELECT
  currency,
  CAST(sum(expected_cost) AS DECIMAL(38,21)) AS expected_cost,
  CASE WHEN count(*) = count(charged_cost)
    THEN CAST(sum(charged_cost) AS DECIMAL(38,21)) END AS charged_cost,
  CAST(sum(recorded_cost) AS DECIMAL(38,21)) AS recorded_cost,
  CAST(sum(variance) AS DECIMAL(38,21)) AS variance,
  CAST(sum(CASE WHEN variance > 0 THEN variance ELSE 0 END) AS DECIMAL(38,21)) AS variance_plus,
  CAST(sum(CASE WHEN variance < 0 THEN variance ELSE 0 END) AS DECIMAL(38,21)) AS variance_minus,
  CASE WHEN count(*) = count(charged_cost)
    THEN CAST(sum(booking_variance) AS DECIMAL(38,21)) END AS booking,
  CASE WHEN count(*) = count(charged_cost) THEN CAST(sum(
    CASE WHEN booking_variance > 0 THEN booking_variance ELSE 0 END) AS DECIMAL(38,21))
    END AS booking_plus,
  CASE WHEN count(*) = count(charged_cost) THEN CAST(sum(
    CASE WHEN booking_variance < 0 THEN booking_variance ELSE 0 END) AS DECIMAL(38,21))
    END AS booking_minus,
  CASE WHEN count(*) = count(charged_cost)
    THEN CAST(sum(billing_variance) AS DECIMAL(38,21)) END AS billing,
  CASE WHEN count(*) = count(charged_cost) THEN CAST(sum(
    CASE WHEN billing_variance > 0 THEN billing_variance ELSE 0 END) AS DECIMAL(38,21))
    END AS billing_plus,
  CASE WHEN count(*) = count(charged_cost) THEN CAST(sum(
    CASE WHEN billing_variance < 0 THEN billing_variance ELSE 0 END) AS DECIMAL(38,21))
    END AS billing_minus,
  CAST(sum(low_cost) AS DECIMAL(38,21)) AS low,
  -- A line without an upper bound leaves the total without one.
  CASE WHEN count(*) = count(high_cost) THEN CAST(sum(high_cost) AS DECIMAL(38,21)) END AS high,
  CAST(sum(rate_part) AS DECIMAL(38,21)) AS rate_part,
  CAST(sum(quantity_part) AS DECIMAL(38,21)) AS quantity_part,
  CAST(sum(mapping_part) AS DECIMAL(38,21)) AS mapping_part,
  CAST(sum(basis_part) AS DECIMAL(38,21)) AS basis_part,
  CAST(sum(timing_part) AS DECIMAL(38,21)) AS timing_part,
  CAST(sum(rounding_part) AS DECIMAL(38,21)) AS rounding_part,
  CAST(sum(unknown_part) AS DECIMAL(38,21)) AS unknown_part,
  count(CASE WHEN unverified_rows > 0 THEN 1 END) AS unverified_lines
FROM variance_line
GROUP BY currency
