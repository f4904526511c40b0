"""Gazebo 11 is asked where a model's links are."""

import contextlib

import pytest

from telesurgery_gazebo.classic.framing import framed
from telesurgery_gazebo.classic.messages import Model, PosesStamped, Request, Response
from telesurgery_gazebo.classic.pose_request import PoseRequest, poses_of
from telesurgery_gazebo.classic.testing import FakeMaster
from telesurgery_gazebo.classic.transport import Master
from telesurgery_gazebo.errors import WireError


def model_message():
    model = Model(name='telesurgery')
    for item in (model, *(model.link.add(name=f'telesurgery::{name}') for name in ('a', 'b'))):
        item.pose.position.z = float(len(item.name))
        item.pose.orientation.w = 1.0
    return model.SerializeToString()


def answer(identifier, data):
    response = Response(id=identifier, request='entity_info', serialized_data=data)
    return framed(response.SerializeToString())


def test_the_poses_are_named_as_in_the_stream():
    poses = PosesStamped.FromString(poses_of(model_message())).pose
    assert [pose.name for pose in poses] == ['telesurgery', 'telesurgery::a', 'telesurgery::b']
    assert [pose.position.z for pose in poses] == [11.0, 14.0, 14.0]


def test_the_answer_to_the_question_is_taken_and_no_other():
    with FakeMaster() as fake:
        fake.stream = answer(7, b'of somebody else') + answer(1, model_message())
        with (
            contextlib.closing(Master(fake.port, 10.0)) as master,
            contextlib.closing(PoseRequest(master, 'room', 'telesurgery')) as request,
        ):
            assert request.ask() == poses_of(model_message())
            with pytest.raises(ConnectionError):  # nobody answers a second time
                request.ask()
    assert [item.topic for item in fake.advertised] == ['/gazebo/room/request']
    asked = [Request.FromString(message) for message in fake.heard]
    assert [item.id for item in asked] == [1, 2]
    assert {(item.request, item.data) for item in asked} == {('entity_info', 'telesurgery')}


def test_an_answer_that_is_none_is_refused():
    with pytest.raises(WireError):
        poses_of(b'\xff rubbish')
