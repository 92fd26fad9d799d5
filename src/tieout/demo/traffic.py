"""The calls of the month: who called what, when, and what the gateway took for it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Final

from tieout.demo.calls import Call, RowState
from tieout.demo.market import Market
from tieout.demo.quota import ZERO, Ratios, Tokens, request_units, task_units, token_units
from tieout.demo.sampling import Clock, Quantiles, Weighted, request_id, symbols
from tieout.demo.story import CastModel, Key, Story

_HOUR: Final = 3600
_BY_TOKEN: Final = ("openai", "claude")


class Traffic:
    """Draws calls; one generator, so that the seed decides everything."""

    def __init__(self, story: Story, market: Market, rng: Random) -> None:
        """Prepare the draws of keys, models, token counts and instants."""
        plan = story.plan
        models = {model.model_id: model for model in plan.models}
        self._plan = plan
        self._market = market
        self._rng = rng
        self._clock = Clock(plan)
        self._keys = Weighted((key, key.share) for key in plan.keys)
        self._models = {
            key.name: Weighted((models[name], weight) for name, weight in key.calls.items())
            for key in plan.keys
        }
        self._tokens = {
            trace.name: (
                Quantiles(trace.percents, trace.input_tokens),
                Quantiles(trace.percents, trace.output_tokens),
            )
            for trace in story.facts.traces
        }

    def month(self, requests: int) -> list[Call]:
        """The answered calls of the month and of a few hours on either side."""
        plan, rng = self._plan, self._rng
        calls = [self._call(self._clock.draw(rng)) for _ in range(requests)]
        first, end = int(plan.first.timestamp()), int(plan.end.timestamp())
        beside = max(requests // 400, 5)
        before, after = plan.margin_before_hours * _HOUR, plan.margin_after_hours * _HOUR
        calls.extend(self._call(first - 1 - rng.randrange(before)) for _ in range(beside))
        calls.extend(self._call(end + rng.randrange(after)) for _ in range(beside))
        return calls

    def failures(self, requests: int) -> list[Call]:
        """Calls that failed for good: no tokens, no charge, no entry in the books."""
        found: list[Call] = []
        while len(found) < requests * self._plan.failed_percent // 100:
            call = self._call(self._clock.draw(self._rng))
            if call.model.row in _BY_TOKEN and call.state == "rated":
                call.use_time = 1 + call.noise % 3
                self.fail(call)
                found.append(call)
        return found

    def retries(self, calls: list[Call], requests: int) -> list[Call]:
        """Failed attempts inside the gateway, under the id of the call that then succeeded."""
        able = [
            call
            for call in calls
            if call.model.row in _BY_TOKEN and call.row == call.model.row
            if call.state == "rated" and not call.fault
        ]
        count = min(requests * self._plan.retried_per_thousand // 1000, len(able))
        found = []
        for call in self._rng.sample(able, count):
            attempt = replace(call, use_time=1)
            self.fail(attempt)
            call.use_time += 2
            found.append(attempt)
        return found

    def refunds(self, calls: list[Call]) -> list[Call]:
        """Rows that give back, hours later, what a failed task took; they carry no request id."""
        latest = int(self._plan.end.timestamp()) - 48 * _HOUR
        able = [
            call
            for call in calls
            if call.model.row == "task" and not self._market.moves(call.model)
            if int(self._plan.first.timestamp()) <= call.start < latest
        ]
        return [
            replace(
                call,
                row="refund",
                start=call.start + 3 * _HOUR + self._rng.randrange(36 * _HOUR),
                use_time=0,
                expected=-call.expected,
                stream=False,
            )
            for call in self._rng.sample(able, self._plan.refunded_tasks)
        ]

    def fail(self, call: Call) -> None:
        """Turn a call into a failed one: nothing is due and nothing was taken."""
        call.row = "error"
        call.tokens_in = call.tokens_out = 0
        self.settle(call)

    def cache(self, call: Call, cached: int, ratio: str) -> None:
        """Give a call tokens read from a cache, which its price says nothing about."""
        call.cached = cached
        call.cache_ratio = Decimal(ratio)
        self.settle(call)

    def settle(self, call: Call) -> None:
        """Work out what the gateway takes for a call, and what the price book says it costs."""
        call.state = _state_of(call)
        if call.row == "error":
            call.units, call.expected = 0, ZERO
            return
        call.units = self._units(call)
        known = call.state in {"rated", "excluded"}
        call.expected = call.cost_of(call.price) if known else ZERO

    def _units(self, call: Call) -> int:
        price, per_usd = call.price, self._market.units_per_usd
        if call.model.row == "task":
            return task_units(price.fixed, price.ratios.group, call.seconds, per_usd)
        if call.model.row == "fixed":
            return request_units(price.fixed, price.ratios.group, per_usd)
        ratios = price.ratios
        if call.cached:
            ratios = Ratios(ratios.model, ratios.completion, ratios.group, call.cache_ratio)
        tokens = Tokens(
            call.tokens_in, call.tokens_out, call.cached, excluding=call.model.row == "claude"
        )
        return token_units(tokens, ratios)

    def _call(self, start: int) -> Call:
        rng = self._rng
        key = self._keys.draw(rng)
        model = self._model(key, start)
        seconds = model.seconds[rng.randrange(len(model.seconds))] if model.seconds else 0
        tokens_in, tokens_out = self._counts(model)
        use_time = 1 + tokens_out // 60 + rng.randrange(4)
        near = self._market.change - use_time - 2 <= start <= self._market.change + 2
        if near and self._market.moves(model):
            # Whole seconds cannot say on which side of a price change such a call began (D5).
            start += _HOUR
        call = Call(
            model=model,
            key=key,
            price=self._market.at(model, start),
            row=model.row,
            start=start,
            use_time=use_time,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            seconds=seconds,
            units=0,
            expected=ZERO,
            request_id=request_id(rng, start),
            task_id=f"task_{symbols(rng, 24)}" if model.row == "task" else "",
            stream=model.row in _BY_TOKEN and rng.randrange(3) > 0,
            noise=rng.randrange(1000),
        )
        self.settle(call)
        return call

    def _model(self, key: Key, start: int) -> CastModel:
        while True:
            model = self._models[key.name].draw(self._rng)
            if model.used_from is None or start >= int(model.used_from.timestamp()):
                return model

    def _counts(self, model: CastModel) -> tuple[int, int]:
        if model.row == "task":
            return 0, 0
        if model.row == "fixed":
            # The image route counts one token, so that a fixed price is charged at all.
            return 1, 0
        into, out = self._tokens[model.trace]
        return into.draw(self._rng), out.draw(self._rng)


def _state_of(call: Call) -> RowState:
    if call.key.excluded_by:
        return "excluded"
    if call.model.unlisted:
        return "unmapped"
    return "unrated" if call.cached else "rated"
