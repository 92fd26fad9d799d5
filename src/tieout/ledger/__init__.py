"""Ledger: the witness of what was booked. It knows neither prices nor usage."""
