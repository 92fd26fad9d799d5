"""Tieout ties out AI API spend: price sources, usage records and the cost ledger, line by line.

The command line and this module do the same things. Each function is one command; it prints
nothing and returns what it did:

    >>> from pathlib import Path
    >>> import tieout
    >>> workspace = tieout.find_workspace(Path("acme-ai"))          # doctest: +SKIP
    >>> result = tieout.run(workspace, "2026-08", operator="AB")   # doctest: +SKIP
    >>> result.summary["decision"]                                  # doctest: +SKIP
    'hold'

A command that cannot be done raises :class:`Refusal`, which says what happened, where, and what to
do next. Modules are loaded when a name is first used, so that importing ``tieout`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tieout.actions.adjusting import adjust_period
    from tieout.actions.book_ties import check_statement, tie_books
    from tieout.actions.checklist import answer_item, show_checklist
    from tieout.actions.claiming import answer_claim, credit_claim, file_claim, make_claim
    from tieout.actions.claims import list_claims, show_claim
    from tieout.actions.closing import (
        read_report,
        run,
        verify,
        write_report,
    )
    from tieout.actions.completeness import check_coverage
    from tieout.actions.counting import import_counts
    from tieout.actions.credits import (
        credits_on_record,
        import_movements,
        propose_movements,
        state_balance,
    )
    from tieout.actions.demo_month import run_demo
    from tieout.actions.demo_real import run_real_demo
    from tieout.actions.disposing import assign_groups, comment_group, resolve_groups
    from tieout.actions.doctor import doctor
    from tieout.actions.estimates import approve_estimated_meter, approve_estimated_prices
    from tieout.actions.evidence import verify_evidence
    from tieout.actions.exclusions import approve_exclusions, check_exclusions
    from tieout.actions.key_file import KeyFile, make_key
    from tieout.actions.mapping_approval import approve_mapping
    from tieout.actions.names import check_mapping, propose_mapping
    from tieout.actions.packing import check_pack, pack
    from tieout.actions.people import (
        add_person,
        endorse_entries,
        found_people,
        revoke_key,
        show_ruling,
        sign_ruling,
        withdraw_ruling,
    )
    from tieout.actions.people_review import review_people
    from tieout.actions.policy import approve_policy, show_policy
    from tieout.actions.pool_journal import journal_of_period, write_journal
    from tieout.actions.pool_records import (
        approve_allocation,
        record_posting,
        state_pool_opening,
    )
    from tieout.actions.price_approval import approve_prices, declare_prices
    from tieout.actions.price_history import show_prices
    from tieout.actions.prices import (
        Origin,
        import_prices,
        list_prices,
        origin_from_meta,
        read_manifest,
    )
    from tieout.actions.proposing import propose_decisions
    from tieout.actions.records import check_file, import_files
    from tieout.actions.signing_off import (
        close_period,
        reopen_period,
        show_approval,
        sign_run,
    )
    from tieout.actions.start import create_workspace, find_workspace
    from tieout.actions.variances import list_variances, show_variance
    from tieout.errors import ExitCode, Refusal
    from tieout.people.person import Person
    from tieout.signing.key import SigningKey, unlock
    from tieout.workspace.layout import Workspace

_HOMES: Final = {
    "KeyFile": "tieout.actions.key_file",
    "make_key": "tieout.actions.key_file",
    "add_person": "tieout.actions.people",
    "endorse_entries": "tieout.actions.people",
    "found_people": "tieout.actions.people",
    "revoke_key": "tieout.actions.people",
    "show_ruling": "tieout.actions.people",
    "sign_ruling": "tieout.actions.people",
    "withdraw_ruling": "tieout.actions.people",
    "review_people": "tieout.actions.people_review",
    "approve_policy": "tieout.actions.policy",
    "show_policy": "tieout.actions.policy",
    "Person": "tieout.people.person",
    "SigningKey": "tieout.signing.key",
    "unlock": "tieout.signing.key",
    "ExitCode": "tieout.errors",
    "Origin": "tieout.actions.prices",
    "Refusal": "tieout.errors",
    "Workspace": "tieout.workspace.layout",
    "adjust_period": "tieout.actions.adjusting",
    "answer_item": "tieout.actions.checklist",
    "approve_estimated_meter": "tieout.actions.estimates",
    "approve_estimated_prices": "tieout.actions.estimates",
    "approve_exclusions": "tieout.actions.exclusions",
    "approve_mapping": "tieout.actions.mapping_approval",
    "approve_prices": "tieout.actions.price_approval",
    "assign_groups": "tieout.actions.disposing",
    "check_exclusions": "tieout.actions.exclusions",
    "import_counts": "tieout.actions.counting",
    "credits_on_record": "tieout.actions.credits",
    "import_movements": "tieout.actions.credits",
    "propose_movements": "tieout.actions.credits",
    "state_balance": "tieout.actions.credits",
    "check_statement": "tieout.actions.book_ties",
    "tie_books": "tieout.actions.book_ties",
    "journal_of_period": "tieout.actions.pool_journal",
    "write_journal": "tieout.actions.pool_journal",
    "approve_allocation": "tieout.actions.pool_records",
    "record_posting": "tieout.actions.pool_records",
    "state_pool_opening": "tieout.actions.pool_records",
    "check_coverage": "tieout.actions.completeness",
    "check_pack": "tieout.actions.packing",
    "check_file": "tieout.actions.records",
    "check_mapping": "tieout.actions.names",
    "close_period": "tieout.actions.signing_off",
    "comment_group": "tieout.actions.disposing",
    "answer_claim": "tieout.actions.claiming",
    "credit_claim": "tieout.actions.claiming",
    "file_claim": "tieout.actions.claiming",
    "make_claim": "tieout.actions.claiming",
    "list_claims": "tieout.actions.claims",
    "show_claim": "tieout.actions.claims",
    "create_workspace": "tieout.actions.start",
    "declare_prices": "tieout.actions.price_approval",
    "doctor": "tieout.actions.doctor",
    "find_workspace": "tieout.actions.start",
    "import_files": "tieout.actions.records",
    "import_prices": "tieout.actions.prices",
    "list_prices": "tieout.actions.prices",
    "list_variances": "tieout.actions.variances",
    "origin_from_meta": "tieout.actions.prices",
    "pack": "tieout.actions.packing",
    "propose_decisions": "tieout.actions.proposing",
    "propose_mapping": "tieout.actions.names",
    "read_manifest": "tieout.actions.prices",
    "read_report": "tieout.actions.closing",
    "reopen_period": "tieout.actions.signing_off",
    "resolve_groups": "tieout.actions.disposing",
    "run": "tieout.actions.closing",
    "run_demo": "tieout.actions.demo_month",
    "run_real_demo": "tieout.actions.demo_real",
    "show_approval": "tieout.actions.signing_off",
    "show_checklist": "tieout.actions.checklist",
    "show_prices": "tieout.actions.price_history",
    "show_variance": "tieout.actions.variances",
    "sign_run": "tieout.actions.signing_off",
    "verify": "tieout.actions.closing",
    "verify_evidence": "tieout.actions.evidence",
    "write_report": "tieout.actions.closing",
}

__all__ = [
    "ExitCode",
    "KeyFile",
    "Origin",
    "Person",
    "Refusal",
    "SigningKey",
    "Workspace",
    "__version__",
    "add_person",
    "adjust_period",
    "answer_claim",
    "answer_item",
    "approve_allocation",
    "approve_estimated_meter",
    "approve_estimated_prices",
    "approve_exclusions",
    "approve_mapping",
    "approve_policy",
    "approve_prices",
    "assign_groups",
    "check_coverage",
    "check_exclusions",
    "check_file",
    "check_mapping",
    "check_pack",
    "check_statement",
    "close_period",
    "comment_group",
    "create_workspace",
    "credit_claim",
    "credits_on_record",
    "declare_prices",
    "doctor",
    "endorse_entries",
    "file_claim",
    "find_workspace",
    "found_people",
    "import_counts",
    "import_files",
    "import_movements",
    "import_prices",
    "journal_of_period",
    "list_claims",
    "list_prices",
    "list_variances",
    "make_claim",
    "make_key",
    "origin_from_meta",
    "pack",
    "propose_decisions",
    "propose_mapping",
    "propose_movements",
    "read_manifest",
    "read_report",
    "record_posting",
    "reopen_period",
    "resolve_groups",
    "review_people",
    "revoke_key",
    "run",
    "run_demo",
    "run_real_demo",
    "show_approval",
    "show_checklist",
    "show_claim",
    "show_policy",
    "show_prices",
    "show_ruling",
    "show_variance",
    "sign_ruling",
    "sign_run",
    "state_balance",
    "state_pool_opening",
    "tie_books",
    "unlock",
    "verify",
    "verify_evidence",
    "withdraw_ruling",
    "write_journal",
    "write_report",
]


def __getattr__(name: str) -> object:
    """Load the module of a public name when the name is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tieout' has no attribute {name!r}")
    found: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted(__all__)
