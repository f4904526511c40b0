"""The review says what was put into a session, in words that a person understands."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from synthetic_session import write_session
from synthetic_truth import Faults, Truth

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.reader import Recording
from telesurgery_recording.writer import RecordingWriter
from telesurgery_report.review.command import bags_of, main
from telesurgery_report.review.document import page
from telesurgery_report.review.evidence import read_evidence
from telesurgery_report.review.movement import (
    RATE_HZ,
    log_dimensionless_jerk,
    movement_of,
    sparc,
)
from telesurgery_report.review.review import review
from telesurgery_report.review.verdict import Grade, TipFollowing, judge
from telesurgery_report.session import PointTrack


@pytest.fixture(scope='module')
def reviewed(faultless, robot):
    return review(read_evidence(list(faultless), robot, {}, 'faultless'))


def minimum_jerk(seconds=1.0, metres=0.1, rate=RATE_HZ):
    s = np.arange(0.0, seconds, 1.0 / rate) / seconds
    return metres / seconds * 30.0 * (s**2 - 2.0 * s**3 + s**4)


def test_a_faultless_session_went_well_and_the_page_says_so(reviewed):
    # The synthetic bags count two holds, though no arm is ever in the state.
    assert reviewed.verdict.grade is Grade.GOOD
    assert len(reviewed.verdict.reasons) == 1
    assert reviewed.measured.followed_s == pytest.approx(11.9, abs=0.05)
    assert reviewed.measured.total_p50_ms == pytest.approx(70.5, abs=0.3)


def test_holds_are_counted_with_their_reasons_and_spoil_the_verdict(reviewed):
    evidence = reviewed.evidence
    states = evidence.arms['PSM1']
    count = len(states.state)
    held = tuple('hold' if 20 <= k < 50 else 'following' for k in range(count))
    reasons = tuple('no command for 104 ms; engage again to go on' for _ in range(count))
    arms = {'PSM1': replace(states, state=held, reason=reasons)}
    spoilt = review(replace(evidence, arms=arms))
    assert spoilt.verdict.grade is Grade.BAD
    assert 'put on hold 1 time' in spoilt.verdict.reasons[0]
    assert 'nothing came from the surgeon in time' in spoilt.verdict.reasons[0]
    assert '"no command for 104 ms"), 1 time' in spoilt.verdict.reasons[0]
    (hold,) = spoilt.holds
    assert hold.seconds == pytest.approx(3.0)


@pytest.mark.parametrize(
    ('change', 'grade', 'words'),
    [
        ({'states_known': False}, Grade.OPEN, 'nothing says whether they moved'),
        ({'followed_s': 0.0, 'other_reason': 'commands are old'}, Grade.BAD, 'commands are old'),
        ({'total_p50_ms': 350.0}, Grade.BAD, '350 ms to the robot'),
        ({'round_trip_p50_ms': 250.0}, Grade.RESERVED, 'this is safe'),
        ({'round_trip_p50_ms': 350.0}, Grade.RESERVED, 'beyond what they call safe'),
        (
            {'tips': (TipFollowing('PSM1', 9.0, 0.1), TipFollowing('PSM3', 9.0, 0.7))},
            Grade.RESERVED,
            'The tip of PSM3 was 0.70 mm RMS beside its path',
        ),
        ({'tips': (TipFollowing('ECM', 45.0, 0.1),)}, Grade.RESERVED, 'ECM was 45 ms behind'),
        ({'rcm_max_mm': 1.5}, Grade.RESERVED, 'left its port by 1.50 mm'),
        ({'real_time_factor': 0.5}, Grade.RESERVED, 'ran at 0.50 of real time'),
    ],
)
def test_what_was_wrong_is_said(reviewed, change, grade, words):
    verdict = judge(replace(reviewed.measured, **change))
    assert verdict.grade is grade
    assert words in verdict.reasons[0]


def test_what_the_network_would_have_needed_has_numbers_with_their_counts(reviewed):
    needs = ' '.join(reviewed.needs)
    assert 'The longest time between two arrivals was' in needs
    assert '(n = ' in needs
    assert 'more.' in needs, 'the delay that would have been allowed'


def test_a_smooth_movement_has_the_published_smoothness():
    """SPARC of a minimum-jerk speed is about -1.41 (Balasubramanian 2015); pieces are worse."""
    smooth = minimum_jerk()
    broken = np.concatenate([minimum_jerk(0.3, 0.03)] * 3)
    assert sparc(smooth, RATE_HZ) == pytest.approx(-1.41, abs=0.05)
    assert sparc(broken, RATE_HZ) < sparc(smooth, RATE_HZ) - 0.2
    t = np.linspace(0.0, 1.0, 200_001)
    second = 60.0 - 360.0 * t + 360.0 * t**2
    exact = np.trapezoid(second**2, t) / (15.0 / 8.0) ** 2
    fine = minimum_jerk(1.0, 1.0, 1000.0)
    assert log_dimensionless_jerk(fine, 1000.0) == pytest.approx(-np.log(exact), abs=0.02)


def test_paths_have_the_length_that_they_have():
    t = np.arange(0, 10_000_000_000, 20_000_000)
    angle = 2.0 * np.pi * 0.2 * t / 1e9
    circle = np.column_stack([0.02 * np.cos(angle), 0.02 * np.sin(angle), 1e-3 * t / 1e9])
    moved = movement_of('PSM1', PointTrack(t, circle), 0)
    speed = 1e3 * np.hypot(0.02 * 2.0 * np.pi * 0.2, 1e-3)
    assert moved.path_mm == pytest.approx(speed * 10.0, rel=0.01)
    assert moved.speed_mean_mm_s == pytest.approx(speed, rel=0.01)
    assert moved.volume_economy == pytest.approx(
        np.cbrt(40.0 * 40.0 * 10.0) / moved.path_mm, rel=0.01
    )


def before(track, seconds, by_m):
    """Return a track with a way of ``by_m`` [m] before it."""
    n = int(seconds * 50)
    stamps = track.stamp_ns[0] - np.arange(n, 0, -1) * 20_000_000
    way = np.linspace(by_m, 0.0, n)[:, None] * np.array((0.0, 0.0, 1.0))
    return PointTrack(
        np.concatenate([stamps, track.stamp_ns]), np.vstack([track.p[0] + way, track.p])
    )


def test_homing_is_nobodys_skill(reviewed):
    evidence = reviewed.evidence
    homed = {arm: before(track, 3.0, 0.2) for arm, track in evidence.tips.items()}
    told = {arm: before(track, 3.0, 0.2) for arm, track in evidence.setpoints.items()}
    with_homing = review(replace(evidence, tips=homed, setpoints=told))
    assert with_homing.movements.keys() == reviewed.movements.keys()
    for arm, moved in reviewed.movements.items():
        assert with_homing.movements[arm].path_mm == moved.path_mm
        assert np.array_equal(with_homing.setpoints[arm].p, reviewed.setpoints[arm].p)


def test_where_no_hand_ever_drove_the_whole_way_counts(reviewed):
    evidence = reviewed.evidence
    arms = {
        arm: replace(states, state=('ready',) * len(states.state))
        for arm, states in evidence.arms.items()
    }
    homed = {arm: before(track, 3.0, 0.2) for arm, track in evidence.tips.items()}
    alone = review(replace(evidence, tips=homed, arms=arms))
    assert alone.movements['PSM1'].path_mm > reviewed.movements['PSM1'].path_mm + 190.0


def test_the_command_writes_page_pdf_and_record(faultless, tmp_path, capsys):
    output = tmp_path / 'report'
    session = faultless[0].parent
    assert main([str(session), '--beside', str(session), '--output', str(output)]) == 0
    page = (output / 'report.html').read_text()
    assert page.count('It went well') >= 2
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*', page) == []  # nothing beside it
    assert (output / 'report.pdf').read_bytes().startswith(b'%PDF')
    record = json.loads((output / 'report.json').read_text())
    first, second = record['sessions']
    assert first['numbers'] == second['numbers']
    assert first['numbers']['total_p50_ms']['value'] == pytest.approx(70.5, abs=0.3)
    assert first['numbers']['total_p50_ms']['count'] > 2000
    assert 'It went well.' in capsys.readouterr().out


def test_what_was_not_recorded_is_left_out(tmp_path, workspace, robot):
    without = Faults(without=frozenset({'/trace/link', '/simulator/link_poses', '/safety/state'}))
    bags = write_session(tmp_path, workspace, Truth(seconds=3.0), without)
    bare = review(read_evidence(list(bags), robot, {}, 'bare'))
    assert bare.verdict.grade is Grade.OPEN
    assert bare.movements == {}
    assert '/trace/link is missing' in bare.needs[-1] or bare.network.commands == 0


def test_what_the_recordings_lack_is_said_and_the_rest_is_reviewed(tmp_path, workspace, robot):
    surgeon, patient = write_session(tmp_path, workspace, Truth(seconds=3.0), Faults())
    spoilt = tmp_path / 'spoilt'
    with Recording(patient) as good, RecordingWriter(spoilt, Definitions()) as writer:
        writer.add_metadata('missed', {'/joint_states': '7'})
        numbers = {channel: writer.add_channel(channel) for channel in good.channels}
        states = 0
        for channel, message in good.with_channels():
            states += channel.topic == '/safety/state'
            damaged = channel.topic == '/safety/state' and states == 2
            data = message.data[:20] if damaged else message.data
            writer.write_to(numbers[channel], message.received_ns, data, message.sent_ns)
    (spoilt / 'metadata.yaml').unlink()

    whole = read_evidence([surgeon, patient], robot, {}, 'whole')
    evidence = read_evidence([surgeon, spoilt], robot, {}, 'spoilt')
    assert whole.gaps == ()
    assert evidence.gaps == (
        'spoilt: no metadata.yaml: it was not closed, or not copied whole.',
        'spoilt: the recorder missed or dropped 7 messages (7 of /joint_states).',
        'spoilt: not understood, and left out: 1 messages (1 of /safety/state).',
    )
    assert len(evidence.arms['PSM1'].state) == len(whole.arms['PSM1'].state) - 1
    text = page([review(evidence)], [[]])
    assert 'What the recordings lack' in text
    assert evidence.gaps[1] in text


def test_a_report_is_never_put_into_a_bag(faultless, tmp_path):
    bag = tmp_path / 'alone'
    shutil.copytree(faultless[1], bag)
    before = sorted(bag.iterdir())

    assert main([str(bag)]) == 0
    assert sorted(bag.iterdir()) == before
    assert (tmp_path / 'alone-report' / 'report.json').exists()


def test_a_folder_of_a_session_stands_for_its_bags(faultless):
    surgeon, patient = faultless
    assert bags_of([surgeon.parent]) == [surgeon, patient]
    assert bags_of([surgeon]) == [surgeon]


def test_bad_input_gets_one_line(tmp_path, capsys):
    assert main([str(tmp_path / 'nowhere'), '--output', str(tmp_path / 'out')]) == 2
    said = capsys.readouterr()
    assert said.err.startswith('report: error: recording ')
    assert said.err.count('\n') == 1
    assert not (tmp_path / 'out').exists()
