"""The checklist: thirteen items, answered by machine where the stored facts can answer (A1).

An item that cannot be answered yet says so and blocks approval; nothing empty passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tieout.findings import plural
from tieout.money import EXACT, grouped, plain
from tieout.review.checklist_facts import AdjustmentFacts, ChecklistFacts, SecondSource
from tieout.review.covered import covered

Answer = Literal["yes", "no", "unanswered"]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item: its text, the answer, by what it was answered, and the detail behind it.

    Attributes:
        number: 1 to 13.
        text: what is asked.
        answer: yes, no, or unanswered.
        answered_by: the table or record that answered it, or the name of a person.
        detail: what was found.
        machine_digest: digest of what the machine said, before anybody answered it; or empty.
    """

    number: int
    text: str
    answer: Answer
    answered_by: str
    detail: str
    machine_digest: str = ""


def answer_checklist(facts: ChecklistFacts) -> tuple[ChecklistItem, ...]:
    """All thirteen items in order, each with the fact that answered it."""
    return (
        _captured(facts),
        _cross_checked(facts.second_source),
        _contract(facts),
        _covered(facts),
        _separated(facts),
        _classified(facts),
        _mapped(facts),
        ChecklistItem(
            8, "Unmapped models are excluded or explicitly approved.",
            "yes" if facts.unmapped_rows == 0 else "no", "coverage",
            f"{plural(facts.unmapped_rows, 'usage row has', 'usage rows have')} no approved"
            " mapping; their money is outside the expected cost and withheld."
            if facts.unmapped_rows else "No usage row is unmapped.",
        ),
        ChecklistItem(
            9, "Calculation code version is recorded.", _yes(bool(facts.calculation_version)),
            "calculation_manifest",
            f"Version {facts.calculation_version};"
            f" {plural(facts.statements, 'statement')} by digest.",
        ),
        ChecklistItem(
            10, "Rounding and aggregation rules are documented.", _yes(bool(facts.rounding)),
            "calculation_manifest", facts.rounding,
        ),
        ChecklistItem(
            11, "Variances are bucketed by cause.", _yes(facts.unfiled_lines == 0), "variance_line",
            f"{plural(facts.open_lines, 'line differs', 'lines differ')};"
            f" {facts.unfiled_lines:,} in no bucket.",
        ),
        _adjusted(facts.adjustments),
        ChecklistItem(
            13, "Final report links to the pricing snapshot and usage export.",
            _yes(facts.captures > 0 and facts.usage_days > 0), "calculation_manifest",
            "Every price line names its capture and place, every row its file, record and offset."
            if facts.captures > 0 and facts.usage_days > 0
            else "There is no capture or no usage to link to.",
        ),
    )  # fmt: skip


def _yes(condition: bool) -> Answer:  # noqa: FBT001 - one condition, one answer
    return "yes" if condition else "no"


def _captured(facts: ChecklistFacts) -> ChecklistItem:
    good = facts.captures > 0 and facts.captures_without_place == 0
    return ChecklistItem(
        1, "Pricing source URLs were captured with access timestamp.", _yes(good),
        "pricing_snapshot",
        f"{plural(facts.captures, 'capture prices', 'captures price')} this period;"
        f" {facts.captures_without_place:,} without a source address.",
    )  # fmt: skip


def _contract(facts: ChecklistFacts) -> ChecklistItem:
    """Item 3: nothing empty passes, and neither does a proof that ran out or fell."""
    text = "API contract assumptions were verified from the current API docs."
    leaned = facts.leaned_items
    fallen = sorted(name for name, status in leaned.items() if status == "contradicted")
    waiting = sorted(
        f"{name} ({status})" if status == "expired" else name
        for name, status in leaned.items()
        if status not in ("verified", "contradicted")
    )
    if not leaned:
        return ChecklistItem(
            3, text, "unanswered", "contract register",
            "No figure of this period leans on a registered contract item; of"
            f" {plural(facts.contract_items, 'item', 'items')} none says what was assumed here.",
        )  # fmt: skip
    if fallen:
        return ChecklistItem(
            3, text, "no", "contract register",
            f"Contradicted, and leaned on by this period: {', '.join(fallen)}.",
        )  # fmt: skip
    if waiting:
        verb = "is not verified" if len(waiting) == 1 else "are not verified"
        return ChecklistItem(
            3, text, "unanswered", "contract register",
            f"{len(waiting):,} of {plural(len(leaned), 'contract item')} that figures of this"
            f" period lean on {verb}: {', '.join(waiting)}.",
        )  # fmt: skip
    return ChecklistItem(
        3, text, "yes", "contract register",
        f"{plural(len(leaned), 'contract item')} that figures of this period lean on, all of them"
        " verified.",
    )  # fmt: skip


def _adjusted(found: AdjustmentFacts) -> ChecklistItem:
    text, by = "Manual adjustments include owner, reason, and evidence.", "evidence log"
    if found.lacking:
        named = ", ".join(found.lacking)
        return ChecklistItem(12, text, "no", by, f"Without owner, reason or evidence: {named}.")
    if found.waiting:
        verb = "waits" if len(found.waiting) == 1 else "wait"
        waiting = plural(len(found.waiting), "manual adjustment")
        return ChecklistItem(
            12, text, "unanswered", by,
            f"{waiting} {verb} for a signature: {', '.join(found.waiting)}.",
        )  # fmt: skip
    if not found.in_force:
        detail = "The log holds no manual adjustment; none can be made without these."
    else:
        each = "1 manual adjustment has" if found.in_force == 1 else (
            f"Each of {found.in_force:,} manual adjustments has"
        )  # fmt: skip
        detail = f"{each} owner, reason, evidence and every signature it needs."
    return ChecklistItem(12, text, "yes", by, detail)


def _cross_checked(found: SecondSource) -> ChecklistItem:
    """Yes where the second source agrees, or was settled, with as much money as the policy asks."""
    text, by = "Public pricing and pricing documentation were cross-checked.", "source_comparison"
    if not found.declared or not found.in_force:
        detail = (
            "No second price source is declared; one source prices each model."
            if not found.declared
            else f"No approved capture of {', '.join(found.declared)} is in force in the period."
        )
        return ChecklistItem(2, text, "unanswered", "nobody", detail)
    sums = ", ".join(
        f"{grouped(checked)} of {grouped(priced)} {name}" for name, checked, priced in found.money
    )
    detail = (
        f"{sums or 'No money'} cross-checked; {plural(found.waiting_models, 'model')} in conflict,"
        f" {found.resolved_models:,} settled, {found.single_models:,} with a single source."
    )
    if not any(priced for _, _, priced in found.money):
        return ChecklistItem(2, text, "unanswered", "nobody", f"Nothing was priced. {detail}")
    if found.required is not None:
        detail += f" The policy asks for {plain(EXACT.multiply(found.required, Decimal(100)))} %."
    enough = all(
        checked > 0 if found.required is None else checked >= EXACT.multiply(found.required, priced)
        for _, checked, priced in found.money
        if priced
    )
    return ChecklistItem(2, text, _yes(enough and not found.waiting_models), by, detail)


def _covered(facts: ChecklistFacts) -> ChecklistItem:
    found = covered(facts)
    text = "Usage export covers the full reporting period."
    return ChecklistItem(4, text, found.answer, found.answered_by, found.detail)


def _separated(facts: ChecklistFacts) -> ChecklistItem:
    text = "Test, staging, and production usage are separated."
    if facts.rows_without_environment:
        return ChecklistItem(
            5, text, "unanswered", "usage_export",
            f"{plural(facts.rows_without_environment, 'usage row names', 'usage rows name')} no"
            " environment.",
        )  # fmt: skip
    others = plural(
        facts.test_rows_counted, "row of another environment is", "rows of other environments are"
    )
    return ChecklistItem(
        5, text, _yes(facts.test_rows_counted == 0), "usage_export",
        f"{others} inside the totals.",
    )  # fmt: skip


def _classified(facts: ChecklistFacts) -> ChecklistItem:
    counted = ", ".join(f"{name} {rows:,}" for name, rows in sorted(facts.outcomes.items()))
    return ChecklistItem(
        6, "Failed, retried, and partial requests are classified separately.",
        _yes(facts.unclassified_rows == 0 and bool(facts.outcomes)), "usage_export",
        f"{counted or 'no rows'}; unclassified {facts.unclassified_rows:,}.",
    )  # fmt: skip


def _mapped(facts: ChecklistFacts) -> ChecklistItem:
    good = facts.unmapped_rows == 0 and facts.not_rated_rows == 0
    return ChecklistItem(
        7, "Every model ID maps to a verified pricing row.", _yes(good), "coverage",
        f"{plural(facts.unmapped_rows, 'row')} unmapped,"
        f" {plural(facts.not_rated_rows, 'row')} mapped but not rated.",
    )  # fmt: skip
