"""The commands that are programs of their own: run in the environment after set-up and build.

A new one is one line here. Its module has a ``main(argv) -> int``. It may have a ``check(argv)``
that raises UsageError, or ends the program as argparse does: where the module imports nothing but
the standard library, wrong arguments and ``--help`` are then answered before set-up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A command that another module carries out."""

    name: str
    module: str
    summary: str
    """One line for ``./telesurgery --help``."""
    needs_ros: bool = True
    """False: it runs no ROS node, and so on machines without ROS, too."""


PROGRAMS = (
    Program(
        'demo',
        'telesurgery_bringup.demo',
        'replay a two-handed recording through a delayed link into Gazebo, and measure',
    ),
    Program(
        'bag',
        'telesurgery_recording.bag_command',
        'look at recordings, mend broken ones, merge those of both sides',
        needs_ros=False,
    ),
    Program(
        'local',
        'telesurgery_bringup.local',
        'drive the arms at the bedside: take them over, and release them at the end',
    ),
    Program(
        'authority',
        'telesurgery_bringup.authority',
        'who holds which arm; ask for one, hand it over, take it over at the bedside',
    ),
    Program(
        'events',
        'telesurgery_bringup.events',
        'read an event log and verify that nothing in it was changed',
        needs_ros=False,
    ),
    Program(
        'devices',
        'telesurgery_bringup.devices',
        'list gamepads and SpaceMice, show one live, write a mapping by showing it',
        needs_ros=False,
    ),
    Program(
        'replay',
        'telesurgery_bringup.replay',
        'a recording as an experiment: link, filter, scale, seed; in virtual or real time',
        needs_ros=False,
    ),
    Program(
        'study',
        'telesurgery_bringup.study',
        'a grid of such experiments in virtual time over all cores, with tables and a report',
        needs_ros=False,
    ),
    Program(
        'report',
        'telesurgery_report.review.command',
        'say of a recorded session whether it went well, and why not: HTML, PDF, JSON',
        needs_ros=False,
    ),
    Program(
        'keys',
        'telesurgery_link.key_command',
        'make the key that seals the link, or a key and a certificate per side',
        needs_ros=False,
    ),
    Program(
        'qualify',
        'telesurgery_bringup.qualify',
        'judge a link before an operation: load, requirements, a report with a verdict',
        needs_ros=False,
    ),
    Program(
        'reset',
        'telesurgery_bringup.reset',
        'end an emergency stop at the patient side, in two steps',
    ),
    Program(
        'stop',
        'telesurgery_bringup.stop',
        'emergency stop: every arm brakes and stands until that is reset',
    ),
)
