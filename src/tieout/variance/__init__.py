"""Variance: recorded minus expected, in one bucket, with a cause or an honest unknown."""
