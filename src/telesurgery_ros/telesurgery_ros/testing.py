"""For tests: a node as a real process, and a peer that talks with it over DDS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import rclpy
from rclpy.client import Client
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile

from telesurgery_ros import qos

DEADLINE_S = 30.0
"""Longest time that anything in a test may take on a busy machine."""


def written_at(info: Mapping[str, Any]) -> float:
    """Return when a message was written, by its MessageInfo, on the monotonic clock [s].

    A witness that comes late to read says nothing then about whom it watches.
    """
    return float(info['source_timestamp']) * 1e-9 + time.monotonic() - time.time()


class NodeProcess:
    """The node of ``module`` (its ``main``) as a process of its own; ended with the block."""

    def __init__(
        self,
        module: str,
        parameters: Mapping[str, object] | None = None,
        *,
        stdin: int | None = subprocess.DEVNULL,
        prefix: Sequence[str] = (),
        remap: Mapping[str, str] | None = None,
    ) -> None:
        """Start it, behind a command ``prefix``, in the domain that the environment names.

        ``remap`` gives topics other names, and with ``__ns`` the node a namespace.
        """
        arguments = [f'{name}:={_yaml(value)}' for name, value in (parameters or {}).items()]
        command = [
            *prefix,
            sys.executable,
            '-c',
            f'import sys; from {module} import main; sys.exit(main())',
        ]
        command += ['--ros-args', *(part for text in arguments for part in ('-p', text))]
        for old, new in (remap or {}).items():
            command += ['-r', f'{old}:={new}']
        self._process = subprocess.Popen(
            command,
            env={**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path), 'PYTHONUNBUFFERED': '1'},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> NodeProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A clean end where it is possible: a killed participant leaves shared memory behind.
        self._process.terminate()
        try:
            output, _ = self._process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            output, _ = self._process.communicate()
        if error is not None:  # what failed in the block may have its reason here
            print(f'exit code {self._process.returncode}; said:\n{output}')

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def wait_and_spin(self, peer: Peer) -> tuple[int, str]:
        """Wait for its end while ``peer`` goes on handling messages; return the same as wait."""
        peer.spin_until(lambda: not self.running)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and everything that it printed."""
        output, _ = self._process.communicate(timeout=DEADLINE_S)
        return self._process.returncode, output


class Peer:
    """A node in the test's own process; it spins only inside ``spin_until``."""

    def __init__(self, name: str = 'test_peer') -> None:
        """Join the domain that the environment names."""
        self.context = Context()
        rclpy.init(context=self.context)
        self.node = rclpy.create_node(name, context=self.context)
        self._executor = SingleThreadedExecutor(context=self.context)
        self._executor.add_node(self.node)

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._executor.shutdown()
        self.node.destroy_node()
        rclpy.shutdown(context=self.context)

    def collect(self, message_type: type[Any], topic: str, profile: QoSProfile) -> list[Any]:
        """Return a list that every message of the topic is appended to."""
        received: list[Any] = []
        self.node.create_subscription(message_type, topic, received.append, profile)
        return received

    def publisher(
        self, message_type: type[Any], topic: str, profile: QoSProfile, *, matched: int = 1
    ) -> Publisher:
        """Return a publisher that so many subscribers listen to."""
        publisher = self.node.create_publisher(message_type, topic, profile)
        self.spin_until(lambda: publisher.get_subscription_count() >= matched)
        return publisher

    def client(self, service_type: type[Any], name: str, spoken: type[Any], topic: str) -> Client:
        """Return a client of a service whose answers will arrive.

        ``topic`` is one that the server's process publishes all the time, of type ``spoken``.
        A ready service takes requests, but its process may not have discovered yet where this
        client listens, and would drop the answer. It learns of a participant's readers in the
        order in which they were made: once it is heard by a later one, it knows the client's.
        """
        client = self.node.create_client(service_type, name)
        heard = self.collect(spoken, topic, qos.STREAM_IN)
        self.spin_until(lambda: heard and client.service_is_ready())
        return client

    def ask(self, client: Client, request: Any) -> Any:
        """Return the answer to a request."""
        future = client.call_async(request)
        self.spin_until(future.done)
        return future.result()

    def spin_until(self, condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
        """Handle messages until ``condition`` holds; TimeoutError when it never does."""
        give_up = time.monotonic() + deadline_s
        while not condition():
            if time.monotonic() > give_up:
                raise TimeoutError(f'not within {deadline_s:g} s')
            self._executor.spin_once(timeout_sec=0.05)


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return 'true' if value else 'false'
    # Quoted, a text stays one whatever is in it; JSON's quotes are YAML's.
    return json.dumps(value) if isinstance(value, str) else str(value)
