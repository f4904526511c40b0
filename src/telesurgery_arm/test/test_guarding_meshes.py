"""Meshes by distance field: never further than the truth, near it, and refused when not closed."""

import numpy as np
import pytest
import trimesh

from telesurgery_arm.guarding import distance_field
from telesurgery_arm.guarding.distance_field import DistanceField
from telesurgery_arm.guarding.mesh_distance import point_triangle_distance, signed_distances
from telesurgery_arm.guarding.triangle_mesh import closed_mesh, load_mesh
from telesurgery_arm.guarding.volumes import Ball, Block
from telesurgery_core.errors import ParameterError
from telesurgery_core.transforms import pose, rotation_from_vector

HERE = np.eye(4)
CELL = 0.002


def body(mesh, T=HERE):
    return closed_mesh(np.array(mesh.vertices), np.array(mesh.faces), T, 'body')


@pytest.fixture(scope='module')
def box_field():
    return DistanceField.of_mesh(body(trimesh.creation.box((0.02, 0.03, 0.01))), CELL, 0.01, 'box')


@pytest.fixture(scope='module')
def box():
    return Block(HERE, np.array([0.01, 0.015, 0.005]))


def places(count, size=0.03):
    return np.random.default_rng(3).uniform(-size, size, (count, 3))


class TestExactDistances:
    triangle = np.array([(0.0, 0, 0), (1, 0, 0), (0, 1, 0)])

    @pytest.mark.parametrize(
        ('p', 'distance'),
        [
            ((0.2, 0.2, 0.7), 0.7),  # above it
            ((0.5, -2.0, 0.0), 2.0),  # beside an edge
            ((4.0, -4.0, 0.0), 5.0),  # beside a corner
            ((0.2, 0.2, 0.0), 0.0),  # on it
        ],
    )
    def test_of_a_triangle(self, p, distance):
        assert point_triangle_distance(np.array([p]), self.triangle) == pytest.approx([distance])

    def test_the_nodes_of_a_box_know_its_distances(self, box):
        axes = tuple(np.arange(-0.024, 0.0241, CELL) + 1e-4 for _ in range(3))
        corners = body(trimesh.creation.box((0.02, 0.03, 0.01))).corners
        found = signed_distances(corners, axes, CELL)
        nodes = np.stack(np.meshgrid(*axes, indexing='ij'), axis=-1).reshape(-1, 3)
        truth = box.distance(nodes)[0].reshape(found.shape)
        near = np.abs(truth) < 2 * CELL
        assert found[near] == pytest.approx(truth[near], abs=1e-12)
        far = ~near
        assert (found - truth)[far].max() <= distance_field.FAR_ERROR * CELL
        assert (found - truth)[far & (truth > 0)].min() >= -1e-12
        assert (np.sign(found) == np.sign(truth))[np.abs(truth) > 1e-9].all()


class TestField:
    def test_it_is_never_further_than_the_truth(self, box_field, box):
        p = places(4000, 0.06)  # within the grid and beyond
        assert (box_field.distance(p)[0] <= box.distance(p)[0] + 1e-12).all()

    def test_it_is_as_near_to_the_truth_as_it_says(self, box_field, box):
        p = places(4000, 0.016)  # within the grid
        truth = box.distance(p)[0]
        short = truth - box_field.distance(p)[0]
        assert short.max() <= 2 * box_field.error
        assert box_field.error <= CELL  # the stated bound: less than a cell

    def test_it_does_not_jump_where_the_grid_ends(self, box_field):
        line = np.stack([np.linspace(0.0, 0.06, 4000), np.full(4000, 0.003), np.zeros(4000)], 1)
        distance = box_field.distance(line)[0]
        assert np.abs(np.diff(distance)).max() <= 1.1 * (line[1] - line[0])[0]

    def test_it_leads_away_from_the_surface(self, box_field):
        _, away = box_field.distance(np.array([[0.0, 0.0, 0.012], [0.04, 0.0, 0.0]]))
        assert away == pytest.approx(np.array([[0, 0, 1], [1, 0, 0]]), abs=0.02)

    def test_a_ball_of_triangles_is_a_ball(self):
        ball = trimesh.creation.icosphere(subdivisions=2, radius=0.02)
        field = DistanceField.of_mesh(body(ball), CELL, 0.01, 'ball')
        p = places(1500)
        flat = 0.02 - np.linalg.norm(ball.triangles_center, axis=1).min()
        truth = Ball(np.zeros(3), 0.02).distance(p)[0]
        assert (field.distance(p)[0] <= truth + flat).all()

    def test_it_can_be_placed_anywhere(self, box):
        T = pose(rotation_from_vector((0.4, -0.3, 0.6)), (0.01, 0.02, -0.03))
        mesh = body(trimesh.creation.box((0.02, 0.03, 0.01)), T)
        field = DistanceField.of_mesh(mesh, CELL, 0.01, 'box')
        p = places(1000)
        moved = p @ T[:3, :3].T + T[:3, 3]
        truth = box.distance(p)[0]
        assert (field.distance(moved)[0] <= truth + 1e-12).all()
        inside = truth < 0.005
        assert (truth - field.distance(moved)[0])[inside].max() <= 2 * field.error

    def test_its_size_is_bounded_by_name(self):
        with pytest.raises(
            ParameterError, match=r'mesh box: cell_m 5e-05 makes .* nodes; allowed'
        ):
            DistanceField.of_mesh(body(trimesh.creation.box((0.1, 0.1, 0.1))), 5e-5, 0.01, 'box')


class TestFiles:
    def test_stl_and_obj_give_the_same_body(self, tmp_path):
        mesh = trimesh.creation.box((20, 30, 10))
        corners = []
        for name in ('box.stl', 'box.obj'):
            mesh.export(tmp_path / name)
            loaded = load_mesh(tmp_path / name, 0.001, HERE).corners
            corners.append(loaded[np.lexsort(loaded.reshape(-1, 9).round(6).T)])
        assert corners[0].shape == (12, 3, 3)
        assert np.abs(corners[0]).max() == pytest.approx(0.015)

    def test_a_mesh_that_is_not_closed_is_refused_with_its_open_edges(self, tmp_path):
        mesh = trimesh.creation.box((1, 1, 1))
        mesh.update_faces(np.arange(11))  # one triangle less
        mesh.export(tmp_path / 'liver.stl')
        with pytest.raises(ParameterError, match=r'mesh liver\.stl is not closed: 3 open edges'):
            load_mesh(tmp_path / 'liver.stl', 1.0, HERE)

    @pytest.mark.parametrize(
        ('name', 'content', 'message'),
        [
            ('a.ply', b'', r"of the kind '\.ply'; allowed: \.stl, \.obj"),
            ('a.stl', b'', r'a\.stl'),
            ('a.obj', b'v 0 0 0\n', r'has 0 triangles|cannot be read'),
            ('a.obj', b'v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n', r'has 0 triangles|not finite'),
            ('a.stl', b'solid x\nfacet normal\n' + bytes(range(256)), r'a\.stl'),
        ],
    )
    def test_rubbish_is_refused_by_name(self, tmp_path, name, content, message):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ParameterError, match=message):
            load_mesh(tmp_path / name, 1.0, HERE)

    def test_a_file_that_is_not_there_is_refused_by_name(self, tmp_path):
        with pytest.raises(ParameterError, match=r"nowhere\.stl' cannot be read"):
            load_mesh(tmp_path / 'nowhere.stl', 1.0, HERE)

    def test_a_closed_surface_without_volume_is_refused(self):
        vertices = np.array([(0.0, 0, 0), (1, 0, 0), (0, 1, 0)])
        with pytest.raises(ParameterError, match='encloses no volume'):
            closed_mesh(vertices, np.array([(0, 1, 2), (0, 2, 1)]), HERE, 'sheet')
