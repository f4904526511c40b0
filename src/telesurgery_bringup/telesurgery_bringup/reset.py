"""``./telesurgery reset``: end an emergency stop, in two steps, at the patient's side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from telesurgery_bringup.stop import PATIENT_DOMAIN, Site

SERVICE = '/safety/reset'


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments, as argparse does."""
    _parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Take both steps; returns 0 when the emergency stop has ended."""
    arguments = _parser().parse_args(argv)
    return 0 if reset(arguments.domain, arguments.who, ask) else 1


def ask(code: str) -> str:
    """Let the person type the code."""
    return input(f'Is everything safe? Type {code} to end the emergency stop: ').strip()


def reset(domain: int, who: str, ask: Callable[[str], str]) -> bool:
    """Take both steps; ``ask`` is given the code and returns what the person typed."""
    with Site(domain) as site:
        from telesurgery_msgs.srv import ResetSafety

        client = site.node.create_client(ResetSafety, SERVICE)
        if not site.until(client.service_is_ready):
            print(
                f'domain {domain}: nobody offers {SERVICE}; allowed: at the patient side, while '
                'the arms run; check --domain'
            )
            return False

        def call(code: str) -> Any:
            future = client.call_async(ResetSafety.Request(who=who, code=code))
            return future.result() if site.until(future.done) else None

        first = call('')
        if first is None or not first.code:
            print(first.message if first else f'{SERVICE} does not answer')
            return False
        second = call(ask(first.code) or '-')
        print(second.message if second else f'{SERVICE} does not answer')
        return bool(second and second.done)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery reset',
        description='End an emergency stop, at the patient side only: a code is shown and must '
        'be typed. Nothing moves by it; arms wait for a fresh engagement.',
    )
    parser.add_argument('--who', default='terminal', help='who resets (default: terminal)')
    parser.add_argument(
        '--domain',
        type=int,
        default=PATIENT_DOMAIN,
        metavar='N',
        help=f'ROS domain of the patient side (default: {PATIENT_DOMAIN})',
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
