"""Metering: the witness of what was used. It knows neither prices nor the ledger."""
