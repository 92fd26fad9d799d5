"""Workspace: the folder of one reconciliation: its settings, its layout, its first proposal."""
