"""Bags of both sides become one session, and what is no session is refused in one line."""

import shutil

import numpy as np
import pytest
from synthetic_bag import BagUnderTest
from synthetic_session import write_session
from synthetic_truth import Faults, Truth

from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Recording
from telesurgery_report.counters import frames_sent
from telesurgery_report.errors import ReportError
from telesurgery_report.load import LINK_STATUS, load, load_frame
from telesurgery_report.rows import link_sides_of, status_row, track_of

ARMS, LINKS = ['PSM1'], ['PSM1_roll_link', 'PSM1_wrist_yaw_link']


def test_every_topic_finds_its_place(faultless):
    session = load(faultless, arms=ARMS, links=LINKS)
    assert session.seconds == pytest.approx(12.0, abs=0.2)
    assert session.simulator.simulator == 'classic'
    assert set(session.link_sides) == {'surgeon', 'patient'}
    assert set(session.cameras) == {'endoscope', 'room_camera'}
    assert set(session.link_poses) == set(LINKS)
    assert len(session.setpoints['PSM1']) == 1200


def test_the_order_and_the_number_of_times_that_bags_are_given_change_nothing(faultless):
    surgeon, patient = faultless
    once = load([surgeon, patient], arms=ARMS, links=LINKS)
    again = load([patient, surgeon, patient], arms=ARMS, links=LINKS)
    assert again.seconds == once.seconds
    assert np.array_equal(
        again.link_sides['surgeon'].frames_sent, once.link_sides['surgeon'].frames_sent
    )


def test_what_came_through_the_link_does_not_stand_for_what_was_acted_upon(tmp_path, workspace):
    """Setpoints in both bags are read from the one that the patient side recorded."""
    through = Faults(
        without=frozenset({'/trace/target', '/trace/command', '/simulator/link_poses'})
    )
    _, forwarded = write_session(tmp_path / 'a', workspace, Truth(seconds=1.0), through)
    _, patient = write_session(tmp_path / 'b', workspace, Truth(seconds=2.0))
    session = load([forwarded, patient], arms=ARMS, links=LINKS)
    assert len(session.setpoints['PSM1']) == 200


def test_a_status_that_was_forwarded_into_the_other_bag_counts_once(faultless):
    surgeon, patient = faultless
    status = rows_of(patient, LINK_STATUS)
    sides = link_sides_of([*rows_of(surgeon, LINK_STATUS), *status, *status])
    assert frames_sent(sides) == sum(Truth().frames_sent)


def rows_of(bag, topic):
    with Recording(bag) as recording:
        return [status_row(recording.decode(message)) for message in recording.messages({topic})]


def test_a_frame_is_read_back_as_it_was_recorded(faultless):
    camera = load(faultless, arms=ARMS, links=LINKS).cameras['endoscope']
    frame = load_frame(camera, 42)
    assert len(frame) == camera.size_bytes[42]
    assert frame.startswith(b'\xff\xd8')
    assert camera.size_px[42].tolist() == [640, 480]


def test_invalid_poses_are_left_out():
    good = (5, (1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 1.0))
    unstamped = (0, (9.0,) * 7)
    broken = (6, (np.nan,) * 7)
    track = track_of([good, unstamped, broken, good])
    assert track.stamp_ns.tolist() == [5]
    assert track.p.tolist() == [[1.0, 2.0, 3.0]]


def test_a_bag_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RecordingError, match=r"recording '.*nowhere' does not exist"):
        load([tmp_path / 'nowhere'], arms=ARMS, links=LINKS)


def test_a_folder_that_is_no_bag_is_refused(tmp_path):
    with pytest.raises(RecordingError, match=r'has no metadata\.yaml'):
        load([tmp_path], arms=ARMS, links=LINKS)


def test_a_truncated_bag_is_read_as_far_as_it_goes(faultless, tmp_path):
    broken = tmp_path / 'broken'
    shutil.copytree(faultless[1], broken)
    (file,) = broken.glob('*.mcap')
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    whole = load([faultless[1]], arms=ARMS, links=LINKS)
    part = load([broken], arms=ARMS, links=LINKS)

    assert part.start_ns == whole.start_ns
    assert part.end_ns < whole.end_ns


def test_a_bag_of_something_else_is_refused(shared_data):
    with pytest.raises(ReportError, match='hold none of the topics of a session; allowed: '):
        load([shared_data / 'jigsaws' / 'Knot_Tying_D001'], arms=ARMS, links=LINKS)


def test_a_topic_of_another_type_is_refused(tmp_path, workspace):
    bag = BagUnderTest(workspace)
    bag.add(1, '/safety/state', 'std_msgs/msg/String', bag.make('std_msgs/msg/String', data='x'))
    bag.write(tmp_path / 'strange')
    with pytest.raises(ReportError, match=r"/safety/state in '.*strange' is of type 'std_msgs"):
        load([tmp_path / 'strange'], arms=ARMS, links=LINKS)


def test_an_empty_bag_is_refused(tmp_path, workspace):
    BagUnderTest(workspace).write(tmp_path / 'empty')
    with pytest.raises(ReportError, match='hold no message; allowed: bags of a session'):
        load([tmp_path / 'empty'], arms=ARMS, links=LINKS)
