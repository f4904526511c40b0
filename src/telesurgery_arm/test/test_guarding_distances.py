"""Distances by hand: segments, volumes, an arm's bodies, and how they change with its joints."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telesurgery_arm.guarding.bodies import ToolShape, bodies_of
from telesurgery_arm.guarding.closest import between_segments, on_segments
from telesurgery_arm.guarding.skeleton import Skeleton
from telesurgery_arm.guarding.volumes import Ball, Block, Capsule, HalfSpace
from telesurgery_arm.kinematics import forward
from telesurgery_core.transforms import pose, rotation_from_rpy, rotation_from_vector

EXACT = 1e-12
point = st.tuples(*[st.floats(-0.2, 0.2)] * 3).map(np.array)


def at(*p):
    return np.array([p], dtype=float)


class TestSegments:
    @pytest.mark.parametrize(
        ('p', 'along'), [((0.5, 1, 0), 0.5), ((-3, 1, 0), 0.0), ((2, 0, 0), 1.0)]
    )
    def test_a_point_is_nearest_to_its_foot_or_an_end(self, p, along):
        assert on_segments(np.array(p), at(0, 0, 0), at(1, 0, 0)) == [along]

    @pytest.mark.parametrize(
        ('segments', 'distance'),
        [
            (((0, 0, 0), (1, 0, 0), (0.5, -1, 2), (0.5, 1, 2)), 2.0),  # crossing above
            (((0, 0, 0), (1, 0, 0), (3, 0, 0), (4, 0, 0)), 2.0),  # one behind the other
            (((0, 0, 0), (1, 0, 0), (0, 3, 0), (1, 3, 0)), 3.0),  # parallel
            (((0, 0, 0), (1, 0, 0), (2, 2, 0), (5, 5, 0)), 5**0.5),  # end to end
            (((0, 0, 0), (0, 0, 0), (3, 4, 0), (3, 4, 0)), 5.0),  # points
            (((0, 0, 0), (1, 0, 0), (0.25, 0, 0), (0.25, 1, 0)), 0.0),  # touching
        ],
    )
    def test_two_segments(self, segments, distance):
        a, b, c, d = (at(*p) for p in segments)
        s, t = between_segments(a, b, c, d)
        found = np.linalg.norm(a + s * (b - a) - c - t * (d - c))
        assert found == pytest.approx(distance, abs=EXACT)

    @settings(max_examples=60, deadline=None)
    @given(point, point, point, point)
    def test_no_pair_of_points_is_nearer(self, a, b, c, d):
        s, t = (float(x[0]) for x in between_segments(*(p[None] for p in (a, b, c, d))))
        found = np.linalg.norm(a + s * (b - a) - c - t * (d - c))
        u, v = np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, 1, 21))
        p = a + u[..., None] * (b - a)
        q = c + v[..., None] * (d - c)
        assert found <= np.linalg.norm(p - q, axis=-1).min() + 1e-9


class TestVolumes:
    @pytest.mark.parametrize(
        ('volume', 'p', 'distance', 'away'),
        [
            (HalfSpace(np.zeros(3), np.array([0, 0, 1.0])), (5, 6, 7), 7, (0, 0, 1)),
            (HalfSpace(np.zeros(3), np.array([0, 0, 1.0])), (5, 6, -7), -7, (0, 0, 1)),
            (Ball(np.zeros(3), 2.0), (0, 5, 0), 3, (0, 1, 0)),
            (Ball(np.zeros(3), 2.0), (0, 0.5, 0), -1.5, (0, 1, 0)),
            (Ball(np.zeros(3), 2.0), (0, 0, 0), -2, (0, 0, 1)),
            (Capsule(np.zeros(3), np.array([4.0, 0, 0]), 1.0), (2, 3, 0), 2, (0, 1, 0)),
            (Capsule(np.zeros(3), np.array([4.0, 0, 0]), 1.0), (7, 0, 4), 4, (0.6, 0, 0.8)),
            (Block(np.eye(4), np.array([1.0, 2, 3])), (4, 0, 7), 5, (0.6, 0, 0.8)),
            (Block(np.eye(4), np.array([1.0, 2, 3])), (0, -2.5, 0), 0.5, (0, -1, 0)),
            (Block(np.eye(4), np.array([1.0, 2, 3])), (-0.75, 0, 0), -0.25, (-1, 0, 0)),
        ],
    )
    def test_distance_and_direction(self, volume, p, distance, away):
        found, direction = volume.distance(at(*p))
        assert found == pytest.approx([distance], abs=EXACT)
        assert direction[0] == pytest.approx(away, abs=EXACT)

    def test_a_turned_box(self):
        T = pose(rotation_from_rpy((0, 0, np.pi / 2)), (1.0, 0, 0))
        found, away = Block(T, np.array([1.0, 2, 3])).distance(at(4, 0, 0))
        assert found == pytest.approx([1.0])  # its half width of 2 lies along X now
        assert away[0] == pytest.approx((1, 0, 0), abs=EXACT)

    @settings(max_examples=60, deadline=None)
    @given(point, point, st.sampled_from(['ball', 'capsule', 'block', 'plane']))
    def test_the_nearest_place_of_a_segment_is_found(self, a, b, kind):
        centre = np.array([0.01, -0.02, 0.03])
        volume = {
            'ball': Ball(centre, 0.02),
            'capsule': Capsule(centre, -centre, 0.01),
            'block': Block(pose(rotation_from_vector((0.3, 0.2, 0.1)), centre), np.full(3, 0.02)),
            'plane': HalfSpace(centre, np.array([0.6, 0.0, 0.8])),
        }[kind]
        t = volume.nearest(a[None], b[None])[0]
        found = volume.distance((a + t * (b - a))[None])[0][0]
        line = a + np.linspace(0, 1, 401)[:, None] * (b - a)
        # A place is found to within a quarter of a millimetre, and distances change no faster.
        assert found <= volume.distance(line)[0].min() + 2.5e-4

    @settings(max_examples=40, deadline=None)
    @given(point, point)
    def test_distances_never_change_faster_than_the_way(self, a, b):
        block = Block(np.eye(4), np.array([0.01, 0.02, 0.03]))
        first, second = (block.distance(p[None])[0][0] for p in (a, b))
        assert abs(first - second) <= np.linalg.norm(a - b) + EXACT


@pytest.fixture(scope='module')
def skeleton(robot_description):
    model = robot_description.model_of('PSM1')
    bodies = bodies_of(model, ToolShape(outer={}), {}, '')
    T = robot_description.arms['PSM1'].T_patient_rcm.T
    return Skeleton('PSM1', model, T, bodies)


class TestSkeleton:
    q = (0.3, -0.2, 0.15, 0.5, 0.4, -0.3, 0.2)

    def test_the_tip_is_where_the_kinematics_say(self, skeleton, robot_description, psm):
        T = robot_description.arms['PSM1'].T_patient_rcm.T @ forward(psm, self.q[:6])
        tip = skeleton.parts.index('tip')
        assert skeleton.at(self.q).a[tip] == pytest.approx(T[:3, 3], abs=EXACT)

    def test_the_fingers_end_beyond_the_tip_and_open_by_the_jaw_s_angle(
        self, skeleton, robot_description, psm
    ):
        posture = skeleton.at(self.q)
        fingers = [i for i, part in enumerate(skeleton.parts) if part == 'jaws']
        u, v = (posture.b[i] - posture.a[i] for i in fingers)
        T = robot_description.arms['PSM1'].T_patient_rcm.T @ forward(psm, self.q[:6])
        middle = (u + v) / np.linalg.norm(u + v)
        assert middle == pytest.approx(T[:3, 2], abs=1e-9)  # the tip's z points out of the jaws
        angle = np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v))
        assert angle == pytest.approx(2 * self.q[-1])

    @settings(max_examples=25, deadline=None)
    @given(q=st.tuples(*[st.floats(-0.8, 0.8)] * 7), n=point)
    def test_columns_are_derivatives(self, skeleton, q, n):
        q = [*q[:2], 0.12 + 0.1 * q[2], *q[3:]]
        h = 1e-6
        posture = skeleton.at(q)
        for body in range(len(skeleton.parts)):
            row = skeleton.column(posture.frames, body, tuple(posture.b[body]), tuple(n))
            for joint in range(7):
                more, less = list(q), list(q)
                more[joint] += h
                less[joint] -= h
                slope = (skeleton.at(more).b[body] - skeleton.at(less).b[body]) @ n / (2 * h)
                assert row[joint] == pytest.approx(slope, abs=1e-8)

    @settings(max_examples=60, deadline=None)
    @given(
        start=st.tuples(*[st.floats(-0.9, 0.9)] * 7), step=st.tuples(*[st.floats(-0.05, 0.05)] * 7)
    )
    def test_nothing_moves_further_than_its_reach(self, skeleton, psm, start, step):
        start = [*start[:2], 0.12 + 0.1 * start[2], *start[3:]]
        end = [a + b for a, b in zip(start, step, strict=True)]
        end[2] = min(max(end[2], psm.lower[2]), psm.upper[2])
        moved = [abs(b - a) for a, b in zip(start, end, strict=True)]
        before, after = skeleton.at(start), skeleton.at(end)
        most = skeleton.reach @ moved
        for a, b in ((before.a, after.a), (before.b, after.b)):
            assert (np.linalg.norm(b - a, axis=1) <= most + EXACT).all()

    def test_the_tip_jacobian_moves_the_tip(self, skeleton):
        h, tip = 1e-7, skeleton.parts.index('tip')
        J = skeleton.at(self.q).tip_jacobian()
        for joint in range(7):
            q = list(self.q)
            q[joint] += h
            slope = (skeleton.at(q).a[tip] - skeleton.at(self.q).a[tip]) / h
            assert J[:3, joint] == pytest.approx(slope, abs=1e-6)
