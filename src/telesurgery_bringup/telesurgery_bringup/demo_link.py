"""What the demo's link needs for one run: a key that seals it, and a table of its paths."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telesurgery_bringup.reservations import Reservations


@contextmanager
def key_of_the_run(*, sealed: bool) -> Iterator[Path]:
    """Make the key of one session, if it is sealed; it is gone afterwards."""
    from telesurgery_link.key_files import write_secret
    from telesurgery_link.keys import PreSharedKey

    with tempfile.TemporaryDirectory(prefix='telesurgery-') as folder:
        path = Path(folder) / 'link.key'
        if sealed:
            write_secret(path, PreSharedKey.generate(os.urandom).to_text())
        yield path


def write_paths(folder: Path, links: tuple[str, str], reservations: Reservations) -> Path:
    """Write a table of two paths, on ports that are free, into ``folder``; return where."""
    rows = [
        f'  - name: {name}\n'
        + ''.join(
            f'    {side}: {{host: 127.0.0.1, port: {reservations.udp_port()}}}\n'
            for side in ('surgeon', 'patient')
        )
        + f'    profile: {json.dumps(link)}\n'
        for name, link in zip(('first', 'second'), links, strict=True)
    ]
    path = folder / 'paths.yaml'
    path.write_text('paths:\n' + ''.join(rows), encoding='utf-8')
    return path
