"""The three ways of a run: both ends here, this end calls, this end waits for a call."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from telesurgery_link.channels import Side
from telesurgery_link.key_files import load_keys
from telesurgery_qualify.doorbell import Address, await_caller
from telesurgery_qualify.emulation import run_emulated
from telesurgery_qualify.end import End, Seal, run_end
from telesurgery_qualify.evidence import Evidence
from telesurgery_qualify.load import Plan
from telesurgery_qualify.reporting import Report, write_report

ANYWHERE = ('0.0.0.0', '::')
STRANGER_S = 4.0
"""How long whoever rings has to prove himself: some round trips, even over a satellite."""


@dataclass(frozen=True, slots=True)
class Run:
    """What all ways have in common."""

    link: str
    """The emulated WAN; with a real link, what is put on top of it."""
    profiles: Path
    seed: int
    key: Path | None
    """None: insecure."""
    peer_certificate: Path
    patience_s: float
    stopped: threading.Event

    def emulate(self, ports: tuple[int, int], plan: Plan, folder: Path) -> Report:
        """Run both ends on this machine."""
        print(f'qualify: {self.link}, emulated, {plan.seconds:g} s', flush=True)
        evidence, _ = run_emulated(
            self.link,
            self.profiles,
            self.seed,
            ports,
            plan,
            self.patience_s,
            show_progress(),
            self.stopped,
        )
        return tell(evidence, folder)

    def call(self, peer: Address, plan: Plan, folder: Path) -> Report:
        """Run the surgeon's end, which says what both send."""
        print(f'qualify: calling {peer[0]}:{peer[1]}, {plan.seconds:g} s', flush=True)
        end = self._end(Side.SURGEON, (any_for(peer[0]), 0), peer)
        evidence, _ = run_end(end, plan, show_progress(), self.stopped)
        return tell(evidence, folder)

    def answer(self, own: Address, folder: Path) -> Report | None:
        """Run the patient's end for the first who can prove himself; None: stopped before."""
        self._seal()  # a key that cannot be used is told now, not to the first caller
        strangers: set[Address] = set()
        print(f'qualify: listening at {own[0]}:{own[1]}', flush=True)
        while True:
            caller = await_caller(
                *own,
                is_welcome=lambda address: address not in strangers,
                stopped=self.stopped.is_set,
            )
            if caller is None:
                print('qualify: stopped; nobody had called', file=sys.stderr)
                return None
            host = any_for(caller[0]) if own[0] in ANYWHERE else own[0]
            end = replace(self._end(Side.PATIENT, (host, own[1]), caller), stranger_s=STRANGER_S)
            evidence, conversation = run_end(end, None, show_progress(), self.stopped)
            if conversation.has_begun:
                return tell(evidence, folder)
            print(f'qualify: {caller[0]}:{caller[1]} rang but began no run', file=sys.stderr)
            strangers.add(caller)

    def _end(self, side: Side, own: Address, peer: Address) -> End:
        name = f'{peer[0]}:{peer[1]}'
        if self.link != 'none':
            name += f' with {self.link} on top'
        return End(
            side=side,
            name=name,
            own=own,
            peer=peer,
            seal=self._seal(),
            profile=self.link,
            profiles=self.profiles,
            seed=self.seed,
            patience_s=self.patience_s,
            is_emulated=False,
        )

    def _seal(self) -> Seal | None:
        if self.key is None:
            return None
        load_keys(self.key, self.peer_certificate, datetime.now(timezone.utc))
        return Seal(self.key, self.peer_certificate)


def any_for(host: str) -> str:
    """Return the address to bind for talking to a host: what is local stays on this machine."""
    if host == 'localhost' or host.startswith('127.'):
        return '127.0.0.1'
    if host == '::1':
        return '::1'
    return '::' if ':' in host else '0.0.0.0'


def show_progress() -> Callable[[str], None]:
    """Return what shows a line: on a terminal each takes the place of the one before."""
    if not sys.stdout.isatty():
        return lambda line: print(f'  {line}', flush=True)
    return lambda line: print(f'\r\033[K  {line}', end='', flush=True)


def tell(evidence: Evidence, folder: Path) -> Report:
    """Write the report and say what it says."""
    report = write_report(evidence, folder)
    lines = ['']
    for finding in report.findings:
        status = finding.status.value.split(' in ')[0]
        asked = f'{finding.requirement.title} {finding.requirement.text}'
        lines.append(f'  {status:<13} {asked:<52} {finding.measured}')
    lines += ['', f'{report.verdict.grade.value}. {report.verdict.summary}', '']
    print('\n'.join([*lines, f'written to {folder}']), flush=True)
    return report
