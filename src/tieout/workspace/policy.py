"""Local terms and policy: what the ledger means, how rows are grouped, which limits apply."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

import msgspec

from tieout.findings import Bucket
from tieout.money import RoundingRule
from tieout.people.person import Duty
from tieout.review.decision_rules import ReviewTerms

Basis = Literal["list", "net", "charged", "cash-effective"]

# What somebody is told of; the rest waits for whoever looks (A7).
Notice = Literal["new", "grown", "changed", "overdue", "cleared"]

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


class Owners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who settles the cause groups of a bucket first, by name; empty leaves it to the role (V2)."""

    source: str = ""
    usage: str = ""
    contract: str = ""
    timing: str = ""
    rounding: str = ""
    unknown: str = ""
    otherwise: str = ""

    def of(self, bucket: Bucket) -> str:
        """The owner of a bucket; empty where the policy names nobody for it."""
        named: str = getattr(self, bucket.value)
        return named or self.otherwise


class DueDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days a cause group of a bucket may stay open before it is overdue (A6)."""

    source: int | None = None
    usage: int | None = None
    contract: int | None = None
    timing: int | None = None
    rounding: int | None = None
    unknown: int | None = None
    otherwise: int | None = None

    def of(self, bucket: Bucket) -> int | None:
        """The days for a bucket; none where the policy names none for it."""
        named: int | None = getattr(self, bucket.value)
        return self.otherwise if named is None else named


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that may be accepted (V4), and how far it reaches beyond its own period (D16).

    Attributes:
        most: the most that one cause group may come to, gross, and be accepted; null sets no limit.
        max_days: the most days an acceptance may reach into later periods; 0 allows none.
        max_gross: the most a cause group may come to in a later period, gross.
    """

    most: Decimal | None = None
    max_days: int = 0
    max_gross: Decimal = Decimal(0)


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local policy, versioned; no universal tolerance is built in (V4).

    Attributes:
        version: the name of this policy, kept with every run.
        hold_limit: withheld money above this holds the run once a trigger fired (D19).
        materiality: provisional or unproved money above this is open.
        quarantine_limit: how many quarantined records a run may have and still be approved.
        absurd_factor: recorded beyond this many times expected is singled out (V6).
        absurd_row_factor: a row whose expected cost is beyond this many times that of the others of
            its model is singled out (V6); 0: never.
        absurd_row_least_rows: how many rows the model has at least.
        gap_least_days: an hour without a row is silent where so many other days have rows in it,
            and a day of a model is a step against so many others (U6); 0: never.
        gap_step_factor: rows of a model beyond this many times those of every other day, either
            way, are a step.
        price_max_age_days: a price older than this is stale (P8).
        price_gap_range_hours: where this many hours or more lie between the last capture that saw
            a price and the first that saw another, a charge between them is a range (P7); 0: never.
        second_source_share: the share of the priced money that a second source must agree with,
            0 to 1; null requires none (P4).
        price_jump_factor: a price that moves by more than this many times, up or down, is accepted
            only with a word of its own; null raises no alarm.
        free_prices: whether prices stated as free are accepted only with a word of their own.
        trivial_amount: a cause group of at most this, gross, needs no disposition.
        trivial_total: the most that all such groups of a period may come to, gross, in a currency;
            null is the materiality.
        unverified_limit: money behind unverified contract items above this refuses a close (C3);
            null is the materiality.
        auto_clear_timing: whether a timing difference clears once its counterpart is proved.
        due_days: the days to settle a cause group, by bucket.
        notify: which changes since the last look are worth a message (A7).
        owners: who settles a bucket first, by name.
        acceptance: the most that may be accepted, and for how long.
        escalated_limit: how much money of slices whose differences are all escalated a run may
            withhold and still be approved (D19).
        claim_days: how many days after a charge the vendor takes claims; null names no deadline.
        duties: signatures asked for beyond the least, by kind of ruling (A3).
    """

    version: str = "p1"
    hold_limit: Decimal = Decimal(0)
    materiality: Decimal = Decimal(0)
    quarantine_limit: int = 0
    absurd_factor: Decimal = Decimal(100)
    absurd_row_factor: int = 0
    absurd_row_least_rows: int = 20
    gap_least_days: int = 0
    gap_step_factor: int = 10
    price_max_age_days: int = 45
    price_gap_range_hours: int = 0
    second_source_share: Decimal | None = None
    price_jump_factor: Decimal | None = None
    free_prices: Literal["accept", "ask"] = "accept"
    trivial_amount: Decimal = Decimal(0)
    trivial_total: Decimal | None = None
    unverified_limit: Decimal | None = None
    auto_clear_timing: bool = False
    due_days: DueDays = DueDays()
    notify: tuple[Notice, ...] = ("new", "grown", "overdue")
    owners: Owners = Owners()
    acceptance: Acceptance = Acceptance()
    escalated_limit: Decimal = Decimal(0)
    claim_days: int | None = None
    duties: dict[str, Duty] = {}

    @property
    def most_unverified(self) -> Decimal:
        """The money behind unverified contract items that does not refuse a close yet."""
        return self.materiality if self.unverified_limit is None else self.unverified_limit

    @property
    def most_trivial(self) -> Decimal:
        """What the groups of a period that nobody need decide about may come to together."""
        return self.materiality if self.trivial_total is None else self.trivial_total

    @property
    def review_terms(self) -> ReviewTerms:
        """What the policy says of decisions about cause groups."""
        due = {bucket.value: self.due_days.of(bucket) for bucket in Bucket}
        return ReviewTerms(
            accept_most=self.acceptance.most,
            carry_days=self.acceptance.max_days,
            carry_gross=self.acceptance.max_gross,
            due_days={name: days for name, days in due.items() if days is not None},
            owners={bucket.value: self.owners.of(bucket) for bucket in Bucket},
            trivial_amount=self.trivial_amount,
            trivial_total=self.most_trivial,
            clear_timing=self.auto_clear_timing,
        )
