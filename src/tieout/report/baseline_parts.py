"""What the first run over history proposes, as the report states it (D22)."""

from __future__ import annotations

from tieout.report.parts import Amount, Count, Part


class BaselineCause(Part, frozen=True):
    """All open money of one cause in a baseline run, or of the causes that did not fit."""

    cause: str
    groups: Count
    lines: Count
    net: Amount | None
    gross: Amount | None
    currency: str | None


class BaselineMapping(Part, frozen=True):
    """An id that an unmapped name may mean; nobody has approved it."""

    name: str
    source_model_id: str
    reason: str


class Baseline(Part, frozen=True):
    """What the first run over history proposes: at most ten causes, mappings, policy (D22)."""

    causes: tuple[BaselineCause, ...]
    mapping: tuple[BaselineMapping, ...]
    policy: tuple[str, ...]
