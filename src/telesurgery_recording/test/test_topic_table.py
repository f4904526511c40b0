import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_recording.definitions import Definitions
from telesurgery_recording.parameters import RecorderParameters
from telesurgery_recording.topic_table import Delivery, TopicTables

LINE = {'topic': '/a', 'type': 'std_msgs/msg/String'}


def tables(*lines):
    return from_mapping(TopicTables, {'tables': {'mine': list(lines)}}, where='recorder.yaml')


def test_a_line_is_a_stream_unless_it_says_otherwise():
    (line,) = tables(LINE).named('mine')

    assert line.delivery is Delivery.STREAM


@pytest.mark.parametrize('side', ['surgeon', 'patient'])
def test_the_shipped_tables_name_only_types_that_exist(workspace, tmp_path, side):
    for package in ('telesurgery_msgs', 'crtk_msgs'):
        (tmp_path / 'share' / package).mkdir(parents=True)
        (tmp_path / 'share' / package / 'msg').symlink_to(workspace / 'src' / package / 'msg')
    definitions = Definitions([tmp_path])
    table = TopicTables.load(workspace / 'config' / 'recorder.yaml').named(side)

    for line in table:
        definitions.require(line.type)
    assert '/teleop/command' in [line.topic for line in table]


@pytest.mark.parametrize(
    ('line', 'message'),
    [
        ({**LINE, 'topic': 'a'}, r"topic is 'a'; allowed: an absolute name"),
        ({**LINE, 'type': 'String'}, "type of /a is 'String'; allowed: package/msg/Type"),
        ({**LINE, 'delivery': 'often'}, "'often'; allowed: stream, event, latched"),
        ({**LINE, 'depth': 0}, r'depth is 0; allowed: 1 \.\. 10000'),
        ({**LINE, 'rate': 5}, "unknown key 'rate'"),
        ({'topic': '/a'}, "key 'type' is missing"),
    ],
)
def test_a_bad_line_is_named(line, message):
    with pytest.raises(ParameterError, match=message):
        tables(line)


def test_a_topic_stands_in_a_table_once():
    with pytest.raises(ParameterError, match="'/a' stands more than once"):
        tables(LINE, LINE).named('mine')


def test_an_unknown_table_is_refused_by_name():
    with pytest.raises(ParameterError, match="table is 'yours'; allowed: mine"):
        tables(LINE).named('yours')


def test_an_output_folder_must_be_named():
    with pytest.raises(ParameterError, match="output is ''"):
        RecorderParameters()


def test_a_line_for_several_arms_is_one_for_each():
    table = tables({**LINE, 'topic': '/<ARM>/a', 'arms': ['PSM1', 'ECM']}).named('mine')

    assert [line.topic for line in table] == ['/PSM1/a', '/ECM/a']


@pytest.mark.parametrize('odd', [{'topic': '/<ARM>/a'}, {'arms': ['PSM1']}])
def test_arms_belong_to_a_name_with_a_place_for_them(odd):
    with pytest.raises(ParameterError, match='<ARM> stands in its name'):
        tables({**LINE, **odd})
