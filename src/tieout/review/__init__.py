"""Review: slices, checklist, triggers and the decision."""
