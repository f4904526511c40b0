"""What others have published, beside ours: other tremor, other hands, so compare with care."""

from __future__ import annotations

from collections.abc import Mapping

NOTES = """\
Published: Riviere, Rader, Thakor (IEEE Trans. Biomed. Eng. 45(7), 1998): WFLC on recorded hands in
simulated surgery, one axis, RMS in 6-16 Hz down by 67 %, RMS error against an estimate of the
voluntary motion down by 30 %."""


def rows(pattern: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the published figures as rows with the columns of ``pattern``."""
    empty = dict.fromkeys(pattern)
    return [
        {
            **empty,
            'filter': 'published: WFLC, Riviere 1998',
            'against_none_ratio': 0.70,
            'band_db': -9.6,  # 20 log10(1 - 0.67)
        }
    ]
