"""pip, where the machine's Python comes without it: Debian's own wheel of it."""

from __future__ import annotations

from collections.abc import Callable

from telesurgery_bringup.provisioning.artifact import Artifact, key_of
from telesurgery_bringup.provisioning.debian import PrivateApt, machine_suite, unpack
from telesurgery_bringup.workspace import Workspace

PACKAGES = ('python3-pip-whl',)


def artifact(workspace: Workspace) -> Artifact:
    """Return the folder that this step makes."""
    return Artifact(workspace.installer, key_of(machine_suite(), PACKAGES))


def bring(workspace: Workspace, tell: Callable[[str], None]) -> None:
    """Fetch and unpack the wheel; pip runs from inside it."""
    apt = PrivateApt(workspace.state / 'work' / 'installer', machine_suite())
    wheels = [path for path in apt.fetch(PACKAGES, tell) if path.name.startswith(PACKAGES)]
    wanted = artifact(workspace)
    unpack(wheels, wanted.begin(), tell)
    wanted.finish()
    apt.remove()
