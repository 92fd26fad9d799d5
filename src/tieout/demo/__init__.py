"""The demo month: generated usage, books with known faults, and the truth about both.

Everything about the vendor is data under ``vendors/``; this room only knows how to make a month.
"""
