"""Booking and billing as a report states them: two bridges, per currency, model and cost center."""

from __future__ import annotations

from tieout.report.parts import Amount, Count, Part


class Halves(Part, frozen=True, kw_only=True):
    """Expected to charged is billing, charged to recorded is booking; net, plus and minus (D8).

    Billing is the ratios against the published price, the vendor's arithmetic, and what could not
    be recomputed. Lines whose charge is unknown take no part; how many, and their variance, stands
    beside. Lines whose halves cancel are in both, and counted.
    """

    lines: Count
    expected: Amount
    billing: Amount
    billing_plus: Amount
    billing_minus: Amount
    charged: Amount
    booking: Amount
    booking_plus: Amount
    booking_minus: Amount
    recorded: Amount
    cancelling_lines: Count
    cancelling_gross: Amount
    unsplit_lines: Count
    unsplit_variance: Amount
    recomputed_lines: Count = 0
    ratio: Amount = "0"
    ratio_plus: Amount = "0"
    ratio_minus: Amount = "0"
    arithmetic: Amount = "0"
    arithmetic_plus: Amount = "0"
    arithmetic_minus: Amount = "0"
    other_billing: Amount = "0"
    other_billing_plus: Amount = "0"
    other_billing_minus: Amount = "0"


class NamedHalves(Halves, frozen=True, kw_only=True):
    """The halves of one model or cost center; null where the lines name none."""

    name: str | None


class CurrencyHalves(Halves, frozen=True, kw_only=True):
    """The halves of one currency, who looks at each first, and what they are made of."""

    currency: str
    billing_owner: str
    booking_owner: str
    witnesses: str
    models: tuple[NamedHalves, ...]
    cost_centers: tuple[NamedHalves, ...]
