"""The prepaid credits on one screen: proved to the unit, or by how much they are not (B2)."""

from __future__ import annotations

from decimal import Decimal

from tieout.findings import plural
from tieout.money import grouped
from tieout.report.credit_parts import BalanceSide, Credits
from tieout.report.layout import wrapped


def credit_lines(found: Credits | None, width: int) -> list[str]:
    """One sentence; nothing for a log that counts no units."""
    return [] if found is None else wrapped(f"credits  {credit_words(found)}", width, hang=9)


def credit_words(found: Credits) -> str:
    """What the balance proof says."""
    if found.state == "not_read":
        lacking = [
            name
            for name, side in (("opening", found.opening), ("closing", found.closing))
            if side.read_at is None
        ]
        return (
            f"not proved: no {' and no '.join(lacking)} balance was read; record one with"
            f" tieout credits balance{_doubt(found)}"
        )
    if found.state == "proved":
        return f"proved to the unit: closing balance {_balance(found.closing)}{_doubt(found)}"
    units = Decimal(found.unexplained_units or 0)
    money = "" if found.unexplained is None else f" ({found.unexplained})"
    return f"NOT PROVED: {grouped(units, 0, sign=True)} units{money} unexplained{_doubt(found)}"


def _balance(side: BalanceSide) -> str:
    units = f"{grouped(Decimal(side.units or 0), 0)} units"
    return units if side.money is None else f"{units} ({grouped(Decimal(side.money), 6)})"


def _doubt(found: Credits) -> str:
    return f"; {plural(len(found.doubts), 'doubt')} in the report" if found.doubts else ""
