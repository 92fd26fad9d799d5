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
    from tieout.actions.estimates import approve_estimated_meter, approve_estimated_prices
    from tieout.actions.evidence import verify_evidence
    from tieout.actions.exclusions import approve_exclusions, check_exclusions
    from tieout.actions.mapping_approval import approve_mapping
    from tieout.actions.names import check_mapping, propose_mapping
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
    from tieout.workspace.layout import Workspace

_HOMES: Final = {
    "ExitCode": "tieout.errors",
    "Origin": "tieout.actions.prices",
    "Refusal": "tieout.errors",
    "Workspace": "tieout.workspace.layout",
    "approve_estimated_meter": "tieout.actions.estimates",
    "approve_estimated_prices": "tieout.actions.estimates",
    "approve_exclusions": "tieout.actions.exclusions",
    "approve_mapping": "tieout.actions.mapping_approval",
    "approve_prices": "tieout.actions.price_approval",
    "check_exclusions": "tieout.actions.exclusions",
    "check_coverage": "tieout.actions.completeness",
    "check_file": "tieout.actions.records",
    "check_mapping": "tieout.actions.names",
    "create_workspace": "tieout.actions.start",
    "doctor": "tieout.actions.doctor",
    "declare_prices": "tieout.actions.price_approval",
    "find_workspace": "tieout.actions.start",
    "import_files": "tieout.actions.records",
    "import_prices": "tieout.actions.prices",
    "list_prices": "tieout.actions.prices",
    "list_variances": "tieout.actions.closing",
    "origin_from_meta": "tieout.actions.prices",
    "propose_mapping": "tieout.actions.names",
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
    "Origin",
    "Refusal",
    "Workspace",
    "__version__",
    "approve_estimated_meter",
    "approve_estimated_prices",
    "approve_exclusions",
    "approve_mapping",
    "approve_prices",
    "check_coverage",
    "check_exclusions",
    "check_file",
    "check_mapping",
    "create_workspace",
    "declare_prices",
    "doctor",
    "find_workspace",
    "import_files",
    "import_prices",
    "list_prices",
    "list_variances",
    "origin_from_meta",
    "propose_mapping",
    "read_manifest",
    "read_report",
    "run",
    "run_demo",
    "run_real_demo",
    "show_prices",
    "show_variance",
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
