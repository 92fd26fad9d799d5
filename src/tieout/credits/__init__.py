"""Prepaid credits: what moved the balance, and whether every unit of it is explained."""
