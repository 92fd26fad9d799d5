"""What the gateway charges: whole units from tokens and frozen ratios, by its own formula.

The formula is the vendor's, not Tieout's: it rounds each call to a whole unit, while the price book
does not. The difference is what the demo shows as billing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from tieout.demo.story import Statement

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
_HALF: Final = Decimal("0.5")
_TEN_THOUSAND: Final = 10_000


@dataclass(frozen=True, slots=True)
class Ratios:
    """The ratios a call is billed with and that its row freezes."""

    model: Decimal
    completion: Decimal
    group: Decimal
    cache_read: Decimal = ONE
    cache_write: Decimal = ONE


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token counts of one row; ``excluding`` says that the prompt excludes its cache parts."""

    prompt: int
    completion: int
    cache_read: int = 0
    cache_write: int = 0
    excluding: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """One price in force: list prices as published, the ratio beside them, the frozen ratios."""

    per_input: Decimal
    per_output: Decimal
    per_request: Decimal
    per_second: Decimal
    ratio: Decimal
    ratios: Ratios

    @property
    def fixed(self) -> Decimal:
        """The price of a request or of a second, for models that are not priced by tokens."""
        return self.per_request or self.per_second

    def list_cost(self, tokens_in: int, tokens_out: int, seconds: int) -> Decimal:
        """The exact cost at list price, before the ratio."""
        by_token = (tokens_in * self.per_input + tokens_out * self.per_output).scaleb(-6)
        return by_token + self.per_request + seconds * self.per_second

    def cost(self, tokens_in: int, tokens_out: int, seconds: int) -> Decimal:
        """The exact cost: list price times ratio."""
        return self.list_cost(tokens_in, tokens_out, seconds) * self.ratio


def price_of(statement: Statement) -> Price:
    """The price a statement gives, with the ratios a row of that time freezes.

    The completion ratio is cut to four decimals, as the vendor's price pages show it to be.
    """
    assert statement.dialect == "list_with_ratio"
    assert statement.ratio is not None
    per_input = statement.per_input or ZERO
    per_output = statement.per_output or ZERO
    completion = (
        Decimal(int(per_output * _TEN_THOUSAND // per_input)).scaleb(-4) if per_input else ZERO
    )
    return Price(
        per_input=per_input,
        per_output=per_output,
        per_request=statement.per_request or ZERO,
        per_second=statement.per_second or ZERO,
        ratio=statement.ratio,
        ratios=Ratios(per_input * _HALF, completion, statement.ratio),
    )


def token_units(tokens: Tokens, ratios: Ratios) -> int:
    """Units for a call priced by tokens: half away from zero, at least one unit for any use."""
    if tokens.prompt + tokens.completion == 0:
        return 0
    base = tokens.prompt
    if not tokens.excluding:
        base -= tokens.cache_read + tokens.cache_write
    weighted = (
        base
        + tokens.cache_read * ratios.cache_read
        + tokens.cache_write * ratios.cache_write
        + tokens.completion * ratios.completion
    )
    exact = weighted * ratios.model * ratios.group
    units = int(exact.to_integral_value(ROUND_HALF_UP))
    return 1 if units <= 0 and ratios.model * ratios.group else units


def request_units(price: Decimal, group: Decimal, units_per_usd: int) -> int:
    """Units for a call with one fixed price."""
    return int((price * units_per_usd * group).to_integral_value(ROUND_HALF_UP))


def task_units(price: Decimal, group: Decimal, seconds: int, units_per_usd: int) -> int:
    """Units for an asynchronous task: cut to whole units before and after the seconds."""
    base = (price * units_per_usd * group).to_integral_value(ROUND_DOWN)
    return int((base * seconds).to_integral_value(ROUND_DOWN))


def round_booking(amount: Decimal) -> Decimal:
    """The books' rounding: six decimals, half away from zero."""
    return amount.scaleb(6).to_integral_value(ROUND_HALF_UP).scaleb(-6)
