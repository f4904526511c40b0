"""The simulator that is asked for runs, or one clear line says why it does not."""

import pytest

from telesurgery_core.errors import ParameterError
from telesurgery_core.parameters import from_mapping
from telesurgery_gazebo.classic.installation import PREFIX_VARIABLE, Installation
from telesurgery_gazebo.errors import SimulatorError
from telesurgery_gazebo.gz import installation as gz
from telesurgery_gazebo.parameters import SimulatorParameters
from telesurgery_gazebo.selection import SUPPORTED, Selection, choose

NOWHERE = {'PATH': '/nonexistent'}


def program(path, text):
    """Write an executable shell script."""
    path.write_text(f'#!/bin/sh\n{text}\n')
    path.chmod(0o755)


@pytest.fixture
def harmonic(tmp_path):
    """An environment in whose PATH there is a gz that knows ``sim``, and a gzserver."""
    program(tmp_path / 'gz', '[ "$1 $2" = "sim --versions" ] && echo 8.14.0')
    program(tmp_path / 'gzserver', '')
    return {'PATH': str(tmp_path)}


@pytest.fixture
def installed(tmp_path):
    """An environment in whose PATH there is a gzserver."""
    program(tmp_path / 'gzserver', '')
    return {'PATH': str(tmp_path)}


@pytest.fixture
def unpacked(tmp_path):
    """An environment that names a folder with a Gazebo of its own."""
    for name in ('lib/x86_64-linux-gnu/ld-2.31.so', 'usr/bin/gzserver', 'usr/bin/Xvfb.patched'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return {'PATH': '/nonexistent', PREFIX_VARIABLE: str(tmp_path)}


def test_auto_takes_gazebo_where_there_is_one(installed):
    assert choose('auto', installed) == Selection('classic')


def test_auto_takes_an_unpacked_gazebo(unpacked):
    assert choose('auto', unpacked) == Selection('classic')


def test_auto_without_gazebo_is_loopback_and_says_so_plainly():
    selection = choose('auto', NOWHERE)
    assert selection.simulator == 'loopback'
    assert 'NO GAZEBO HERE' in selection.warning
    assert 'gzserver is not on the PATH' in selection.warning
    assert 'no gz on the PATH' in selection.warning


@pytest.mark.parametrize('name', SUPPORTED)
def test_a_supported_simulator_is_taken_as_it_is_asked_for(name):
    assert choose(name, NOWHERE) == Selection(name)


def test_auto_prefers_gz_sim(harmonic):
    assert choose('auto', harmonic) == Selection('gz')
    assert choose('auto', harmonic, gui=True) == Selection('gz')


def test_the_gz_of_gazebo_11_is_no_gz_sim(installed, tmp_path):
    program(tmp_path / 'gz', 'echo "Command line tool for Gazebo"; exit 255')
    assert choose('auto', installed) == Selection('classic')


@pytest.mark.parametrize('answer', ['7.5.0', '6.16.0'])
def test_a_gz_sim_before_harmonic_is_refused_by_its_version(tmp_path, answer):
    program(tmp_path / 'gz', f'echo {answer}')
    with pytest.raises(SimulatorError, match=f'version {answer}; allowed: 8'):
        gz.Installation.find({'PATH': str(tmp_path)})


def test_of_several_gz_sims_the_newest_counts(tmp_path):
    program(tmp_path / 'gz', 'echo 7.9.0; echo 10.0.1; echo 8.14.0')
    assert gz.Installation.find({'PATH': str(tmp_path)}).version == '10.0.1'


@pytest.mark.parametrize(
    ('engines', 'wanted', 'taken'),
    [
        (('ogre',), 'auto', 'ogre'),
        (('ogre', 'ogre2'), 'auto', 'ogre2'),
        ((), 'auto', 'ogre2'),
        (('ogre',), 'ogre2', 'ogre2'),
    ],
)
@pytest.mark.parametrize('library', ['lib', 'lib/x86_64-linux-gnu'])
def test_the_older_render_engine_is_taken_where_there_is_no_other(
    tmp_path, engines, wanted, taken, library
):
    programs = tmp_path / 'bin'
    plugins = tmp_path / library / 'gz-rendering-8' / 'engine-plugins'
    for folder in (programs, plugins):
        folder.mkdir(parents=True)
    program(programs / 'gz', 'echo 8.14.0')
    for engine in engines:
        (plugins / f'libgz-rendering-{engine}.so').touch()
    installation = gz.Installation.find({'PATH': str(programs)})
    assert installation.render_engine(wanted) == taken


def test_no_gz_at_all_is_said_with_what_to_do():
    with pytest.raises(SimulatorError, match='no gz on the PATH.*gz-harmonic'):
        gz.Installation.find(NOWHERE)


def test_a_window_on_loopback_is_refused(installed):
    for wanted, environment in (('loopback', installed), ('auto', NOWHERE)):
        with pytest.raises(SimulatorError, match='loopback, which has no window'):
            choose(wanted, environment, gui=True)
    assert choose('auto', installed, gui=True) == Selection('classic')


def test_an_unknown_simulator_is_no_parameter():
    with pytest.raises(ParameterError, match="simulator is 'mujoco'; allowed: auto, classic"):
        from_mapping(SimulatorParameters, {'simulator': 'mujoco'}, where='simulator')


def test_an_installed_gazebo_is_run_as_it_is(installed):
    installation = Installation.find(installed)
    assert installation.server.command == (f'{installed["PATH"]}/gzserver',)
    assert installation.client is None
    assert not installation.renders_in_software


def test_an_unpacked_gazebo_is_run_with_its_own_loader(unpacked):
    prefix = unpacked[PREFIX_VARIABLE]
    installation = Installation.find(unpacked)
    loader, option, libraries, server = installation.server.command
    assert (loader, option) == (f'{prefix}/lib/x86_64-linux-gnu/ld-2.31.so', '--library-path')
    assert f'{prefix}/usr/lib/x86_64-linux-gnu/gazebo-11/plugins' in libraries.split(':')
    assert server == f'{prefix}/usr/bin/gzserver'
    assert installation.display_server is not None
    assert str(installation.display_server.folder) == f'{prefix}/usr'
    assert installation.renders_in_software


def test_a_prefix_without_gazebo_is_refused_by_its_name(tmp_path):
    with pytest.raises(SimulatorError, match=str(tmp_path)):
        Installation.find({PREFIX_VARIABLE: str(tmp_path)})
