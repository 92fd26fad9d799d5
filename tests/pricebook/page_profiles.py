"""Profiles of the real and hand-made pages, as an operator would write them in ``tieout.toml``."""

# ruff: noqa: E501 - a setting stands on one line, as an operator writes it

from __future__ import annotations

from tieout.pricebook import PageProfile
from tieout.workspace.settings import read_settings

CLOUDFLARE = """
[prices.page]
form = "page"
markers = ["is priced at $0.011 per 1,000 Neurons", "LLM model pricing", "Other model pricing"]
currency = "USD"

[[prices.page.tables]]
heading = "LLM model pricing"
header = ["Model", "Price in Tokens", "Price in Neurons"]
model = "Model"
prices = [
  { column = "Price in Tokens", written = "${price} per M input tokens", meter = "input_tokens", unit = "M tokens" },
  { column = "Price in Tokens", written = "${price} per M output tokens", meter = "output_tokens", unit = "M tokens" },
]

[[prices.page.tables]]
heading = "Other model pricing"
header = ["Model", "Price in Tokens", "Price in Neurons"]
model = "Model"
prices = [
  { column = "Price in Tokens", written = "${price} per M input tokens", meter = "input_tokens", unit = "M tokens" },
  { column = "Price in Tokens", written = "${price} per M output tokens", meter = "output_tokens", unit = "M tokens" },
  { column = "Price in Tokens", written = "${price} per image", meter = "images", unit = "image" },
  { column = "Price in Tokens", written = "${price} per M images", meter = "images", unit = "M images" },
  { column = "Price in Tokens", written = "${price} per step", unit = "step" },
  { column = "Price in Tokens", written = "${price} per audio minute", unit = "audio minute" },
]
"""

# The same page by its other column: neurons, each 0.011 USD per 1,000.
NEURONS = (
    CLOUDFLARE.replace('"Price in Tokens", written = "${price} per', '"Price in Neurons", written = "{price} neurons per')
    .replace('unit = "', 'times = "0.000011", unit = "')
)  # fmt: skip

_GITHUB = """
[prices.page]
form = "page"
markers = ["Multipliers and costs for direct use of"]
currency = "USD"

[[prices.page.tables]]
header = [
  "Model name", "Input multiplier", "Cached input multiplier", "Output multiplier",
  "Input price (per 1M token units)", "Cached input price (per 1M token units)",
  "Output price (per 1M token units)",
]
model = "Model name"
unpriced = ["N/A"]
"""
GITHUB = (
    _GITHUB
    + """
prices = [
  { column = "Input price (per 1M token units)", written = "${price}", meter = "input_tokens", unit = "1M tokens" },
  { column = "Cached input price (per 1M token units)", written = "${price}", meter = "cache_read_tokens", unit = "1M tokens" },
  { column = "Output price (per 1M token units)", written = "${price}", meter = "output_tokens", unit = "1M tokens" },
]
"""
)
# The same page by its multipliers: a token unit is 10 USD per million.
MULTIPLIERS = (
    _GITHUB
    + """
prices = [
  { column = "Input multiplier", times = "10", meter = "input_tokens", unit = "1M tokens" },
  { column = "Cached input multiplier", times = "10", meter = "cache_read_tokens", unit = "1M tokens" },
  { column = "Output multiplier", times = "10", meter = "output_tokens", unit = "1M tokens" },
]
"""
)

HUGGINGFACE = """
[prices.page]
form = "page"
markers = ["Free Credits to Get Started", "Inference Providers"]
currency = "USD"

[[prices.page.tables]]
header = ["Account Type", "Monthly Credits", "Can be spent on", "Extra usage (pay-as-you-go)"]
model = "Account Type"
prices = [{ column = "Monthly Credits", written = "${price}", unit = "request" }]
"""

CARDS = """
[prices.page]
form = "page"
markers = ["Claude API Pricing"]
currency = "USD"

[[prices.page.blocks]]
block = "div.pricing-card"
model = "h3"
price = "div.pricing-details p"
prices = [
  { written = "${price} per 1M input tokens", meter = "input_tokens", unit = "1M tokens" },
  { written = "${price} per 1M output tokens", meter = "output_tokens", unit = "1M tokens" },
]
"""

TABLE = """
[prices.page]
form = "page"
markers = ["Model Pricing"]
currency = "USD"

[[prices.page.tables]]
header = ["Model", "Input (per 1M tokens)", "Output (per 1M tokens)"]
model = "Model"
prices = [
  { column = "Input (per 1M tokens)", written = "${price}", meter = "input_tokens", unit = "1M tokens" },
  { column = "Output (per 1M tokens)", written = "${price}", meter = "output_tokens", unit = "1M tokens" },
]
"""


def profile(text: str) -> PageProfile:
    """A profile as the settings read it."""
    found = read_settings(b'workspace = "w"\n' + text.encode()).prices["page"]
    assert isinstance(found, PageProfile)
    return found
