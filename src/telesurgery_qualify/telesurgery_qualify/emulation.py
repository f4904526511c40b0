"""Both ends of an emulated link on this machine: the other one is a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from telesurgery_link.channels import Side
from telesurgery_link.key_files import write_secret
from telesurgery_link.keys import PreSharedKey
from telesurgery_qualify.conversation import Conversation
from telesurgery_qualify.end import End, Seal, run_end
from telesurgery_qualify.evidence import Evidence
from telesurgery_qualify.load import Plan

LOCAL = '127.0.0.1'


def run_emulated(
    name: str,
    profiles: Path,
    seed: int,
    ports: tuple[int, int],
    plan: Plan,
    patience_s: float,
    show: Callable[[str], None],
    stopped: threading.Event,
) -> tuple[Evidence, Conversation]:
    """Run both ends over the link of that name, sealed with a key made for it.

    ``ports`` are two free UDP ports: the surgeon's and the patient's.
    """
    with tempfile.TemporaryDirectory() as folder:
        key_file = Path(folder) / 'link.key'
        write_secret(key_file, PreSharedKey.generate(os.urandom).to_text())
        here = End(
            side=Side.SURGEON,
            name=name,
            own=(LOCAL, ports[0]),
            peer=(LOCAL, ports[1]),
            seal=Seal(key_file, key_file),
            profile=name,
            profiles=profiles,
            seed=seed,
            patience_s=patience_s,
            is_emulated=True,
        )
        there = replace(here, side=Side.PATIENT, own=here.peer, peer=here.own)
        with _process(there):
            return run_end(here, plan, show, stopped)


@contextmanager
def _process(end: End) -> Iterator[None]:
    other = multiprocessing.get_context('spawn').Process(
        target=_run_quietly, args=(end,), daemon=True
    )
    other.start()
    try:
        yield
        other.join(timeout=end.patience_s)
    finally:
        other.terminate()
        other.join()


def _run_quietly(end: End) -> None:
    # Ctrl-C reaches both processes; the end that people see passes it on in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run_end(end, None, lambda _line: None, threading.Event())
