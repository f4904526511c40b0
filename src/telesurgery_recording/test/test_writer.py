import pytest
from mcap.reader import make_reader
from rosbags.highlevel import AnyReader

from telesurgery_recording.definitions import Definitions
from telesurgery_recording.errors import RecordingError
from telesurgery_recording.reader import Recording
from telesurgery_recording.writer import RecordingWriter

STRING = 'std_msgs/msg/String'
OWN = 'telesurgery_msgs/msg/TeleopCommand'


@pytest.fixture
def definitions(tmp_path, workspace):
    """Definitions as an installation of the workspace's own interfaces lays them out."""
    prefix = tmp_path / 'prefix'
    for package in ('telesurgery_msgs', 'crtk_msgs'):
        share = prefix / 'share' / package
        share.mkdir(parents=True)
        (share / 'msg').symlink_to(workspace / 'src' / package / 'msg')
    return Definitions([tmp_path / 'elsewhere', prefix])


def test_our_own_types_are_defined_down_to_the_last_field(tmp_path, definitions):
    with RecordingWriter(tmp_path / 'bag', definitions) as writer:
        writer.add_topic('/teleop/command', OWN)
        types = definitions.store.types
        stamp = types['builtin_interfaces/msg/Time'](sec=12, nanosec=34)
        pose = types['geometry_msgs/msg/Pose'](
            position=types['geometry_msgs/msg/Point'](x=0.1, y=0.2, z=0.3),
            orientation=types['geometry_msgs/msg/Quaternion'](x=0.0, y=0.0, z=0.0, w=1.0),
        )
        hand = types['telesurgery_msgs/msg/HandCommand'](
            arm='PSM1', engaged=True, epoch=3, displacement=pose, jaw=0.4
        )
        command = types[OWN](
            header=types['std_msgs/msg/Header'](stamp=stamp, frame_id='view'),
            sequence=5, left=hand, right=hand, present=True, stop=False,
        )  # fmt: skip
        writer.write('/teleop/command', 7, bytes(definitions.store.serialize_cdr(command, OWN)))

    with Recording(tmp_path / 'bag') as recording:
        read = recording.decode(next(recording.messages()))
    assert (read.sequence, read.right.arm, read.right.displacement.position.z) == (5, 'PSM1', 0.3)


@pytest.mark.parametrize(
    'name',
    ['telesurgery_msgs/msg/SafetyState', 'crtk_msgs/msg/OperatingState', 'sensor_msgs/msg/Image'],
)
def test_a_type_may_be_made_of_other_types(definitions, name):
    definitions.require(name)

    assert name in definitions.store.fielddefs


@pytest.mark.parametrize('name', ['telesurgery_msgs/msg/Nonsense', 'nobody/msg/Thing', 'Thing'])
def test_an_unknown_type_is_named(definitions, name):
    with pytest.raises(RecordingError, match=f"'{name}' is not known"):
        definitions.require(name)


def test_a_definition_that_is_none_is_named(tmp_path):
    (tmp_path / 'share' / 'odd' / 'msg').mkdir(parents=True)
    (tmp_path / 'share' / 'odd' / 'msg' / 'Thing.msg').write_text('} = {')

    with pytest.raises(RecordingError, match="'odd/msg/Thing' cannot be understood"):
        Definitions([tmp_path]).require('odd/msg/Thing')


def test_other_libraries_read_it_too(tmp_path):
    with RecordingWriter(tmp_path / 'bag', Definitions(), compressed=True) as writer:
        writer.add_topic('/said', STRING, latched=True)
        for k in range(10):
            writer.write('/said', k, b'\x00\x01\x00\x00\x02\x00\x00\x00a\x00')

    with (tmp_path / 'bag' / 'bag.mcap').open('rb') as file:
        messages = list(make_reader(file).iter_messages())
    assert [(schema.name, channel.topic) for schema, channel, _ in messages] == [
        (STRING, '/said')
    ] * 10
    with AnyReader([tmp_path / 'bag']) as reader:
        assert reader.message_count == 10
        (connection,) = reader.connections
        assert connection.ext.offered_qos_profiles[0].durability.name == 'TRANSIENT_LOCAL'


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / 'bag').mkdir()
    with pytest.raises(RecordingError, match='exists already'):
        RecordingWriter(tmp_path / 'bag', Definitions())


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / 'file').write_text('')
    with pytest.raises(RecordingError, match='cannot be created'):
        RecordingWriter(tmp_path / 'file' / 'bag', Definitions())


def test_a_recording_without_messages_is_complete(tmp_path):
    with RecordingWriter(tmp_path / 'bag', Definitions()) as writer:
        writer.add_topic('/said', STRING)

    with Recording(tmp_path / 'bag') as recording:
        assert recording.count == 0
        assert list(recording.messages()) == []
