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
    from tieout.actions.closing import (
        list_variances,
        read_report,
        run,
        show_variance,
        verify,
        write_report,
    )
    from tieout.actions.completeness import check_coverage
    from tieout.actions.demo_month import run_demo
    from tieout.actions.demo_real import run_real_demo
    from tieout.actions.doctor import doctor
    from tieout.actions.evidence import verify_evidence
    from tieout.actions.key_file import KeyFile, make_key
    from tieout.actions.names import check_mapping
    from tieout.actions.people import (
        add_person,
        endorse_entries,
        found_people,
        revoke_key,
        show_ruling,
        sign_ruling,
    )
    from tieout.actions.people_review import review_people
    from tieout.actions.policy import approve_policy, show_policy
    from tieout.actions.price_approval import approve_prices, declare_prices
    from tieout.actions.price_history import show_prices
    from tieout.actions.prices import (
        Origin,
        import_prices,
        list_prices,
        origin_from_meta,
        read_manifest,
    )
    from tieout.actions.records import check_file, import_files
    from tieout.actions.start import create_workspace, find_workspace
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
    "approve_prices": "tieout.actions.prices",
    "check_coverage": "tieout.actions.completeness",
    "check_file": "tieout.actions.records",
    "check_mapping": "tieout.actions.names",
    "create_workspace": "tieout.actions.start",
    "doctor": "tieout.actions.doctor",
    "declare_prices": "tieout.actions.prices",
    "find_workspace": "tieout.actions.start",
    "import_files": "tieout.actions.records",
    "import_prices": "tieout.actions.prices",
    "list_prices": "tieout.actions.prices",
    "list_variances": "tieout.actions.closing",
    "origin_from_meta": "tieout.actions.prices",
    "read_manifest": "tieout.actions.prices",
    "read_report": "tieout.actions.closing",
    "run": "tieout.actions.closing",
    "run_demo": "tieout.actions.demo_month",
    "run_real_demo": "tieout.actions.demo_real",
    "show_prices": "tieout.actions.price_history",
    "show_variance": "tieout.actions.closing",
    "verify_evidence": "tieout.actions.evidence",
    "verify": "tieout.actions.closing",
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
    "approve_policy",
    "approve_prices",
    "check_coverage",
    "check_file",
    "check_mapping",
    "create_workspace",
    "declare_prices",
    "doctor",
    "endorse_entries",
    "find_workspace",
    "found_people",
    "import_files",
    "import_prices",
    "list_prices",
    "list_variances",
    "make_key",
    "origin_from_meta",
    "read_manifest",
    "read_report",
    "review_people",
    "revoke_key",
    "run",
    "run_demo",
    "run_real_demo",
    "show_policy",
    "show_prices",
    "show_ruling",
    "show_variance",
    "sign_ruling",
    "unlock",
    "verify",
    "verify_evidence",
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
