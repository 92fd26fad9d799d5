"""The vendor's charges against the ratios frozen in its own rows, as a report states them (K5)."""

from __future__ import annotations

from tieout.report.evidence_parts import AtStake
from tieout.report.parts import Amount, Count, Part


class ChargeAgreement(Part, frozen=True):
    """The rows of one formula that agree alike; a reason where they were not recomputed."""

    formula: str
    agreement: str
    reason: str | None
    meaning: str | None
    rows: Count
    charged: Amount | None
    recomputed: Amount | None
    plus_units: Amount | None
    minus_units: Amount | None
    currency: str | None


class ChargeModel(Part, frozen=True):
    """The four amounts of one model; what the two gaps beside the charge come to."""

    source_model_id: str | None
    rows: Count
    recomputed_rows: Count
    compared_rows: Count
    expected: Amount | None
    recomputed: Amount | None
    charged: Amount | None
    recorded: Amount | None
    not_recomputed: Amount | None
    formula_part: Amount | None
    price_part: Amount | None
    currency: str | None


class ChargeDifference(Part, frozen=True):
    """One row whose charge no known version of the formula gives, and where it stands."""

    request_id: str | None
    task_id: str | None
    kind: str
    model_as_logged: str | None
    occurred_at: str
    formula: str
    charged_units: Amount | None
    recomputed_units: Amount | None
    least_units: Amount | None
    most_units: Amount | None
    import_id: str
    ordinal: Count
    line: Count
    byte_offset: Count


class ChargeLean(Part, frozen=True):
    """A contract item that these charges rest on, and the money behind it (C3, C5)."""

    item_id: str
    status: str
    rows: Count
    at_stake: tuple[AtStake, ...]


class Charges(Part, frozen=True):
    """Expected, recomputed, charged, recorded; and how the middle two agree."""

    agreement: tuple[ChargeAgreement, ...]
    models: tuple[ChargeModel, ...]
    differing: tuple[ChargeDifference, ...]
    differing_of: Count
    leans_on: tuple[ChargeLean, ...]

    @property
    def provisional(self) -> tuple[ChargeLean, ...]:
        """Those that are not verified: as long as there is one, the charges are provisional."""
        return tuple(one for one in self.leans_on if one.status != "verified")
