"""What every ruling has in common, whatever it decides."""

from __future__ import annotations

import msgspec


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """What every ruling has: it is frozen, refuses unknown fields, and names its kind."""
