"""Named effects as a report states them: from expected to recorded, cause by cause (V3)."""

from __future__ import annotations

from typing import Literal

from tieout.report.parts import Amount, BucketName, Count, Part


class Effect(Part, frozen=True):
    """What one cause makes of the variance of one scope; net, plus and minus."""

    scope: Literal["currency", "day", "model", "cost_center", "project"]
    name: str | None
    currency: str
    cause: str
    title: str
    part: str
    bucket: BucketName
    proof: str
    lines: Count
    net: Amount
    plus: Amount
    minus: Amount
