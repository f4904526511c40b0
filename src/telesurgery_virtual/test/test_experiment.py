"""A recording through a link, a filter and a scale: the same to the byte each time."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from telesurgery_console.errors import DeviceError
from telesurgery_core.errors import ParameterError
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.reader import Recording
from telesurgery_virtual.experiment import Experiment, Result, record, run
from telesurgery_virtual.intent import Outcome

RECORDING = 'recordings/dvtrainer_two_hands'
SECONDS = 2.0


@pytest.fixture(scope='module')
def experiment(workspace: Path) -> Experiment:
    return Experiment(
        bag=str(workspace / RECORDING), start_s=1.0, seconds=SECONDS, tremor_um=100.0, seed=5
    )


@pytest.fixture(scope='module')
def result(experiment: Experiment, workspace: Path) -> Result:
    return run(experiment, workspace / 'config', thorough=True)


@pytest.fixture(scope='module')
def bag(
    experiment: Experiment,
    result: Result,
    workspace: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp('first') / 'session'
    record(experiment, result, folder, Definitions([workspace / 'src']))
    return folder


def test_the_tip_follows_the_scaled_hand_as_late_as_the_link_makes_it(result: Result) -> None:
    outcome = result.outcome
    link = result.configuration.link.surgeon_to_patient
    assert outcome.holds == 0
    assert outcome.engagements == 2
    assert outcome.commands == pytest.approx(SECONDS * 100, abs=2)
    assert outcome.delay_p50_ms == pytest.approx(link.base_delay_ms, abs=2.0)
    # Interpolation over 10 ms and a plant of 10 ms come after the link; tremor blurs the rest.
    assert 10.0 < outcome.lag_ms - link.base_delay_ms < 35.0
    assert outcome.aligned_error_mm < 0.1 < outcome.error_mm
    assert outcome.completion_ratio > 0.99


def test_a_link_that_is_too_slow_completes_nothing(
    experiment: Experiment, workspace: Path
) -> None:
    slow = replace(experiment, link='geo_satellite', seconds=1.5)
    outcome = run(slow, workspace / 'config').outcome
    assert outcome.completion_ratio == 0.0
    assert outcome.intended_mm > 0.0
    assert math.isnan(outcome.lag_ms)
    assert math.isnan(outcome.aligned_error_mm)


def test_a_filter_takes_out_tremor_that_was_added(experiment: Experiment, workspace: Path) -> None:
    def error_mm(name: str) -> float:
        shaken = replace(
            experiment, link='none', filter=name, tremor_um=200.0, start_s=4.0, seconds=4.0, seed=3
        )
        return run(shaken, workspace / 'config').outcome.aligned_error_mm

    # The filter learns the tremor in the first of these seconds.
    assert error_mm('adaptive') < 0.8 * error_mm('none')


def test_the_bag_holds_what_both_sides_would_have_recorded(bag: Path, result: Result) -> None:
    with Recording(bag) as recording:
        topics = recording.topics
        decoded = {message.topic: recording.decode(message) for message in recording.messages()}
    assert topics['/teleop/command'].count == result.outcome.commands
    assert topics['/PSM1/local/setpoint_cp'].count == topics['/joint_states'].count
    assert decoded.keys() == topics.keys()
    assert {'/MTML/measured_cp', '/console/operator_present', '/trace/link'} <= topics.keys()
    last = result.journal.samples[-1].command
    command = decoded['/teleop/command']
    assert (command.sequence, command.right.arm) == (last.sequence, last.right.arm)
    np.testing.assert_allclose(
        [getattr(command.right.displacement.position, axis) for axis in 'xyz'],
        last.right.T_displacement[:3, 3],
    )
    assert decoded['/safety/state'].arms[0].arm == 'PSM1'
    assert decoded['/link/status'].frames_sent > 0
    assert len(decoded['/simulator/link_poses'].names) == 7


def test_another_run_of_the_same_gives_the_same_bag_to_the_byte_in_another_process(
    bag: Path, experiment: Experiment, workspace: Path, tmp_path: Path
) -> None:
    folder = tmp_path / 'second' / 'session'
    folder.parent.mkdir()
    program = (
        'from pathlib import Path\n'
        'from telesurgery_recording.definitions import Definitions\n'
        'from telesurgery_virtual.experiment import Experiment, record, run\n'
        f'experiment = {experiment!r}\n'
        f'result = run(experiment, Path({str(workspace / "config")!r}), thorough=True)\n'
        f'record(experiment, result, Path({str(folder)!r}), '
        f'Definitions([Path({str(workspace / "src")!r})]))\n'
    )
    sources = os.pathsep.join(map(str, sorted((workspace / 'src').iterdir())))
    subprocess.run(
        [sys.executable, '-c', program],
        check=True,
        env={**os.environ, 'PYTHONHASHSEED': '77', 'PYTHONPATH': sources},
    )
    files = sorted(path.name for path in bag.iterdir())
    assert files == sorted(path.name for path in folder.iterdir())
    for name in files:
        assert (folder / name).read_bytes() == (bag / name).read_bytes(), name


def test_another_seed_gives_another_bag(
    bag: Path, experiment: Experiment, workspace: Path, tmp_path: Path
) -> None:
    other = replace(experiment, seed=6)
    folder = tmp_path / 'session'
    record(
        other,
        run(other, workspace / 'config', thorough=True),
        folder,
        Definitions([workspace / 'src']),
    )
    assert (folder / 'session.mcap').read_bytes() != (bag / 'session.mcap').read_bytes()


def test_hands_that_an_outage_has_stopped_go_on_after_a_while_if_that_is_asked_for(
    experiment: Experiment, workspace: Path
) -> None:
    def outcome(after_s: float) -> Outcome:
        broken = replace(
            experiment,
            link='lan, then after 1 s an outage of 0.3 s',
            start_s=26.0,
            seconds=4.0,
            reengage_after_s=after_s,
        )
        return run(broken, workspace / 'config').outcome

    never, soon = outcome(0.0), outcome(0.5)
    assert never.holds == soon.holds == 2
    assert never.engagements == 2
    assert soon.engagements == 4
    # Stopped at 1 s; 0.3 s of outage, 0.5 s until the clutch is used, 0.3 s for which it is held.
    assert soon.hold_s < 1.3 < 2.8 < never.hold_s
    assert never.intended_mm < 0.2 * soon.intended_mm, 'who is stopped means nothing any more'
    assert soon.completion_ratio > 0.9


def test_joints_of_another_robot_lead_the_arms_and_play_through_a_mapping(
    workspace: Path, shared_data: Path
) -> None:
    kit = Experiment(
        bag=str(shared_data / 'dvrk' / 'psm2_traj_01'),
        mapping='dvrk_psm2',
        right_arm='PSM2',
        left_arm='PSM1',
        link='none',
        filter='none',
        scale=1.0,
        seconds=2.0,
        rate_hz=200.0,
        lead_in=True,
    )
    result = run(kit, workspace / 'config')
    assert any('led to the recorded start first' in note for note in result.notes)
    assert result.outcome.length_s > kit.seconds + 1.0
    assert result.outcome.completion_ratio > 0.9
    # Limits and guarding have their say; another arm's motion would be tens of millimetres off.
    assert result.outcome.aligned_error_mm < 1.0
    assert 20.0 < result.outcome.lag_ms < 40.0


def test_twice_the_speed_takes_half_the_time(experiment: Experiment, workspace: Path) -> None:
    fast = replace(experiment, speed=2.0, link='none')
    outcome = run(fast, workspace / 'config').outcome
    assert outcome.length_s == pytest.approx(SECONDS / 2.0 + 0.3, abs=0.1)


@pytest.mark.parametrize(
    ('change', 'complaint'),
    [
        ({'bag': 'nowhere'}, "bag is 'nowhere', which does not exist"),
        ({'right_arm': 'PSM9'}, "arm is 'PSM9'; allowed: .*PSM1"),
        ({'mapping': 'mine'}, "mapping is 'mine'; allowed: .*dvrk_psm2"),
        ({'link': 'nolink'}, 'nolink'),
        ({'filter': 'magic'}, "filter is 'magic'"),
    ],
)
def test_what_is_not_there_is_named(
    experiment: Experiment, workspace: Path, change: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ParameterError, match=complaint):
        run(replace(experiment, **change), workspace / 'config')


def test_a_lead_in_needs_to_know_where_the_tips_were(
    experiment: Experiment, workspace: Path
) -> None:
    with pytest.raises(DeviceError, match='nothing tells where the tips were'):
        run(replace(experiment, lead_in=True), workspace / 'config')
