"""What gz-sim's systems on the robot are told, as a file that the world's xacro reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from telesurgery_gazebo.joint_control import Gains
from telesurgery_gazebo.rates import Reporting


def write_systems(
    file: Path,
    joints: Sequence[str],
    gains: Sequence[Gains],
    reporting: Reporting,
) -> None:
    """Write the joints with their gains, in the controller's order, and what is published.

    Joint states come with every step, since one may be waited for; link poses at their own rate.
    """
    systems = {
        'joints': [
            {'name': name, 'stiffness': gain.stiffness, 'damping': gain.damping}
            for name, gain in zip(joints, gains, strict=True)
        ],
        'link_rate_hz': reporting.link_rate_hz,
    }
    file.write_text(yaml.safe_dump(systems, sort_keys=False), encoding='utf-8')
