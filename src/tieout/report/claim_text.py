"""Claims as text: what is open by age, the list, and one claim with its steps."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.findings import plural
from tieout.report.claim_parts import Claim, ClaimAge, Claims, ClaimStep
from tieout.report.layout import INDENT, aligned, wrapped
from tieout.report.shown import counted, digits, minute, short, visible
from tieout.report.wording import state_words


def claim_lines(claims: Claims, width: int) -> list[str]:
    """One sentence an age and currency; nothing where nothing is claimed."""
    lines: list[str] = []
    for one in claims.ages:
        said = f"claims       {plural(one.claims, 'claim')} of {age_range(one)}: "
        parts = []
        if one.not_filed != "0":
            parts.append(f"{short(one.not_filed)} {visible(one.currency)} to be filed")
        if one.filed != "0":
            parts.append(f"{short(one.filed)} {visible(one.currency)} with the vendor")
        lines += wrapped(said + ", ".join(parts), width, hang=13)
    return lines


def age_range(age: ClaimAge) -> str:
    """The days of an age group in words."""
    if age.to_days is None:
        return f"{age.from_days} days or older"
    return f"{age.from_days} to {age.to_days} days"


def claim_list(claims: Claims, width: int = 100) -> str:
    """Every claim, oldest charges first, and what is open by age."""
    if not claims.claims:
        return f"\n{INDENT}no claim: no run finds an overcharge, and none was filed\n"
    rows: list[tuple[str, ...]] = [
        ("claim", "period", "what", "amount", "open", "", "state", "age", "file by", "ticket")
    ]
    rows += [
        (
            visible(one.claim_id),
            visible(one.period),
            visible(one.title),
            short(one.amount if one.filed is None else one.filed),
            short(one.open),
            visible(one.currency),
            state_words(one.state) + (", stale" if one.stale else ""),
            f"{one.age_days} d",
            _deadline(one),
            visible(one.ticket or ""),
        )
        for one in claims.claims
    ]
    kept = [place for place in range(10) if place < 8 or any(row[place] for row in rows[1:])]
    cells = [tuple(row[place] for place in kept) for row in rows]
    sides = "".join("lllrrllrll"[place] for place in kept)
    lines = aligned(cells, sides, width, flexible=(2, 6))
    lines += [""] + [line for age in claims.ages for line in claim_lines(Claims((), (age,)), width)]
    return "\n" + "\n".join(lines) + "\n"


def _deadline(one: Claim) -> str:
    return one.file_by if one.file_by is not None and one.filed is None else ""


def claim_show(one: Claim, width: int = 100) -> str:
    """One claim: what is claimed, how far it is, and who said what."""
    money = visible(one.currency)
    facts = [
        ("claim", visible(one.claim_id)),
        ("period", visible(one.period)),
        ("days", f"{one.first_day} to {one.last_day}, {plural(one.age_days, 'day')} ago"),
        ("state", state_words(one.state)),
    ]
    if one.rows is not None:
        facts.append(("rows", counted(one.rows)))
    for name, amount in (
        ("charged", one.charged), ("claimed now", one.amount), ("filed", one.filed),
        ("accepted", one.accepted), ("rejected", one.rejected), ("credited", one.credited),
        ("open", one.open),
    ):  # fmt: skip
        if amount is not None:
            facts.append((name, f"{digits(amount)} {money}"))
    if one.file_by is not None and one.filed is None:
        facts.append(("file by", one.file_by))
    out = [*wrapped(one.title, width), "", *aligned(facts, "ll", width, flexible=(1,)), ""]
    if one.stale:
        out += [*wrapped(f"stale: {one.stale}", width), ""]
    out += [*wrapped(one.explanation, width), ""] if one.explanation else []
    out += _steps(one.steps, width)
    return "\n" + "\n".join(out).rstrip() + "\n"


def _steps(steps: Sequence[ClaimStep], width: int) -> list[str]:
    lines: list[str] = []
    for one in steps:
        who = ", ".join(map(visible, one.by))
        said = f"{one.on}  {one.step} {digits(one.amount)} {visible(one.currency)}"
        if one.rejected is not None:
            said += f", rejected {digits(one.rejected)}"
        said += f", {visible(one.reference)}; signed by {who}, {minute(one.at)}"
        if one.stands != "counts":
            said += f"; {one.stands}: {visible(one.why or '')}"
        lines += wrapped(said, width, hang=12)
        if one.reason:
            lines += wrapped(visible(one.reason), width, indent=INDENT * 6)
    return lines
