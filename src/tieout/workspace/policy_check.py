"""Whether the terms of a policy can be meant, beyond their types (V4, A3)."""

from __future__ import annotations

from typing import Final

import msgspec

from tieout.errors import ApprovalRefused
from tieout.money import plain
from tieout.people.duty import require_duties
from tieout.workspace.document import refused
from tieout.workspace.policy import Policy

_MOST_DAYS: Final = 3650
_MOST_ACCEPTED: Final = 366
_LONGEST_NAME: Final = 80

# What stands out of our own rows: 0 looks for nothing; a factor of 1 would single out everything.
_PATTERNS: Final = (
    ("absurd_row_least_rows", 2, 10**12),
    ("gap_least_days", 0, _MOST_DAYS),
    ("gap_step_factor", 2, 10**6),
)


def check_policy(policy: Policy) -> None:
    """Refuse a policy that cannot be meant.

    Raises:
        ConfigurationRefused: ``CFG_RANGE``: a number is outside of its range; ``CFG_NAME``: an
            owner is no name; ``CFG_DUTY``: the duties name no ruling or no role.
    """
    share = policy.second_source_share
    if share is not None and share > 1:
        raise refused(
            "CFG_RANGE", f"policy.second_source_share is {plain(share)}.",
            "policy.second_source_share", 'Write a share from "0" to "1".',
        )  # fmt: skip
    if policy.trivial_total is not None and policy.trivial_total > policy.materiality:
        raise refused(
            "CFG_RANGE", f"policy.trivial_total is {plain(policy.trivial_total)}.",
            "policy.trivial_total", f"Write at most the materiality, {plain(policy.materiality)}.",
        )  # fmt: skip
    due = {
        f"due_days.{name}": days for name, days in msgspec.structs.asdict(policy.due_days).items()
    }
    for name, value, low, high in (
        ("quarantine_limit", policy.quarantine_limit, 0, 10**12),
        *((name, getattr(policy, name), low, high) for name, low, high in _PATTERNS),
        ("absurd_row_factor", policy.absurd_row_factor, 2 * bool(policy.absurd_row_factor), 10**6),
        ("price_max_age_days", policy.price_max_age_days, 1, _MOST_DAYS),
        ("price_gap_range_hours", policy.price_gap_range_hours, 0, 24 * _MOST_DAYS),
        ("acceptance.max_days", policy.acceptance.max_days, 0, _MOST_ACCEPTED),
        ("claim_days", policy.claim_days or 0, 0, _MOST_DAYS),
        *((name, days, 0, _MOST_DAYS) for name, days in due.items() if days is not None),
    ):
        if not low <= value <= high:
            setting = f"policy.{name}"
            raise refused("CFG_RANGE", f"{setting} is {value}.", setting, f"Write {low} to {high}.")
    _check_owners(policy)
    _check_duties(policy)


def _check_owners(policy: Policy) -> None:
    for bucket, name in msgspec.structs.asdict(policy.owners).items():
        if name and (name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME):
            raise refused(
                "CFG_NAME", f"policy.owners.{bucket} is no name.", f"policy.owners.{bucket}",
                f"Write 1 to {_LONGEST_NAME} printable characters.",
            )  # fmt: skip


def _check_duties(policy: Policy) -> None:
    try:
        require_duties(policy.duties)
    except ApprovalRefused as error:
        # Nobody signs anything here yet: it is the file that is wrong.
        raise refused(
            "CFG_DUTY", error.what, "policy.duties", f"Known here: {error.where[0]}."
        ) from error
