"""guarding.yaml: the shipped file fits the robot, and what is wrong is refused by file and key."""

import numpy as np
import pytest
import trimesh
import yaml

from telesurgery_arm.guarding.build import build_guard
from telesurgery_arm.guarding.closest import on_segments
from telesurgery_arm.guarding.description import GuardingDescription, Separation, load_guarding
from telesurgery_core.errors import ParameterError


@pytest.fixture(scope='module')
def shipped(workspace):
    return load_guarding(workspace / 'config' / 'guarding.yaml')


@pytest.fixture
def build(tmp_path, robot_description):
    """Write a guarding.yaml, load it and build its guard."""

    def make(content):
        path = tmp_path / 'guarding.yaml'
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return build_guard(load_guarding(path), robot_description, tmp_path)

    return make


class TestShipped:
    def test_it_has_the_defaults_of_the_code(self, shipped):
        default = GuardingDescription()
        assert shipped.gain_per_s == default.gain_per_s
        assert shipped.deceleration_m_per_s2 == default.deceleration_m_per_s2
        assert shipped.catch_up_s == default.catch_up_s
        rule, default = shipped.separation, Separation()
        assert rule == default

    def test_every_arm_stands_clear_of_everything_at_home(
        self, workspace, shipped, robot_description
    ):
        guard = build_guard(shipped, robot_description, workspace / 'config')
        homes = []
        for arm in robot_description.arms:
            model = robot_description.model_of(arm)
            homes.append([*model.home, *([] if model.jaw is None else [0.0])])
        postures = [s.at(q) for s, q in zip(guard.skeletons, homes, strict=True)]
        for check in guard.checks:
            seen = check.look([postures[arm] for arm in check.arms], np.arange(check.count))
            assert seen.slack.min() > 0.002, (check.name, check.arms)

    def test_the_board_is_where_the_world_has_it(self, workspace, shipped):
        board = yaml.safe_load((workspace / 'worlds' / 'board.yaml').read_text())
        box = shipped.boxes['board']
        assert box.size == tuple(board['plate'])
        x, y, z = box.centre
        assert (x, y, z + box.size[2] / 2) == pytest.approx(board['at'])

    @pytest.mark.parametrize('kind', ['PSM', 'ECM'])
    @pytest.mark.parametrize('link', ['yaw', 'pitch', 'insertion'])
    def test_the_capsules_cover_what_is_drawn(self, workspace, shipped, kind, link):
        mesh = trimesh.load(
            workspace / 'urdf' / 'meshes' / f'{kind.lower()}_{link}.obj',
            force='mesh',
            skip_materials=True,
        )
        p = np.concatenate([mesh.vertices, mesh.triangles_center])
        bodies = [body for body in shipped.tools[kind].outer.values() if body.link == link]
        beyond = np.full(len(p), np.inf)
        for body in bodies:
            a, b = np.array(body.a), np.array(body.b)
            t = on_segments(p, np.broadcast_to(a, p.shape), np.broadcast_to(b, p.shape))
            axis = a + t[:, None] * (b - a)
            beyond = np.minimum(beyond, np.linalg.norm(p - axis, axis=1) - body.radius_m)
        # What looks out of them is less than the margin that outer arms keep.
        assert beyond.max() < shipped.separation.outer_margin_m


def plane(**change):
    return {'planes': {'floor': {'point': [0, 0, -0.06], 'normal': [0, 0, 1], **change}}}


def box(name='block', size=(0.01, 0.01, 0.01), **change):
    return {'boxes': {name: {'centre': [0, 0, 0], 'size': list(size), **change}}}


def sphere(**change):
    return {'spheres': {'ball': {'centre': [0, 0, 0], 'radius_m': 0.01, **change}}}


class TestRefused:
    @pytest.mark.parametrize(
        ('content', 'message'),
        [
            ({'planets': {}}, r"guarding\.yaml: unknown key 'planets'; allowed: gain_per_s"),
            (plane(colour='red'), r"guarding\.yaml: planes\.floor: unknown key 'colour'"),
            (plane(frame='view'), r"planes\.floor: frame is 'view'; allowed: patient, world"),
            (plane(arms=['PSM9']), r"planes\.floor: arms is 'PSM9'; allowed: PSM1, PSM2"),
            (plane(parts=['elbow']), r"planes\.floor: parts is 'elbow'; allowed: tip, jaws"),
            (plane(parts=[]), r'planes\.floor: parts is \[\]; allowed'),
            (plane(normal=[0, 0, 0]), r'planes\.floor: normal is \(0, 0, 0\)'),
            (plane(point=[0, 0]), r'planes\.floor: point is \[0, 0\]; allowed: a list of 3'),
            (plane(point=[0, 0, '.nan']), r'planes\.floor: point'),
            (plane(point=[0, 0, float('inf')]), r'planes\.floor: point is inf'),
            (plane(margin_m=-0.001), r'planes\.floor: margin_m is -0\.001; allowed: 0 \.\. 0\.1'),
            (plane(band_m=0.09), r'planes\.floor: band_m 0\.09 with gain_per_s 10 brakes with 9'),
            (sphere(radius_m=-0.01), r'spheres\.ball: radius_m is -0\.01; allowed: 0 \.\. 1 m'),
            (sphere(radius_m=0.9), r'ball: PSM1 has nowhere to be; allowed: fixtures that leave'),
            (box(size=(0.01, -0.01, 0.01)), r'boxes\.block: size is -0\.01'),
            (box(size=(2, 2, 2)), r'block: PSM1 has nowhere to be'),
            (box(name='Block'), r"boxes 'Block' is not a name; allowed: lower case"),
            ({**box(name='a'), 'spheres': {'a': sphere()['spheres']['ball']}}, "'a' is there tw"),
            (box(name='separation'), "'separation' is there twice"),
            (
                {'workspaces': {'room': {'centre': [0.9, 0, 0], 'size': [0.1, 0.1, 0.1]}}},
                'room: PSM1 has nowhere to be',
            ),
            (
                {
                    'workspaces': {'room': {'centre': [0, 0, 0], 'size': [0.1, 0.1, 0.1]}},
                    **box(size=(0.2, 0.2, 0.2)),
                },
                'block, room: PSM1 has nowhere to be',
            ),
            ({'meshes': {'liver': {'file': 'no.stl'}}}, r"meshes\.liver: mesh '.*no\.stl' cannot"),
            (
                {'lines': {'way': {'points': [[0, 0, 0]]}}},
                r'lines\.way: points are .* at least tw',
            ),
            (
                {'lines': {'way': {'points': [[0, 0, 0], [0, 0, 0]]}}},
                r'lines\.way: points are .* no two equal',
            ),
            (
                {'lines': {'way': {'points': [[0, 0, 0], [1, 0, 0]], 'arms': ['PSM7']}}},
                r"lines\.way: arms is 'PSM7'",
            ),
            ({'tools': {'XYZ': {'outer': {}}}}, r"tools: model is 'XYZ'; allowed: PSM, ECM"),
            ({'standing': {'PSM9': {}}}, r"standing: arm is 'PSM9'; allowed: PSM1"),
            (
                {
                    'tools': {
                        'PSM': {
                            'outer': {
                                'a': {
                                    'link': 'knee',
                                    'a': [0, 0, 0],
                                    'b': [0, 0, 1],
                                    'radius_m': 1,
                                }
                            }
                        }
                    }
                },
                r"tools\.PSM\.outer.*a: link is 'knee'; allowed: patient, yaw, pitch",
            ),
            ({'gain_per_s': 0.0}, r'gain_per_s is 0\.0; allowed: 1 \.\. 50 1/s'),
            ({'separation': {'margin_m': -1.0}}, r'separation: margin_m is -1\.0'),
            ('planes: [1, 2]', r'planes is \[1, 2\]; allowed: a mapping'),
            ('a: b: c', r"guarding\.yaml' is not YAML"),
        ],
    )
    def test_by_file_and_key(self, build, content, message):
        with pytest.raises(ParameterError, match=message) as refused:
            build(content)
        assert '\n' not in str(refused.value)

    def test_a_mesh_that_is_not_closed(self, build, tmp_path):
        mesh = trimesh.creation.box((0.02, 0.02, 0.02))
        mesh.update_faces(np.arange(10))
        mesh.export(tmp_path / 'liver.stl')
        with pytest.raises(
            ParameterError, match=r'meshes\.liver: mesh liver\.stl is not closed: 4 open edges'
        ):
            build({'meshes': {'liver': {'file': 'liver.stl'}}})


def test_a_world_frame_is_the_patient_s_moved(build, robot_description):
    up = float(robot_description.T_world_patient.T[2, 3])
    at_patient = build(plane())
    at_world = build(plane(frame='world', point=[0, 0, up - 0.06]))
    q = [0.1, 0.1, 0.15, 0, 0, 0, 0]
    seen = []
    for guard in (at_patient, at_world):
        check = guard.checks[0]
        seen.append(check.look([guard.skeletons[0].at(q)], np.arange(check.count)).slack)
    assert seen[0] == pytest.approx(seen[1], abs=1e-12)
