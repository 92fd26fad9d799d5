"""Collecting a vendor's own usage log: windows, pages, stable readings, batches, counts (U9)."""
