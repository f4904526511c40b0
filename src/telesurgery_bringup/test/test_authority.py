"""The arguments of ``./telesurgery authority`` and ``local``: what fits, and where they go."""

import pytest

from telesurgery_bringup import authority, local
from telesurgery_bringup.errors import UsageError


@pytest.fixture(autouse=True)
def no_domain(monkeypatch):
    monkeypatch.delenv('ROS_DOMAIN_ID', raising=False)


@pytest.mark.parametrize(
    ('argv', 'act', 'bedside', 'domain'),
    [
        ([], 'status', False, 10),
        (['request', 'PSM1'], 'request', False, 10),
        (['take', 'PSM1'], 'take', True, 20),
        (['give', '--to', 'B'], 'give', True, 20),
        (['release', '--bedside'], 'release', True, 20),
        (['offer', '--to', 'B', '--bedside'], 'give', True, 20),
        (['watch', '--domain', '12'], 'watch', False, 12),
    ],
)
def test_an_act_goes_to_the_side_that_it_belongs_to(argv, act, bedside, domain):
    arguments = authority._arguments(argv)
    assert (arguments.act, arguments.bedside, arguments.domain) == (act, bedside, domain)


@pytest.mark.parametrize(
    'argv', [['offer', 'PSM1'], ['give'], ['request', 'PSM1', '--to', 'B'], ['take', '--to', 'B']]
)
def test_a_receiver_is_named_where_one_is_needed_and_only_there(argv):
    with pytest.raises(UsageError, match='allowed: the console that is to have the arm'):
        authority.check(argv)


@pytest.mark.parametrize('argv', [['steal'], ['request', '--colour', 'red']])
def test_what_is_no_act_ends_the_program(argv, capsys):
    with pytest.raises(SystemExit):
        authority.check(argv)
    assert 'usage' in capsys.readouterr().err


def test_local_becomes_the_arguments_of_its_launch_file(workspace):
    from telesurgery_bringup.launch.resolve import declared_arguments

    arguments = local._parser().parse_args(
        ['--device', 'replay', '--arms', 'PSM1', 'ECM', '--seconds', '5']
    )
    given = local._launch_arguments(arguments)
    assert given[0] == 'local.launch.xml'
    assert 'arms:=[PSM1, ECM]' in given
    assert 'seconds:=5.0' in given
    declared = {
        argument.name for argument in declared_arguments(workspace / 'launch' / 'local.launch.xml')
    }
    assert {value.partition(':=')[0] for value in given[1:]} <= declared
