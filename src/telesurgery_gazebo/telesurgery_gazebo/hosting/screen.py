"""Where a Gazebo server draws: on the machine's display, on a screen in memory, or nowhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.hosting import display
from telesurgery_gazebo.hosting.options import ServerOptions
from telesurgery_gazebo.hosting.process import ManagedProcess
from telesurgery_gazebo.hosting.program import Program


@dataclass(frozen=True, slots=True)
class Screen:
    """What a server finds in its environment, and the processes that were started for it."""

    environment: Mapping[str, str]
    processes: tuple[ManagedProcess, ...] = ()

    @classmethod
    def for_server(
        cls,
        options: ServerOptions,
        xvfb: Program | None,
        environment: Mapping[str, str],
        log: Path,
        *,
        own_display_serves: bool = True,
    ) -> Screen:
        """Return a screen for cameras and window, as far as ``options`` ask for them.

        The machine's own display is used where it lets us in and, unless a window is wanted,
        ``own_display_serves``. Raises SimulatorError when there is none and none can be started.
        """
        own = display.accepts(os.environ)
        if options.gui and not own:
            raise SimulatorError(
                f'the window asks for a display and DISPLAY is {os.environ.get("DISPLAY", "")!r}; '
                'allowed: a display of this machine that lets you in; run it in a desktop session '
                'or without gui'
            )
        if not options.cameras and not options.gui:
            return cls({'DISPLAY': ''})
        if own and (options.gui or own_display_serves):
            return cls({})
        screen, name = display.start_screen(xvfb, environment, log)
        return cls({'DISPLAY': name, 'XAUTHORITY': os.devnull}, (screen,))
