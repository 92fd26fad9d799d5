"""Contract items as text for a person: a list, one item with its history, the check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tieout.actions.contract_check import ContractChecked, ItemChecked
from tieout.contract.leaning import AXES, fetches, figures
from tieout.contract.register import ContractItem
from tieout.evidence.documents import Contradiction, Verification
from tieout.findings import plural
from tieout.report.layout import aligned, wrapped
from tieout.report.shown import instant, short, visible

_SHOWN: Final = 20


def listed_text(items: Sequence[ContractItem], width: int) -> str:
    """Items as a table."""
    rows: list[tuple[str, ...]] = [("item", "status", "grade", "area", "value")]
    rows += [
        (
            one.item_id,
            one.status,
            one.candidate.grade,
            one.candidate.area,
            visible(one.value) or "none stated",
        )
        for one in items
    ]
    verified = sum(1 for one in items if one.status == "verified")
    lines = aligned(rows, "lllll", width, flexible=(4, 3))
    foot = f"  {plural(len(items), 'contract item')}, {verified:,} verified\n"
    return "\n" + "\n".join(lines) + "\n\n" + foot


def shown_text(item: ContractItem, width: int) -> str:
    """One item: what is claimed, what leans on it, and everything ever said about it."""
    candidate = item.candidate
    lines = wrapped(f"{item.item_id}   {item.status}", width)
    facts = [
        ("claim", candidate.claim),
        ("value", item.value or "none stated"),
        ("form", candidate.form),
        ("source", f"{candidate.source} ({candidate.grade})"),
        ("needed for", candidate.needed_for),
        ("leans on it", _leaning(item)),
        ("does not prove", item.proves_not),
        ("owner", item.owner),
    ]
    if item.recheck_at:
        facts.append(("check again", instant(item.recheck_at)))
    for name, said in facts:
        lines += wrapped(f"{name}: {visible(said)}", width, indent="    ", hang=2)
    lines.append("")
    for entry in item.history:
        lines += wrapped(_entry(entry), width, indent="    ", hang=2)
    if not item.history:
        lines += wrapped("Nobody has verified it.", width, indent="    ")
    return "\n" + "\n".join(lines) + "\n"


def verified_text(items: Sequence[ContractItem], width: int) -> str:
    """What one proof verified: one item in full, several in a line each."""
    if len(items) == 1:
        return shown_text(items[0], width)
    rows: list[tuple[str, ...]] = [("item", "status", "value")]
    rows += [(one.item_id, one.status, visible(one.value)) for one in items]
    lines = [*aligned(rows, "lll", width, flexible=(2,)), ""]
    newest = (
        next(one for one in reversed(item.history) if isinstance(one, Verification))
        for item in items
    )
    for said in dict.fromkeys(f"{_by(one)}; {_proof(one)}" for one in newest):
        lines += wrapped(said, width, hang=2)
    lines += wrapped("what each does not prove: tieout contract show ITEM", width)
    return "\n" + "\n".join(lines) + "\n"


def _by(entry: Verification) -> str:
    return f"{instant(entry.verified_at)} verified by {visible(entry.verified_by)} (unsigned)"


def _proof(entry: Verification) -> str:
    return f"{entry.proof}: {visible(entry.proof_name)}, sha256 {entry.proof_object[:12]}"


def _entry(entry: Verification | Contradiction) -> str:
    if isinstance(entry, Contradiction):
        return (
            f"{instant(entry.contradicted_at)} contradicted by"
            f" {visible(entry.contradicted_by)} (unsigned): {visible(entry.reason)};"
            f" {visible(entry.evidence_name)}, sha256 {entry.evidence_object[:12]}"
        )
    since = f", holds from {instant(entry.holds_from)}" if entry.holds_from else ""
    return f"{_by(entry)} as {visible(entry.value)}{since}; {_proof(entry)}"


def _leaning(item: ContractItem) -> str:
    leans = item.candidate.leans
    said = [f"fetch {name}" for name in fetches(leans)]
    for lean in figures(leans):
        axis, _, subject = lean.partition(":")
        said.append(f"{AXES[axis][0]} ({subject})")
    return "; ".join(said) or "nothing in this release"


def checked_text(found: ContractChecked, width: int) -> str:
    """The check: money first, then the fetches."""
    lines: list[str] = []
    money = [one for one in found.items if one.uses]
    if not found.run_id:
        lines += wrapped("There is no run yet: the money at stake is unknown.", width)
    elif not money:
        lines += wrapped(
            f"No figure of {found.period} leans on an item that is not verified.", width
        )
    else:
        lines += wrapped(f"Figures of {found.period} (run {found.run_id}) lean on:", width)
        rows: list[tuple[str, ...]] = [("item", "status", "would move", "leans on it")]
        rows += [(one.item.item_id, _status(one), *_moves(one)) for one in money[:_SHOWN]]
        lines += aligned(rows, "llrr", width, flexible=(0,))
    soon = [one.item for one in found.items if one.expires_soon]
    for item in soon:
        lines += wrapped(
            f"{item.item_id} is to be checked again by {instant(item.recheck_at)}.", width
        )
    lines.append("")
    for fetch, waiting in found.refused.items():
        lines += wrapped(
            f"fetch {fetch} refuses until verified: {', '.join(waiting)}", width, hang=2
        )
    if found.ready:
        lines += wrapped(f"may be fetched: {', '.join(found.ready)}", width)
    rest = len(found.items) - len(money)
    lines.append("")
    lines += wrapped(
        f"{plural(found.verified, 'item')} verified; {plural(rest, 'item')} not verified"
        + (" that no figure of that run leans on." if found.run_id else "."),
        width,
    )
    return "\n" + "\n".join(lines) + "\n"


def _status(one: ItemChecked) -> str:
    return f"{one.item.status}, expires soon" if one.expires_soon else one.item.status


def _moves(one: ItemChecked) -> tuple[str, str]:
    """Change and leaning of the first currency; the others stand in the JSON and the report."""
    if not one.money:
        return "unknown", "unknown"
    first = one.money[0]
    more = (
        f" and {plural(len(one.money) - 1, 'currency', 'currencies')} more" if one.money[1:] else ""
    )
    currency = first.currency or "no currency"
    return (
        "unknown" if first.change is None else f"{short(first.change)} {currency}",
        "unknown" if first.leaning is None else f"{short(first.leaning)} {currency}{more}",
    )
