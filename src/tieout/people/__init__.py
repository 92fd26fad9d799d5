"""People: who may decide what, by which key, and what they decided (A3, D16, D27)."""
