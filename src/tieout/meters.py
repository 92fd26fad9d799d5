"""Meters: what is counted. Disjoint leaves, so that each unit is priced once (U4).

The list is closed and known to both the price side and the usage side; neither imports the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Meter:
    """One leaf meter.

    Attributes:
        name: the word used in code, SQL, files and reports.
        unit: the consumed unit (FOCUS ConsumedUnit).
        part_of: the meter whose count includes this one where a format does not split it; a price
            for such a part can be left unrecorded without making the row unreadable (D3).
        meaning: one sentence.
    """

    name: str
    unit: str
    part_of: str | None
    meaning: str


METERS: Final[tuple[Meter, ...]] = (
    Meter(
        "input_tokens",
        "Tokens",
        None,
        "Prompt tokens that were not read from or written to a cache.",
    ),
    Meter("cache_read_tokens", "Tokens", "input_tokens", "Prompt tokens read from a cache."),
    Meter(
        "cache_write_tokens",
        "Tokens",
        "input_tokens",
        "Prompt tokens written to a cache (5 minutes).",
    ),
    Meter(
        "cache_write_1h_tokens",
        "Tokens",
        "input_tokens",
        "Prompt tokens written to a cache (1 hour).",
    ),
    Meter("audio_input_tokens", "Tokens", "input_tokens", "Prompt tokens that are audio."),
    Meter("image_input_tokens", "Tokens", "input_tokens", "Prompt tokens that are images."),
    Meter(
        "output_tokens", "Tokens", None, "Completion tokens, reasoning included unless split off."
    ),
    Meter("reasoning_tokens", "Tokens", "output_tokens", "Completion tokens spent on reasoning."),
    Meter("audio_output_tokens", "Tokens", "output_tokens", "Completion tokens that are audio."),
    Meter("requests", "Requests", None, "Calls; one a row at request grain."),
    Meter("seconds", "Seconds", None, "Seconds of generated or processed media."),
    Meter("images", "Images", None, "Images generated."),
    Meter("characters", "Characters", None, "Characters read or written."),
)

# Stands where a meter stands: what a call was settled at, for which no row states units.
SETTLEMENT: Final = "settlement"
METER_NAMES: Final[tuple[str, ...]] = tuple(meter.name for meter in METERS)
BY_NAME: Final[dict[str, Meter]] = {meter.name: meter for meter in METERS}
INPUT_PARTS: Final[tuple[str, ...]] = tuple(m.name for m in METERS if m.part_of == "input_tokens")
OUTPUT_PARTS: Final[tuple[str, ...]] = tuple(m.name for m in METERS if m.part_of == "output_tokens")
