"""Asking Gazebo 11 where a model's links are, when the message that told it was lost.

Gazebo keeps ten messages of a topic at most and drops the oldest, and a world that stands sends an
empty one with every turn of its loop. On a busy machine the one message that tells what a step led
to is among those that are dropped.
"""

from __future__ import annotations

import contextlib

from telesurgery_gazebo.classic.framing import framed
from telesurgery_gazebo.classic.messages import Model, PosesStamped, Request, Response
from telesurgery_gazebo.classic.transport import Master
from telesurgery_gazebo.protobuf import parse


class PoseRequest:
    """Two topics of a world, ``request`` and ``response``. Call it from one thread."""

    def __init__(self, master: Master, world: str, model: str) -> None:
        """Wait until Gazebo serves both; TimeoutError or OSError when it does not."""
        self._model = model
        self._count = 0
        with contextlib.ExitStack() as begun:
            self._answers = master.subscribe(f'/gazebo/{world}/response', 'gazebo.msgs.Response')
            begun.callback(self._answers.close)
            self._questions = master.publish(f'/gazebo/{world}/request', 'gazebo.msgs.Request')
            begun.callback(self._questions.close)
            self._begun = begun.pop_all()

    def ask(self) -> bytes:
        """Return the poses of the model and its links as a PosesStamped, without its time.

        Raises TimeoutError or OSError when there is no answer, WireError when it is none.
        """
        self._count += 1
        question = Request(id=self._count, request='entity_info', data=self._model)
        self._questions.send(framed(question.SerializeToString()))
        while True:
            for message in self._answers.receive():
                answer = parse(Response, message)
                if answer.id == self._count and answer.request == 'entity_info':
                    return poses_of(answer.serialized_data)

    def close(self) -> None:
        """Close both connections."""
        self._begun.close()


def poses_of(model_message: bytes) -> bytes:
    """Return the poses in a gazebo.msgs.Model as ``pose/local/info`` tells them."""
    model = parse(Model, model_message)
    poses = PosesStamped()
    poses.time.sec = 0
    for item in (model, *model.link):
        pose = poses.pose.add()
        pose.CopyFrom(item.pose)
        pose.name = item.name
    return bytes(poses.SerializeToString())
