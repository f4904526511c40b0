"""``./telesurgery replay``: a recording as an experiment, in virtual time or with Gazebo."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from telesurgery_bringup.errors import BringupError, UsageError
from telesurgery_bringup.playing import add_playing
from telesurgery_bringup.workspace import Workspace

if TYPE_CHECKING:
    from telesurgery_virtual.experiment import Experiment
    from telesurgery_virtual.intent import Outcome

EXIT_REFUSED = 2
OUTCOME = 'outcome.json'
FIGURES = {
    'error_mm': 'error against intent, RMS [mm]',
    'aligned_error_mm': 'the same, lag taken out [mm]',
    'lag_ms': 'lag of the tips [ms]',
    'completion_ratio': 'share of the way that was followed',
    'intended_mm': 'way that the hands meant [mm]',
    'engagements': 'engagements',
    'holds': 'holds',
    'hold_s': 'time on hold [s]',
    'delay_p50_ms': 'delay of commands, median [ms]',
    'delay_p99_ms': 'delay of commands, 99 % [ms]',
    'jitter_ms': 'mean change of the delay [ms]',
    'loss_ratio': 'share of commands lost',
}


def main(argv: Sequence[str] | None = None) -> int:
    """Carry the experiment out; 2 and one line on stderr for what cannot be done."""
    arguments = _parser().parse_args(argv)
    if arguments.real_time:
        return _in_real_time(arguments)
    from telesurgery_core.errors import TelesurgeryError

    try:
        return _in_virtual_time(arguments, Workspace.current())
    except (BringupError, TelesurgeryError) as error:
        print(f'replay: error: {error}', file=sys.stderr)
        return EXIT_REFUSED


def check(argv: Sequence[str]) -> None:
    """Refuse wrong arguments before set-up."""
    _parser().parse_args(argv)


def _in_real_time(arguments: argparse.Namespace) -> int:
    """Let the demo's session play it: two sides, a real link between them, Gazebo."""
    from telesurgery_bringup import demo

    if arguments.tremor:
        print(
            'replay: error: --tremor is given with --real-time; allowed: in virtual time; drop '
            'one of them',
            file=sys.stderr,
        )
        return EXIT_REFUSED
    given = {
        '--input': ['bag', str(arguments.bag)],
        '--link': [arguments.link],
        '--filter': [arguments.filter] if arguments.filter else None,
        '--scale': [str(arguments.scale)],
        '--seed': [str(arguments.seed)],
        '--sim': [arguments.sim],
        '--seconds': [str(arguments.seconds)] if arguments.seconds else None,
        '--mapping': [arguments.mapping] if arguments.mapping else None,
        '--right-arm': [arguments.right_arm],
        '--left-arm': [arguments.left_arm],
        '--time': [arguments.time],
        '--start': [str(arguments.start)],
        '--speed': [str(arguments.speed)],
        '--lead-in': [] if arguments.lead_in else None,
        '--output': [str(arguments.output)] if arguments.output else None,
    }
    return demo.main(
        [w for key, words in given.items() if words is not None for w in (key, *words)]
    )


def _in_virtual_time(arguments: argparse.Namespace, workspace: Workspace) -> int:
    from telesurgery_recording.definitions import Definitions
    from telesurgery_virtual.bag import FOLDER
    from telesurgery_virtual.experiment import record, run

    experiment = _experiment(arguments)
    output = arguments.output or workspace.root / time.strftime('output/replay-%Y%m%d-%H%M%S')
    if output.exists():
        raise UsageError(
            f'--output is {str(output)!r}, which exists; allowed: a new folder; name another one'
        )
    began = time.perf_counter()
    result = run(experiment, workspace.root / 'config', thorough=not arguments.no_bag)
    took = time.perf_counter() - began
    for note in result.notes:
        print(f'replay: {note}')
    output.mkdir(parents=True)
    if not arguments.no_bag:
        prefixes = os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
        places = [Path(prefix) for prefix in prefixes if prefix] + [workspace.root / 'src']
        record(experiment, result, output / FOLDER, Definitions(places))
    _write(output / OUTCOME, experiment, result.outcome)
    print(_table(result.outcome))
    print(
        f'\n{result.outcome.length_s:.1f} s in {took:.2f} s: '
        f'{result.outcome.length_s / took:.1f} times real time'
    )
    print(f'written to {output}')
    if not arguments.no_bag:
        print(f'more about it: ./telesurgery report {output / FOLDER}')
    return 0


def _experiment(arguments: argparse.Namespace) -> Experiment:
    from telesurgery_core.parameters import from_mapping
    from telesurgery_virtual.experiment import Experiment

    given = {
        'bag': str(arguments.bag),
        'mapping': arguments.mapping,
        'right_arm': arguments.right_arm,
        'left_arm': arguments.left_arm,
        'time': arguments.time,
        'speed': arguments.speed,
        'lead_in': arguments.lead_in,
        'reengage_after_s': arguments.reengage_after,
        'link': arguments.link,
        'filter': arguments.filter,
        'scale': arguments.scale,
        'seed': arguments.seed,
        'start_s': arguments.start,
        'tremor_um': arguments.tremor,
        'rate_hz': arguments.rate,
        'control_rate_hz': arguments.control_rate,
    }
    if arguments.seconds is not None:
        given['seconds'] = arguments.seconds
    return from_mapping(Experiment, given, where='the command line')


def _write(path: Path, experiment: Experiment, outcome: Outcome) -> None:
    figures = {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in asdict(outcome).items()
    }
    text = json.dumps({'experiment': asdict(experiment), 'outcome': figures}, indent=2)
    path.write_text(text + '\n', encoding='utf-8')


def _table(outcome: Outcome) -> str:
    width = max(map(len, FIGURES.values()))
    values = asdict(outcome)
    lines = []
    for key, text in FIGURES.items():
        value = values[key]
        shown = '-' if isinstance(value, float) and math.isnan(value) else f'{value:.4g}'
        lines.append(f'{text:<{width}}  {shown:>9}')
    return '\n'.join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery replay',
        description='Let the hands of a recording drive the arms once more, over another link, '
        'with another filter or scale. In virtual time, as fast as the machine can, the same '
        'bag, settings and seed give the same output to the byte; with --real-time in Gazebo.',
    )
    parser.add_argument('bag', type=Path, metavar='BAG', help='a rosbag2 recording')
    parser.add_argument(
        '--link',
        default='rome_beijing',
        metavar='NAME',
        help='the WAN: a profile of config/link (default: rome_beijing), a file, or a sentence '
        'such as "lan, then after 9 s an outage of 2 s"',
    )
    parser.add_argument(
        '--filter', default='', metavar='NAME', help='tremor filter (default: of motion.yaml)'
    )
    parser.add_argument(
        '--scale',
        type=float,
        default=0.2,
        metavar='S',
        help='metres of the tip per metre of the hand (default: 0.2)',
    )
    parser.add_argument(
        '--seed', type=int, default=1, metavar='N', help='of delays and losses (default: 1)'
    )
    parser.add_argument('--seconds', type=float, metavar='S', help='how much of it, at most')
    add_playing(parser)
    parser.add_argument(
        '--reengage-after',
        type=float,
        default=1.0,
        metavar='S',
        help='how long after the hands have been stopped the recorded operator uses the clutch '
        'and goes on (default: 1; 0: never; in real time: 1)',
    )
    parser.add_argument(
        '--tremor', type=float, default=0.0, metavar='UM', help='tremor to add, RMS an axis [um]'
    )
    parser.add_argument(
        '--rate', type=float, default=100.0, metavar='HZ', help='samples a second (default: 100)'
    )
    parser.add_argument(
        '--control-rate',
        type=float,
        default=500.0,
        metavar='HZ',
        help='control ticks of the arms a second (default: 500, as the nodes have it)',
    )
    parser.add_argument('--no-bag', action='store_true', help='write the figures alone')
    parser.add_argument('--output', type=Path, metavar='DIR', help='new folder (default: output/)')
    parser.add_argument(
        '--real-time', action='store_true', help='a session in real time, with a simulator'
    )
    parser.add_argument(
        '--sim', default='auto', metavar='NAME', help='its simulator (default: auto)'
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
