"""Fuzz one target, guided by the branches that it reaches.

It needs atheris, which is for CPython 3.11 to 3.13 on Linux and no part of the workspace's own
environment::

    ./telesurgery shell -c 'python3 -m pip install --target /tmp/atheris atheris'
    ./telesurgery shell -c 'PYTHONPATH=/tmp/atheris:$PYTHONPATH
        python3 tests/fuzz/run.py session /tmp/corpus -max_total_time=60'

What follows the target's name are libFuzzer's arguments: a folder that keeps the inputs which
reached something new, and options. An input that breaks a target is written to ``crash-...``, and
the same command with that file in place of the folder runs it again.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=['telesurgery_link', 'telesurgery_qualify', 'yaml']):
    from fuzz.targets import targets


def main(argv: list[str]) -> None:
    """Fuzz the target of that name until told to stop."""
    known = targets()
    if len(argv) < 2 or argv[1] not in known:
        sys.exit(f'the target is {argv[1:2]}; allowed: {", ".join(known)}; name one of them')
    target = known[argv[1]]
    logging.disable()
    for argument in argv[2:]:
        folder = Path(argument)
        if not argument.startswith('-') and not folder.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            for number, seed in enumerate(target.seeds):
                (folder / f'seed-{number}').write_bytes(seed)
    atheris.Setup([argv[0], *argv[2:]], target.run)
    atheris.Fuzz()


if __name__ == '__main__':
    main(sys.argv)
