"""Writes a process's parameters into the files that its node reads."""

from __future__ import annotations

from pathlib import Path

import yaml

from telesurgery_bringup.launch.plan import Parameters, Process


def command_line(process: Process, folder: Path) -> list[str]:
    """Return a process's command, with a file in ``folder`` for each set of parameters."""
    return [
        part if isinstance(part, str) else str(_write(part, folder, f'{process.name}_{index}'))
        for index, part in enumerate(process.command)
    ]


def _write(parameters: Parameters, folder: Path, name: str) -> Path:
    content = {parameters.node: {'ros__parameters': dict(parameters.values)}}
    path = folder / f'{name.replace("/", "_")}.yaml'
    path.write_text(yaml.safe_dump(content, default_flow_style=False), encoding='utf-8')
    return path
