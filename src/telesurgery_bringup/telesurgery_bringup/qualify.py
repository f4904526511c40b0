"""``./telesurgery qualify``: judge a link, emulated or real, before an operation."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from telesurgery_bringup.errors import UsageError
from telesurgery_bringup.reservations import Reservations
from telesurgery_bringup.workspace import Workspace

if TYPE_CHECKING:
    from telesurgery_qualify.reporting import Report
    from telesurgery_qualify.running import Run

EXIT_NOT_SUITABLE = 1
EXIT_REFUSED = 2
DEFAULT_KEY = '~/.config/telesurgery/link.key'
DEFAULT_CERTIFICATE = '~/.config/telesurgery/peer.crt'
DEFAULT_SECONDS = 60.0
LONGEST_S = 3600.0
DEFAULT_VIDEO = 32.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line asks for; checked."""

    listen: tuple[str, int] | None
    peer: tuple[str, int] | None
    """Neither: both ends are on this machine."""
    link: str
    seconds: float
    video_mbit_s: float
    return_video_mbit_s: float
    seed: int
    patience_s: float
    key: Path | None
    """None: insecure."""
    peer_certificate: Path
    output: Path | None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one or both ends; 0 for a link that may be used, 1 for another, 2 for bad arguments."""
    from telesurgery_core.errors import TelesurgeryError

    try:
        settings = settings_from(_parser().parse_args(argv))
        return _run(settings, Workspace.current())
    except (UsageError, TelesurgeryError) as error:
        print(f'qualify: error: {error}', file=sys.stderr)
        return EXIT_REFUSED


def check(argv: Sequence[str]) -> None:
    """Refuse wrong arguments before set-up."""
    settings_from(_parser().parse_args(argv))


def settings_from(arguments: argparse.Namespace) -> Settings:
    """Check the arguments; UsageError names what is wrong."""
    if arguments.listen is not None and arguments.peer is not None:
        raise UsageError('--listen and --peer are both given; allowed: one of them; choose an end')
    is_real = arguments.listen is not None or arguments.peer is not None
    if not is_real and arguments.link is None:
        raise UsageError(
            'no link is named; allowed: --link NAME for an emulated one, --listen and --peer for '
            'the two ends of a real one; give one of them'
        )
    if not is_real and (arguments.insecure or arguments.key is not None):
        raise UsageError(
            '--key or --insecure is given without --listen or --peer; allowed: with a real link; '
            'an emulated one makes a key for itself'
        )
    if arguments.insecure and arguments.key is not None:
        raise UsageError('--key and --insecure are both given; allowed: one of them; drop one')
    planned = (arguments.seconds, arguments.video, arguments.return_video)
    if arguments.listen is not None and any(value is not None for value in planned):
        raise UsageError(
            '--seconds, --video or --return-video is given with --listen; allowed: at the end '
            'that calls, which says what both send; move it there'
        )
    key = None if arguments.insecure else Path(arguments.key or DEFAULT_KEY).expanduser()
    return Settings(
        listen=None if arguments.listen is None else _address('--listen', arguments.listen),
        peer=None if arguments.peer is None else _address('--peer', arguments.peer),
        link=arguments.link or 'none',
        seconds=_within('--seconds', _or(arguments.seconds, DEFAULT_SECONDS), 1.0, LONGEST_S),
        video_mbit_s=_within('--video', _or(arguments.video, DEFAULT_VIDEO), 0.0, 200.0),
        return_video_mbit_s=_within(
            '--return-video', _or(arguments.return_video, 0.0), 0.0, 200.0
        ),
        seed=int(_within('--seed', arguments.seed, 0, 2**63 - 1)),
        patience_s=_within('--patience', arguments.patience, 2.0, 600.0),
        key=key,
        peer_certificate=Path(arguments.peer_certificate or DEFAULT_CERTIFICATE).expanduser(),
        output=arguments.output,
    )


def _run(settings: Settings, workspace: Workspace) -> int:
    from telesurgery_qualify.running import Run
    from telesurgery_qualify.verdict import Grade

    folder = settings.output or workspace.root / 'output' / time.strftime('qualify-%Y%m%d-%H%M%S')
    if folder.exists():
        raise UsageError(
            f'--output is {str(folder)!r}, which exists; allowed: a new folder; name another one'
        )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    run = Run(
        link=settings.link,
        profiles=workspace.root / 'config/link',
        seed=settings.seed,
        key=settings.key,
        peer_certificate=settings.peer_certificate,
        patience_s=settings.patience_s,
        stopped=stopped,
    )
    report = _report(settings, run, folder)
    if report is None:
        return EXIT_REFUSED
    good = (Grade.SUITABLE, Grade.RESERVED)
    return 0 if report.verdict.grade in good else EXIT_NOT_SUITABLE


def _report(settings: Settings, run: Run, folder: Path) -> Report | None:
    from telesurgery_qualify.load import Plan

    if settings.listen is not None:
        return run.answer(settings.listen, folder)
    plan = Plan(
        seconds=settings.seconds,
        video_mbit_s=settings.video_mbit_s,
        return_video_mbit_s=settings.return_video_mbit_s,
    )
    if settings.peer is not None:
        return run.call(settings.peer, plan, folder)
    with Reservations() as reservations:
        return run.emulate((reservations.udp_port(), reservations.udp_port()), plan, folder)


def _address(option: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(':')
    if not port.isdecimal() or not 1 <= int(port) <= 65535 or (option == '--peer' and not host):
        form = 'HOST:PORT' if option == '--peer' else '[ADDRESS:]PORT'
        raise UsageError(
            f'{option} is {text!r}; allowed: {form} with a port 1 .. 65535; correct it'
        )
    return host.strip('[]') or '0.0.0.0', int(port)


def _within(option: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise UsageError(
            f'{option} is {value:g}; allowed: {low:g} .. {high:g}; choose a value within it'
        )
    return value


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery qualify',
        description='Judge a link before an operation: send what an operation would send, and '
        'hold what becomes of it against published requirements. An emulated link needs --link '
        'alone. A real one needs two ends: --listen where the robot is, then --peer where the '
        'surgeon is; both write the report.',
    )
    parser.add_argument(
        '--link', metavar='NAME', help='emulated WAN: a file of config/link, or a path'
    )
    parser.add_argument(
        '--listen', metavar='[ADDRESS:]PORT', help="wait for a call: the patient's end"
    )
    parser.add_argument('--peer', metavar='HOST:PORT', help="call: the surgeon's end")
    parser.add_argument(
        '--seconds',
        type=float,
        metavar='S',
        help=f'length of the run (default: {DEFAULT_SECONDS:g})',
    )
    parser.add_argument(
        '--video',
        type=float,
        metavar='MBIT_S',
        help=f'video from patient to surgeon (default: {DEFAULT_VIDEO:g}; 0: none)',
    )
    parser.add_argument(
        '--return-video', type=float, metavar='MBIT_S', help='video the other way (default: 0)'
    )
    parser.add_argument(
        '--key', metavar='FILE', help=f'key that seals the link (default: {DEFAULT_KEY})'
    )
    parser.add_argument(
        '--peer-certificate', metavar='FILE', help='the certificate of the other end, if used'
    )
    parser.add_argument(
        '--insecure', action='store_true', help='no key: anybody on the way can read and forge'
    )
    parser.add_argument('--seed', type=int, default=1, help='of the emulated WAN (default: 1)')
    parser.add_argument(
        '--patience',
        type=float,
        default=10.0,
        metavar='S',
        help='silence after which the other end is given up (default: 10)',
    )
    parser.add_argument(
        '--output', type=Path, metavar='DIR', help='new folder for the report (default: output/)'
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
