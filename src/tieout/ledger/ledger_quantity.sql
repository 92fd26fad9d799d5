-- ledger_quantity: the quantities a ledger entry states, one meter a line; most ledgers state none.
SELECT row_id, 'input_tokens' AS meter, input_tokens AS quantity
FROM ledger_reading WHERE input_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'cache_read_tokens' AS meter, cache_read_tokens AS quantity
FROM ledger_reading WHERE cache_read_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'cache_write_tokens' AS meter, cache_write_tokens AS quantity
FROM ledger_reading WHERE cache_write_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'cache_write_1h_tokens' AS meter, cache_write_1h_tokens AS quantity
FROM ledger_reading WHERE cache_write_1h_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'audio_input_tokens' AS meter, audio_input_tokens AS quantity
FROM ledger_reading WHERE audio_input_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'image_input_tokens' AS meter, image_input_tokens AS quantity
FROM ledger_reading WHERE image_input_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'output_tokens' AS meter, output_tokens AS quantity
FROM ledger_reading WHERE output_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'reasoning_tokens' AS meter, reasoning_tokens AS quantity
FROM ledger_reading WHERE reasoning_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'audio_output_tokens' AS meter, audio_output_tokens AS quantity
FROM ledger_reading WHERE audio_output_tokens IS NOT NULL
UNION ALL
SELECT row_id, 'requests' AS meter, requests AS quantity
FROM ledger_reading WHERE requests IS NOT NULL
UNION ALL
SELECT row_id, 'seconds' AS meter, seconds AS quantity
FROM ledger_reading WHERE seconds IS NOT NULL
UNION ALL
SELECT row_id, 'images' AS meter, images AS quantity
FROM ledger_reading WHERE images IS NOT NULL
UNION ALL
SELECT row_id, 'characters' AS meter, characters AS quantity
FROM ledger_reading WHERE characters IS NOT NULL
