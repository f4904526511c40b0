"""``./telesurgery authority``: who holds which arm, and how one changes hands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from telesurgery_bringup.errors import UsageError

if TYPE_CHECKING:
    from telesurgery_console.authority_client import AuthorityClient
    from telesurgery_msgs.msg import AuthorityState

BEDSIDE_ONLY = ('take', 'give')
ACTS = ('status', 'watch', 'request', 'release', 'offer', 'refuse', *BEDSIDE_ONLY)
WITH_A_RECEIVER = ('offer', 'give')
SURGEON_DOMAIN = 10
PATIENT_DOMAIN = 20
EXIT_REFUSED = 2


def check(argv: Sequence[str]) -> None:
    """End the program for --help and for wrong arguments; UsageError for what does not fit."""
    _arguments(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one act; 0 if it was done, 1 if it was refused, 2 if nobody answers."""
    from telesurgery_core.errors import TelesurgeryError

    try:
        arguments = _arguments(sys.argv[1:] if argv is None else argv)
        os.environ['ROS_DOMAIN_ID'] = str(arguments.domain)
        return _with_client(arguments)
    except (UsageError, TelesurgeryError) as error:
        print(f'authority: error: {error}', file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        return 0


def _with_client(arguments: argparse.Namespace) -> int:
    import rclpy

    from telesurgery_console.authority_client import AuthorityClient

    rclpy.init(args=[])
    node = rclpy.create_node(f'authority_{os.getpid()}')
    try:
        return _carry_out(AuthorityClient(node, arguments.patience), arguments)
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


def _carry_out(client: AuthorityClient, arguments: argparse.Namespace) -> int:
    if arguments.act == 'status':
        print(table(client.wait_for_state()))
        return 0
    if arguments.act == 'watch':
        return _watch(client)
    if arguments.bedside:
        return _decide(client, arguments)
    return _ask(client, arguments)


def _watch(client: AuthorityClient) -> int:
    print(table(client.wait_for_state()), flush=True)
    while True:
        client.wait(lambda: client.events, 'nothing happens', seconds=float('inf'))
        while client.events:
            event = client.events.pop(0)
            print(f'{event.who}: {event.arm or "-"} {event.what}: {event.why}', flush=True)


def _decide(client: AuthorityClient, arguments: argparse.Namespace) -> int:
    done = True
    for arm in arguments.arms or ['']:
        answer = client.decide(arguments.act, arm, arguments.to, arguments.why)
        print(answer.message)
        done = done and answer.success
    return 0 if done else 1


def _ask(client: AuthorityClient, arguments: argparse.Namespace) -> int:
    state = client.wait_for_state()
    if arguments.site not in state.consoles:
        raise UsageError(
            f'the site is {arguments.site!r}; allowed: {", ".join(state.consoles)}; name the '
            'console at which you are with --site'
        )
    arms = arguments.arms or _concerned(state, arguments.act, arguments.site)
    if not arms:
        print(f'no arm is so that {arguments.site} could {arguments.act} it')
        return 1
    records = client.ask(arguments.site, arguments.act, arms, arguments.to, arguments.why)
    for record in records:
        print(record.why)
    if any(record.what.startswith('authority refused') for record in records):
        return 1
    if arguments.act == 'request' and arguments.wait:
        return _wait_for(client, arms, arguments)
    return 0


def _wait_for(client: AuthorityClient, arms: Sequence[str], arguments: argparse.Namespace) -> int:
    site = arguments.site

    def open_questions() -> bool:
        state = client.wait_for_state()
        return any(each.arm in arms and each.other == site for each in state.arms)

    client.wait(lambda: not open_questions(), 'nobody has answered', arguments.wait)
    held = [arm for arm in arms if client.holder(arm) == site]
    print(f'{site} holds {", ".join(held) or "none of them"}')
    return 0 if len(held) == len(arms) else 1


def _concerned(state: AuthorityState, act: str, site: str) -> list[str]:
    """Return the arms on which an act of a console could change something."""
    concerns: dict[str, Callable[[str, str], bool]] = {
        'request': lambda holder, other: holder != site,
        'release': lambda holder, other: site in (holder, other),
        'offer': lambda holder, other: holder == site,
        'refuse': lambda holder, other: holder == site and bool(other),
    }
    return [each.arm for each in state.arms if concerns[act](each.holder, each.other)]


def table(state: AuthorityState) -> str:
    """Return who holds what, for the terminal."""
    lines = [f'{"arm":<6}{"holder":<12}{"state":<16}other']
    lines += [
        f'{each.arm:<6}{each.holder or "nobody":<12}{each.state:<16}{each.other or "-"}'
        for each in state.arms
    ]
    if state.unreachable:
        lines.append(f'cannot be reached: {", ".join(state.unreachable)}')
    return '\n'.join(lines)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    arguments = _parser().parse_args(argv)
    arguments.bedside = arguments.bedside or arguments.act in BEDSIDE_ONLY
    if arguments.bedside and arguments.act == 'offer':
        arguments.act = 'give'
    if (arguments.act in WITH_A_RECEIVER) != bool(arguments.to):
        raise UsageError(
            f'--to is {arguments.to!r} with {arguments.act}; allowed: the console that is to have '
            'the arm, with offer and give only; correct it'
        )
    if arguments.domain is None:
        default = PATIENT_DOMAIN if arguments.bedside else SURGEON_DOMAIN
        arguments.domain = int(os.environ.get('ROS_DOMAIN_ID') or default)
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='./telesurgery authority',
        description='Who holds which arm, and how one changes hands, see docs/authority.md. At a '
        'console: request an arm, release it, offer it to another console (which accepts by '
        'requesting it, or gets it at once if it has asked), refuse who asks. At the bedside: '
        'take an arm from whoever holds it, give it to a console, release, refuse.',
        epilog='exit code: 0 done, 1 refused, 2 nobody answers',
    )
    parser.add_argument(
        'act', nargs='?', choices=ACTS, default='status', metavar='ACT', help=', '.join(ACTS)
    )
    parser.add_argument(
        'arms',
        nargs='*',
        metavar='ARM',
        help='the arms (default: all that it concerns)',
    )
    parser.add_argument('--to', default='', metavar='SITE', help='offer, give: who is to have it')
    parser.add_argument('--why', default='', help='for the others and the event log')
    parser.add_argument(
        '--site', default='A', help='the console at which you are (default: %(default)s)'
    )
    parser.add_argument(
        '--bedside', action='store_true', help='at the bedside; take and give always are'
    )
    parser.add_argument(
        '--wait', type=float, default=0.0, metavar='S', help='request: wait so long for the answer'
    )
    parser.add_argument(
        '--domain',
        type=int,
        default=None,
        help=f'ROS domain (default: ROS_DOMAIN_ID, else {SURGEON_DOMAIN}; at the bedside '
        f'{PATIENT_DOMAIN})',
    )
    parser.add_argument(
        '--patience', type=float, default=10.0, metavar='S', help='how long to wait for anybody'
    )
    return parser


if __name__ == '__main__':
    sys.exit(main())
