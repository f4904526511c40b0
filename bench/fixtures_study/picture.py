"""The figure of docs/guarding.md: along a wall, round a ball, and the speed over the distance."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from fixtures_study.measuring import TICK_S, _Run
from fixtures_study.scenes import BALL, PLANE, RADIUS, SPHERE, Scene, _ball, _floor
from telesurgery_arm.description import RobotDescription

GAIN, DECELERATION, BAND = 10.0, 4.0, 0.01
INK, HAND, SHADE = '#1f4e79', '#b8b8b8', '#f2d7d5'


def draw(robot: RobotDescription, path: Path) -> None:
    """Draw the figure into a file."""
    mpl.use('Agg')
    import matplotlib.pyplot as plt

    wall = Scene('wall', PLANE, ('PSM1',), _floor)
    ball = Scene('ball', SPHERE, ('PSM1',), _ball)
    figure, axes = plt.subplots(1, 3, figsize=(13.0, 4.2), layout='constrained')
    _draw_wall(axes[0], robot, wall)
    _draw_ball(axes[1], robot, ball)
    _draw_speed(axes[2], robot, wall)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _run(robot: RobotDescription, scene: Scene, path: np.ndarray) -> np.ndarray:
    run = _Run(scene, robot, Path(), guarded=True)
    joints = []
    for way in path:
        run._send({'PSM1': (way, np.zeros(3))}, engaged=True)
        joints += run._run(2)
    return run._tips('PSM1', np.array(joints))


def _draw_wall(axis: Axes, robot: RobotDescription, scene: Scene) -> None:
    t = np.linspace(0.0, 4.0, 800)[:, None]
    way = np.hstack([0.022 * (1 - np.cos(1.3 * t)), 0 * t, -0.024 * np.sin(np.pi * t / 4) ** 2])
    tips, start = _run(robot, scene, way), _start(robot)
    hand = start + way
    axis.axhspan(5, 20, color=SHADE, lw=0)
    axis.plot(*(1e3 * hand[:, (0, 2)].T), color=HAND, lw=2, label='the hand, scaled')
    axis.plot(*(1e3 * tips[:, (0, 2)].T), color=INK, lw=1.6, label='the tip')
    axis.set(title='Along a plane', xlabel='x [mm]', ylabel='z [mm]', ylim=(8, 40))
    axis.legend(frameon=False, loc='upper right')


def _draw_ball(axis: Axes, robot: RobotDescription, scene: Scene) -> None:
    t = np.linspace(0.0, 1.0, 700)[:, None]
    start = _start(robot)
    first = np.array((-0.047, 0.004, 0.018)) - start
    last = np.array((0.006, 0.004, 0.016)) - start
    lead = np.linspace(0.0, 1.0, 250)[:, None] * first
    way = np.vstack([lead, first + t * (last - first), np.repeat(last[None], 150, axis=0)])
    tips = _run(robot, scene, way)
    hand = start + way
    angle = np.linspace(0.0, 2 * np.pi, 200)
    at = 1e3 * (BALL[[0, 2]] + RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    axis.fill(*at.T, color=SHADE, lw=0)
    axis.plot(*(1e3 * hand[:, (0, 2)].T), color=HAND, lw=2)
    axis.plot(*(1e3 * tips[:, (0, 2)].T), color=INK, lw=1.6)
    axis.set(title='Round a sphere', xlabel='x [mm]', ylabel='z [mm]')
    axis.set_aspect('equal', adjustable='datalim')


def _draw_speed(axis: Axes, robot: RobotDescription, scene: Scene) -> None:
    for seconds, colour in ((0.1, '#7aa6c2'), (0.3, '#3f7cac'), (0.8, INK)):
        n = round(seconds / 0.005)
        s = np.linspace(0.0, 1.0, n)[:, None]
        way = np.vstack([s * (0, 0, -0.04), np.repeat([(0, 0, -0.04)], 200, axis=0)])
        z = _run(robot, scene, way)[:, 2]
        slack, speed = z[:-1] - 0.02, -np.diff(z) / TICK_S
        axis.plot(1e3 * slack, 1e3 * speed, color=colour, lw=1.6, label=f'40 mm in {seconds:g} s')
    slack = np.linspace(0.0, 0.017, 300)
    edge = GAIN * BAND
    braked = np.sqrt(edge**2 + 2 * DECELERATION * np.maximum(slack - BAND, 0.0))
    allowed = np.where(slack <= BAND, GAIN * slack, braked)
    axis.plot(1e3 * slack, 1e3 * allowed, color='#a93226', lw=1, ls='--', label='allowed')
    axis.set(title='Speed towards the plane', xlabel='distance left [mm]', ylabel='speed [mm/s]')
    axis.set(xlim=(17, 0), ylim=(0, 320))
    axis.legend(frameon=False, loc='upper right')


def _start(robot: RobotDescription) -> np.ndarray:
    run = _Run(Scene('', {}, ('PSM1',), None), robot, Path(), guarded=False)
    tip: np.ndarray = run._tips('PSM1', run._joints[None])[0]
    return tip
