"""Substitutions mean what they mean in ROS's launch."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesurgery_bringup.errors import LaunchFileError
from telesurgery_bringup.launch.substitutions import Surroundings, substitute


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    """One variable, one environment variable, one installed package ``arm``."""
    index = tmp_path / 'share/ament_index/resource_index/packages'
    index.mkdir(parents=True)
    (index / 'arm').touch()
    environment = {'AMENT_PREFIX_PATH': f'/nowhere:{tmp_path}', 'HOME': '/home/x'}
    variables = {'x': '1', 'words': 'a b', 'name': 'x'}
    return Surroundings(variables, environment, tmp_path / 'launch' / 'file.launch.xml')


@pytest.mark.parametrize(
    ('text', 'meaning'),
    [
        ('', ''),
        ('plain', 'plain'),
        ('$(var x)', '1'),
        ('a$(var x)b$(var words)c', 'a1ba bc'),
        ('$(var $(var name))', '1'),
        ("$(var 'x')", '1'),
        ('$(var "x")', '1'),
        ("$(var absent 'a default')", 'a default'),
        ('$(var absent "a $(var words)")', 'a a b'),
        ('$(env HOME)', '/home/x'),
        ('$(env ABSENT none)', 'none'),
        ('\\$(var x)', '$(var x)'),
        ('a\\\\b', 'a\\b'),
        ('$x and $', '$x and $'),
        ("$(eval '1 + 2')", '3'),
        ("$(eval \"'$(var x)' == '1'\")", 'True'),
    ],
)
def test_a_text_means(text: str, meaning: str, surroundings: Surroundings) -> None:
    assert substitute(text, surroundings) == meaning


def test_packages_are_found_where_they_are_installed(
    surroundings: Surroundings, tmp_path: Path
) -> None:
    assert substitute('$(find-pkg-prefix arm)', surroundings) == str(tmp_path)
    assert substitute('$(find-pkg-share arm)/x', surroundings) == f'{tmp_path}/share/arm/x'


def test_dirname_is_the_folder_of_the_file(surroundings: Surroundings, tmp_path: Path) -> None:
    assert substitute('$(dirname)/x', surroundings) == f'{tmp_path}/launch/x'


@pytest.mark.parametrize(
    ('text', 'told'),
    [
        ('$(var y)', "the variable is 'y'; allowed: x, words, name"),
        ('$(env ABSENT)', "the environment variable 'ABSENT' is not set"),
        ('$(find-pkg-share leg)', "the package 'leg' is not installed"),
        ('$(command ls)', r"the substitution is '\$\(command\)'; allowed: var, env"),
        ('$(var)', r'the number of arguments of \$\(var\) is 0; allowed: 1, 2'),
        ('$(var a b c)', r'the number of arguments of \$\(var\) is 3'),
        ('$(dirname x)', r'the number of arguments of \$\(dirname\) is 1; allowed: 0'),
        ('$(var x', 'is not closed'),
        ('$( var x)', 'a name must follow'),
        ('$(var  x)', 'separated by one space'),
        ("$(var 'x)", "the quote ' is not closed"),
        ("$(var x'y')", 'quoted in whole'),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, told: str, surroundings: Surroundings) -> None:
    with pytest.raises(LaunchFileError, match=told):
        substitute(text, surroundings)


def test_dirname_is_refused_where_versions_of_ros_differ(surroundings: Surroundings) -> None:
    after = Surroundings({}, {}, surroundings.file, directory_is_certain=False)
    with pytest.raises(LaunchFileError, match='after an include from another folder'):
        substitute('$(dirname)', after)


@given(st.text())
def test_any_text_can_be_written_with_escapes(text: str) -> None:
    escaped = ''.join(f'\\{character}' for character in text)
    assert substitute(escaped, Surroundings({}, {}, Path())) == text


@given(st.text(alphabet='$()\\\'" varx'))
def test_every_text_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(LaunchFileError):
        substitute(text, Surroundings({'x': '1'}, {}, Path('/f')))
