"""``./telesurgery stop``: the emergency stop from a terminal, on either side."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

STOP_TOPIC = '/emergency_stop'
STOPPED = 'emergency stop'
"""What the patient's side calls its state then (docs/safety-states.md)."""
SURGEON_DOMAIN, PATIENT_DOMAIN = 10, 20
"""Those of the launch files."""
LISTENER_S = 10.0
"""Longest wait for somebody who listens, and again for the answer."""


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments, as argparse does."""
    _parser().parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Stop; returns 0 when the patient's side has said that it stands."""
    arguments = _parser().parse_args(argv)
    domains = arguments.domain or [PATIENT_DOMAIN, SURGEON_DOMAIN]
    stopped = [stop(domain, ' '.join(arguments.why), arguments.who) for domain in domains]
    return 0 if any(stopped) else 1


def stop(domain: int, why: str, who: str) -> bool:
    """Publish the stop in a domain; return whether the patient's side has said that it stands."""
    with Site(domain) as site:
        from crtk_msgs.msg import StringStamped
        from telesurgery_msgs.msg import SafetyState
        from telesurgery_ros import qos
        from telesurgery_ros.conversions import header, now_ns

        said: list[Any] = []
        site.node.create_subscription(SafetyState, '/safety/state', said.append, qos.STREAM_IN)
        publisher = site.node.create_publisher(StringStamped, STOP_TOPIC, qos.EVENT)
        if not site.until(lambda: publisher.get_subscription_count() > 0):
            print(f'domain {domain}: nobody listens to {STOP_TOPIC}')
            return False
        publisher.publish(StringStamped(header=header(now_ns(), who), string=why))
        if site.until(lambda: bool(said) and said[-1].site == STOPPED):
            print(f'domain {domain}: {said[-1].stopped}')
            return True
        print(f'domain {domain}: said to {STOP_TOPIC}; no answer of the patient side yet')
        return False


class Site:
    """A node in a domain, for as long as a command takes."""

    def __init__(self, domain: int) -> None:
        import rclpy
        from rclpy.executors import SingleThreadedExecutor

        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=domain)
        self.node: Any = rclpy.create_node('terminal', context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.node.destroy_node()
        self._context.try_shutdown()

    def until(self, condition: Callable[[], bool], seconds: float = LISTENER_S) -> bool:
        """Handle messages until the condition holds; return whether it does in time."""
        give_up = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > give_up:
                return False
            self._executor.spin_once(timeout_sec=0.05)
        return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery stop',
        description='Emergency stop: every arm brakes and stands until that is reset at the '
        'patient side with ./telesurgery reset. Works on either side.',
    )
    parser.add_argument('why', nargs='*', help='the reason, for the operators and the log')
    parser.add_argument('--who', default='terminal', help='who stops (default: terminal)')
    parser.add_argument(
        '--domain',
        type=int,
        action='append',
        metavar='N',
        help=f'ROS domain; may be given again (default: {PATIENT_DOMAIN} and {SURGEON_DOMAIN})',
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
