"""Contract items: what the calculation leans on and nobody has verified yet."""
