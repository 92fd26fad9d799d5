"""Faults of prices, units, ratios, tiers and model names: the source bucket (D15)."""

from __future__ import annotations

from fractions import Fraction

from bench.causes.cell import MILLION, Call, Cell, Mark, NoRoomError, Unit, cost, day
from bench.causes.truth import BOTH, fault

OTHER_MODEL = ("other_model_price",)
FACTOR = ("common_factor",)


@fault("source", "price_not_in_force", grains=BOTH)
def stale_price_after_change(cell: Cell) -> list[Mark]:
    """The books go on with the old price after it changed."""
    old = cell.model.rates(cell.model.spans[-2].prices)
    return cell.rebooked(lambda call: cost(call.quantities, old), lambda u: day(u.at) > cell.change)


@fault("source", "price_not_in_force", grains=BOTH)
def new_price_too_early(cell: Cell) -> list[Mark]:
    """The books take the new price before it is in force."""
    new = cell.model.rates(cell.model.spans[-1].prices)
    return cell.rebooked(
        lambda call: cost(call.quantities, new), lambda u: u.calls[-1].at < cell.change
    )


@fault("source", "price_not_in_force", grains=BOTH, needs=("page",))
def price_of_the_other_page(cell: Cell) -> list[Mark]:
    """The books take the price of the page, where the documentation says another one."""
    page = cell.model.rates(cell.page)
    return cell.rebooked(lambda call: cost(call.quantities, page))


@fault("source", "price_not_in_force", "price_not_approved", grains=BOTH, needs=("waiting",))
def price_nobody_approved(cell: Cell) -> list[Mark]:
    """The books take a newer snapshot that nobody approved."""
    waiting = cell.model.rates(cell.waiting)
    return cell.rebooked(
        lambda call: cost(call.quantities, waiting), lambda u: day(u.at) > cell.change
    )


@fault("source", "price_not_in_force", grains=BOTH, needs=("promotion",))
def promotion_ignored(cell: Cell) -> list[Mark]:
    """The books charge the ordinary price while a promotion runs."""
    ordinary, promotion = cell.model.spans[0], cell.model.spans[1]
    rates = cell.model.rates(ordinary.prices)
    return cell.rebooked(
        lambda call: cost(call.quantities, rates),
        lambda u: all(promotion.start <= call.at < cell.change for call in u.calls),
    )


@fault("source", "price_not_in_force", grains=BOTH, needs=("promotion",))
def promotion_kept_after_its_end(cell: Cell) -> list[Mark]:
    """The books keep the promotion after it has ended."""
    rates = cell.model.rates(cell.model.spans[1].prices)
    return cell.rebooked(
        lambda call: cost(call.quantities, rates), lambda u: day(u.at) > cell.change
    )


@fault("source", "factor_thousand", grains=BOTH)
def per_1k_read_for_per_1m(cell: Cell) -> list[Mark]:
    """A price per 1M is read as one per 1K."""
    return cell.rebooked(lambda call: call.cost * 1000)


@fault("source", "factor_thousand", grains=BOTH)
def per_1m_read_for_per_1k(cell: Cell) -> list[Mark]:
    """A price per 1K is read as one per 1M."""
    return cell.rebooked(lambda call: call.cost / 1000)


@fault("source", "power_of_ten", grains=BOTH)
def cents_for_dollars(cell: Cell) -> list[Mark]:
    """The amounts are in cents, the column says dollars."""
    return cell.rebooked(lambda call: call.cost * 100)


@fault("source", "power_of_ten", "factor_thousand", grains=BOTH)
def decimal_mark_lost(cell: Cell) -> list[Mark]:
    """The decimal comma is dropped on import: the digits stay, the unit does not."""
    marks = []
    for unit in cell.picked():
        right = unit.entry.amount
        wrong = right
        while wrong.denominator != 1:
            wrong *= 10
        unit.entry.amount = wrong
        marks.append(Mark((*unit.calls, unit.entry), wrong - right))
    return marks


@fault("source", "ratio_not_applied", grains=BOTH, needs=("ratio",))
def ratio_left_out(cell: Cell) -> list[Mark]:
    """The listed price is booked without the multiplier of its source."""
    return cell.rebooked(lambda c: cost(c.quantities, c.model.rates_at(c.at, 0)))


@fault("source", "ratio_applied_twice", grains=BOTH, needs=("ratio",))
def ratio_taken_twice(cell: Cell) -> list[Mark]:
    """A price that is already discounted is discounted once more."""
    return cell.rebooked(lambda c: cost(c.quantities, c.model.rates_at(c.at, 2)))


def _as_variant(cell: Cell, unit: Unit, other: str) -> Fraction:
    """Make the calls of a unit calls of a sibling that has a price line of its own."""
    for call in unit.calls:
        call.model = cell.others[other]
    unit.entry.model = cell.others[other].name
    return sum((call.cost for call in unit.calls), Fraction(0))


def _at_ordinary_price(cell: Cell, other: str) -> list[Mark]:
    marks = []
    for unit in cell.picked():
        booked = unit.entry.amount
        right = _as_variant(cell, unit, other)
        marks.append(Mark((*unit.calls, unit.entry), booked - right))
    return marks


@fault("source", *OTHER_MODEL, needs=("long",))
def long_context_tier_missed(cell: Cell) -> list[Mark]:
    """Calls of the long-context line are booked at the ordinary price."""
    return _at_ordinary_price(cell, "long")


@fault("source", *OTHER_MODEL, needs=("batch",))
def batch_discount_missed(cell: Cell) -> list[Mark]:
    """Calls of the batch line are booked at the ordinary price."""
    return _at_ordinary_price(cell, "batch")


@fault("source", *OTHER_MODEL, grains=BOTH, needs=("batch",))
def batch_discount_not_earned(cell: Cell) -> list[Mark]:
    """Ordinary calls are booked at the price of the batch line."""
    batch = cell.others["batch"]
    return cell.rebooked(lambda call: cost(call.quantities, batch.rates_at(call.at)))


@fault("source", "tier_marginal", needs=("long",))
def cliff_booked_as_marginal(cell: Cell) -> list[Mark]:
    """Of a long call, only the tokens above the limit are booked at the price of long calls."""
    limit, marks = 512, []
    for unit in cell.picked(lambda u: u.calls[0].quantities["input_tokens"] > limit):
        call = unit.calls[0]
        base = call.model.rates_at(call.at)["input_tokens"]
        right = _as_variant(cell, unit, "long")
        wrong = right - limit * (call.model.rates_at(call.at)["input_tokens"] - base)
        unit.entry.amount = wrong
        marks.append(Mark((call, unit.entry), wrong - right))
    return marks


@fault("source", *OTHER_MODEL, needs=("other",))
def routed_to_another_model(cell: Cell) -> list[Mark]:
    """Calls are booked under another model, at its price."""
    other, marks = cell.others["other"], []
    for unit in cell.picked():
        right = unit.entry.amount
        unit.entry.model = other.name
        call = unit.calls[0]
        unit.entry.amount = cost(call.quantities, other.rates_at(call.at))
        marks.append(Mark((*unit.calls, unit.entry), unit.entry.amount - right))
    return marks


@fault("source", "other_model", grains=("group",), needs=("other",))
def alias_merged(cell: Cell) -> list[Mark]:
    """Two models are booked under the name of one of them, each at its own price."""
    other, marks = cell.others["other"], []
    for unit in cell.picked(least=1):
        marks.append(Mark(tuple(unit.calls), -unit.entry.amount))
        theirs = [one for one in cell.extras["other_units"] if day(one.at) == day(unit.at)]
        if theirs:
            theirs[0].entry.amount += unit.entry.amount
            cell.drop(unit.entry)
            entry = theirs[0].entry
        else:
            unit.entry.model = other.name
            entry = unit.entry
        marks.append(Mark((entry,), -marks[-1].money))
    return marks


@fault("source", "output_at_input_price", grains=BOTH)
def output_at_the_input_rate(cell: Cell) -> list[Mark]:
    """Every token is booked at the price of input."""

    def wrong(call: Call) -> Fraction:
        rates = dict(call.model.rates_at(call.at))
        rates["output_tokens"] = rates["reasoning_tokens"] = rates["input_tokens"]
        return cost(call.quantities, rates)

    return cell.rebooked(wrong)


def _by_factor(cell: Cell, factor: Fraction, least: int) -> list[Mark]:
    return cell.rebooked(lambda call: call.cost * factor, least=least, most=8)


@fault("source", *FACTOR)
def currency_rate_of_another_day(cell: Cell) -> list[Mark]:
    """The calls of a day are converted at the rate of another day: one factor on all of them."""
    factor = Fraction(10_000 + cell.chance.choice((-1, 1)) * cell.chance.randint(7, 190), 10_000)
    days: dict[object, list[Unit]] = {}
    for unit in cell.free:
        days.setdefault(day(unit.at), []).append(unit)
    full = [units for units in days.values() if len(units) >= 3]
    if not full:
        raise NoRoomError(cell.name)
    units = cell.chance.choice(full)
    cell.take(units)
    marks = []
    for unit in units:
        right = unit.entry.amount
        unit.entry.amount = right * factor
        marks.append(Mark((*unit.calls, unit.entry), unit.entry.amount - right))
    return marks


@fault("source", *FACTOR, grains=BOTH)
def router_fee_added(cell: Cell) -> list[Mark]:
    """A fee of the router is booked as if it were the model's cost: 5.5 % on top."""
    return _by_factor(cell, Fraction(1055, 1000), 3)


@fault("source", *FACTOR, grains=BOTH)
def discount_nobody_granted(cell: Cell) -> list[Mark]:
    """The books take off a discount that no price source states.

    One of the size of the model's own multiplier would be another kind: the ratio taken twice.
    """
    granted = [Fraction(n, 100) for n in (93, 88, 97) if Fraction(n, 100) != cell.ratio]
    return _by_factor(cell, cell.chance.choice(granted), 3)


@fault("source", *FACTOR, grains=BOTH)
def regional_uplift_booked(cell: Cell) -> list[Mark]:
    """The books add the uplift of a region that the price does not have."""
    return _by_factor(cell, Fraction(11, 10), 3)


@fault("source", "booked_at_zero", grains=BOTH)
def unpriced_booked_at_zero(cell: Cell) -> list[Mark]:
    """The books know no price and write zero."""
    return cell.rebooked(lambda _: Fraction(0))


@fault("source", "minimum_charge")
def minimum_charge_added(cell: Cell) -> list[Mark]:
    """The books apply a minimum a call that the price does not have."""
    costs = sorted(unit.entry.amount for unit in cell.free)
    if len(costs) < 4:
        raise NoRoomError(cell.name)
    least = Fraction(int(costs[3] * MILLION) // 10 * 10 + 10, MILLION)
    small = [unit for unit in cell.free if unit.entry.amount < least]
    cell.take(small)
    marks = []
    for unit in small:
        marks.append(Mark((*unit.calls, unit.entry), least - unit.entry.amount))
        unit.entry.amount = least
    return marks


@fault("source", "booked_as_charged", needs=("charges",))
def vendor_charged_above_its_price(cell: Cell) -> list[Mark]:
    """The vendor charges more than its price makes, and the books hold what it charged."""
    marks = []
    for unit in cell.picked():
        right = unit.entry.amount
        wrong = right * Fraction(cell.chance.randint(103, 160), 100) + Fraction(1, MILLION)
        unit.entry.amount = wrong
        unit.calls[0].fields["charged"] = wrong
        marks.append(Mark((*unit.calls, unit.entry), wrong - right))
    return marks


@fault("source", "two_currencies")
def booked_in_another_currency(cell: Cell) -> list[Mark]:
    """The figure is right, the currency beside it is not."""
    marks = []
    for unit in cell.picked():
        unit.entry.currency = "EUR"
        marks.append(Mark((*unit.calls,), -unit.entry.amount))
        marks.append(Mark((unit.entry,), unit.entry.amount))
    return marks


@fault("source", "unmapped")
def model_name_drifted(cell: Cell) -> list[Mark]:
    """The export has a name that no price and no mapping knows; the whole entry is in question."""
    marks = []
    for unit in cell.picked():
        for call in unit.calls:
            call.fields["model_as_logged"] = f"{call.model.name}-2026-08-preview"
        marks.append(Mark((*unit.calls, unit.entry), unit.entry.amount))
    return marks


@fault("source", "unrated", needs=("alias",))
def mapped_in_another_unit(cell: Cell) -> list[Mark]:
    """The mapping was approved for another pricing unit; the whole entry is in question."""
    marks = []
    for unit in cell.picked():
        for call in unit.calls:
            call.fields["model_as_logged"] = f"{call.model.name}-by-the-thousand"
        marks.append(Mark((*unit.calls, unit.entry), unit.entry.amount))
    return marks
