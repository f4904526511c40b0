"""Start a node, keep it spinning, end it cleanly: the ``main`` of every executable."""

from __future__ import annotations

import os
import socket
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.task import Future

from telesurgery_core.errors import TelesurgeryError
from telesurgery_ros.stopping import Stopping

EXIT_REFUSED = 2
"""Exit code of a node that was given something it cannot work with."""

LEAVING_LIMIT_S = 2.0
"""Longest that ROS may take to go down."""

stopping = Stopping()
"""A thread of a node ends the process with ``stopping.request(reason)``."""


class Finished(Exception):  # noqa: N818  (not an error: the work is done)
    """Raised in a callback, or given to ``stopping.request``, by a node whose work is done."""

    def __init__(self, exit_code: int = 0, reason: str = '') -> None:
        """Say with which code the process ends and why."""
        super().__init__(reason)
        self.exit_code = exit_code
        self.reason = reason


class AlreadyRunningError(TelesurgeryError):
    """A node of the same name runs in the same domain of this machine."""


def run(node_class: Any, args: list[str] | None = None) -> int:
    """Run a node of ``node_class`` (its ``NAME`` is the node's) until it is told to stop.

    Ends at SIGINT, SIGTERM, ``Finished`` (its code) or a TelesurgeryError (2, with one line on the
    terminal); returns the process's exit code. The node's ``close()``, if it has one, is called
    while ROS is still up, so that it can say goodbye.
    """
    name = node_class.NAME
    instance = full_name(name, sys.argv if args is None else args)
    stopping.watch_signals()
    rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    nodes: list[Node] = []
    try:
        code = _live(node_class, instance, nodes)
    except Finished as finished:
        if finished.reason:
            print(f'[{name}] {finished.reason}', flush=True)
        code = finished.exit_code
    except (TelesurgeryError, ParameterException) as error:
        print(f'[{name}] error: {error}', file=sys.stderr, flush=True)
        code = EXIT_REFUSED
    except BaseException:
        traceback.print_exc()
        code = 1
    _leave(nodes, code)
    return code


def _live(node_class: Any, instance: str, nodes: list[Node]) -> int:
    with single_instance(instance):
        node = node_class()
        nodes.append(node)
        try:
            _spin(node)
        finally:
            close = getattr(node, 'close', None)
            if close is not None:
                close()
    return 0


def _leave(nodes: list[Node], code: int) -> None:
    """Take the node and ROS down, but not for ever.

    Fast DDS has been seen to spin without end in the destruction of a participant whose peers
    leave at the same moment. What the node had to save its ``close()`` has saved.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    guard = threading.Timer(LEAVING_LIMIT_S, os._exit, args=(code,))
    guard.daemon = True
    guard.start()
    for node in nodes:
        node.destroy_node()
    if rclpy.ok():
        rclpy.shutdown()
    guard.cancel()


def full_name(name: str, args: Sequence[str]) -> str:
    """Return the name with namespace that a node ``name`` gets with these arguments."""
    given = {'__ns': '', '__node': name}
    for argument in args:
        rule, _, value = argument.partition(':=')
        given |= {rule: value} if rule in given else {}
    return f'{given["__ns"].rstrip("/")}/{given["__node"]}'


def single_instance(name: str) -> socket.socket:
    """Return a lock on the node's full name in this DDS domain, held until it is closed.

    Two arms' processes, or the console of a second session, would fight over the same topics:
    the second one is refused before it has published anything. The lock is an abstract Unix
    socket: the kernel frees it with the process, and network namespaces, which are separate DDS
    worlds, do not share it.
    """
    domain = os.environ.get('ROS_DOMAIN_ID') or '0'
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f'\0telesurgery/{domain}{name}')
    except OSError:
        lock.close()
        raise AlreadyRunningError(
            f'node {name.lstrip("/")!r} already runs in DDS domain {domain} of this machine; '
            'allowed: one a domain; end the other session or give this one another ROS_DOMAIN_ID'
        ) from None
    return lock


def _spin(node: Node) -> None:
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    # A bare wake() would only make the executor wait again: it ends for a future.
    requested: Future[None] = Future()
    stopping.announce_to(lambda: requested.set_result(None))
    executor.spin_until_future_complete(requested)
    if stopping.reason is not None:
        raise stopping.reason
