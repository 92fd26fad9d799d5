"""The report: one object (``report.json``) shown as a page, as text for a terminal and as CSV.

Nothing is calculated here. What a person sees is a figure of the object, rounded for the first
page, with every digit one step down.
"""
