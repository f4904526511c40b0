"""Every parser of the link refuses rubbish in order: nothing else than its own error comes out.

The same targets run under a coverage-guided fuzzer by hand; docs/fuzzing.md tells the figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from fuzz.targets import targets

TARGETS = targets()


def changed(seed: bytes) -> st.SearchStrategy[bytes]:
    """Return what mistakes and malice make of bytes that were in order."""
    spot = st.tuples(
        st.integers(0, max(0, len(seed) - 1)), st.integers(0, 6), st.binary(max_size=6)
    )

    def apply(spots: list[tuple[int, int, bytes]]) -> bytes:
        data = seed
        for at, length, inserted in spots:
            data = data[:at] + inserted + data[at + length :]
        return data

    return st.lists(spot, min_size=1, max_size=5).map(apply)


@pytest.mark.parametrize('name', TARGETS)
def test_what_is_in_order_is_taken(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].run(seed)


@pytest.mark.parametrize('name', TARGETS)
@given(data=st.data())
@settings(max_examples=60)
def test_any_bytes_are_taken_or_refused(name: str, data: st.DataObject) -> None:
    TARGETS[name].run(data.draw(st.binary(max_size=400)))


@pytest.mark.parametrize('name', TARGETS)
@given(data=st.data())
@settings(max_examples=60)
def test_what_was_changed_is_taken_or_refused(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    target.run(data.draw(st.sampled_from(target.seeds).flatmap(changed)))
