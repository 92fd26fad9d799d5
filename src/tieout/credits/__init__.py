"""Prepaid credits: what moved the balance, what it proves, and what is claimed back."""
