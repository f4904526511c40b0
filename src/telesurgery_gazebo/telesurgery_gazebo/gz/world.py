"""The control of gz-sim's world: pause, step, reset."""

from __future__ import annotations

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz.messages import Boolean, Message, WorldControl
from telesurgery_gazebo.protobuf import parse
from telesurgery_gazebo.transport.client import TransportClient

_REQUEST, _ANSWER = 'gz.msgs.WorldControl', 'gz.msgs.Boolean'
_ANSWER_S = 5.0


class WorldControls:
    """The service ``/world/NAME/control``. Call it from any thread but the client's own."""

    def __init__(self, client: TransportClient, world: str) -> None:
        self._client = client
        self._service = f'/world/{world}/control'

    def pause(self, paused: bool, timeout_s: float = _ANSWER_S) -> None:
        """Stop the world's time, or let it run; SimulatorError when it does not obey."""
        self._ask(WorldControl(pause=paused), timeout_s)

    def step(self, count: int) -> None:
        """Let a paused world do ``count`` steps; it has not done them yet on return."""
        self._ask(WorldControl(pause=True, multi_step=count), _ANSWER_S)

    def reset(self, *, paused: bool) -> None:
        """Put everything back to where it began, time too; every request says whether it runs."""
        control = WorldControl(pause=paused)
        control.reset.all = True
        self._ask(control, _ANSWER_S)

    def _ask(self, control: Message, timeout_s: float) -> None:
        request = control.SerializeToString()
        answer = self._client.request(self._service, _REQUEST, _ANSWER, request, timeout_s)
        if not parse(Boolean, answer).data:
            raise SimulatorError(
                f'{self._service} refuses {" ".join(str(control).split())}; allowed: to pause, '
                "step and reset a running world; look into gz-sim's log"
            )
