"""The Python face: every name of the front door leads to what it names."""

from __future__ import annotations

import tieout


def test_every_name_of_the_front_door_is_there() -> None:
    assert [name for name in tieout.__all__ if not hasattr(tieout, name)] == []
