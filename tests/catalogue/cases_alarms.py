"""Prices that raise an alarm when they are accepted: every case, with what must happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.catalogue.cases_saved_pages import Outcome

SETTINGS = """\
workspace = "small"

[prices.list]
model = "model"
meters = { input_tokens = "in", output_tokens = "out" }
fixed_unit = "1M tokens"
currency_column = "cur"

[policy]
price_jump_factor = "2"
free_prices = "ask"
"""
HEADER = "model,in,out,cur\n"
BEFORE = HEADER + "alpha,2,8,USD\nbeta,1,0,USD\n"


@dataclass(frozen=True, slots=True)
class AlarmCase:
    """One case: a price list after another one, and the word that accepts it.

    Attributes:
        id: number in the catalogue; variants end in a letter.
        title: the case in plain words.
        outcome: what must happen.
        code: the code of the alarm; empty where there is none.
        why: where that needs saying.
        after: the later price list.
        said: the line of the letter.
        word: what must be said to accept it.
    """

    id: str
    title: str
    outcome: Outcome
    code: str
    why: str
    after: str
    said: str = ""
    word: Literal["free", "jump"] | None = None


_HOLDS = "The prices before it hold, and no run is refused for it."

CASES: tuple[AlarmCase, ...] = (
    AlarmCase("PR12b", "a price that becomes zero, accepted without the word for it", "waits",
        "PRICE_ZERO", _HOLDS, HEADER + "alpha,2,0,USD\nbeta,1,0,USD\n",
        "alpha, output_tokens: 0 at line 2, column out", "free"),
    AlarmCase("PR12c", "a price of zero that was accepted as free before", "accepted", "", "",
        HEADER + "alpha,2.5,8,USD\nbeta,1,0.0,USD\n"),
    AlarmCase("PR16c", "a price a thousand times higher, accepted without the word for it", "waits",
        "PRICE_JUMP", _HOLDS, HEADER + "alpha,2000,8,USD\nbeta,1,0,USD\n",
        "alpha, input_tokens: 2 USD per 1M tokens, now 2000 USD per 1M tokens", "jump"),
    AlarmCase("PR17c", "a price that moved beyond the factor of the policy, down", "waits",
        "PRICE_JUMP", _HOLDS, HEADER + "alpha,0.99,8,USD\nbeta,1,0,USD\n",
        "alpha, input_tokens: 2 USD per 1M tokens, now 0.99 USD per 1M tokens", "jump"),
    AlarmCase("PR17d", "a price that moved by just the factor of the policy", "accepted", "",
        "The factor itself is allowed.", HEADER + "alpha,4,4,USD\nbeta,1,0,USD\n"),
    AlarmCase("PR17e", "a price in another currency than before", "waits", "PRICE_JUMP", _HOLDS,
        HEADER + "alpha,2,8,EUR\nbeta,1,0,USD\n",
        "alpha, input_tokens: 2 USD per 1M tokens, now 2 EUR per 1M tokens", "jump"),
    AlarmCase("PR17f", "a price that was free before", "waits", "PRICE_JUMP", _HOLDS,
        HEADER + "alpha,2,8,USD\nbeta,1,1,USD\n",
        "beta, output_tokens: 0 USD per 1M tokens, now 1 USD per 1M tokens", "jump"),
    AlarmCase("PR17g", "a new model, whose price nobody has seen before", "accepted", "",
        "It has not moved; it waits for acceptance as every new price does.",
        BEFORE + "gamma,900,900,USD\n"),
)  # fmt: skip
