"""Both gateways as processes, without an injected WAN."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from link_parts.ends import KEY
from link_parts.ports import udp_port
from telesurgery_bringup.reservations import Reservations
from telesurgery_link.channels import Side
from telesurgery_link.key_files import write_secret

NO_WAN_YAML = """
description: none
source: none
date: '2026-11-21'
surgeon_to_patient: {base_delay_ms: 0.0, order: free}
patient_to_surgeon: {base_delay_ms: 0.0, order: free}
"""


@contextmanager
def gateways(
    reservations: Reservations, domains: dict[Side, int], channels_yaml: str, folder: Path
) -> Iterator[list[int | None]]:
    """Run both gateways with this channel table, sealed; give their process ids."""
    from telesurgery_ros.testing import NodeProcess

    (folder / 'channels.yaml').write_text(channels_yaml)
    (folder / 'link').mkdir()
    (folder / 'link' / 'none.yaml').write_text(NO_WAN_YAML)
    write_secret(folder / 'link.key', KEY.to_text())
    ports = {side: udp_port(reservations) for side in Side}
    with ExitStack() as running:
        pids: list[int | None] = []
        for side in Side:
            os.environ['ROS_DOMAIN_ID'] = str(domains[side])
            other = Side.PATIENT if side is Side.SURGEON else Side.SURGEON
            process = NodeProcess(
                'telesurgery_link.node',
                {
                    'side': side.value,
                    'port': ports[side],
                    'peer_port': ports[other],
                    'channels_file': str(folder / 'channels.yaml'),
                    'key_file': str(folder / 'link.key'),
                },
            )
            pids.append(running.enter_context(process).pid)
        yield pids
