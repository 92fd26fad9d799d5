"""Rows that a flat price cannot explain, one in each block of the scenario that asks for them.

Expressions, tool surcharges, subscriptions, silent mapping, image and audio input, an unknown type:
keys of `other` as documented (upstream: new-api), counts and ratios invented. All are charged
by the formulas of the open gateway, so that what is right about them can be told.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from simulator.charges import Ratios, rounded
from simulator.history import BLOCK, ODD, Row

EXPRESSION: Final = "p * 1 + c * 4"  # US dollars per 1M tokens
SEARCHES: Final = 2
SEARCH_USD_PER_1000: Final = 10
IMAGE_TOKENS: Final = 300
IMAGE_RATIO: Final = 2
AUDIO: Final = {"audio_input": 400, "audio_output": 50, "text_input": 200, "text_output": 100}
AUDIO_RATIO: Final = 20
AUDIO_COMPLETION_RATIO: Final = 2


def kind_of(n: int, kinds: Sequence[str]) -> str:
    """Which of the kinds of its scenario row n is."""
    return kinds[n // BLOCK % len(kinds)]


def is_funded_elsewhere(n: int, kinds: Sequence[str]) -> bool:
    """Whether the row was paid by a subscription: the wallet is not charged."""
    return n % BLOCK == ODD and kind_of(n, kinds) == "subscription"


def row(kind: str, call: Row, ratios: Ratios, unknown_type: int, units_per_usd: int) -> Row:
    """The call turned into a row of that kind; ratios are those of its model."""
    whole = ratios.model * ratios.group
    prompt, completion = call.prompt + IMAGE_TOKENS, call.completion
    text = prompt + completion * ratios.completion
    units = text * whole
    if kind == "tiered":
        units = Fraction(prompt + 4 * completion, 1_000_000) * units_per_usd * ratios.group
    elif kind == "tools":
        units += Fraction(SEARCHES * SEARCH_USD_PER_1000, 1000) * units_per_usd * ratios.group
    elif kind == "image_input":
        units += IMAGE_TOKENS * (IMAGE_RATIO - 1) * whole
    elif kind == "audio":
        prompt = AUDIO["text_input"] + AUDIO["audio_input"]
        completion = AUDIO["text_output"] + AUDIO["audio_output"]
        spoken = AUDIO["audio_input"] + AUDIO["audio_output"] * AUDIO_COMPLETION_RATIO
        written = AUDIO["text_input"] + AUDIO["text_output"] * ratios.completion
        units = (written + spoken * AUDIO_RATIO) * whole
    return call._replace(
        role=f"odd.{kind}", quota=rounded(units), prompt=prompt, completion=completion, read=0,
        write_5m=0, write_1h=0, type=unknown_type if kind == "unknown" else call.type,
    )  # fmt: skip


def told(kind: str, usual: dict[str, Any]) -> dict[str, Any]:
    """What `other` says of such a row; ``usual`` is what it says of a call."""
    more: dict[str, dict[str, Any]] = {
        "tools": {
            "web_search": True,
            "web_search_call_count": SEARCHES,
            "web_search_price": SEARCH_USD_PER_1000,
        },
        "subscription": {"billing_source": "subscription", "wallet_quota_deducted": 0},
        "mapped": {"is_model_mapped": True, "upstream_model_name": "sim-other-1"},
        "image_input": {"image": True, "image_ratio": IMAGE_RATIO, "image_output": IMAGE_TOKENS},
        "audio": {
            "audio": True,
            **AUDIO,
            "audio_ratio": AUDIO_RATIO,
            "audio_completion_ratio": AUDIO_COMPLETION_RATIO,
        },
    }
    if kind == "tiered":
        ratios = {"model_ratio", "completion_ratio", "model_price", "cache_ratio"}
        return {
            **{name: value for name, value in usual.items() if name not in ratios},
            "billing_mode": "tiered_expr",
            "expr_b64": b64encode(EXPRESSION.encode()).decode(),
            "matched_tier": "base",
        }
    return {**usual, **more.get(kind, {})}
