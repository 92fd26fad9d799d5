"""The run document of the small period under any register, and where two of them differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec

from tests.contract.small_period import AS_OF, PERIOD
from tieout.calendar import instant_text, parse_period
from tieout.close import calculation
from tieout.close.calculation import Terms
from tieout.close.conclude import conclude, fetch_results, result_text
from tieout.close.contract_terms import ContractTerms, contract_terms, without_withheld_charges
from tieout.close.document import build_document
from tieout.close.manifest import LogCheckpoint, open_manifest, with_results
from tieout.close.on_record import store_inputs
from tieout.close.pipeline import STAGES, make_table
from tieout.close.stored import read_witnesses, register_of_run
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine
from tieout.evidence.canonical import sha256
from tieout.evidence.documents import Contradiction, Verification
from tieout.workspace.layout import Workspace

# How an element of a list is named, so that one that comes or goes moves no other.
NAMES = ("item_id", "line_key", "group_id", "code", "number", "source_model_id", "state", "name")
DEPTH = 2


class Flipped:
    """Documents of one workspace; a calculation is made once for each set of inputs it reads."""

    def __init__(self, workspace: Workspace) -> None:
        """Read the witnesses once: no register changes what was imported."""
        self.stored, self.objects = store_inputs(workspace)
        self.base = read_witnesses(workspace.store, self.stored, AS_OF)
        self.period = parse_period(PERIOD, "UTC")
        self.checkpoint = LogCheckpoint.of(workspace.log.checkpoint())
        self.made: dict[str, Any] = {}
        self.before = self.document()

    def document(
        self, verified: Sequence[Verification] = (), contradicted: Sequence[Contradiction] = ()
    ) -> dict[str, Any]:
        """The document of a run under a register with these entries."""
        stored = replace(
            self.stored, verifications=tuple(verified), contradictions=tuple(contradicted)
        )
        register = register_of_run(stored, AS_OF)
        terms = contract_terms(
            register, stored.captures, stored.imports, self.base.inputs.price_sets
        )
        usage = without_withheld_charges(self.base.inputs.usage, terms)
        inputs = replace(self.base.inputs, usage=usage, contract=terms)
        witnesses = replace(self.base, inputs=inputs)
        key = _digest(terms, usage)
        if key not in self.made:
            engine = DuckDBEngine(1)
            declared = Terms(
                self.period, timedelta(days=2), stored.settings.matching.keys,
                stored.settings.ledger_terms.recorded_step, stored.settings.ledger_terms.rounding,
            )  # fmt: skip
            # Made once, not twice: other tests hold what the second making catches.
            calculation._load_witnesses(engine, inputs)
            calculation._load_terms(engine, inputs, declared)
            receipts = tuple(make_table(engine, stage) for stage in (*STAGES, *VIEWS))
            self.made[key] = (receipts, *fetch_results(engine, witnesses))
            engine.close()
        receipts, figures, digests = self.made[key]
        conclusion = conclude(figures, witnesses, stored, self.period, AS_OF)
        manifest = with_results(
            open_manifest(
                stored, self.period, engine="duckdb", as_of=instant_text(AS_OF), operator="AB",
                supersedes="", baseline=False, objects=self.objects,
                checkpoint=self.checkpoint,
            ),
            receipts, sha256(result_text(digests, conclusion)), conclusion.verdict.decision,
        )  # fmt: skip
        found: dict[str, Any] = build_document(
            figures, conclusion, manifest, stored, witnesses, "folder"
        )
        return found


def _digest(terms: ContractTerms, usage: Any) -> str:
    said = [terms.price_vendor, terms.usage_vendor, terms.billing_rule, terms.contradicted_term]
    text = repr([one.to_pylist() for one in said] + [usage.column("charged_cost").to_pylist()])
    return hashlib.sha256(text.encode()).hexdigest()


def verification(item_id: str, value: str, **said: Any) -> Verification:
    """A verification of an item, made at the instant of the run."""
    made = Verification(
        vendor="cometapi", item_id=item_id, value=value, proof="letter", proof_object="0" * 64,
        proof_name="letter.txt", source_url="", verified_by="AB", verified_at=instant_text(AS_OF),
    )  # fmt: skip
    return msgspec.structs.replace(made, **said)


def contradiction(item_id: str) -> Contradiction:
    """A contradiction of an item, made at the instant of the run."""
    return Contradiction(
        vendor="cometapi", item_id=item_id, reason="a statement says otherwise",
        evidence_object="0" * 64, evidence_name="statement.txt", contradicted_by="CD",
        contradicted_at=instant_text(AS_OF),
    )  # fmt: skip


def places(before: Any, after: Any) -> set[str]:
    """Where two documents differ, named to the second level, lists by what their elements are."""
    return {".".join(path[:DEPTH]) for path in _different(before, after, ())}


def items_changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The contract items whose records differ in more than the money behind them."""
    own = [
        {
            one["item_id"]: {k: v for k, v in one.items() if k not in ("uses", "at_stake")}
            for one in document["evidence"]["contract_items"]
        }
        for document in (before, after)
    ]
    return {name for name in own[0].keys() | own[1].keys() if own[0].get(name) != own[1].get(name)}


def _different(one: Any, other: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from _different(one.get(key), other.get(key), (*path, str(key)))
    elif isinstance(one, list) and isinstance(other, list):
        yield from _different(_named(one), _named(other), path)
    elif one != other:
        yield path


def _named(elements: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for place, element in enumerate(elements):
        key = str(place)
        if isinstance(element, dict):
            key = next((str(element[name]) for name in NAMES if element.get(name)), key)
        elif isinstance(element, str):
            key = element
        while key in named:
            key += "'"
        named[key] = element
    return named
