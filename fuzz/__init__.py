"""Hostile input made by the thousand: polluted files that must be right or refused, and fuzzing.

``python -m fuzz --polluted 10000`` and ``python -m fuzz --seconds 60``; see ``make nightly``.
"""
