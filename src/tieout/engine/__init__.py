"""Engines: the narrow port behind which the SQL of the stages runs, and nothing else."""
