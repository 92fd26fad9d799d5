"""The two catalogs of the month and the price in force at any second."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.demo.quota import Price, price_of
from tieout.demo.story import CastModel, Story


@dataclass(frozen=True, slots=True)
class Market:
    """Prices by model id, before and from the second catalog on.

    Attributes:
        change: second from which the second catalog is in force.
        units_per_usd: how many of the vendor's units make one dollar.
    """

    change: int
    units_per_usd: int
    before: dict[str, Price]
    after: dict[str, Price]

    def at(self, model: CastModel, second: int) -> Price:
        """The price of a model in force at that second."""
        side = self.before if second < self.change else self.after
        return side[model.model_id]

    def moves(self, model: CastModel) -> bool:
        """Whether the model's price changes inside the month."""
        return self.before[model.model_id] != self.after[model.model_id]


def open_market(story: Story) -> Market:
    """The market of the story: each catalog shows one published statement of each model.

    A model that no catalog lists still costs something: what it costs is announced, not captured.
    """
    published = {model.model_id: model for model in story.facts.models}
    before, after = {}, {}
    for cast in story.plan.models:
        model = published[cast.model_id]
        before[cast.model_id] = price_of(model.statement(cast.unlisted or cast.first))
        after[cast.model_id] = price_of(model.statement(cast.unlisted or cast.second))
    return Market(
        change=int(story.plan.catalogs[1].accessed_at.timestamp()),
        units_per_usd=story.facts.gateway.units_per_usd,
        before=before,
        after=after,
    )
