"""Local terms and policy: what the ledger means, how rows are grouped, which limits apply."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

import msgspec

from tieout.money import RoundingRule
from tieout.review.decision_rules import ReviewTerms

Basis = Literal["list", "net", "charged", "cash-effective"]

# The fields the matching statements know as parts of a group key, beside the currency.
GROUP_KEYS: Final = (
    "day", "source_model_id", "cost_center", "project", "customer", "environment",
)  # fmt: skip


class LedgerTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the ledger means by its cost.

    Attributes:
        basis: list, net, charged or cash-effective (D9).
        recorded_step: the declared step of the recorded column; 0 is exact (D11).
        rounding: how the booking rounds (K4, D12).
    """

    basis: Basis = "net"
    recorded_step: Decimal = Decimal(0)
    rounding: RoundingRule = RoundingRule()


class Matching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of the group grain (V1, D14); the currency always belongs to them."""

    keys: tuple[str, ...] = ("day", "source_model_id", "cost_center")


class CrossCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which price sources price usage and which only check them (P4, D21).

    Attributes:
        primary: the sources that price, as a rule a vendor's pricing documentation.
        check: the sources that are compared with them and never price: a public page, a catalog.
            A source in neither list prices, as every source does where nothing is declared.
    """

    primary: tuple[str, ...] = ()
    check: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local policy, versioned; no universal tolerance is built in (V4).

    Attributes:
        version: the name of this policy, kept with every run.
        hold_limit: withheld money above this holds the run once a trigger fired (D19).
        materiality: provisional or unproved money above this is open.
        quarantine_limit: how many quarantined records a run may have and still be approved.
        absurd_factor: recorded beyond this many times expected is singled out (V6).
        price_max_age_days: a price older than this is stale (P8).
        price_gap_range_hours: where this many hours or more lie between the last capture that saw
            a price and the first that saw another, a charge between them is a range (P7); 0: never.
        second_source_share: the share of the priced money that a second source must agree with,
            0 to 1; null requires none (P4).
        price_jump_factor: a price that moves by more than this many times, up or down, is accepted
            only with a word of its own; null raises no alarm.
        free_prices: whether prices stated as free are accepted only with a word of their own.
        accept_cap: the most that one cause group may come to, gross, and still be accepted, now or
            in a later period; null sets no limit (V4).
        accept_days: for how many days an acceptance may reach into later periods (D16).
        due_days: how many days after it was first seen a cause group is due; 0: none is (A6).
        escalated_limit: how much money of slices whose differences are all escalated a run may
            withhold and still be approved (D19).
    """

    version: str = "p1"
    hold_limit: Decimal = Decimal(0)
    materiality: Decimal = Decimal(0)
    quarantine_limit: int = 0
    absurd_factor: Decimal = Decimal(100)
    price_max_age_days: int = 45
    price_gap_range_hours: int = 0
    second_source_share: Decimal | None = None
    price_jump_factor: Decimal | None = None
    free_prices: Literal["accept", "ask"] = "accept"
    accept_cap: Decimal | None = None
    accept_days: int = 366
    due_days: int = 0
    escalated_limit: Decimal = Decimal(0)

    @property
    def review_terms(self) -> ReviewTerms:
        """What the policy says of decisions about cause groups."""
        return ReviewTerms(
            self.accept_cap, self.accept_days, self.due_days or None, self.escalated_limit
        )
