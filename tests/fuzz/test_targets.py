"""Every fuzz target lets nothing out but a letter, on damaged copies of good input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS, seeds

# Bytes that mean something to one of the grammars, so that damage is more than noise.
PIECES = st.sampled_from(
    [b'"', b"\n", b"\r", b",", b"\0", b"\xff", b"[", b"{", b"}", b"9" * 30, b"e", b"\\", b"+"]
)
DAMAGE = st.lists(
    st.tuples(st.integers(0, 4096), st.integers(0, 6), PIECES | st.binary(max_size=3)), max_size=4
)


@pytest.mark.law
@pytest.mark.parametrize("name", sorted(TARGETS))
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_input_ends_in_a_letter_and_no_law_breaks(name: str, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(seeds()[name])))
    for at, removed, added in data.draw(DAMAGE):
        place = at % (len(content) + 1)
        content[place : place + removed] = added
    TARGETS[name](bytes(content))


def test_every_target_has_good_input_to_start_from() -> None:
    assert set(seeds()) == set(TARGETS)
    assert all(seeds().values())
