"""Mapping: internal names resolve to exact source model ids, approved and dated."""
