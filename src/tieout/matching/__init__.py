"""Matching: exact keys only, ids first, the rest by group (V1, D14)."""
