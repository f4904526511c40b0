"""A program that only sleeps, and prints every time that a sleep took too long.

A line says when the sleep ended on the monotonic clock, and by how much it was too long [s].
"""

from __future__ import annotations

import contextlib
import time

SLEEP_S = 0.005


def main() -> None:
    """Sleep until somebody ends it."""
    before = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        while True:
            time.sleep(SLEEP_S)
            now = time.monotonic()
            late_s, before = now - before - SLEEP_S, now
            if late_s > SLEEP_S:
                print(f'{now:.6f} {late_s:.6f}', flush=True)


if __name__ == '__main__':
    main()
