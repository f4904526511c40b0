"""The files of ``config/`` as the parameter sets that a virtual session needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import yaml

from telesurgery_arm.description import RobotDescription
from telesurgery_arm.guarding.description import load_guarding
from telesurgery_arm.parameters import ArmsParameters
from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_link.channels import ChannelTable
from telesurgery_link.profiles import LinkProfile, load_profile
from telesurgery_motion.parameters import MotionParameters
from telesurgery_safety.parameters import SafetyParameters
from telesurgery_virtual.session import Configuration

T = TypeVar('T')

FILES = ('arms.yaml', 'channels.yaml', 'motion.yaml', 'safety.yaml', 'guarding.yaml')
"""What a configuration is read from, beside the link's profile."""


def load_configuration(
    config: Path, *, link: str = 'none', seed: int = 0, tremor_filter: str = ''
) -> Configuration:
    """Return the configuration of the folder ``config`` with the named link profile.

    ``tremor_filter`` names another filter than ``motion.yaml`` does; its values are those of the
    file. ParameterError names the file and what is wrong in it.
    """
    stamps = tuple(_stamp(config / name) for name in FILES)
    return replace(
        _configuration(config, tremor_filter, stamps),
        link=_profile(link, config / 'link'),
        seed=seed,
    )


@lru_cache(maxsize=16)
def _configuration(config: Path, tremor_filter: str, stamps: tuple[int, ...]) -> Configuration:
    """Return what does not change from run to run, read anew when a file has been written."""
    chosen = {'filter': tremor_filter} if tremor_filter else {}
    return Configuration(
        robot=RobotDescription.load(config / 'arms.yaml'),
        channels=ChannelTable.load(config / 'channels.yaml'),
        link=load_profile('none', config / 'link'),
        motion=load_node_parameters(MotionParameters, config / 'motion.yaml', chosen),
        arms=ArmsParameters(),
        safety=load_node_parameters(SafetyParameters, config / 'safety.yaml'),
        guarding=load_guarding(config / 'guarding.yaml'),
        guarding_folder=config,
    )


def _profile(link: str, folder: Path) -> LinkProfile:
    """Return a profile; those of ``folder`` are read once, as long as no file there changes."""
    if '/' in link or '.yaml' in link:  # a file of somebody's own
        return load_profile(link, folder)
    return _known_profile(link, folder, tuple(_stamp(file) for file in sorted(folder.glob('*'))))


@lru_cache(maxsize=64)
def _known_profile(link: str, folder: Path, stamps: tuple[int, ...]) -> LinkProfile:
    return load_profile(link, folder)


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def load_node_parameters(
    cls: type[T], path: Path, instead: Mapping[str, object] | None = None
) -> T:
    """Read a ROS parameter file of one node (``/**: ros__parameters:``) into its set.

    ``instead``: values that take the place of the file's.
    """
    document = yaml.safe_load(path.read_text(encoding='utf-8'))
    try:
        parameters = document['/**']['ros__parameters']
    except (KeyError, TypeError):
        raise ParameterError(
            f'{path.name} has no section /**: ros__parameters; allowed: a ROS parameter file for '
            'every node that reads it; add the section'
        ) from None
    return from_mapping(cls, {**parameters, **(instead or {})}, where=path.name)
