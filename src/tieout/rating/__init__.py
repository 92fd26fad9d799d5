"""Rating: a quantity times the unit rate in force, or the reason there is none."""
