"""The pack: one file from which an outsider re-performs a run without Tieout (L1, L5)."""
