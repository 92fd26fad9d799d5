"""Alarms at the door of acceptance: a price that is free, and one that moved too far.

Each needs a word of its own from whoever accepts, so that a slip of a unit or an empty field does
not pass with a hundred ordinary changes. What counts as too far is local policy (V4); a ratio of
zero is asked after whatever the policy says, because a gateway's table is code, and code that
divides whole numbers makes zeros. Until the word is said the capture waits and the prices before it
hold; no run is refused for it (D30).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal

from tieout.actions.price_door import require_rules
from tieout.errors import ApprovalRefused
from tieout.evidence.documents import Capture, PriceFormat
from tieout.evidence.records import captures
from tieout.money import EXACT
from tieout.pricebook.parsing import parse_source
from tieout.pricebook.price_line import ParsedSource, SourcePrice
from tieout.workspace.layout import Workspace

Word = Literal["free", "jump"]
_SHOWN: Final = 10
_ZERO_IS_ODD: Final[frozenset[PriceFormat]] = frozenset({"gateway-ratios"})

Priced = dict[tuple[str, str], SourcePrice]


def require_words(
    workspace: Workspace,
    parsed: ParsedSource,
    source_name: str,
    accessed_at: str,
    words: Sequence[Word],
    source_format: PriceFormat,
) -> tuple[str, ...]:
    """Refuse to accept prices that raise an alarm, unless the word for it is said.

    Args:
        workspace: whose policy holds, and whose captures are looked at.
        parsed: the prices to be accepted.
        source_name: their source.
        accessed_at: when it was read; prices are compared with the accepted ones before that.
        words: what whoever accepts has looked at: ``free``, ``jump``.
        source_format: how it is read.

    Returns:
        The ratios of zero that the word accepts, each by name and place; the approval names them.

    Raises:
        ApprovalRefused: ``PRICE_ZERO`` or ``PRICE_JUMP``; ``where`` names the prices.
    """
    policy = workspace.settings.policy
    odd = source_format in _ZERO_IS_ODD
    asks = odd or policy.free_prices == "ask"
    if not asks and policy.price_jump_factor is None:
        return ()
    before = _accepted_before(workspace, source_name, accessed_at)
    now = _priced(parsed)
    free = [
        f"{model}, {meter}: {price.price_text} at {price.locator}"
        for (model, meter), price in now.items()
        if not price.unit_rate and ((model, meter) not in before or before[model, meter].unit_rate)
    ]
    if free and asks and "free" not in words:
        raise _alarm("PRICE_ZERO", "Prices are stated as free.", free, "free")
    factor = policy.price_jump_factor
    accepted = tuple(free) if odd else ()
    if factor is None or "jump" in words:
        return accepted
    jumps = [
        f"{model}, {meter}: {_written(before[model, meter])}, now {_written(price)}"
        for (model, meter), price in now.items()
        if (model, meter) in before and _is_jump(before[model, meter], price, factor)
    ]
    if jumps:
        raise _alarm("PRICE_JUMP", "Prices moved further than the policy allows.", jumps, "jump")
    return accepted


def with_words(reason: str, words: Sequence[Word], free: Sequence[str] = ()) -> str:
    """The reason of an approval, with the alarms that were looked at and the ratios of zero."""
    said = f"accepted alarms: {', '.join(sorted({*words}))}" if words else ""
    named = f"accepted as free: {'; '.join(free)}" if free else ""
    return "; ".join(part for part in (said, named, reason) if part)


def _accepted_before(workspace: Workspace, source_name: str, accessed_at: str) -> Priced:
    """The prices of the last accepted capture of a source read before that time."""
    earlier = [
        one
        for one in captures(workspace.log)
        if one.source_name == source_name and one.approved_by and one.accessed_at < accessed_at
    ]
    if not earlier:
        return {}
    return _priced(read_again(workspace, max(earlier, key=lambda one: one.accessed_at)))


def read_again(workspace: Workspace, capture: Capture) -> ParsedSource:
    """What a capture says, read out of its stored bytes."""
    rules = require_rules(workspace.settings, capture.source_name, capture.format)
    return parse_source(workspace.store.get(capture.sha256), capture.format, rules)


def _priced(parsed: ParsedSource) -> Priced:
    return {
        (model, price.meter): price for model, prices in parsed.usable().items() for price in prices
    }


def _is_jump(old: SourcePrice, new: SourcePrice, factor: Decimal) -> bool:
    """Whether a price moved beyond a factor, up or down; another currency always did.

    A price that is free now is asked after as such.
    """
    if not new.unit_rate:
        return False
    if old.currency != new.currency:
        return True
    low, high = sorted((old.unit_rate, new.unit_rate))
    return high > EXACT.multiply(low, factor)


def _written(price: SourcePrice) -> str:
    times = f" x {price.multiplier_text}" if price.multiplier_text else ""
    return f"{price.price_text}{times} {price.currency} per {price.pricing_unit}"


def _alarm(code: str, what: str, places: Sequence[str], word: Word) -> ApprovalRefused:
    more = len(places) - _SHOWN
    return ApprovalRefused(
        code,
        f"{what} They wait until somebody says that this is meant.",
        where=(*places[:_SHOWN], *([f"and {more} more"] if more > 0 else [])),
        remedy="Compare them with the source; if they are right: "
        f"tieout prices approve CAPTURE --by NAME --accept {word}; tieout estimate approve takes"
        " the same option.",
    )
