-- movement_total: the movements before, in and after the period by kind and by what paid, in units.
-- Charged units are what the rows say was taken; units are what of it moved the balance.
SELECT
  movement_window,
  kind,
  funding,
  count(*) AS movements,
  CAST(sum(units) AS DECIMAL(38,3)) AS units,
  CAST(sum(charged_units) AS DECIMAL(38,3)) AS charged_units
FROM credit_movement
GROUP BY movement_window, kind, funding
