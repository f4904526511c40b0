"""A launch file comes to the processes to which it comes in ROS's launch."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from telesurgery_bringup.errors import LaunchFileError, UsageError
from telesurgery_bringup.launch.plan import LaunchPlan, Output, Parameters, Process
from telesurgery_bringup.launch.resolve import declared_arguments, resolve


class Folder:
    """A folder with launch files, and an installed package ``robot`` with a program ``arm``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        index = path / 'share/ament_index/resource_index/packages'
        index.mkdir(parents=True)
        (index / 'robot').touch()
        self.program = path / 'lib/robot/arm'
        self.program.parent.mkdir(parents=True)
        self.program.touch(mode=0o755)
        self.environment = {'AMENT_PREFIX_PATH': str(path), 'ROS_DOMAIN_ID': '1'}

    def write(self, name: str, content: str) -> Path:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'<launch>\n{content}\n</launch>')
        return path

    def plan(self, content: str, **given: str) -> LaunchPlan:
        return resolve(self.write('main.launch.xml', content), given, self.environment)

    def only(self, content: str, **given: str) -> Process:
        (process,) = self.plan(content, **given).processes
        return process

    def words(self, content: str, **given: str) -> list[tuple[str | Parameters, ...]]:
        return [process.command[1:] for process in self.plan(content, **given).processes]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_node_is_its_program_and_ros_arguments(folder: Folder) -> None:
    node = folder.only(
        """<node pkg="robot" exec="arm" name="left" namespace="or/first" args="a 'b c'"
               ros_args="--log-level debug">
             <param name="rate" value="500.0"/><remap from="cmd" to="/teleop"/>
           </node>"""
    )
    assert node.command == (
        str(folder.program),
        *('a', 'b c', '--ros-args', '--log-level', 'debug', '--ros-args'),
        *('-r', '__node:=left', '-r', '__ns:=/or/first'),
        *('--params-file', Parameters('/or/first/left', {'rate': 500.0})),
        *('-r', 'cmd:=/teleop'),
    )


def test_a_node_without_a_namespace_gets_its_parameters_whatever_its_name(folder: Folder) -> None:
    node = folder.only(
        '<node pkg="robot" exec="arm" name="left"><param name="n" value="1"/></node>'
    )
    assert node.command[-1] == Parameters('/**', {'n': 1})


def test_parameters_keep_their_order_so_that_the_last_one_wins(folder: Folder) -> None:
    (folder.path / 'p.yaml').touch()
    node = folder.only(
        """<node pkg="robot" exec="arm"><param name="a" value="1"/>
             <param from="$(dirname)/p.yaml"/><param name="a" value="2"/></node>"""
    )
    values = [part for part in node.command if isinstance(part, Parameters) or '.yaml' in part]
    assert values == [
        Parameters('/**', {'a': 1}),
        str(folder.path / 'p.yaml'),
        Parameters('/**', {'a': 2}),
    ]


def test_processes_are_named_and_numbered_in_order(folder: Folder) -> None:
    plan = folder.plan(
        """<node pkg="robot" exec="arm"/><executable cmd="/bin/true x"/>
           <node pkg="robot" exec="arm" exec_name="other"/><executable cmd="true" name="job"/>"""
    )
    names = [process.name for process in plan.processes]
    assert names == ['arm-1', 'true-2', 'other-3', 'job-4']


def test_attributes_of_a_process_arrive(folder: Folder) -> None:
    process = folder.only(
        """<executable cmd="true" output="screen" on_exit="shutdown" respawn="true" cwd="/tmp"
             respawn_delay="0.5" sigterm_timeout="1" sigkill_timeout="2">
             <env name="A" value="b"/></executable>"""
    )
    assert process.output is Output.SCREEN
    assert process.is_required
    assert process.respawn
    assert process.cwd == '/tmp'
    assert process.environment == {**folder.environment, 'A': 'b'}
    limits = (process.respawn_delay_s, process.sigterm_after_s, process.sigkill_after_s)
    assert limits == (0.5, 1.0, 2.0)


def test_the_defaults_of_a_process_are_those_of_ros(folder: Folder) -> None:
    process = folder.only('<executable cmd="true"/>')
    assert process.output is Output.LOG
    assert not process.is_required
    assert not process.respawn
    limits = (process.respawn_delay_s, process.sigterm_after_s, process.sigkill_after_s)
    assert limits == (0.0, 5.0, 5.0)


def test_words_are_split_but_not_those_that_a_substitution_gives(folder: Folder) -> None:
    content = """<let name="v" value="a b"/>
                 <executable cmd="x $(var v) -k=$(var v)! 'c d' $(var v)$(var v) e"/>"""
    assert folder.words(content) == [('a b', '-k=a b!', 'c d', 'a ba b', 'e')]


def test_elements_act_in_their_order(folder: Folder) -> None:
    content = """<let name="v" value="1"/><executable cmd="x $(var v)"/>
                 <let name="v" value="2"/><executable cmd="x $(var v)"/>"""
    assert folder.words(content) == [('1',), ('2',)]


def test_an_argument_has_its_default_unless_it_is_given(folder: Folder) -> None:
    content = '<arg name="v" default="d"/><executable cmd="x $(var v)"/>'
    assert folder.words(content) == [('d',)]
    assert folder.words(content, v='g') == [('g',)]


def test_a_default_may_use_what_stands_before_it(folder: Folder) -> None:
    content = """<arg name="a" default="1"/><arg name="b" default="$(var a)2"/>
                 <executable cmd="x $(var b)"/>"""
    assert folder.words(content, a='0') == [('02',)]


def test_a_group_ends_what_is_set_in_it(folder: Folder) -> None:
    content = """<let name="v" value="out"/>
      <group><let name="v" value="in"/><set_env name="ROS_DOMAIN_ID" value="2"/>
        <executable cmd="x $(var v)"/></group>
      <executable cmd="x $(var v)"/>"""
    inner, outer = folder.plan(content).processes
    assert (inner.command[1], outer.command[1]) == ('in', 'out')
    domains = [process.environment['ROS_DOMAIN_ID'] for process in (inner, outer)]
    assert domains == ['2', '1']


def test_a_group_that_is_not_scoped_ends_nothing(folder: Folder) -> None:
    content = """<group scoped="false"><let name="v" value="in"/></group>
                 <executable cmd="x $(var v)"/>"""
    assert folder.words(content) == [('in',)]


@pytest.mark.parametrize(('value', 'count'), [('true', 1), ('0', 0), ('False', 0), ('1', 1)])
def test_conditions_decide_over_any_element(folder: Folder, value: str, count: int) -> None:
    wanted = f'<group if="{value}"><executable cmd="x"/></group>'
    unwanted = f'<executable cmd="x" unless="{value}"/>'
    assert len(folder.plan(wanted).processes) == count
    assert len(folder.plan(unwanted).processes) == 1 - count


def test_an_include_receives_arguments_and_knows_its_own_folder(folder: Folder) -> None:
    folder.write('sub/inner.xml', '<arg name="v"/><executable cmd="x $(var v) $(dirname)"/>')
    content = """<include file="$(dirname)/sub/inner.xml"><arg name="v" value="1"/></include>"""
    assert folder.words(content) == [('1', str(folder.path / 'sub'))]


def test_what_an_include_sets_stays_set_after_it(folder: Folder) -> None:
    folder.write('inner.xml', '<let name="v" value="1"/><set_env name="E" value="2"/>')
    content = '<include file="$(dirname)/inner.xml"/><executable cmd="x $(var v) $(env E)"/>'
    assert folder.words(content) == [('1', '2')]


def test_a_variable_reaches_an_include_that_does_not_receive_it(folder: Folder) -> None:
    folder.write('inner.xml', '<arg name="v" default="d"/><executable cmd="x $(var v)"/>')
    content = '<let name="v" value="outer"/><include file="$(dirname)/inner.xml"/>'
    assert folder.words(content) == [('outer',)]


def test_a_required_argument_must_be_given_by_the_include_itself(folder: Folder) -> None:
    folder.write('inner.xml', '<arg name="v" description="a number"/>')
    content = '<let name="v" value="1"/>\n<include file="$(dirname)/inner.xml"/>'
    with pytest.raises(LaunchFileError, match=r'main.launch.xml:3: .* argument v \(a number\)'):
        folder.plan(content)


def test_dirname_after_an_include_from_elsewhere_is_refused(folder: Folder) -> None:
    folder.write('sub/inner.xml', '')
    include = '<include file="$(dirname)/sub/inner.xml"/>'
    with pytest.raises(LaunchFileError, match='versions of ROS differ'):
        folder.plan(f'{include}<executable cmd="x $(dirname)"/>')


def test_a_file_that_includes_itself_is_refused(folder: Folder) -> None:
    with pytest.raises(LaunchFileError, match='must not include itself'):
        folder.plan('<include file="$(dirname)/main.launch.xml"/>')


def test_an_argument_that_nothing_declares_is_refused_with_those_that_are(folder: Folder) -> None:
    folder.write('inner.xml', '<arg name="inner" default="1"/>')
    content = '<arg name="outer" default="1"/><include file="$(dirname)/inner.xml"/>'
    folder.plan(content, inner='2')
    with pytest.raises(UsageError, match="is 'ouetr'; allowed: outer, inner"):
        folder.plan(content, ouetr='2')


def test_a_missing_argument_is_named(folder: Folder) -> None:
    with pytest.raises(UsageError, match=r'argument v \(why\) is missing; allowed: v:=VALUE'):
        folder.plan('<arg name="v" description="why"/>')


def test_an_argument_is_one_of_its_choices(folder: Folder) -> None:
    content = '<arg name="sim" default="gz"><choice value="gz"/><choice value="none"/></arg>'
    folder.plan(content, sim='none')
    with pytest.raises(LaunchFileError, match="sim is 'ode'; allowed: gz, none"):
        folder.plan(content, sim='ode')


def test_arguments_are_listed_for_people(folder: Folder) -> None:
    path = folder.write(
        'f.xml', '<arg name="a" default="$(env X)" description="what"/><arg name="b"/>'
    )
    described = [(item.name, item.default, item.description) for item in declared_arguments(path)]
    assert described == [('a', '$(env X)', 'what'), ('b', None, 'no description given')]


@pytest.mark.parametrize(
    ('content', 'told'),
    [
        ('<frob/>', ":2: the element is '<frob>'; allowed: <arg>, <let>"),
        ('\n<node pkg="robot" exec="arm" frob="1"/>', ":3: an attribute of <node> is 'frob'"),
        (
            '<executable cmd="x"><param name="a" value="1"/></executable>',
            "<param>'; allowed: <env>",
        ),
        ('<node pkg="robot" exec="leg"/>', "the executable of robot is 'leg'; allowed: arm"),
        ('<node pkg="tobor" exec="arm"/>', "the package 'tobor' is not installed"),
        ('<node pkg="robot"/>', "<node> has no attribute 'exec'"),
        ('<let name="a" value="$(var b)"/>', ":2: the variable is 'b'"),
        ('<executable cmd="x" if="1" unless="1"/>', 'has both if and unless'),
        ('<executable cmd="x" if="maybe"/>', "the condition is 'maybe'"),
        ('<executable cmd="x" output="own_log"/>', "output is 'own_log'; allowed: screen, log"),
        ('<executable cmd="x" on_exit="respawn"/>', "on_exit is 'respawn'; allowed: shutdown"),
        ('<executable cmd="x" sigterm_timeout="-1"/>', "sigterm_timeout is '-1'"),
        ('<executable cmd="x" respawn_delay="nan"/>', "respawn_delay is 'nan'"),
        ('<executable cmd=" "/>', 'cmd is empty'),
        ('<executable cmd="x \'a"/>', 'cannot be told apart'),
        ('<include file="/nowhere.xml"/>', "launch file '/nowhere.xml' cannot be read"),
        ('<node pkg="robot" exec="arm" name="1"/>', "the node name is '1'"),
        ('<node pkg="robot" exec="arm" namespace="a//b"/>', "the namespace is 'a//b'"),
        (
            '<node pkg="robot" exec="arm"><param from="no.yaml"/></node>',
            "'no.yaml' does not exist",
        ),
        ('<node pkg="robot" exec="arm"><param name="a"/></node>', "no attribute 'value'"),
        ('<group><frob/></group>', "the element is '<frob>'"),
        ('<a></b>', ':2: not XML'),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(
    folder: Folder, content: str, told: str
) -> None:
    with pytest.raises(LaunchFileError) as caught:
        folder.plan(content)
    assert told in str(caught.value)
    assert '\n' not in str(caught.value)


def test_a_mistake_is_found_even_where_a_condition_does_not_hold(folder: Folder) -> None:
    with pytest.raises(LaunchFileError, match='frob'):
        folder.plan('<group if="false"><frob/></group>')


def test_every_launch_file_of_the_workspace_is_understood(workspace: Path) -> None:
    files = sorted((workspace / 'launch').glob('*.xml'))
    assert files
    for path in files:
        assert all(item.description != 'no description given' for item in declared_arguments(path))


def test_no_include_gives_an_argument_and_then_means_the_outer_one(workspace: Path) -> None:
    # Arguments of an include hold from the next one on, in ROS's launch as here.
    for path in sorted((workspace / 'launch').glob('*.xml')):
        for include in ElementTree.parse(path).iter('include'):
            given: set[str] = set()
            for argument in include.iter('arg'):
                name, value = argument.attrib['name'], argument.attrib['value']
                meant = {outer for outer in given if f'$(var {outer})' in value}
                assert not meant, f'{path.name}: {name} of {include.attrib["file"]}: {meant}'
                given |= set() if value == f'$(var {name})' else {name}
